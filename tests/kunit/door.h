/* SPDX-License-Identifier: GPL-2.0 */
/* A device with one port, and what was sent through it. */
#ifndef _ALKAID_KUNIT_DOOR_H
#define _ALKAID_KUNIT_DOOR_H

#include <kunit/test.h>

#include "../../kmod/device.h"
#include "../../kmod/path/drop.h"
#include "../../kmod/path/key.h"
#include "../../kmod/path/verdict.h"
#include "../../kmod/table/port.h"
#include "../../kmod/table/subnet.h"
#include "frame.h"

/**
 * struct door - a device with one port
 * @ad: the device; of it there are the totals, and a netdev with an MTU of 1450
 * @port: frames sent to it are kept
 * @frame: of a frame from @port
 * @cfg: contents of its subnet
 * @sent: what was sent to @port
 */
struct door {
	struct alkaid_dev ad;
	struct alkaid_port port;
	struct alkaid_frame frame;
	struct alkaid_subnet_cfg cfg;
	struct sk_buff_head sent;
};

/* An init and an exit for suites: test->priv is a struct door. */
int door_init(struct kunit *test);
void door_exit(struct kunit *test);

/* Gateways 192.168.1.254 and fd00:1::fe with MAC 02:00:00:00:00:fe. */
void door_gateways(struct door *door);

/* How a frame may lie in its buffer. */
enum layout {
	LAYOUT_LINEAR,
	LAYOUT_PAGED,
	LAYOUT_LIST,
	LAYOUT_CLONED,
	LAYOUT_COUNT
};

/* From lines in hexadecimal up to a NULL; blanks count for nothing. */
void frame_hex(struct kunit *test, struct frame *f, const char * const *text);
/* As the pipeline hands it on, to be consumed; @key is filled. */
struct sk_buff *door_skb(struct kunit *test, const struct frame *f,
			 enum layout layout, struct alkaid_key *key);

/* The one frame that was sent is @text. */
void door_expect(struct kunit *test, const char * const *text);
void door_expect_nothing(struct kunit *test);
/* What was counted since the test began. */
void door_expect_totals(struct kunit *test, u64 consumed, u64 generated,
			u64 dropped);

#endif /* _ALKAID_KUNIT_DOOR_H */
