# SPDX-License-Identifier: GPL-2.0
"""Work on tables of many neighbors: what a packet to any of them costs."""
import socket
import struct

import genl
import paths
import rig
from lane import Lane, Traffic, neighbor_ip, neighbor_mac
from registry import work

# Instructions do not tell of caches, and the emulator takes long to fill tables.
SIZES = {'icount': (1, 1_000, 65_536), 'uml': (1, 1_000, 65_536, 262_144, 1_000_000)}
HOSTS = 1024
# Its hash has 256 buckets: to add more of them takes too long, and so does every packet.
BRIDGE_MOST = 262_144
# Messages of one sendmsg().
BATCH = 512
RTM_NEWNEIGH = 28
NUD_PERMANENT_NOARP = 0xc0
NTF_SELF = 2


def host(number):
    """Neighbors live on 1,024 hosts, all of them at the far end of the underlay."""
    return f'10.1.{number % HOSTS >> 8}.{number & 255}' if number else '10.0.0.2'


def add_to_alkaid(lane, numbers):
    subnet = lane.far.subnet
    rig.alk(lane.host, ''.join(
        f'neigh add {neighbor_ip(subnet, i)} subnet {subnet} mac {neighbor_mac(i)} host {host(i)}\n'
        for i in numbers), '-f')


def neigh_messages(family, ifindex, flags, entries, how=genl.CREATE):
    """RTM_NEWNEIGH for each (MAC, address)."""
    message = struct.Struct('=IHHII BxxxiHBB HH6sxx HH4s')
    return [message.pack(message.size, RTM_NEWNEIGH, how | genl.REQUEST, 0, 0,
                         family, ifindex, NUD_PERMANENT_NOARP, flags, 0,
                         10, 2, mac, 8, 1, address) for mac, address in entries]


def add_to_bridge(lane, numbers):
    """`bridge -b` takes minutes for as many; whether all are there, the packets tell."""
    def index(device):
        return int(rig.run('ip', '-n', lane.host, '-o', 'link', 'show', device).partition(':')[0])

    subnet = lane.far.subnet
    macs = [bytes.fromhex(neighbor_mac(i).replace(':', '')) for i in numbers]
    messages = neigh_messages(socket.AF_BRIDGE, index('vx'), NTF_SELF,
                              zip(macs, (socket.inet_aton(host(i)) for i in numbers)))
    if subnet != lane.near.subnet:
        addresses = (socket.inet_aton(neighbor_ip(subnet, i)) for i in numbers)
        messages += neigh_messages(socket.AF_INET, index(f'br{subnet}'), 0, zip(macs, addresses))
    with rig.within(lane.host), socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as netlink:
        for start in range(0, len(messages), BATCH):
            netlink.send(b''.join(messages[start:start + BATCH]))


ADD = {'alkaid': add_to_alkaid, 'bridge': add_to_bridge}


def lanes_for(mode):
    lanes = {path: Lane(f'{path}-{mode}', mode == 'routed') for path in ('null', *ADD)}
    for path, lane in lanes.items():
        if path == 'null':
            lane.drop(lane.host, 'port')
        else:
            lane.drop(lane.peer, 'ub')
            paths.PATHS[path](lane.near, lane.far)
    return lanes


@work('neighbors', 'encapsulation to uniformly random destinations', timeout=1500)
def neighbors(machine):
    for mode in ('bridged', 'routed'):
        lanes = lanes_for(mode)
        there = 1
        for size in SIZES[machine.name]:
            if size > BRIDGE_MOST:
                lanes.pop('bridge')
            for path, add in ADD.items():
                if path in lanes:
                    add(lanes[path], range(there, size))
            there = size
            yield from machine.compare('neighbors', lanes, Traffic(neighbors=size), mode=mode, neighbors=size)
