/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libalkaid: the tables of an alkaid device over generic netlink.
 *
 * One handle serves one thread. Functions return 0 or a negative errno and
 * leave a text in alk_error(), the kernel's own where it gave one.
 */
#ifndef LIBALKAID_H
#define LIBALKAID_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <alkaid.h>
#include <if_alkaid.h>

/* Most addresses an object of one kind may carry; the kernel has the same. */
#define ALK_ADDRS_MAX 64

/**
 * struct alk_addr - an IPv4 or IPv6 address or prefix
 * @family: AF_INET, AF_INET6, or 0 for none
 * @len: prefix length in bits; 32 or 128 for a host
 * @v4: address, network byte order
 * @v6: address, network byte order
 */
struct alk_addr {
	uint8_t family;
	uint8_t len;
	union {
		struct in_addr v4;
		struct in6_addr v6;
	};
};

struct alk_mac {
	uint8_t octet[6];
};

/**
 * struct alk_allow - a source that a port may use besides its own
 * @addr: address or prefix
 * @mac: its MAC, if @has_mac; otherwise the port's
 */
struct alk_allow {
	struct alk_addr addr;
	struct alk_mac mac;
	bool has_mac;
};

struct alk_counters {
	uint64_t rx_packets, rx_bytes, tx_packets, tx_bytes, drops;
};

struct alk_vpc {
	uint32_t id;
	char name[ALKAID_NAME_MAX + 1];
	enum alkaid_miss miss;
	uint32_t gateway_group;
	struct alk_counters counters;		/* only from the kernel */
};

struct alk_subnet {
	uint32_t id;
	uint32_t vpc;
	uint32_t vni;
	enum alkaid_encap encap;
	struct alk_addr prefixes[ALK_ADDRS_MAX];
	size_t n_prefixes;
	struct alk_addr gateway_ips[ALK_ADDRS_MAX];
	size_t n_gateway_ips;
	struct alk_mac gateway_mac;
	bool flood;
};

struct alk_port {
	uint32_t ifindex;
	char ifname[IFNAMSIZ];			/* only from the kernel */
	uint32_t subnet;
	uint32_t vpc, vni;			/* only from the kernel */
	struct alk_mac mac;
	struct alk_addr ips[ALK_ADDRS_MAX];
	size_t n_ips;
	struct alk_allow allow[ALK_ADDRS_MAX];
	size_t n_allow;
	bool antispoof;
	enum alkaid_port_state state;		/* only from the kernel */
	struct alk_counters counters;		/* only from the kernel */
};

struct alk_neigh {
	uint32_t subnet;
	struct alk_addr ip;
	struct alk_mac mac;
	struct alk_addr host;
	uint32_t vpc, vni;			/* only from the kernel */
};

/**
 * struct alk_route - where a prefix leads
 * @vpc: id of its VPC
 * @subnet: id of the subnet whose frames it is for, or 0 for all of the VPC
 * @prefix: prefix
 * @via: next hop, if it leads to one
 * @gateway_group: id of the group that it leads to, or 0
 * @blackhole: what takes it is dropped
 */
struct alk_route {
	uint32_t vpc;
	uint32_t subnet;
	struct alk_addr prefix;
	struct alk_addr via;
	uint32_t gateway_group;
	bool blackhole;
};

/* Names by number, ended by NULL. */
extern const char *const alk_gateway_types[];
extern const char *const alk_direct_names[];

/* Most members of a gateway group; the kernel has the same. */
#define ALK_MEMBERS_MAX 1024
#define ALK_KEY_LEN 16

/**
 * struct alk_member - a member of a gateway group
 * @ip: underlay address
 * @mac: destination MAC of what is steered to it
 * @weight: share of the flows; 0 for the default
 * @has_state: @state counts; otherwise the kernel keeps what it has, or says up
 * @state: as it was set
 * @effective: the state that counts; only from the kernel
 * @has_bfd: @bfd counts; only from the kernel
 * @bfd: what BFD says
 * @packets: that were steered to it; only from the kernel
 */
struct alk_member {
	struct alk_addr ip;
	struct alk_mac mac;
	uint16_t weight;
	bool has_state, has_bfd;
	enum alkaid_gateway_state state, effective;
	enum alkaid_bfd_state bfd;
	uint64_t packets;
};

