// SPDX-License-Identifier: GPL-2.0
/* Bindings: what a port is in a subnet. */
#include <linux/rculist.h>
#include <linux/slab.h>

#include "../compat.h"
#include "binding.h"
#include "endpoint.h"
#include "subnet.h"
#include "vpc.h"

static void alkaid_binding_hold(struct alkaid_tables *t, void *obj)
{
	struct alkaid_binding *binding = obj;

	binding->subnet->users++;
}

static void alkaid_binding_release(struct alkaid_tables *t, void *obj)
{
	struct alkaid_binding *binding = obj;

	binding->subnet->users--;
}

static void alkaid_binding_unlink(struct alkaid_tables *t, void *obj)
{
	struct alkaid_binding *binding = obj;

	alkaid_rev_unlink(&binding->port->binding, &binding->rev);
	hlist_del_rcu(&binding->subnet_node);
}

static void alkaid_binding_free(struct alkaid_tables *t, void *obj)
{
	struct alkaid_binding *binding = obj;

	alkaid_port_put(t, binding->port);
	kfree(binding);
}

const struct alkaid_kind alkaid_binding_kind = {
	.name = "port",
	.gen = offsetof(struct alkaid_binding, rev.gen),
	.size = sizeof(struct alkaid_binding) +
		2 * ALKAID_PORT_ADDRS_MAX * sizeof(struct alkaid_source),
	.hold = alkaid_binding_hold,
	.release = alkaid_binding_release,
	.unlink = alkaid_binding_unlink,
	.free = alkaid_binding_free,
};

/* The endpoint of one of a binding's addresses. */
static struct alkaid_endpoint *
alkaid_binding_endpoint(struct alkaid_tables *t,
			const struct alkaid_binding *binding, int i, u32 gen)
{
	struct alkaid_endpoint *ep;

	ep = alkaid_endpoint_by_ip(t, binding->subnet->vpc->id,
				   &binding->sources[i].prefix.addr, gen);
	return ep && alkaid_endpoint_port(ep) == binding->port ? ep : NULL;
}

static int alkaid_binding_check_mac(struct alkaid_tables *t,
				    const struct alkaid_port *port,
				    struct alkaid_subnet *subnet,
				    const u8 *mac,
				    struct netlink_ext_ack *extack)
{
	u32 next = alkaid_tables_next(t);
	struct alkaid_endpoint *ep;

	if (!is_valid_ether_addr(mac)) {
		alkaid_extack_fmt(extack, "mac %pM is not a unicast MAC", mac);
		return -EINVAL;
	}
	if (ether_addr_equal(mac,
			     alkaid_subnet_config(subnet, next)->gateway_mac)) {
		alkaid_extack_fmt(extack, "mac %pM is the gateway of subnet %u",
				  mac, subnet->id);
		return -EINVAL;
	}
	ep = alkaid_endpoint_local_by_mac(t, subnet->vni, mac, next);
	if (ep && alkaid_endpoint_port(ep) != port) {
		alkaid_extack_fmt(extack, "mac %pM is %s's in subnet %u", mac,
				  alkaid_endpoint_port(ep)->name,
				  ep->subnet->id);
		return -EEXIST;
	}
	return 0;
}

static int alkaid_binding_check(struct alkaid_tables *t,
				const struct alkaid_port *port,
				struct alkaid_subnet *subnet,
				const struct alkaid_binding_cfg *cfg,
				struct netlink_ext_ack *extack)
{
	u32 next = alkaid_tables_next(t);
	struct alkaid_endpoint *ep;
	char text[ALKAID_ADDR_TEXT];
	int err, i;

	if (!cfg->n_ips) {
		NL_SET_ERR_MSG(extack, "a port needs an ip");
		return -EINVAL;
	}
	err = alkaid_binding_check_mac(t, port, subnet, cfg->mac, extack);
	if (err)
		return err;
	for (i = 0; i < cfg->n_ips; i++) {
		const struct in6_addr *addr = &cfg->sources[i].prefix.addr;

		err = alkaid_subnet_check_host(subnet, next, addr, extack);
		if (err)
			return err;
		ep = alkaid_endpoint_by_ip(t, subnet->vpc->id, addr, next);
		if (!ep || alkaid_endpoint_port(ep) == port)
			continue;
		alkaid_extack_fmt(extack, "%s is %s's in subnet %u",
				  alkaid_addr_text(addr, text),
				  alkaid_endpoint_name(ep),
				  ep->subnet->id);
		return -EEXIST;
	}
	return 0;
}

static struct alkaid_binding *
alkaid_binding_alloc(struct alkaid_tables *t, struct alkaid_port *port,
		     struct alkaid_subnet *subnet,
		     const struct alkaid_binding_cfg *cfg)
{
	struct alkaid_binding *binding;

	binding = kzalloc(struct_size(binding, sources, cfg->n_sources),
			  GFP_KERNEL_ACCOUNT);
	if (!binding)
		return NULL;
	alkaid_port_hold(t, port);
	binding->port = port;
	binding->subnet = subnet;
	ether_addr_copy(binding->mac, cfg->mac);
	binding->antispoof = cfg->antispoof;
	binding->n_ips = cfg->n_ips;
	binding->n_sources = cfg->n_sources;
	memcpy(binding->sources, cfg->sources,
	       cfg->n_sources * sizeof(cfg->sources[0]));
	return binding;
}

