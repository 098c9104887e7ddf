// SPDX-License-Identifier: GPL-2.0
/* Routes as a table: generations, what comes with subnets, and every refusal. */
#include "../../kmod/table/route.h"
#include "world.h"

#define MANY	20000

/*
 * VPC 7: subnet 71 192.168.1.0/24, fd00:1::/64; subnet 72 192.168.2.0/24
 * VPC 8: subnet 81 192.168.2.0/24
 */
static int route_init(struct kunit *test)
{
	struct alkaid_subnet_cfg cfg = {
		.id = 71,
		.vpc = 7,
		.vni = 7001,
		.n_prefixes = 2,
	};
	int err = world_init(test);
	struct world *w = test->priv;

	cfg.prefixes[0] = prefix_of("192.168.1.0/24");
	cfg.prefixes[1] = prefix_of("fd00:1::/64");
	return err ?:
	       world_vpc_new(w, 7, ALKAID_NEW_ADD) ?:
	       world_vpc_new(w, 8, ALKAID_NEW_ADD) ?:
	       world_subnet_cfg(w, &cfg, ALKAID_NEW_ADD) ?:
	       world_subnet_new(w, 72, 7, 7002, "192.168.2.0/24",
				ALKAID_NEW_ADD) ?:
	       world_subnet_new(w, 81, 8, 8001, "192.168.2.0/24",
				ALKAID_NEW_ADD);
}

static const struct alkaid_route *select_in(struct world *w, u32 subnet,
					    const char *ip, u32 gen)
{
	struct in6_addr addr = ip_of(ip);

	return alkaid_route_select(alkaid_subnet_lookup(&w->t, subnet, gen),
				   &addr, gen);
}

/* As a frame from the subnet takes it now: its next hop, or what else it is. */
static const char *taken_in(struct world *w, u32 subnet, const char *ip, u32 gen)
{
	static char text[ALKAID_ADDR_TEXT];
	const struct alkaid_route *route = select_in(w, subnet, ip, gen);

	if (!route)
		return "none";
	switch (route->type) {
	case ALKAID_ROUTE_BLACKHOLE:
		return "blackhole";
	case ALKAID_ROUTE_SUBNET:
		snprintf(text, sizeof(text), "subnet %u", route->subnet->id);
		return text;
	default:
		return alkaid_addr_text(&route->via, text);
	}
}

#define EXPECT_TAKEN(test, w, subnet, ip, what)				\
	KUNIT_EXPECT_STREQ(test, taken_in(w, subnet, ip, (w)->t.gen), what)

/* As it will be after the commit. */
#define EXPECT_NEXT(test, w, subnet, ip, what)				\
	KUNIT_EXPECT_STREQ(test, taken_in(w, subnet, ip,		\
					  alkaid_gen_next((w)->t.gen)), what)

struct route_row {
	const char *name;
	struct route_text route;
	int err;
	const char *text;
};