/* What of a struct alk_flow is given. */
enum {
	ALK_FLOW_VPC	= 1 << 0,
	ALK_FLOW_VNI	= 1 << 1,
	ALK_FLOW_SRC	= 1 << 2,
	ALK_FLOW_DST	= 1 << 3,
	ALK_FLOW_PROTO	= 1 << 4,
	ALK_FLOW_SPORT	= 1 << 5,
	ALK_FLOW_DPORT	= 1 << 6,
};

/**
 * struct alk_flow - a direct path
 * @vpc: id
 * @vni: of the sender's subnet; of a destination it has none, as of the next two
 * @src: source
 * @proto: transport protocol
 * @dst: destination
 * @sport: source port, host byte order; 0: any
 * @dport: destination port; likewise
 * @destination: it is for all of the VPC that goes to @dst
 * @instance_ip: address that the packets get, or have
 * @instance_mac: destination MAC that they get
 * @host: underlay address of the node that they are sent to
 * @gateway_group: id of the group that taught it
 * @idle_timeout: seconds without a packet after which it ends
 * @idle: for how many it was without one
 * @packets: that took it
 * @given: ALK_FLOW_*, for alk_flow_get() and alk_flow_del()
 */
struct alk_flow {
	uint32_t vpc, vni;
	struct alk_addr src, dst;
	uint8_t proto;
	uint16_t sport, dport;
	bool destination;
	struct alk_addr instance_ip;
	struct alk_mac instance_mac;
	struct alk_addr host;
	uint32_t gateway_group, idle_timeout, idle;
	uint64_t packets;
	unsigned int given;
};

/**
 * struct alk_gateway - a gateway group
 * @ifindex: of the device; only from the kernel
 * @oam_port: UDP port of OAM datagrams, host byte order; 0 for the default
 * @oam_key: OAM datagrams are authenticated with it, if @has_key; the kernel does
 *	not tell it
 * @bfd_interval: microseconds; 0 without BFD
 * @bfd_multiplier: 0 for the default
 * @users: VPCs and routes that lead to it; only from the kernel
 */
struct alk_gateway {
	uint32_t id;
	uint32_t ifindex;
	enum alkaid_gateway_type type;
	uint16_t oam_port;
	bool has_key;
	uint8_t oam_key[ALK_KEY_LEN];
	enum alkaid_direct direct;
	uint32_t bfd_interval;
	uint8_t bfd_multiplier;
	uint32_t users;
	struct alk_member members[ALK_MEMBERS_MAX];
	size_t n_members;
};

/**
 * struct alk_vtep - a remote tunnel end; only from the kernel
 * @mtu: of the underlay path, outer IP header included; 0 if unknown
 * @users: how many addresses are behind it
 * @counters: what was sent to it; what comes from it is not counted
 */
struct alk_vtep {
	struct alk_addr host;
	uint32_t mtu;
	uint32_t users;
	struct alk_counters counters;
};

struct alk_stats {
	uint64_t rx_packets, tx_packets, consumed_packets, generated_packets,
		 dropped_packets;
};

enum alk_kind { ALK_VPC, ALK_SUBNET, ALK_PORT, ALK_NEIGH, ALK_ROUTE, ALK_GATEWAY };

enum alk_verb {
	ALK_ADD,	/* must not exist */
	ALK_REPLACE,	/* create, or replace whole */
	ALK_CHANGE,	/* must exist, replaced whole */
	ALK_DEL,	/* must exist; only the key is read */
	ALK_STATE,	/* of a gateway group: the state of its only member given is set */
};

/**
 * struct alk_change - one change of one object
 * @verb: what to do
 * @kind: which member of the union is set
 * @vpc: and its brothers: borrowed, must live until alk_apply() returned
 * @error: out: 0, or a negative errno
 * @text: out: the kernel's reason if @error, else empty; the handle's, until its next
 *	alk_apply() or alk_close()
 */
struct alk_change {
	enum alk_verb verb;
	enum alk_kind kind;
	union {
		const struct alk_vpc *vpc;
		const struct alk_subnet *subnet;
		const struct alk_port *port;
		const struct alk_neigh *neigh;
		const struct alk_route *route;
		const struct alk_gateway *gateway;
	};
	int error;
	const char *text;
};

struct alk;

/**
 * alk_open() - open the generic netlink family
 * @ifindex: alkaid device in this thread's network namespace, or 0 for the
 *	only one there
 * @out: the handle, to be closed with alk_close()
 * @text: where to put the reason of a failure, or NULL
 * @size: of @text
 *
 * Return: 0; -ENOENT if the module is not loaded; another negative errno.
 */
int alk_open(uint32_t ifindex, struct alk **out, char *text, size_t size);
void alk_close(struct alk *alk);

