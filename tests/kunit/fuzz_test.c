// SPDX-License-Identifier: GPL-2.0
/*
 * Mutated frames into a port and into the tunnel of a device that is set up:
 * a module of its own, which tests/selftests/fuzz.sh loads.
 */
#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/kernel_read_file.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/prandom.h>
#include <linux/rtnetlink.h>
#include <linux/udp.h>
#include <linux/vmalloc.h>
#include <net/ip.h>
#include <net/net_namespace.h>

static ulong frames = 1000000;
module_param(frames, ulong, 0444);
MODULE_PARM_DESC(frames, "how many to send");

static ulong seed = 1;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "of the random numbers: the same seed, the same frames");

static char *seeds = "";
module_param(seeds, charp, 0444);
MODULE_PARM_DESC(seeds, "file of frames to begin with: a line each, a letter of enum fuzz_door and hexadecimal digits");

static char *port = "vm1";
module_param(port, charp, 0444);
MODULE_PARM_DESC(port, "netdev of a port");

static char *underlay = "ul";
module_param(underlay, charp, 0444);
MODULE_PARM_DESC(underlay, "netdev of the underlay, which has an IPv4 address");

#define FUZZ_SEEDS_MAX	256
#define FUZZ_RUN	100000UL
#define FUZZ_LEN_MAX	3072
#define FUZZ_OUTER	(ETH_HLEN + sizeof(struct iphdr) + sizeof(struct udphdr))

/* 10.0.0.2 to 10.0.0.1, the underlay of the tests. */
#define FUZZ_SADDR	0x0a000002
#define FUZZ_DADDR	0x0a000001

/**
 * enum fuzz_door - where a frame enters
 * @FUZZ_PORT: from the port
 * @FUZZ_VXLAN: as the payload of a datagram to the VXLAN port
 * @FUZZ_GENEVE: as the payload of a datagram to the Geneve port
 */
enum fuzz_door {
	FUZZ_PORT = 'p',
	FUZZ_VXLAN = 'v',
	FUZZ_GENEVE = 'g',
};

/**
 * struct fuzz_seed - a frame to begin with
 * @door: where it enters
 * @len: how many bytes
 * @bytes: from the Ethernet header on, or from the tunnel header on
 */
struct fuzz_seed {
	enum fuzz_door door;
	int len;
	u8 bytes[FUZZ_LEN_MAX];
};

/**
 * struct fuzz - what a run needs
 * @port: netdev, held, in the namespace of the process that loads the module
 * @underlay: netdev, held
 * @rnd: random numbers
 * @n_seeds: how many
 * @seeds: they
 * @frame: the one at work
 */
struct fuzz {
	struct net_device *port;
	struct net_device *underlay;
	struct rnd_state rnd;
	int n_seeds;
	struct fuzz_seed *seeds;
	struct fuzz_seed frame;
};

static struct fuzz fuzz;

static u32 fuzz_below(u32 n)
{
	return prandom_u32_state(&fuzz.rnd) % n;
}

static int fuzz_read_line(const char *line, int len)
{
	struct fuzz_seed *s = &fuzz.seeds[fuzz.n_seeds];

	if (fuzz.n_seeds == FUZZ_SEEDS_MAX || len / 2 > FUZZ_LEN_MAX)
		return -E2BIG;
	s->door = line[0];
	s->len = (len - 1) / 2;
	fuzz.n_seeds++;
	return s->len ? hex2bin(s->bytes, line + 1, s->len) : -EINVAL;
}

static int fuzz_read_seeds(void)
{
	const char *at, *end;
	void *text = NULL;
	ssize_t len;
	int err = 0;

	len = kernel_read_file_from_path(seeds, 0, &text, SZ_1M, NULL,
					 READING_UNKNOWN);
	if (len <= 0)
		return len ?: -EINVAL;
	for (at = text; !err && at < (char *)text + len; at = end + 1) {
		end = memchr(at, '\n', (char *)text + len - at);
		if (!end)
			break;
		err = fuzz_read_line(at, end - at);
	}
	vfree(text);
	return fuzz.n_seeds ? err : -EINVAL;
}