static const struct route_row route_rows[] = {
	{ "IPv4", { 7, 0, "10.9.0.0/16", "192.168.2.5" } },
	{ "IPv6", { 7, 0, "fd00:9::/32", "fd00:1::5" } },
	{ "blackhole", { 7, 0, "10.9.0.0/16" } },
	{ "of a subnet", { 7, 71, "10.9.0.0/16", "192.168.2.5" } },
	{ "all of IPv4", { 7, 0, "0.0.0.0/0", "192.168.2.5" } },
	{ "all of IPv6", { 7, 0, "::/0", "fd00:1::5" } },
	{ "one address", { 7, 0, "10.9.0.1/32", "192.168.2.5" } },
	{ "one address of a subnet", { 7, 0, "192.168.2.7/32", "192.168.2.5" } },
	{ "the prefix of a subnet", { 7, 0, "192.168.2.0/24", "192.168.1.5" } },
	{ "unknown VPC", { 9, 0, "10.9.0.0/16" },
	  -ENOENT, "vpc 9 does not exist" },
	{ "unknown subnet", { 7, 79, "10.9.0.0/16" },
	  -ENOENT, "subnet 79 does not exist" },
	{ "subnet of another VPC", { 7, 81, "10.9.0.0/16" },
	  -EINVAL, "subnet 81 is of vpc 8, not of vpc 7" },
	{ "IPv4 bits beyond the length", { 7, 0, "10.9.0.1/16", "192.168.2.5" },
	  -EINVAL, "prefix has bits set beyond its length" },
	{ "IPv6 bits beyond the length", { 7, 0, "fd00:9::1/127", "fd00:1::5" },
	  -EINVAL, "prefix has bits set beyond its length" },
	{ "IPv6 next hop of an IPv4 prefix",
	  { 7, 0, "10.9.0.0/16", "fd00:1::5" },
	  -EINVAL, "prefix and via are not of one address family" },
	{ "IPv4 next hop of an IPv6 prefix", { 7, 0, "::/0", "192.168.2.5" },
	  -EINVAL, "prefix and via are not of one address family" },
	{ "next hop outside", { 7, 0, "10.9.0.0/16", "10.9.0.1" },
	  -EINVAL, "via 10.9.0.1 is in no subnet of vpc 7" },
	{ "IPv6 next hop outside", { 7, 0, "fd00:9::/32", "fd00:2::5" },
	  -EINVAL, "via fd00:2::5 is in no subnet of vpc 7" },
	{ "next hop in another VPC", { 8, 0, "10.9.0.0/16", "192.168.1.5" },
	  -EINVAL, "via 192.168.1.5 is in no subnet of vpc 8" },
};

KUNIT_ARRAY_PARAM_DESC(route, route_rows, name);

static void alkaid_route_row_test(struct kunit *test)
{
	const struct route_row *row = test->param_value;
	struct alkaid_route_cfg cfg = route_of(&row->route);
	struct world *w = test->priv;
	struct alkaid_route *route;

	KUNIT_EXPECT_EQ(test, world_route_new(w, &row->route, ALKAID_NEW_ADD),
			row->err);
	KUNIT_EXPECT_STREQ(test, world_text(w), row->text ?: "");
	KUNIT_EXPECT_EQ(test, w->t.n_routes, row->err ? 0 : 1);
	route = alkaid_route_lookup(&w->t, &cfg.key, w->t.gen);
	KUNIT_ASSERT_EQ(test, !!route, !row->err);
	if (!route)
		return;
	KUNIT_EXPECT_MEMEQ(test, &route->key, &cfg.key, sizeof(cfg.key));
	KUNIT_EXPECT_EQ(test, route->type, cfg.type);
	KUNIT_EXPECT_MEMEQ(test, &route->via, &cfg.via, sizeof(cfg.via));
	KUNIT_EXPECT_EQ(test, route->vpc->id, row->route.vpc);
	EXPECT_OK(test, world_route_del(w, &row->route));
	KUNIT_EXPECT_EQ(test, w->t.n_routes, 0);
	world_settle(w);
	/* Those of the subnets. */
	KUNIT_EXPECT_EQ(test, world_count(&w->t.routes), 4);
}

static void alkaid_route_modes_test(struct kunit *test)
{
	const struct route_text first = { 7, 0, "10.9.0.0/16", "192.168.2.5" };
	const struct route_text second = { 7, 0, "10.9.0.0/16", "192.168.2.6" };
	const struct route_text other = { 7, 71, "10.9.0.0/16" };
	struct world *w = test->priv;

	EXPECT_REFUSED(test, w, world_route_new(w, &first, ALKAID_NEW_CHANGE),
		       -ENOENT, "no such route");
	EXPECT_REFUSED(test, w, world_route_del(w, &first), -ENOENT,
		       "no such route");
	EXPECT_OK(test, world_route_new(w, &first, ALKAID_NEW_REPLACE));
	EXPECT_REFUSED(test, w, world_route_new(w, &second, ALKAID_NEW_ADD),
		       -EEXIST, "route exists already");
	EXPECT_TAKEN(test, w, 71, "10.9.1.1", "192.168.2.5");
	EXPECT_OK(test, world_route_new(w, &second, ALKAID_NEW_CHANGE));
	EXPECT_TAKEN(test, w, 71, "10.9.1.1", "192.168.2.6");
	/* The subnet is part of the key. */
	EXPECT_OK(test, world_route_new(w, &other, ALKAID_NEW_ADD));
	EXPECT_TAKEN(test, w, 71, "10.9.1.1", "blackhole");
	EXPECT_TAKEN(test, w, 72, "10.9.1.1", "192.168.2.6");
	EXPECT_OK(test, world_route_del(w, &other));
	EXPECT_TAKEN(test, w, 71, "10.9.1.1", "192.168.2.6");
	/* One that comes with a subnet is not there to be deleted. */
	EXPECT_REFUSED(test, w, world_route_del(w, &(struct route_text) {
				7, 0, "192.168.1.0/24" }),
		       -ENOENT, "no such route");
	KUNIT_EXPECT_EQ(test, w->t.n_routes, 1);
}