/** alk_error() - text of the last failure on this handle, never NULL */
const char *alk_error(const struct alk *alk);

enum alk_mode {
	ALK_EACH,	/* each change is its own transaction; go on after one failed */
	ALK_ATOMIC,	/* one transaction, all or nothing */
	ALK_CHECK,	/* one transaction that is aborted at the end */
	ALK_PREPARE,	/* one transaction that is left open, for alk_commit() */
};

/**
 * alk_apply() - make changes, in the order given
 * @alk: handle
 * @changes: what to do; @error and @text of each are set
 * @n: how many
 * @mode: how they belong together
 *
 * Messages are pipelined: many per system call, all answers read.
 * In a transaction what is in use may be deleted before its users: if some are left
 * in the end, the deletion is what fails, with -EBUSY.
 * A change in ALK_ATOMIC that was fine by itself, but undone because another
 * one failed, carries -ECANCELED. While another socket has a transaction open,
 * ALK_ATOMIC and ALK_CHECK wait for two seconds before they fail with -EBUSY,
 * and a change of ALK_EACH fails so at once.
 *
 * Return: 0 if every change was made (checked, with ALK_CHECK), else the error
 * of the first that was not; alk_error() names it.
 */
int alk_apply(struct alk *alk, struct alk_change *changes, size_t n,
	      enum alk_mode mode);

/*
 * The end of what ALK_PREPARE left open, which it does only if it returned 0.
 * @commit: out: number of the commit, as alk_watch_next() tells it; or NULL.
 */
int alk_commit(struct alk *alk, uint32_t *commit);
int alk_abort(struct alk *alk);

/*
 * Dumps are consistent: one that a change interrupted is thrown away and made
 * again, and -EINTR returned if that did not help after many tries. Objects are
 * handed to @cb only after the dump was whole; a non-zero return of @cb ends it
 * and is returned. *_get: -ENOENT if there is none.
 */
int alk_vpc_dump(struct alk *alk, int (*cb)(const struct alk_vpc *, void *), void *arg);
int alk_subnet_dump(struct alk *alk, int (*cb)(const struct alk_subnet *, void *), void *arg);
int alk_port_dump(struct alk *alk, int (*cb)(const struct alk_port *, void *), void *arg);
int alk_neigh_dump(struct alk *alk, int (*cb)(const struct alk_neigh *, void *), void *arg);
int alk_route_dump(struct alk *alk, int (*cb)(const struct alk_route *, void *), void *arg);
int alk_gateway_dump(struct alk *alk, int (*cb)(const struct alk_gateway *, void *), void *arg);
int alk_flow_dump(struct alk *alk, int (*cb)(const struct alk_flow *, void *), void *arg);
/* The one whose key is given: vni, src, dst, proto and ports, or vpc and dst. */
int alk_flow_get(struct alk *alk, const struct alk_flow *key, struct alk_flow *out);
/* End those that have what is given of @want; -ENOENT if there is none. */
int alk_flow_del(struct alk *alk, const struct alk_flow *want);
int alk_vtep_dump(struct alk *alk, int (*cb)(const struct alk_vtep *, void *), void *arg);
int alk_vtep_get(struct alk *alk, const struct alk_addr *host, struct alk_vtep *out);
int alk_vpc_get(struct alk *alk, uint32_t id, struct alk_vpc *out);
int alk_gateway_get(struct alk *alk, uint32_t id, struct alk_gateway *out);
int alk_subnet_get(struct alk *alk, uint32_t id, struct alk_subnet *out);
int alk_port_get(struct alk *alk, uint32_t ifindex, struct alk_port *out);
int alk_neigh_get(struct alk *alk, uint32_t subnet, const struct alk_addr *ip,
		  struct alk_neigh *out);
/* Of @key, vpc, subnet and prefix are read. */
int alk_route_get(struct alk *alk, const struct alk_route *key, struct alk_route *out);

/** alk_drops_get() - hand each drop reason of the device to @cb, in order */
int alk_drops_get(struct alk *alk,
		  int (*cb)(const char *name, const char *text, uint64_t count, void *),
		  void *arg);
int alk_stats_get(struct alk *alk, struct alk_stats *out);

/* Most steps of a trace; the kernel has the same. */
#define ALK_STEPS_MAX 16
/* What one attribute of a message can hold. */
#define ALK_FRAME_MAX 65400

