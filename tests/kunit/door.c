// SPDX-License-Identifier: GPL-2.0
/* A device with one port, and what was sent through it. */
#include <linux/etherdevice.h>
#include <linux/hex.h>

#include "../../kmod/path/parse.h"
#include "../../kmod/path/port.h"
#include "../../kmod/path/tunnel.h"
#include "door.h"
#include "world.h"

/* In place of path/port.c, behind which the rest of the kernel is. */
void alkaid_port_send(struct alkaid_port *port, struct sk_buff *skb)
{
	__skb_queue_tail(&container_of(port, struct door, port)->sent, skb);
}

/* Likewise. */
void alkaid_tunnel_xmit(const struct alkaid_frame *frame,
			const struct alkaid_key *key,
			const struct alkaid_verdict *v, struct sk_buff *skb)
{
	kfree_skb(skb);
}

int door_init(struct kunit *test)
{
	struct door *door = kunit_kzalloc(test, sizeof(*door), GFP_KERNEL);
	struct net_device *dev = kunit_kzalloc(test, sizeof(*dev), GFP_KERNEL);

	if (!door || !dev)
		return -ENOMEM;
	__skb_queue_head_init(&door->sent);
	test->priv = door;
	dev->mtu = 1450;
	door->ad.dev = dev;
	door->ad.totals = alkaid_totals_alloc();
	door->port.ad = &door->ad;
	door->port.counters = alkaid_counters_alloc();
	door->frame.ad = &door->ad;
	door->frame.port = &door->port;
	return door->ad.totals && door->port.counters ? 0 : -ENOMEM;
}

void door_exit(struct kunit *test)
{
	struct door *door = test->priv;

	if (!door)
		return;
	__skb_queue_purge(&door->sent);
	free_percpu(door->ad.totals);
	free_percpu(door->port.counters);
}

void door_gateways(struct door *door)
{
	mac_of("02:00:00:00:00:fe", door->cfg.gateway_mac);
	door->cfg.n_gateway_ips = 2;
	door->cfg.gateway_ips[0] = ip_of("192.168.1.254");
	door->cfg.gateway_ips[1] = ip_of("fd00:1::fe");
}

void frame_hex(struct kunit *test, struct frame *f, const char * const *text)
{
	const char *at;
	u8 byte;

	f->len = 0;
	for (; *text; text++) {
		for (at = *text; *at; at += 2) {
			while (*at == ' ')
				at++;
			KUNIT_ASSERT_EQ(test, hex2bin(&byte, at, 1), 0);
			frame_add(f, &byte, 1);
		}
	}
}

static struct sk_buff *door_layout(struct kunit *test, const struct frame *f,
				   enum layout layout)
{
	int head = min(ETH_HLEN + 1, f->len);

	switch (layout) {
	case LAYOUT_PAGED:
		return pskb_copy(frame_skb_paged(test, f, head), GFP_KERNEL);
	case LAYOUT_LIST:
		return pskb_copy(frame_skb_list(test, f, head), GFP_KERNEL);
	case LAYOUT_CLONED:
		return skb_clone(frame_skb(test, f, f->len), GFP_KERNEL);
	default:
		return skb_copy(frame_skb(test, f, f->len), GFP_KERNEL);
	}
}

struct sk_buff *door_skb(struct kunit *test, const struct frame *f,
			 enum layout layout, struct alkaid_key *key)
{
	struct door *door = test->priv;
	struct sk_buff *skb = door_layout(test, f, layout);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	key->port = &door->port;
	key->vni = 0;
	KUNIT_ASSERT_EQ(test, alkaid_parse(skb, key), ALKAID_DROP_NONE);
	return skb;
}

void door_expect(struct kunit *test, const char * const *text)
{
	struct door *door = test->priv;
	struct sk_buff *skb = __skb_dequeue(&door->sent);
	struct frame wanted;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	frame_hex(test, &wanted, text);
	KUNIT_EXPECT_EQ(test, skb->len, wanted.len);
	KUNIT_EXPECT_EQ(test, skb_linearize(skb), 0);
	KUNIT_EXPECT_MEMEQ(test, skb->data, wanted.bytes,
			   min_t(int, skb->len, wanted.len));
	kfree_skb(skb);
	KUNIT_EXPECT_TRUE(test, skb_queue_empty(&door->sent));
}

void door_expect_nothing(struct kunit *test)
{
	struct door *door = test->priv;

	KUNIT_EXPECT_EQ(test, skb_queue_len(&door->sent), 0);
	__skb_queue_purge(&door->sent);
}

void door_expect_totals(struct kunit *test, u64 consumed, u64 generated,
			u64 dropped)
{
	struct door *door = test->priv;
	struct alkaid_totals_sum sum;

	alkaid_totals_sum(door->ad.totals, &sum);
	KUNIT_EXPECT_EQ(test, sum.counts[ALKAID_TOTAL_CONSUMED], consumed);
	KUNIT_EXPECT_EQ(test, sum.counts[ALKAID_TOTAL_GENERATED], generated);
	KUNIT_EXPECT_EQ(test, sum.dropped, dropped);
}