static void alkaid_route_select_test(struct kunit *test)
{
	const struct route_text routes[] = {
		{ 7, 0, "10.0.0.0/8", "192.168.2.1" },
		{ 7, 0, "10.9.0.0/16", "192.168.2.2" },
		{ 7, 71, "10.0.0.0/8", "192.168.2.3" },
		{ 7, 71, "10.9.9.0/24", "192.168.2.4" },
		{ 7, 72, "0.0.0.0/0", "192.168.2.5" },
		{ 7, 0, "192.168.2.128/25", "192.168.2.6" },
		{ 7, 71, "192.168.2.0/24", "192.168.2.7" },
		{ 7, 0, "fd00::/16", "fd00:1::8" },
	};
	struct world *w = test->priv;
	int i;

	EXPECT_TAKEN(test, w, 71, "10.1.1.1", "none");
	EXPECT_TAKEN(test, w, 71, "192.168.1.1", "subnet 71");
	EXPECT_TAKEN(test, w, 71, "192.168.2.1", "subnet 72");
	EXPECT_TAKEN(test, w, 71, "fd00:1::1", "subnet 71");
	EXPECT_TAKEN(test, w, 81, "192.168.2.1", "subnet 81");
	EXPECT_TAKEN(test, w, 81, "192.168.1.1", "none");
	for (i = 0; i < ARRAY_SIZE(routes); i++)
		ASSERT_OK(test, world_route_new(w, &routes[i], ALKAID_NEW_ADD));

	/* Of one length the subnet's own. */
	EXPECT_TAKEN(test, w, 71, "10.1.1.1", "192.168.2.3");
	EXPECT_TAKEN(test, w, 72, "10.1.1.1", "192.168.2.1");
	EXPECT_TAKEN(test, w, 71, "192.168.2.1", "192.168.2.7");
	EXPECT_TAKEN(test, w, 72, "192.168.2.1", "subnet 72");
	/* The longest, whosever it is. */
	EXPECT_TAKEN(test, w, 71, "10.9.1.1", "192.168.2.2");
	EXPECT_TAKEN(test, w, 71, "10.9.9.1", "192.168.2.4");
	EXPECT_TAKEN(test, w, 72, "10.9.9.1", "192.168.2.2");
	EXPECT_TAKEN(test, w, 72, "192.168.2.200", "192.168.2.6");
	EXPECT_TAKEN(test, w, 72, "8.8.8.8", "192.168.2.5");
	EXPECT_TAKEN(test, w, 71, "8.8.8.8", "none");
	/* Families do not mix. */
	EXPECT_TAKEN(test, w, 72, "fd01::1", "none");
	EXPECT_TAKEN(test, w, 72, "fd00:2::1", "fd00:1::8");
	EXPECT_TAKEN(test, w, 72, "fd00:1::1", "subnet 71");
	/* Nor do VPCs. */
	EXPECT_TAKEN(test, w, 81, "10.9.9.1", "none");
	EXPECT_TAKEN(test, w, 81, "192.168.2.200", "subnet 81");
}