/**
 * struct alk_step - one step of a decision; what it does not concern is zero
 * @kind: what was done
 * @found: the lookup found something, or the check passed
 * @ip: what was looked up
 * @prefix: the longest that matched
 * @via: its next hop
 * @port: name of what was found
 * @host: VTEP that was found
 */
struct alk_step {
	enum alkaid_step kind;
	bool found, has_mac;
	uint32_t vpc, subnet, vni, mtu, len, group;
	struct alk_addr ip, prefix, via, host;
	struct alk_mac mac;
	char port[IFNAMSIZ];
};

/**
 * struct alk_trace_out - what leaves, and where
 * @port: name, or empty
 * @host: VTEP, with @vni and @encap
 * @has_macs: something leaves: @src_mac and @dst_mac are its MACs
 * @ttl: what it became, or 0
 * @mtu: what fits, if it does not
 */
struct alk_trace_out {
	char port[IFNAMSIZ];
	struct alk_addr host;
	uint32_t vni;
	enum alkaid_encap encap;
	bool has_macs;
	struct alk_mac src_mac, dst_mac;
	uint8_t ttl;
	uint32_t mtu;
};

/**
 * struct alk_trace - what became, or would become, of a frame
 * @port: that it came from; empty: it came from the tunnel, with @vni
 * @len: of the frame, of which @frame has the first @n_frame bytes
 * @verdict: drop, deliver, encap, ...
 * @reason: why it is dropped, else empty
 * @tell: the ICMP error that its sender is sent, else empty
 * @lost: records that were lost before this one
 */
struct alk_trace {
	char port[IFNAMSIZ];
	uint32_t vni, len, lost;
	uint8_t frame[256];
	size_t n_frame;
	char verdict[24], reason[32], tell[32];
	struct alk_step steps[ALK_STEPS_MAX];
	size_t n_steps;
	struct alk_trace_out out;
};

/**
 * struct alk_trace_in - a frame to trace
 * @port: ifindex of the port that it comes from; 0: it comes from the tunnel
 * @vni: of the tunnel
 * @frame: from its Ethernet header on
 * @len: bytes in @frame
 */
struct alk_trace_in {
	uint32_t port;
	uint32_t vni;
	const void *frame;
	size_t len;
};

/**
 * alk_trace() - what would become of a frame
 *
 * Return: 0 or a negative errno.
 */
int alk_trace(struct alk *alk, const struct alk_trace_in *in, struct alk_trace *out);

/**
 * struct alk_trace_filter - which real frames to watch
 * @port: ifindex of the port that a frame comes from or goes to, or 0
 * @vpc: id, or 0
 * @src: prefix, or family 0 for any; as @dst
 * @has_proto: @proto counts; as with the two ports
 * @count: how many records to send, 0 for no end
 */
struct alk_trace_filter {
	uint32_t port, vpc, count;
	struct alk_addr src, dst;
	bool has_proto, has_sport, has_dport;
	uint8_t proto;
	uint16_t sport, dport;
};

/*
 * From alk_trace_live() on the handle receives records, and serves nothing else;
 * alk_trace_next() waits for one, and says if the kernel has refused. alk_fd()
 * becomes readable when there is something.
 */
int alk_trace_live(struct alk *alk, const struct alk_trace_filter *filter);
int alk_trace_next(struct alk *alk, struct alk_trace *out);
int alk_fd(const struct alk *alk);

/**
 * struct alk_commit - that the tables of a device changed
 * @commit: number; each commit of a device has one more than the one before
 * @changes: how many changes it made, or are prepared
 * @portid: netlink port id of the socket that made it, see alk_portid(); 0 if
 *	the kernel did by itself, as when the netdev of a port vanished
 * @ifindex: of the device
 */
struct alk_commit {
	uint32_t commit;
	uint32_t changes;
	uint32_t portid;
	uint32_t ifindex;
};

/*
 * From alk_watch() on the handle receives commits, and serves nothing else.
 * alk_watch_next() waits for one; -ENOBUFS says that some were lost, and does not
 * end it. alk_fd() becomes readable when there is one; if it was made non-blocking,
 * alk_watch_next() returns -EAGAIN when there is none.
 */
int alk_watch(struct alk *alk);
int alk_watch_next(struct alk *alk, struct alk_commit *out);

enum alk_event_type {
	ALK_EVENT_NEW,		/* an object as it is now, new or replaced */
	ALK_EVENT_DEL,		/* an object as it was */
	ALK_EVENT_STATE,	/* a gateway group after a member's effective state changed */
	ALK_EVENT_COMMIT,	/* the end of what belongs to one commit */
};