/* Bytes at which checks end, and lengths about as long as the frame. */
static void fuzz_set(struct fuzz_seed *f, int at)
{
	static const u8 edges[] = { 0, 1, 4, 6, 0x7f, 0x80, 0xfe, 0xff };
	int len = f->len - at + (int)fuzz_below(9) - 4;

	if (at + 1 < f->len && fuzz_below(2)) {
		f->bytes[at] = len >> 8;
		f->bytes[at + 1] = len;
	} else {
		f->bytes[at] = edges[fuzz_below(ARRAY_SIZE(edges))];
	}
}

/* A piece of another frame, from the same place or another one. */
static void fuzz_splice(struct fuzz_seed *f, int at)
{
	const struct fuzz_seed *s = &fuzz.seeds[fuzz_below(fuzz.n_seeds)];
	int from = fuzz_below(2) ? at : (int)fuzz_below(s->len);
	int n = 1 + fuzz_below(64);

	if (from >= s->len)
		return;
	n = min3(n, s->len - from, FUZZ_LEN_MAX - at);
	memcpy(f->bytes + at, s->bytes + from, n);
	f->len = max(f->len, at + n);
}

static void fuzz_extend(struct fuzz_seed *f)
{
	int n = min_t(int, fuzz_below(fuzz_below(2) ? 1600 : 16),
		      FUZZ_LEN_MAX - f->len);

	prandom_bytes_state(&fuzz.rnd, f->bytes + f->len, n);
	f->len += n;
}

static void fuzz_mutate_once(struct fuzz_seed *f)
{
	int at = fuzz_below(f->len);

	switch (fuzz_below(8)) {
	case 0:
	case 1:
	case 2:
		f->bytes[at] ^= 1 << fuzz_below(8);
		break;
	case 3:
	case 4:
		fuzz_set(f, at);
		break;
	case 5:
		fuzz_splice(f, at);
		break;
	case 6:
		f->len = at + 1;
		break;
	case 7:
		fuzz_extend(f);
		break;
	}
}

/* One in eight stays as it is, so that what is forwarded is seen too. */
static void fuzz_mutate(struct fuzz_seed *f)
{
	int n = fuzz_below(8);

	*f = fuzz.seeds[fuzz_below(fuzz.n_seeds)];
	for (n = n > 4 ? 1 : n; n; n--)
		fuzz_mutate_once(f);
}

/* The head has what a driver pulls into it, or less; pages have the rest. */
static struct sk_buff *fuzz_skb(const void *bytes, int len, int head)
{
	int headroom = fuzz_below(2) ? NET_SKB_PAD + NET_IP_ALIGN : 0;
	struct sk_buff *skb = alloc_skb(headroom + head, GFP_KERNEL);
	struct page *page;
	int n, at;

	if (!skb)
		return NULL;
	skb_reserve(skb, headroom);
	skb_put_data(skb, bytes, head);
	for (at = head; at < len; at += n) {
		n = skb_shinfo(skb)->nr_frags ? len - at :
			1 + (int)fuzz_below(len - at);
		page = alloc_page(GFP_KERNEL);
		if (!page) {
			kfree_skb(skb);
			return NULL;
		}
		memcpy(page_address(page) + PAGE_SIZE - n, bytes + at, n);
		skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page,
				PAGE_SIZE - n, n, PAGE_SIZE);
	}
	return skb;
}

/* A datagram of the underlay with the payload; one in 64 lies about its length. */
static int fuzz_outer(const struct fuzz_seed *f, u8 *bytes)
{
	int len = sizeof(struct udphdr) + f->len;
	struct ethhdr *eth = (struct ethhdr *)bytes;
	struct iphdr *ip = (struct iphdr *)(eth + 1);
	struct udphdr *udp = (struct udphdr *)(ip + 1);
	int lie = fuzz_below(64) ? 0 : fuzz_below(len);

	ether_addr_copy(eth->h_dest, fuzz.underlay->dev_addr);
	eth_random_addr(eth->h_source);
	eth->h_proto = htons(ETH_P_IP);
	*ip = (struct iphdr){
		.version = 4,
		.ihl = 5,
		.tos = fuzz_below(16) ? 0 : fuzz_below(4),
		.tot_len = htons(sizeof(*ip) + len),
		.ttl = 64,
		.protocol = IPPROTO_UDP,
		.saddr = htonl(FUZZ_SADDR),
		.daddr = htonl(FUZZ_DADDR),
	};
	ip_send_check(ip);
	*udp = (struct udphdr){
		.source = htons(49152 + fuzz_below(16384)),
		.dest = htons(f->door == FUZZ_VXLAN ? 4789 : 6081),
		.len = htons(len - lie),
	};
	memcpy(udp + 1, f->bytes, f->len);
	return FUZZ_OUTER + f->len;
}