static int alkaid_binding_dies(struct alkaid_tables *t,
			       struct alkaid_binding *binding,
			       struct netlink_ext_ack *extack)
{
	u32 next = alkaid_tables_next(t);
	struct alkaid_endpoint *ep;
	int err, i;

	for (i = 0; i < binding->n_ips; i++) {
		ep = alkaid_binding_endpoint(t, binding, i, next);
		if (!ep)
			continue;
		err = alkaid_txn_dies(t, &alkaid_endpoint_kind, ep, extack);
		if (err)
			return err;
	}
	return alkaid_txn_dies(t, &alkaid_binding_kind, binding, extack);
}

/**
 * alkaid_port_bind() - prepare a port's binding or its replacement
 * @t: tables, locked by alkaid_txn_enter()
 * @port: attached port
 * @cfg: what it is to be
 * @mode: whether it may be bound
 * @extack: reason of a refusal
 *
 * Return: 0 or a negative errno; the caller then ends with a rollback.
 */
int alkaid_port_bind(struct alkaid_tables *t, struct alkaid_port *port,
		     const struct alkaid_binding_cfg *cfg, enum alkaid_new mode,
		     struct netlink_ext_ack *extack)
{
	u32 next = alkaid_tables_next(t);
	struct alkaid_binding *old, *binding;
	struct alkaid_subnet *subnet;
	int err, i;

	old = alkaid_port_binding(port, next);
	err = alkaid_new_check(mode, "port", old, extack);
	if (err)
		return err;
	subnet = alkaid_subnet_lookup(t, cfg->subnet, next);
	if (!subnet) {
		alkaid_extack_fmt(extack, "subnet %u does not exist",
				  cfg->subnet);
		return -ENOENT;
	}
	err = alkaid_binding_check(t, port, subnet, cfg, extack);
	if (!err && old)
		err = alkaid_binding_dies(t, old, extack);
	if (err)
		return err;

	binding = alkaid_binding_alloc(t, port, subnet, cfg);
	if (!binding)
		return -ENOMEM;
	err = alkaid_txn_born(t, &alkaid_binding_kind, binding, extack);
	if (err) {
		alkaid_binding_free(t, binding);
		return err;
	}
	alkaid_rev_push(&port->binding, &binding->rev);
	hlist_add_head_rcu(&binding->subnet_node, &subnet->bindings);
	for (i = 0; i < cfg->n_ips && !err; i++) {
		const struct in6_addr *addr = &cfg->sources[i].prefix.addr;

		/* An address given twice is one. */
		if (alkaid_endpoint_by_ip(t, subnet->vpc->id, addr, next))
			continue;
		err = alkaid_endpoint_add(t, subnet, addr, cfg->mac, port, NULL,
					  extack);
	}
	return err;
}

/**
 * alkaid_port_unbind() - prepare the end of a port's binding
 * @t: tables, locked by alkaid_txn_enter()
 * @port: attached port
 * @extack: reason of a refusal
 *
 * Return: 0, -ENOENT if it is not bound, -ENOMEM.
 */
int alkaid_port_unbind(struct alkaid_tables *t, struct alkaid_port *port,
		       struct netlink_ext_ack *extack)
{
	struct alkaid_binding *binding =
		alkaid_port_binding(port, alkaid_tables_next(t));

	if (!binding) {
		alkaid_extack_fmt(extack, "%s is not bound", port->name);
		return -ENOENT;
	}
	return alkaid_binding_dies(t, binding, extack);
}

static bool alkaid_port_owns(const struct alkaid_kind *kind, const void *obj,
			     const void *port)
{
	if (kind == &alkaid_binding_kind)
		return ((const struct alkaid_binding *)obj)->port == port;
	return kind == &alkaid_endpoint_kind &&
	       alkaid_endpoint_port(obj) == port;
}

/**
 * alkaid_port_forget() - end a port's binding now
 * @t: tables, locked
 * @port: port whose netdev goes away
 *
 * Also what an open transaction prepared for it.
 */
void alkaid_port_forget(struct alkaid_tables *t, struct alkaid_port *port)
{
	struct alkaid_binding *binding;
	struct alkaid_endpoint *ep;
	int i;

	alkaid_txn_forget(t, alkaid_port_owns, port);
	binding = alkaid_port_binding(port, t->gen);
	for (i = 0; binding && i < binding->n_ips; i++) {
		ep = alkaid_binding_endpoint(t, binding, i, t->gen);
		if (ep)
			alkaid_txn_kill(t, &alkaid_endpoint_kind, ep);
	}
	if (binding)
		alkaid_txn_kill(t, &alkaid_binding_kind, binding);
	alkaid_txn_killed(t);
}
