/* SPDX-License-Identifier: GPL-2.0 */
/* A small cloud for tests of the decision: subnets, ports, neighbors and routes. */
#ifndef _ALKAID_KUNIT_CLOUD_H
#define _ALKAID_KUNIT_CLOUD_H

#include "world.h"

/*
 * VPC 7
 *   subnet 71 (VNI 7001) 192.168.1.0/24 and fd00:1::/64, gateway GW1 has .254
 *   and ::fe
 *     vm0     192.168.1.1, fd00:1::1
 *     REMOTE1 192.168.1.2, fd00:1::2, behind HOST_B, whose path is not known
 *   subnet 72 (VNI 7002) 192.168.2.0/24 and fd00:2::/64, gateway GW2 likewise
 *     vm1     192.168.2.1, fd00:2::1, MTU 1400
 *     REMOTE2 192.168.2.2, fd00:2::2, behind HOST_C, whose path has 1,500
 *   subnet 73 (VNI 7003, Geneve, flood) 192.168.3.0/24 and fd00:3::/64, without
 *   a gateway
 *     vm2     192.168.3.1, fd00:3::1
 *     REMOTE3 192.168.3.2, fd00:3::2, behind HOST_C
 * VPC 8
 *   subnet 81 (VNI 8001) 192.168.1.0/24 and fd00:1::/64, gateway GW1 has .254
 *     vm3     192.168.1.1, fd00:1::1
 * Routes of VPC 7
 *   10.9.0.0/16 and fd09::/16 via REMOTE2, 10.9.1.0/24 via vm1,
 *   10.8.0.0/16 via 192.168.2.77, which nobody has, 10.7.0.0/16 and fd07::/16
 *   nowhere, 10.6.0.0/16 via REMOTE2 but from subnet 71 via vm1, 10.5.0.0/16 of
 *   subnet 72 via REMOTE2, 192.168.2.160/27 nowhere
 */
#define VM0	"02:00:00:00:01:01"
#define REMOTE1	"02:00:00:00:01:02"
#define VM1	"02:00:00:00:02:01"
#define REMOTE2	"02:00:00:00:02:02"
#define VM2	"02:00:00:00:03:01"
#define REMOTE3	"02:00:00:00:03:02"
#define GW1	"02:aa:00:00:00:01"
#define GW2	"02:aa:00:00:00:02"
#define DVR	"fe:16:11:00:00:07"
#define NOBODY	"02:00:00:00:00:99"
#define ALL	"ff:ff:ff:ff:ff:ff"
#define ALL6	"33:33:00:00:00:01"
#define HOST_C	"10.0.0.3"

/* Where a frame comes from, if not from a port. */
#define TUNNEL	(-1)

/* An init for suites, with world_exit(): test->priv is a struct world. */
int cloud_init(struct kunit *test);

#endif /* _ALKAID_KUNIT_CLOUD_H */
