# SPDX-License-Identifier: GPL-2.0
"""What carries packets between a VM and the underlay: alkaid and its peers, at one End."""
import os

import rig
from lane import GATEWAY_MAC, PREFIX, VNI, gateway

PORTS = {'vxlan': 4789, 'geneve': 6081}


def link_options():
    """More words for `alk link add`, so that two kinds of devices can be measured."""
    return os.environ.get('ALKAID_BENCH_LINK', '')


def alkaid(end, other, form='vxlan'):
    rig.alk(end.netns, f'link add alk0 local {end.local} {link_options()}\n')
    rig.ip(end.netns, 'link set alk0 up')
    subnets = ''.join(
        f'subnet add {subnet} vpc 1 vni {VNI[subnet]} prefix {PREFIX[subnet]} encap {form} '
        f'gateway-ip {gateway(subnet)} gateway-mac {GATEWAY_MAC}\n' for subnet in VNI)
    rig.alk(end.netns, f'''vpc add 1
        {subnets}
        port add {end.port} subnet {end.subnet} mac {end.mac} ip {end.ip}
        neigh add {other.ip} subnet {other.subnet} mac {other.mac} host {other.local}
        ''')


def tunnel(form, name, vni, end, other):
    """A stock tunnel device, as words for `ip link add`."""
    if form == 'geneve':
        return f'link add {name} type geneve id {vni} remote {other.local}'
    return f'link add {name} type vxlan id {vni} local {end.local} dstport 4789 nolearning'


def bridge(end, other, form='vxlan'):
    """Linux bridges and a stock tunnel device; between subnets the kernel routes."""
    rig.ip(end.netns, f'''
        link add br{end.subnet} address {GATEWAY_MAC} type bridge mcast_snooping 0
        link set {end.port} master br{end.subnet}
        link set br{end.subnet} up''')
    # A receiver is in the subnet that the sender has routed to.
    routes = end.subnet == 1 != other.subnet
    subnet = max(end.subnet, other.subnet)
    if routes:
        rig.sysctl(end.netns, 'ipv4/ip_forward', 1)
        rig.ip(end.netns, f'''
            link add br{subnet} address {GATEWAY_MAC} type bridge mcast_snooping 0
            link set br{subnet} up
            addr add {gateway(1)}/12 dev br1
            addr add {gateway(subnet)}/12 dev br{subnet}
            neigh add {other.ip} lladdr {other.mac} dev br{subnet}''')
    rig.ip(end.netns, f'''
        {tunnel(form, 'vx', VNI[subnet], end, other)}
        link set vx master br{subnet}
        link set vx up''')
    entries = [f'fdb replace {end.mac} dev {end.port} master static']
    if form == 'vxlan':
        entries.append(f'fdb replace {other.mac} dev vx dst {other.local} self static')
    rig.run('bridge', '-n', end.netns, '-batch', '-', text='\n'.join(entries))


def ovs(end, other, form='vxlan'):
    """Open vSwitch's kernel datapath, with the flows that its daemon would put there."""
    routed = end.subnet != other.subnet
    vni = VNI[max(end.subnet, other.subnet)]
    dpctl = ('ip', 'netns', 'exec', end.netns, 'ovs-dpctl')
    rig.run(*dpctl, 'add-dp', 'dp0')
    rig.run(*dpctl, 'add-if', 'dp0', f'{end.port},port_no=1', f'tunnel,type={form},port_no=2,remote_ip=flow,key=flow')
    inner, rewrite = f'eth(src={end.mac},dst={other.mac}),eth_type(0x0800),ipv4(frag=no)', ''
    if routed:
        inner = f'eth(src={end.mac},dst={GATEWAY_MAC}),eth_type(0x0800),ipv4(dst={other.ip},ttl=32,frag=no)'
        rewrite = f'set(eth(src={GATEWAY_MAC},dst={other.mac})),set(ipv4(ttl=31)),'
    rig.run(*dpctl, 'add-flow', 'dp0', f'recirc_id(0),in_port(1),{inner}',
            f'set(tunnel(tun_id={vni:#x},src={end.local},dst={other.local},ttl=64,'
            f'tp_dst={PORTS[form]},flags(df|key))),{rewrite}2')
    inner = f'eth(dst={end.mac}),eth_type(0x0800),ipv4(frag=no)'
    rig.run(*dpctl, 'add-flow', 'dp0',
            f'recirc_id(0),tunnel(tun_id={vni:#x},src={other.local},dst={end.local},ttl=0/0,flags(+key)),'
            f'in_port(2),{inner}', '1')


PATHS = {'alkaid': alkaid, 'bridge': bridge, 'ovs': ovs}