/* Of one in four, somebody else has the bytes too, and is to keep them. */
static void fuzz_receive(struct kunit *test, struct sk_buff *skb)
{
	struct sk_buff *clone = NULL;
	u32 before = 0;
	int len;

	if (!fuzz_below(4))
		clone = skb_clone(skb, GFP_KERNEL);
	if (clone) {
		len = clone->len;
		before = skb_checksum(clone, 0, len, 0);
	}
	local_bh_disable();
	netif_receive_skb(skb);
	local_bh_enable();
	if (clone) {
		if (skb_checksum(clone, 0, len, 0) != before)
			KUNIT_FAIL(test, "a clone was written to");
		kfree_skb(clone);
	}
}

static void fuzz_send(struct kunit *test)
{
	static u8 bytes[FUZZ_OUTER + FUZZ_LEN_MAX];
	struct fuzz_seed *f = &fuzz.frame;
	struct net_device *dev = fuzz.port;
	struct sk_buff *skb;
	int len, head;

	fuzz_mutate(f);
	if (f->door == FUZZ_PORT) {
		/* What is no Ethernet frame does not come from a netdev. */
		len = max(f->len, ETH_HLEN);
		memcpy(bytes, f->bytes, len);
	} else {
		dev = fuzz.underlay;
		len = fuzz_outer(f, bytes);
	}
	head = fuzz_below(2) ? len : ETH_HLEN + fuzz_below(len - ETH_HLEN + 1);
	skb = fuzz_skb(bytes, len, head);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb->protocol = eth_type_trans(skb, dev);
	fuzz_receive(test, skb);
}

/* KUnit gives a case five minutes, and a run may have more frames than that. */
static const void *fuzz_next_run(const void *prev, char *desc)
{
	static ulong run;

	run = prev ? run + 1 : 0;
	if (run * FUZZ_RUN >= frames)
		return NULL;
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "random seed %lu", seed + run);
	return &run;
}

static void test_mutated_frames(struct kunit *test)
{
	const ulong run = *(const ulong *)test->param_value;
	const ulong n = min(frames - run * FUZZ_RUN, FUZZ_RUN);
	u64 start = ktime_get_ns(), ms;
	ulong i;

	prandom_seed_state(&fuzz.rnd, seed + run);
	for (i = 0; i < n; i++) {
		fuzz_send(test);
		cond_resched();
	}
	ms = div_u64(ktime_get_ns() - start, NSEC_PER_MSEC) ?: 1;
	kunit_info(test, "%lu frames in %llu ms, %llu a second", n, ms,
		   div64_u64((u64)n * MSEC_PER_SEC, ms));
}

static struct kunit_case fuzz_cases[] = {
	KUNIT_CASE_PARAM_ATTR(test_mutated_frames, fuzz_next_run,
			      { .speed = KUNIT_SPEED_SLOW }),
	{}
};

static struct kunit_suite fuzz_suite = {
	.name = "alkaid_fuzz",
	.test_cases = fuzz_cases,
};

kunit_test_suite(fuzz_suite);

static void fuzz_put(void)
{
	dev_put(fuzz.port);
	dev_put(fuzz.underlay);
	kvfree(fuzz.seeds);
}

/* KUnit runs its cases after this, and in threads of the first namespace. */
static int __init fuzz_init(void)
{
	struct net *net = current->nsproxy->net_ns;
	int err = -ENODEV;

	fuzz.port = dev_get_by_name(net, port);
	fuzz.underlay = dev_get_by_name(net, underlay);
	fuzz.seeds = kvcalloc(FUZZ_SEEDS_MAX, sizeof(*fuzz.seeds), GFP_KERNEL);
	if (fuzz.port && fuzz.underlay && fuzz.seeds)
		err = fuzz_read_seeds();
	if (err)
		fuzz_put();
	return err;
}

static void __exit fuzz_exit(void)
{
	fuzz_put();
}

module_init(fuzz_init);
module_exit(fuzz_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Mutated frames for alkaid");
