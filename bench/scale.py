# SPDX-License-Identifier: GPL-2.0
"""Work on a host of many ports, each in a VPC of its own."""
import json

import rig
from lane import GATEWAY_MAC, PREFIX, Lane, Traffic, gateway, neighbor_mac
from paths import link_options
from registry import work

SIZES = (1, 1000)


def alkaid(lane, size):
    near, far = lane.near, lane.far
    rig.alk(near.netns, f'link add alk0 local {near.local} {link_options()}\n')
    rig.ip(near.netns, 'link set alk0 up')
    rig.alk(near.netns, ''.join(f'''vpc add {i}
        subnet add {i} vpc {i} vni {i} prefix {PREFIX[1]} gateway-ip {gateway(1)} gateway-mac {GATEWAY_MAC}
        port add port{i} subnet {i} mac {near.mac} ip {near.ip}
        neigh add {far.ip} subnet {i} mac {neighbor_mac(i - 1)} host {far.local}
        ''' for i in range(1, size + 1)))


def bridge(lane, size):
    near, far = lane.near, lane.far
    rig.ip(near.netns, ''.join(f'''
        link add vx{i} type vxlan id {i} local {near.local} dstport 4789 nolearning
        link add br{i} type bridge mcast_snooping 0
        link set port{i} master br{i}
        link set vx{i} master br{i}
        link set vx{i} up
        link set br{i} up''' for i in range(1, size + 1)))
    rig.run('bridge', '-n', near.netns, '-batch', '-', text=''.join(
        f'fdb add {neighbor_mac(i - 1)} dev vx{i} dst {far.local} self static\n' for i in range(1, size + 1)))


def null(lane, size):
    lane.drop(lane.host, *(f'port{i}' for i in range(1, size + 1)))


PATHS = {'null': null, 'alkaid': alkaid, 'bridge': bridge}


def fan_out(lane, size):
    """Packets of one sender go to any of the ports: each has a neighbor whose MAC no other has.

    pktgen looks through all of its devices before each packet, and would cost more than what is measured.
    """
    rig.ip(lane.vm, f'''
        link add fan type bridge mcast_snooping 0
        link add gen type veth peer name in
        link set in master fan
        {"".join(f"""
        link set eth{i} master fan
        link set eth{i} up""" for i in range(1, size + 1))}
        link set in up
        link set gen up
        link set fan up''')
    rig.run('bridge', '-n', lane.vm, '-batch', '-', text=''.join(
        f'fdb add {neighbor_mac(i - 1)} dev eth{i} master static\n' for i in range(1, size + 1)))
    # Links come up in the kernel's own time.
    rig.until(lambda: {port['state'] for port in json.loads(rig.run('bridge', '-n', lane.vm, '-j', 'link'))} ==
              {'forwarding'}, f'{lane.vm}: that all ports forward')
    lane.pktgen = rig.Pktgen(lane.vm, ['gen'])


def crowded_lane(path, size):
    """Its VMs are one namespace with a device for each; gives what memory the path took, too."""
    lane = Lane(f'{path}-{size}')
    rig.ip(lane.host, ''.join(f'''
        link add port{i} type veth peer name eth{i} netns {lane.vm}
        link set port{i} up''' for i in range(1, size + 1)))
    fan_out(lane, size)
    before = rig.memory()
    PATHS[path](lane, size)
    held = rig.memory() - before
    if path != 'null':
        lane.drop(lane.peer, 'ub')
    return lane, held


@work('scale', '1,000 ports, each in a VPC of its own: one of them sends, or any', timeout=900)
def scale(machine):
    for size in SIZES:
        made = {path: crowded_lane(path, size) for path in PATHS}
        lanes = {path: lane for path, (lane, _) in made.items()}
        for senders in sorted({1, size}):
            yield from machine.compare('scale', lanes, Traffic(neighbors=senders), ports=size, senders=senders)
    # Of the last, and biggest: nothing else was made meanwhile.
    for path, (_, held) in made.items():
        if path != 'null':
            yield machine.result('scale', path, [held / size], unit='bytes a port', ports=size)
