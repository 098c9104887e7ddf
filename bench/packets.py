# SPDX-License-Identifier: GPL-2.0
"""Works on 64-byte packets: out of a port, into a port."""
import paths
from lane import Lane, Traffic
from registry import work

FLOWS = (1, 256, 65536)
CASES = (('bridged', 'vxlan'), ('routed', 'vxlan'), ('bridged', 'geneve'))


def encap_lane(path, mode, form):
    """Packets end at the far end of the underlay; those of null at the port."""
    lane = Lane(f'{path}-{mode}-{form}', mode == 'routed')
    if path == 'null':
        lane.drop(lane.host, 'port')
    else:
        lane.drop(lane.peer, 'ub')
        paths.PATHS[path](lane.near, lane.far, form)
    return lane


def decap_lane(path, mode, form):
    """The sender is a bridge; packets end in the far VM, those of null where they enter its host."""
    lane = Lane(f'{path}-{mode}-{form}', mode == 'routed')
    paths.bridge(lane.near, lane.far, form)
    if path == 'null':
        lane.drop(lane.peer, 'ub')
    else:
        paths.PATHS[path](lane.far, lane.near, form)
    return lane


def side_by_side(rig, name, make):
    for mode, form in CASES:
        lanes = {path: make(path, mode, form) for path in ('null', *paths.PATHS)}
        for flows in FLOWS:
            yield from rig.compare(name, lanes, Traffic(flows), mode=mode, format=form, flows=flows)


@work('encap', 'port rx, encapsulation, underlay tx')
def encap(rig):
    return side_by_side(rig, 'encap', encap_lane)


@work('decap', 'underlay rx, decapsulation, port tx')
def decap(rig):
    return side_by_side(rig, 'decap', decap_lane)
