# SPDX-License-Identifier: GPL-2.0
"""Two hosts and two VMs, for one path to lie between.

    vm: pktgen > eth0 --- port [host] ua --- ub [peer] port --- eth0 :vm2

Each lane has namespaces of its own, so that all the paths of a work stand ready and take turns.
"""
import ipaddress
import json
import socket
from dataclasses import dataclass

import rig

PREFIX = {1: '172.16.0.0/12', 2: '100.64.0.0/12'}
FIRST = {subnet: int(ipaddress.ip_network(prefix)[0]) for subnet, prefix in PREFIX.items()}
SIZE = 1 << 20
VNI = {1: 42, 2: 43}
GATEWAY_MAC = '02:00:00:00:00:fe'
UNDERLAY_MAC = ('02:00:00:00:0a:01', '02:00:00:00:0a:02')


def address(subnet, number):
    return socket.inet_ntoa((FIRST[subnet] + number).to_bytes(4, 'big'))


def gateway(subnet):
    return address(subnet, SIZE - 2)


def neighbor_mac(number):
    """pktgen counts its destinations from the last byte on."""
    return '02:00:' + (0x40000000 + number).to_bytes(4, 'big').hex(':')


def neighbor_ip(subnet, number):
    return address(subnet, 2 + number)


@dataclass
class End:
    """A host, and the VM behind its port."""
    netns: str
    local: str
    subnet: int
    mac: str
    ip: str
    port: str = 'port'


@dataclass
class Traffic:
    """64-byte UDP packets of a VM."""
    flows: int = 256
    neighbors: int = 1

    def settings(self, near, far):
        """What pktgen is told."""
        routed = near.subnet != far.subnet
        yield from (f'src_mac {near.mac}', f'dst_mac {GATEWAY_MAC if routed else far.mac}',
                    f'src_min {near.ip}', f'src_max {near.ip}', f'dst_min {far.ip}')
        # The upper end of a range of ports is not in it, that of addresses is.
        sources, ports = min(self.flows, 256), max(self.flows // 256, 1)
        yield from ('udp_src_min 1000', f'udp_src_max {1000 + sources}', 'flag UDPSRC_RND',
                    'udp_dst_min 2000', f'udp_dst_max {2000 + ports}', 'flag UDPDST_RND')
        if routed:
            yield from (f'dst_max {neighbor_ip(far.subnet, self.neighbors - 1)}', 'flag IPDST_RND')
        elif self.neighbors > 1:
            yield from (f'dst_mac_count {self.neighbors}', 'flag MACDST_RND')


class Lane:
    """The namespaces, and where packets end: a namespace, and its devices of which all is dropped."""
    def __init__(self, name, routed=False):
        self.vm, self.host, self.peer, self.vm2 = (f'{name}.{who}' for who in ('vm', 'host', 'peer', 'vm2'))
        self.near = End(self.host, '10.0.0.1', 1, '02:00:00:00:00:01', address(1, SIZE - 3))
        self.far = End(self.peer, '10.0.0.2', 1 + routed, neighbor_mac(0), neighbor_ip(1 + routed, 0))
        self.pktgen = rig.Pktgen(self.vm, ['eth0'])
        self.end = None
        self.build()

    def build(self):
        rig.run('ip', '-batch', '-', text='\n'.join(
            f'netns add {netns}' for netns in (self.vm, self.host, self.peer, self.vm2)))
        for netns in (self.vm, self.host, self.peer, self.vm2):
            rig.sysctl(netns, 'ipv6/conf/all/disable_ipv6', 1)
            rig.sysctl(netns, 'ipv6/conf/default/disable_ipv6', 1)
        rig.ip(self.host, f'''
            link add ua mtu 1600 address {UNDERLAY_MAC[0]} type veth peer name ub mtu 1600 netns {self.peer}
            link add port type veth peer name eth0 address {self.near.mac} netns {self.vm}
            addr add {self.near.local}/24 dev ua
            link set lo up
            link set ua up
            link set port up
            neigh replace {self.far.local} dev ua lladdr {UNDERLAY_MAC[1]}
            route add 10.1.0.0/16 via {self.far.local}''')
        rig.ip(self.peer, f'''
            link add port type veth peer name eth0 address {self.far.mac} netns {self.vm2}
            link set ub address {UNDERLAY_MAC[1]}
            addr add {self.far.local}/24 dev ub
            link set lo up
            link set ub up
            link set port up
            neigh replace {self.near.local} dev ub lladdr {UNDERLAY_MAC[0]}''')
        rig.ip(self.vm, 'link set eth0 up')
        rig.ip(self.vm2, 'link set eth0 up')
        rig.until(self.linked, f'{self.host}: that the underlay is up')
        self.drop(self.vm2, 'eth0')

    def linked(self):
        """A link carries nothing until the kernel has noticed, in its own time, that its peer is up."""
        links = [json.loads(rig.run('ip', '-n', netns, '-j', 'link', 'show', device))[0]
                 for netns, device in ((self.host, 'ua'), (self.peer, 'ub'))]
        return all(link['operstate'] == 'UP' for link in links)

    def drop(self, netns, *devices):
        """All packets end here from now on."""
        rig.run('tc', '-n', netns, '-batch', '-', text=''.join(f'''
            qdisc add dev {device} clsact
            filter add dev {device} ingress protocol all matchall action drop''' for device in devices))
        self.end = netns, set(devices)

    def send(self, traffic, count):
        """The nanoseconds of the machine's clock that each packet took, and how many were lost."""
        settings = list(traffic.settings(self.near, self.far))
        each = max(count // len(self.pktgen.devices), 1)
        count = each * len(self.pktgen.devices)
        before = rig.received(*self.end)
        elapsed = self.pktgen.send(settings, each)
        # The hosts' own chatter may come on top.
        return elapsed / count, max(count - (rig.received(*self.end) - before), 0)

    def cost(self, traffic, count):
        """Of packets that must all arrive."""
        cost, lost = self.send(traffic, count)
        if lost:
            raise rig.BenchError(f'{self.vm}: of {count} packets {lost} were lost')
        return cost