/* What is set wins over what came with a subnet, whichever came first. */
static void alkaid_route_over_subnet_test(struct kunit *test)
{
	const struct route_text route = { 7, 0, "192.168.2.0/24", "192.168.1.5" };
	struct world *w = test->priv;

	ASSERT_OK(test, world_route_new(w, &route, ALKAID_NEW_ADD));
	EXPECT_TAKEN(test, w, 71, "192.168.2.1", "192.168.1.5");
	ASSERT_OK(test, world_subnet_new(w, 72, 7, 7002, "10.2.0.0/16",
					 ALKAID_NEW_CHANGE));
	EXPECT_TAKEN(test, w, 71, "192.168.2.1", "192.168.1.5");
	ASSERT_OK(test, world_subnet_new(w, 72, 7, 7002, "192.168.2.0/24",
					 ALKAID_NEW_CHANGE));
	EXPECT_TAKEN(test, w, 71, "192.168.2.1", "192.168.1.5");
	ASSERT_OK(test, world_route_del(w, &route));
	EXPECT_TAKEN(test, w, 71, "192.168.2.1", "subnet 72");
}

/* A replaced route is seen whole or not at all. */
static void alkaid_route_generations_test(struct kunit *test)
{
	const struct route_text before = { 7, 0, "10.9.0.0/16", "192.168.2.5" };
	const struct route_text after = { 7, 0, "10.9.0.0/16", "192.168.2.6" };
	const struct route_text more = { 7, 0, "10.9.9.0/24" };
	struct world *w = test->priv;

	ASSERT_OK(test, world_route_new(w, &before, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_route_new(w, &after, ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_route_new(w, &more, ALKAID_NEW_ADD));
	EXPECT_TAKEN(test, w, 71, "10.9.9.1", "192.168.2.5");
	EXPECT_NEXT(test, w, 71, "10.9.9.1", "blackhole");
	EXPECT_NEXT(test, w, 71, "10.9.1.1", "192.168.2.6");
	ASSERT_OK(test, world_abort(w));
	EXPECT_TAKEN(test, w, 71, "10.9.9.1", "192.168.2.5");
	world_settle(w);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.routes), 5);

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_route_del(w, &before));
	EXPECT_NEXT(test, w, 71, "10.9.9.1", "none");
	/* Deleted and made anew in one transaction, and once more. */
	ASSERT_OK(test, world_route_new(w, &after, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_route_new(w, &before, ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_route_new(w, &after, ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_route_new(w, &more, ALKAID_NEW_ADD));
	EXPECT_TAKEN(test, w, 71, "10.9.9.1", "192.168.2.5");
	ASSERT_OK(test, world_commit(w));
	EXPECT_TAKEN(test, w, 71, "10.9.9.1", "blackhole");
	EXPECT_TAKEN(test, w, 71, "10.9.1.1", "192.168.2.6");
	world_settle(w);
	EXPECT_TAKEN(test, w, 71, "10.9.9.1", "blackhole");
	EXPECT_TAKEN(test, w, 71, "10.9.1.1", "192.168.2.6");
	KUNIT_EXPECT_EQ(test, world_count(&w->t.routes), 6);
	KUNIT_EXPECT_EQ(test, w->t.n_routes, 2);
}

/* The route to a subnet follows its prefixes, in the same commit. */
static void alkaid_route_of_prefixes_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_subnet_new(w, 72, 7, 7002, "10.2.0.0/16",
					 ALKAID_NEW_CHANGE));
	EXPECT_TAKEN(test, w, 71, "10.2.0.1", "none");
	EXPECT_TAKEN(test, w, 71, "192.168.2.1", "subnet 72");
	EXPECT_NEXT(test, w, 71, "10.2.0.1", "subnet 72");
	EXPECT_NEXT(test, w, 71, "192.168.2.1", "none");
	ASSERT_OK(test, world_abort(w));
	EXPECT_TAKEN(test, w, 71, "192.168.2.1", "subnet 72");

	ASSERT_OK(test, world_subnet_new(w, 72, 7, 7002, "10.2.0.0/16",
					 ALKAID_NEW_CHANGE));
	EXPECT_TAKEN(test, w, 71, "10.2.0.1", "subnet 72");
	EXPECT_TAKEN(test, w, 71, "192.168.2.1", "none");
	world_settle(w);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.routes), 4);

	/* To another VPC, and away. */
	ASSERT_OK(test, world_subnet_new(w, 72, 8, 8002, "10.2.0.0/16",
					 ALKAID_NEW_CHANGE));
	EXPECT_TAKEN(test, w, 71, "10.2.0.1", "none");
	EXPECT_TAKEN(test, w, 81, "10.2.0.1", "subnet 72");
	ASSERT_OK(test, world_subnet_del(w, 72));
	EXPECT_TAKEN(test, w, 81, "10.2.0.1", "none");
	world_settle(w);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.routes), 3);
	/* A subnet's are not counted, and hold nothing. */
	KUNIT_EXPECT_EQ(test, w->t.n_routes, 0);
}

