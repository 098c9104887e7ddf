// SPDX-License-Identifier: GPL-2.0
/* The addresses of a subnet: which are in it, and which may be. */
#include "../compat.h"
#include "subnet.h"

/**
 * alkaid_subnet_contains() - whether an address is in a subnet's prefixes
 * @cfg: subnet
 * @addr: address
 */
bool alkaid_subnet_contains(const struct alkaid_subnet_cfg *cfg,
			    const struct in6_addr *addr)
{
	int i;

	for (i = 0; i < cfg->n_prefixes; i++)
		if (alkaid_prefix_contains(&cfg->prefixes[i], addr))
			return true;
	return false;
}

/**
 * alkaid_subnet_is_gateway() - whether an address is the subnet's gateway's
 * @cfg: subnet
 * @addr: address
 */
bool alkaid_subnet_is_gateway(const struct alkaid_subnet_cfg *cfg,
			      const struct in6_addr *addr)
{
	int i;

	for (i = 0; i < cfg->n_gateway_ips; i++)
		if (ipv6_addr_equal(&cfg->gateway_ips[i], addr))
			return true;
	return false;
}

/**
 * alkaid_subnet_has_router() - whether a subnet has an IPv6 gateway
 * @cfg: subnet
 */
bool alkaid_subnet_has_router(const struct alkaid_subnet_cfg *cfg)
{
	int i;

	for (i = 0; i < cfg->n_gateway_ips; i++)
		if (!alkaid_addr_is_v4(&cfg->gateway_ips[i]))
			return true;
	return false;
}

/**
 * alkaid_subnet_is_router() - whether an address is the gateway's, of any scope
 * @cfg: subnet
 * @addr: address
 *
 * An IPv6 gateway has a link-local address too: a router advertises that one
 * (RFC 4861, 6.1.2).
 */
bool alkaid_subnet_is_router(const struct alkaid_subnet_cfg *cfg,
			     const struct in6_addr *addr)
{
	const struct in6_addr own = alkaid_addr_link_local(cfg->gateway_mac);

	return alkaid_subnet_is_gateway(cfg, addr) ||
	       (ipv6_addr_equal(addr, &own) && alkaid_subnet_has_router(cfg));
}

/**
 * alkaid_subnet_check_host() - whether an address may be an endpoint's in a subnet
 * @subnet: subnet
 * @gen: generation
 * @addr: address
 * @extack: reason of a refusal
 *
 * Return: 0 or -EINVAL.
 */
int alkaid_subnet_check_host(const struct alkaid_subnet *subnet, u32 gen,
			     const struct in6_addr *addr,
			     struct netlink_ext_ack *extack)
{
	const struct alkaid_subnet_cfg *cfg = alkaid_subnet_config(subnet, gen);
	char text[ALKAID_ADDR_TEXT];

	if (!alkaid_addr_is_host(addr)) {
		alkaid_extack_fmt(extack, "%s is not a unicast address",
				  alkaid_addr_text(addr, text));
		return -EINVAL;
	}
	if (!alkaid_subnet_contains(cfg, addr)) {
		alkaid_extack_fmt(extack, "%s is outside subnet %u",
				  alkaid_addr_text(addr, text), subnet->id);
		return -EINVAL;
	}
	if (alkaid_subnet_is_gateway(cfg, addr)) {
		alkaid_extack_fmt(extack, "%s is the gateway of subnet %u",
				  alkaid_addr_text(addr, text), subnet->id);
		return -EINVAL;
	}
	return 0;
}

/**
 * alkaid_subnet_covers() - whether a prefix is within one of a subnet's
 * @cfg: subnet
 * @prefix: prefix
 */
bool alkaid_subnet_covers(const struct alkaid_subnet_cfg *cfg,
			  const struct alkaid_prefix *prefix)
{
	int i;

	for (i = 0; i < cfg->n_prefixes; i++)
		if (cfg->prefixes[i].len <= prefix->len &&
		    alkaid_prefix_contains(&cfg->prefixes[i], &prefix->addr))
			return true;
	return false;
}

/**
 * alkaid_subnet_has_prefix() - whether a prefix is one of a subnet's
 * @cfg: subnet
 * @prefix: prefix
 */
bool alkaid_subnet_has_prefix(const struct alkaid_subnet_cfg *cfg,
			      const struct alkaid_prefix *prefix)
{
	int i;

	for (i = 0; i < cfg->n_prefixes; i++)
		if (cfg->prefixes[i].len == prefix->len &&
		    ipv6_addr_equal(&cfg->prefixes[i].addr, &prefix->addr))
			return true;
	return false;
}

static int alkaid_subnet_check_prefixes(const struct alkaid_subnet_cfg *cfg,
					struct netlink_ext_ack *extack)
{
	struct in6_addr net;
	int i;

	if (!cfg->n_prefixes) {
		NL_SET_ERR_MSG(extack, "a subnet needs a prefix");
		return -EINVAL;
	}
	for (i = 0; i < cfg->n_prefixes; i++) {
		const struct alkaid_prefix *prefix = &cfg->prefixes[i];

		ipv6_addr_prefix(&net, &prefix->addr, prefix->len);
		if (!ipv6_addr_equal(&net, &prefix->addr)) {
			NL_SET_ERR_MSG(extack,
				       "prefix has bits set beyond its length");
			return -EINVAL;
		}
	}
	return 0;
}

static int alkaid_subnet_check_gateway(const struct alkaid_subnet_cfg *cfg,
				       struct netlink_ext_ack *extack)
{
	char text[ALKAID_ADDR_TEXT];
	int i;

	if (!cfg->n_gateway_ips)
		return 0;
	if (!is_valid_ether_addr(cfg->gateway_mac)) {
		NL_SET_ERR_MSG(extack,
			       "a gateway-ip needs a unicast gateway-mac");
		return -EINVAL;
	}
	for (i = 0; i < cfg->n_gateway_ips; i++) {
		if (!alkaid_subnet_contains(cfg, &cfg->gateway_ips[i])) {
			alkaid_extack_fmt(extack,
					  "gateway-ip %s is outside subnet %u",
					  alkaid_addr_text(&cfg->gateway_ips[i], text),
					  cfg->id);
			return -EINVAL;
		}
	}
	return 0;
}

/**
 * alkaid_subnet_check_addrs() - whether a subnet may have its addresses
 * @cfg: subnet
 * @extack: reason of a refusal
 *
 * Return: 0 or -EINVAL.
 */
int alkaid_subnet_check_addrs(const struct alkaid_subnet_cfg *cfg,
			      struct netlink_ext_ack *extack)
{
	int err = alkaid_subnet_check_prefixes(cfg, extack);

	return err ?: alkaid_subnet_check_gateway(cfg, extack);
}
