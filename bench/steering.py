# SPDX-License-Identifier: GPL-2.0
"""Work on gateway groups: steered to a gateway, by a direct path, relayed by the gateway."""
import socket
import struct

import paths
import rig
from lane import PREFIX, UNDERLAY_MAC, VNI, Lane, Traffic
from packets import encap_lane
from registry import work

MEMBERS = range(2, 6)
OAM_PORT = 8300
SO_NO_CHECK = 11
# As long as can be said: under the instruction counter, a wait for a file may last for many minutes.
IDLE = 0xffff


def steered_lane(name, dropped=True, hosts=MEMBERS):
    """The neighbor is unknown: each flow goes to one of four gateways, all at the far end."""
    lane = Lane(name)
    if dropped:
        lane.drop(lane.peer, 'ub')
    near = lane.near
    members = ' '.join(f'member 10.0.0.{i} mac {UNDERLAY_MAC[1]}' for i in hosts)
    rig.alk(near.netns, f'link add alk0 local {near.local} {paths.link_options()}\n')
    rig.ip(near.netns, 'link set alk0 up')
    rig.alk(near.netns, f'''gateway add 1 {members}
        vpc add 1 miss gateway gateway-group 1
        subnet add 1 vpc 1 vni {VNI[1]} prefix {PREFIX[1]}
        port add port subnet 1 mac {near.mac} ip {near.ip}
        ''')
    return lane


def gateway_socket(lane):
    """From which a gateway sends what its host is to know."""
    with rig.within(lane.peer):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, 1)
    sock.bind((lane.far.local, OAM_PORT))
    sock.connect((lane.near.local, OAM_PORT))
    return sock


def injects(lane, flows):
    """OAM datagrams that teach direct paths, for the flows that Traffic has and more."""
    near, far = lane.near, lane.far
    near_ip, far_ip, host = (socket.inet_aton(ip) for ip in (near.ip, far.ip, far.local))
    mac = bytes.fromhex(far.mac.replace(':', ''))
    return [struct.pack('!I4s4sHHI4s4s6s6sHH', 0, near_ip, far_ip, 1000 + flow % 256, 2000 + flow // 256,
                        17 << 24 | VNI[1], far_ip, host, mac, bytes(6), IDLE, 0) for flow in range(flows)]


def direct_lane(name, traffic):
    """The gateway has taught a direct path for each of the flows."""
    lane = steered_lane(name)
    # As fast as they come.
    rig.write('/sys/module/alkaid/parameters/oam_rate', '0')
    datagrams = injects(lane, traffic.flows)
    with gateway_socket(lane) as sock:
        def teach():
            for datagram in datagrams:
                sock.send(datagram)
            return rig.flows(lane.host) == traffic.flows

        # What is taught a moment after the port got its address may be forgotten with what was before it.
        rig.until(teach, f'{name}: direct paths')
    return lane


def relayed_lane(name):
    """The far end is the gateway, which has one address, and relays to one more host behind it."""
    lane = steered_lane(name, dropped=False, hosts=MEMBERS[:1])
    gateway, far = lane.peer, f'{name}.far'
    rig.run('ip', 'netns', 'add', far)
    rig.ip(gateway, f'''
        link add pa mtu 1600 type veth peer name fa mtu 1600 address 02:00:00:00:0a:03 netns {far}
        addr add 10.2.0.2/24 dev pa
        link set pa up
        neigh add 10.2.0.3 dev pa lladdr 02:00:00:00:0a:03''')
    rig.ip(far, 'link set fa up')
    lane.drop(far, 'fa')
    rig.alk(gateway, f'link add alk0 local 10.0.0.2 role gateway {paths.link_options()}\n')
    rig.ip(gateway, 'link set alk0 up')
    rig.alk(gateway, f'''vpc add 1
        subnet add 1 vpc 1 vni {VNI[1]} prefix {PREFIX[1]}
        neigh add {lane.near.ip} subnet 1 mac {lane.near.mac} host 10.0.0.1
        neigh add {lane.far.ip} subnet 1 mac {lane.far.mac} host 10.2.0.3
        ''')
    return lane


@work('paths', 'steered to a gateway, by a direct path, relayed by the gateway')
def steering(machine):
    traffic = Traffic()
    null = encap_lane('null', 'bridged', 'vxlan')
    steered = steered_lane('steered')
    sent = {'bridged': encap_lane('alkaid', 'bridged', 'vxlan'), 'steered': steered,
            'direct': direct_lane('direct', traffic)}
    for kind, lane in sent.items():
        yield from machine.compare('paths', {'null': null, 'alkaid': lane}, traffic, kind=kind)
    # What the relay itself costs: the host that steers to it is subtracted.
    yield from machine.compare('paths', {'null': steered, 'alkaid': relayed_lane('relayed')}, traffic, kind='relayed')