static int subnet_add(struct world *w, const char *prefix)
{
	return world_subnet_new(w, 73, 7, 7003, prefix, ALKAID_NEW_ADD);
}

static void alkaid_route_overlap_test(struct kunit *test)
{
	const struct route_text route = { 7, 0, "10.9.0.0/16", "192.168.2.5" };
	struct world *w = test->priv;

	EXPECT_REFUSED(test, w, subnet_add(w, "192.168.2.0/24"), -EEXIST,
		       "192.168.2.0/24 overlaps 192.168.2.0/24 of subnet 72");
	EXPECT_REFUSED(test, w, subnet_add(w, "192.168.2.64/26"), -EEXIST,
		       "192.168.2.64/26 overlaps 192.168.2.0/24 of subnet 72");
	EXPECT_REFUSED(test, w, subnet_add(w, "192.168.2.0/23"), -EEXIST,
		       "192.168.2.0/23 overlaps 192.168.2.0/24 of subnet 72");
	EXPECT_REFUSED(test, w, subnet_add(w, "::/0"), -EEXIST,
		       "::/0 overlaps fd00:1::/64 of subnet 71");
	KUNIT_EXPECT_EQ(test, subnet_add(w, "0.0.0.0/0"), -EEXIST);
	/* Routes may overlap what they like. */
	ASSERT_OK(test, world_route_new(w, &route, ALKAID_NEW_ADD));
	EXPECT_OK(test, subnet_add(w, "10.9.0.0/16"));
	/* As may a subnet itself, of old and new. */
	EXPECT_OK(test, world_subnet_new(w, 73, 7, 7003, "10.0.0.0/8",
					 ALKAID_NEW_CHANGE));
	EXPECT_OK(test, world_subnet_new(w, 73, 7, 7003, "10.9.0.0/24",
					 ALKAID_NEW_CHANGE));
	EXPECT_REFUSED(test, w, world_subnet_new(w, 73, 7, 7003,
						 "192.168.0.0/23",
						 ALKAID_NEW_CHANGE), -EEXIST,
		       "192.168.0.0/23 overlaps 192.168.1.0/24 of subnet 71");
	EXPECT_TAKEN(test, w, 71, "10.9.0.1", "subnet 73");
}

/* What counts is how it will be after the commit. */
static void alkaid_route_overlap_txn_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_subnet_new(w, 72, 7, 7002, "10.2.0.0/16",
					 ALKAID_NEW_CHANGE));
	EXPECT_OK(test, subnet_add(w, "192.168.2.0/25"));
	EXPECT_REFUSED(test, w, world_subnet_new(w, 72, 7, 7002,
						 "192.168.2.0/24",
						 ALKAID_NEW_CHANGE), -EEXIST,
		       "192.168.2.0/24 overlaps 192.168.2.0/25 of subnet 73");
	EXPECT_TAKEN(test, w, 71, "192.168.2.1", "subnet 72");
	ASSERT_OK(test, world_commit(w));
	EXPECT_TAKEN(test, w, 71, "192.168.2.1", "subnet 73");
	EXPECT_TAKEN(test, w, 71, "10.2.0.1", "subnet 72");

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_subnet_del(w, 73));
	EXPECT_OK(test, world_subnet_new(w, 72, 7, 7002, "192.168.2.0/24",
					 ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_abort(w));
	EXPECT_REFUSED(test, w, world_subnet_new(w, 72, 7, 7002,
						 "192.168.2.0/24",
						 ALKAID_NEW_CHANGE), -EEXIST,
		       "192.168.2.0/24 overlaps 192.168.2.0/25 of subnet 73");
	/* In another VPC an address is another one. */
	EXPECT_OK(test, world_subnet_new(w, 72, 8, 8002, "192.168.1.0/24",
					 ALKAID_NEW_CHANGE));
}

