# SPDX-License-Identifier: GPL-2.0
"""Work on a host of many ports, each in a VPC of its own."""
import rig
from lane import GATEWAY_MAC, PREFIX, Lane, Traffic, gateway
from paths import link_options
from registry import work

# The emulator takes long to make ports.
SIZES = {'icount': (1, 100), 'uml': (1, 1000)}


def alkaid(lane, size):
    near, far = lane.near, lane.far
    rig.alk(near.netns, f'link add alk0 local {near.local} {link_options()}\n')
    rig.ip(near.netns, 'link set alk0 up')
    rig.alk(near.netns, ''.join(f'''vpc add {i}
        subnet add {i} vpc {i} vni {i} prefix {PREFIX[1]} gateway-ip {gateway(1)} gateway-mac {GATEWAY_MAC}
        port add port{i} subnet {i} mac {near.mac} ip {near.ip}
        neigh add {far.ip} subnet {i} mac {far.mac} host {far.local}
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
        f'fdb add {far.mac} dev vx{i} dst {far.local} self static\n' for i in range(1, size + 1)))


def null(lane, size):
    lane.drop(lane.host, *(f'port{i}' for i in range(1, size + 1)))


PATHS = {'null': null, 'alkaid': alkaid, 'bridge': bridge}


def crowded_lane(path, size):
    """Its VMs are one namespace with a device for each; gives what memory the path took, too."""
    lane = Lane(f'{path}-{size}')
    senders = [f'eth{i}' for i in range(1, size + 1)]
    lane.pktgen = rig.Pktgen(lane.vm, senders[:1])
    rig.ip(lane.host, ''.join(f'''
        link add port{i} type veth peer name eth{i} address {lane.near.mac} netns {lane.vm}
        link set port{i} up''' for i in range(1, size + 1)))
    rig.ip(lane.vm, ''.join(f'link set {sender} up\n' for sender in senders))
    before = rig.memory()
    PATHS[path](lane, size)
    held = rig.memory() - before
    if path != 'null':
        lane.drop(lane.peer, 'ub')
    return lane, held


@work('scale', '1,000 ports, each in a VPC of its own: one of them sends, or all in turns', timeout=900)
def scale(machine):
    for size in SIZES[machine.name]:
        made = {path: crowded_lane(path, size) for path in PATHS}
        lanes = {path: lane for path, (lane, _) in made.items()}
        yield from machine.compare('scale', lanes, Traffic(), ports=size, senders=1)
        if size > 1:
            for lane in lanes.values():
                lane.pktgen.join(f'eth{i}' for i in range(2, size + 1))
            yield from machine.compare('scale', lanes, Traffic(), ports=size, senders=size)
    # Of the last, and biggest: nothing else was made meanwhile.
    for path, (_, held) in made.items():
        if path != 'null':
            yield machine.result('scale', path, [held / size], unit='bytes a port', ports=size)