/**
 * struct alk_event - something that happened to a device
 * @type: which it is
 * @kind: of the object, unless it is a commit
 * @ifindex: of the device
 * @commit: number of the commit that it belongs to; 0 for a state
 * @vpc: and its brothers: by @kind, or @end of a commit
 */
struct alk_event {
	enum alk_event_type type;
	enum alk_kind kind;
	uint32_t ifindex;
	uint32_t commit;
	union {
		struct alk_vpc vpc;
		struct alk_subnet subnet;
		struct alk_port port;
		struct alk_neigh neigh;
		struct alk_route route;
		struct alk_gateway gateway;
		struct alk_commit end;
	};
};

/*
 * From alk_monitor() on the handle receives every change, and serves nothing else.
 * A commit's changes come in order, each object once, and then the commit.
 * alk_monitor_next() waits for one; -ENOBUFS says that some were lost, and does not
 * end it. What was lost is found out by another handle: alk_commit_get(), then the
 * dumps; what is received and belongs to a commit up to that number is old.
 */
int alk_monitor(struct alk *alk);
int alk_monitor_next(struct alk *alk, struct alk_event *out);

/** alk_portid() - the port id that the kernel knows this handle by */
uint32_t alk_portid(const struct alk *alk);

/* The last commit's number; @changes are prepared by @portid, if not 0. */
int alk_commit_get(struct alk *alk, struct alk_commit *out);

/**
 * struct alk_link - an alkaid netdev
 * @local: IPv4 underlay address of the host
 * @local6: IPv6 underlay address of the host; one of the two must be there
 * @dstport: VXLAN UDP port, host byte order; 0 for the default
 * @geneve_port: Geneve UDP port, host byte order; 0 for the default
 * @dvr_mac: source MAC of what is routed to other hosts; zero for the default
 * @fragment: IPv4 that is too big, and may be fragmented, is
 * @role: ALKAID_ROLE_* bits; 0 for the default
 * @has_relay_time: @relay_time counts; otherwise it is the default
 * @relay_time: seconds for which frames for an address that moved are relayed
 * @stack: packets of the tunnel always go through the host's IP stack
 * @mtu: biggest datagram, 0 to follow the underlay
 */
struct alk_link {
	uint32_t ifindex;			/* only from the kernel */
	char ifname[IFNAMSIZ];
	struct alk_addr local;
	struct alk_addr local6;
	uint16_t dstport;
	uint16_t geneve_port;
	struct alk_mac dvr_mac;
	bool fragment;
	uint8_t role;
	bool has_relay_time;
	uint32_t relay_time;
	bool stack;
	uint32_t mtu;
	bool up;				/* only from the kernel */
};

/* Links are rtnetlink objects of this thread's network namespace. */
int alk_link_add(const struct alk_link *link, char *text, size_t size);
/* What of a link can change, for alk_link_set(). */
enum {
	ALK_LINK_FRAGMENT   = 1 << 0,
	ALK_LINK_ROLE	    = 1 << 1,
	ALK_LINK_RELAY_TIME = 1 << 2,
	ALK_LINK_UNDERLAY   = 1 << 3,
};

/* @what says which members are to be set. */
int alk_link_set(const struct alk_link *link, unsigned int what, char *text, size_t size);
int alk_link_del(const char *ifname, char *text, size_t size);
int alk_link_set_up(const char *ifname, bool up, char *text, size_t size);
int alk_link_dump(int (*cb)(const struct alk_link *, void *), void *arg,
		  char *text, size_t size);

/*
 * Text forms. A parser returns false if @s, whole, is not one. MACs may have
 * ':' or '-' between octets of one or two digits.
 */
#define ALK_ADDR_STRLEN (INET6_ADDRSTRLEN + 4)
#define ALK_MAC_STRLEN 18
bool alk_addr_parse(const char *s, struct alk_addr *out);	/* no length */
bool alk_prefix_parse(const char *s, struct alk_addr *out);	/* length required, host bits zero or not */
bool alk_mac_parse(const char *s, struct alk_mac *out);
/* A length is printed unless it is the family's full one. */
const char *alk_addr_print(const struct alk_addr *addr, char buf[ALK_ADDR_STRLEN]);
const char *alk_mac_print(const struct alk_mac *mac, char buf[ALK_MAC_STRLEN]);
bool alk_addr_equal(const struct alk_addr *a, const struct alk_addr *b);

#endif /* LIBALKAID_H */