/* A route's next hop may be in what comes with it, and not in what goes. */
static void alkaid_route_via_txn_test(struct kunit *test)
{
	const struct route_text route = { 7, 0, "10.9.0.0/16", "10.3.0.5" };
	struct world *w = test->priv;

	ASSERT_OK(test, world_begin(w));
	EXPECT_REFUSED(test, w, world_route_new(w, &route, ALKAID_NEW_ADD),
		       -EINVAL, "via 10.3.0.5 is in no subnet of vpc 7");
	ASSERT_OK(test, subnet_add(w, "10.3.0.0/16"));
	EXPECT_OK(test, world_route_new(w, &route, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_commit(w));
	ASSERT_OK(test, world_begin(w));
	/* It does not hold the subnet of its next hop. */
	ASSERT_OK(test, world_subnet_del(w, 73));
	EXPECT_REFUSED(test, w, world_route_new(w, &route, ALKAID_NEW_CHANGE),
		       -EINVAL, "via 10.3.0.5 is in no subnet of vpc 7");
	ASSERT_OK(test, world_commit(w));
	EXPECT_TAKEN(test, w, 71, "10.9.0.1", "10.3.0.5");
}

static void alkaid_route_in_use_test(struct kunit *test)
{
	const struct route_text of_vpc = { 8, 0, "10.9.0.0/16" };
	const struct route_text of_subnet = { 8, 81, "10.9.0.0/16" };
	struct world *w = test->priv;

	ASSERT_OK(test, world_route_new(w, &of_vpc, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_route_new(w, &of_subnet, ALKAID_NEW_ADD));
	EXPECT_REFUSED(test, w, world_subnet_del(w, 81), -EBUSY,
		       "subnet 81 is used by 1 ports, neighbors and routes");
	EXPECT_REFUSED(test, w, world_vpc_del(w, 8), -EBUSY,
		       "vpc 8 is used by 2 subnets and routes");
	ASSERT_OK(test, world_route_del(w, &of_subnet));
	ASSERT_OK(test, world_subnet_del(w, 81));
	EXPECT_REFUSED(test, w, world_vpc_del(w, 8), -EBUSY,
		       "vpc 8 is used by 1 subnets and routes");
	ASSERT_OK(test, world_route_del(w, &of_vpc));
	EXPECT_OK(test, world_vpc_del(w, 8));
}

/* All that uses a VPC may go with it, and come back with it. */
static void alkaid_route_with_vpc_test(struct kunit *test)
{
	const struct route_text of_vpc = { 8, 0, "10.9.0.0/16" };
	const struct route_text of_subnet = { 8, 81, "10.9.0.0/16" };
	struct world *w = test->priv;

	ASSERT_OK(test, world_route_new(w, &of_vpc, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_route_new(w, &of_subnet, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_route_del(w, &of_vpc));
	ASSERT_OK(test, world_route_del(w, &of_subnet));
	ASSERT_OK(test, world_subnet_del(w, 81));
	ASSERT_OK(test, world_vpc_del(w, 8));
	ASSERT_OK(test, world_vpc_new(w, 8, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_subnet_new(w, 81, 8, 8001, "192.168.3.0/24",
					 ALKAID_NEW_ADD));
	ASSERT_OK(test, world_route_new(w, &of_vpc, ALKAID_NEW_ADD));
	EXPECT_TAKEN(test, w, 81, "192.168.2.1", "subnet 81");
	ASSERT_OK(test, world_commit(w));
	EXPECT_TAKEN(test, w, 81, "192.168.2.1", "none");
	EXPECT_TAKEN(test, w, 81, "192.168.3.1", "subnet 81");
	EXPECT_TAKEN(test, w, 81, "10.9.0.1", "blackhole");
	world_settle(w);
	EXPECT_TAKEN(test, w, 81, "10.9.0.1", "blackhole");
	KUNIT_EXPECT_EQ(test, world_count(&w->t.routes), 5);
	KUNIT_EXPECT_EQ(test, w->t.n_routes, 1);
}

static void alkaid_route_limit_test(struct kunit *test)
{
	const struct route_text first = { 7, 0, "10.8.0.0/16" };
	const struct route_text route = { 7, 0, "10.9.0.0/16" };
	struct world *w = test->priv;

	ASSERT_OK(test, world_route_new(w, &first, ALKAID_NEW_ADD));
	w->t.n_routes += ALKAID_ROUTES_MAX - 1;
	EXPECT_REFUSED(test, w, world_route_new(w, &route, ALKAID_NEW_ADD),
		       -ENOSPC, "the device has its most routes");
	EXPECT_OK(test, world_route_new(w, &first, ALKAID_NEW_CHANGE));
	w->t.n_routes -= ALKAID_ROUTES_MAX - 1;
	KUNIT_EXPECT_EQ(test, w->t.n_routes, 1);
}

static struct alkaid_route_cfg nth(u32 n)
{
	struct alkaid_route_cfg cfg = {
		.type = ALKAID_ROUTE_VIA,
		.key = { .vpc = 7, .len = 96 + 24 + n % 9 },
		.via = alkaid_addr_from_v4(htonl(0xc0a80200 + 1 + n % 254)),
	};

	/* The last of the bits that count is odd or even as it likes. */
	cfg.key.addr = alkaid_addr_from_v4(htonl(0x0a000000 + (n << 8)));
	return cfg;
}

static u32 count_right(struct world *w)
{
	struct alkaid_subnet *subnet = alkaid_subnet_lookup(&w->t, 71,
							    w->t.gen);
	const struct alkaid_route *route;
	struct alkaid_route_cfg cfg;
	u32 n, right = 0;

	for (n = 0; n < MANY; n++) {
		cfg = nth(n);
		route = alkaid_route_select(subnet, &cfg.key.addr, w->t.gen);
		right += route && ipv6_addr_equal(&route->via, &cfg.via);
	}
	return right;
}

static void alkaid_route_many_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct alkaid_route_cfg cfg;
	u32 n;

	ASSERT_OK(test, world_begin(w));
	for (n = 0; n < MANY; n++) {
		cfg = nth(n);
		ASSERT_OK(test, world_route_cfg(w, &cfg, ALKAID_NEW_ADD));
	}
	KUNIT_EXPECT_EQ(test, count_right(w), 0);
	ASSERT_OK(test, world_commit(w));
	KUNIT_EXPECT_EQ(test, count_right(w), MANY);
	KUNIT_EXPECT_EQ(test, w->t.n_routes, MANY);

	ASSERT_OK(test, world_begin(w));
	for (n = 0; n < MANY; n++) {
		cfg = nth(n);
		ASSERT_OK(test, world_route_del_key(w, &cfg.key));
	}
	KUNIT_EXPECT_EQ(test, count_right(w), MANY);
	ASSERT_OK(test, world_commit(w));
	KUNIT_EXPECT_EQ(test, count_right(w), 0);
	world_settle(w);
	KUNIT_EXPECT_EQ(test, w->t.n_routes, 0);
	KUNIT_EXPECT_EQ(test, world_count(&w->t.routes), 4);
}

static struct kunit_case alkaid_route_cases[] = {
	KUNIT_CASE_PARAM(alkaid_route_row_test, route_gen_params),
	KUNIT_CASE(alkaid_route_modes_test),
	KUNIT_CASE(alkaid_route_select_test),
	KUNIT_CASE(alkaid_route_over_subnet_test),
	KUNIT_CASE(alkaid_route_generations_test),
	KUNIT_CASE(alkaid_route_of_prefixes_test),
	KUNIT_CASE(alkaid_route_overlap_test),
	KUNIT_CASE(alkaid_route_overlap_txn_test),
	KUNIT_CASE(alkaid_route_via_txn_test),
	KUNIT_CASE(alkaid_route_in_use_test),
	KUNIT_CASE(alkaid_route_with_vpc_test),
	KUNIT_CASE(alkaid_route_limit_test),
	KUNIT_CASE_SLOW(alkaid_route_many_test),
	{}
};

struct kunit_suite alkaid_route_suite = {
	.name = "alkaid_route",
	.init = route_init,
	.exit = world_exit,
	.test_cases = alkaid_route_cases,
};
