#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""alkaidd, routers and gateways: goal states, and where the packets of a workload then go.

    peer1111... -- tap1111...  [alk0 10.0.0.1, host_a]  ul -- wire

The frames of a workload are sent at the peer of its port, and what leaves for other hosts is seen
at the other end of the underlay; so are they brought in there, as if another host had sent them.

Usage: agent_routes.py [TEST]...
"""
import contextlib
import os
import signal
import socket
import subprocess

from google.protobuf import json_format

import frames
import goalstate
import steering
from agenthost import (LOCAL, MAC1, MAC2, N1, N2, P1, S1, S2, V1, add_tap, equal, main, run,
                       table, wait_for)
from goalstate import neighbor, port, statuses, subnet, vpc

GW1, GW2 = 'fe:16:11:00:00:01', 'fe:16:11:00:00:02'
DVR = 'fe:16:11:00:00:00'
WIRE = '02:00:00:00:00:77'
HOST = '10.0.0.2'
ZETA, ZETA_MAC = '10.0.0.9', '02:00:00:00:aa:09'
SUBNET1 = subnet(S1, V1, 7001, '192.168.1.0/24', ('192.168.1.1', GW1))
SUBNET2 = subnet(S2, V1, 7002, '192.168.2.0/24', ('192.168.2.1', GW2))
SIDE = {'vpc_states': [vpc(V1)], 'subnet_states': [SUBNET1, SUBNET2]}
R1 = '55555555-eeee-4000-8000-000000000005'
G1 = '66666666-ffff-4000-8000-000000000006'


def rule(rule_id, destination, via='', op='INFO', **fields):
    return {'operation_type': op, 'id': rule_id, 'destination': destination, 'next_hop_ip': via,
            **fields}


def router(tables, op='INFO', **fields):
    return {'operation_type': op, 'configuration': {
        'revision_number': 1, 'id': R1, 'update_type': 'DELTA', 'host_dvr_mac_address': DVR,
        'subnet_routing_tables': [{'subnet_id': key, 'routing_rules': rules}
                                  for key, rules in tables.items()], **fields}}


def gateway(*destinations, kind='ZETA', op='INFO', **fields):
    return {'operation_type': op, 'configuration': {
        'revision_number': 1, 'id': G1, 'gateway_type': kind,
        'destinations': [{'ip_address': ip, 'mac_address': mac} for ip, mac in destinations],
        **fields}}


def door(device):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(steering.ETH_P_ALL))
    sock.bind((device, steering.ETH_P_ALL))
    sock.settimeout(5)
    return sock


class Net:
    """The workload's end of its port, and the far end of the underlay."""

    def __init__(self):
        self.workload, self.wire = door('peer' + P1[:8]), door('wire')
        self.sport = 1000

    def leaves(self, dst, dmac=GW1, src='192.168.1.10'):
        """Send from the workload; returns what left for another host."""
        self.sport += 1
        self.workload.send(frames.build(
            f'eth src={MAC1} dst={dmac} ip src={src} dst={dst} udp sport={self.sport} data'))
        while True:
            seen = steering.arrived(self.wire.recv(2000))
            if seen and seen['sport'] == self.sport:
                return {key: seen[key] for key in ('host', 'vni', 'dmac', 'smac', 'ttl')}

    def drops(self, reason, dst, dmac=GW1):
        """Send from the workload; it must be dropped for this reason."""
        before = dropped(reason)
        self.workload.send(frames.build(
            f'eth src={MAC1} dst={dmac} ip src=192.168.1.10 dst={dst} udp data'))
        wait_for(lambda: dropped(reason) > before)

    def arrives(self, vni, inner):
        """Bring in a frame of another host; returns what the workload gets."""
        mac = open('/sys/class/net/ul/address', encoding='ascii').read().strip()
        self.wire.send(frames.build(
            f'eth src={WIRE} dst={mac} ip src={HOST} dst={LOCAL} udp dport=4789 sum=0 '
            f'vxlan vni={vni} {inner}'))
        wanted = frames.build(inner)[14 + 12:]
        while True:
            got, address = self.workload.recvfrom(2000)
            if address[2] != socket.PACKET_OUTGOING and got[14 + 12:] == wanted:
                return steering.mac_text(got[:6]), steering.mac_text(got[6:12])


def dropped(reason):
    (row,) = table('drops')
    return row[reason]


@contextlib.contextmanager
def network():
    add_tap(P1)
    run('ip', 'link', 'add', 'ul', 'type', 'veth', 'peer', 'name', 'wire', 'address', WIRE)
    try:
        for link in ('ul', 'wire'):
            run('ip', 'link', 'set', link, 'mtu', '1600', 'up')
        run('ip', 'address', 'add', LOCAL + '/24', 'dev', 'ul')
        run('ip', 'neigh', 'add', HOST, 'lladdr', WIRE, 'dev', 'ul', 'nud', 'permanent')
        yield Net()
    finally:
        subprocess.run(['ip', 'link', 'del', 'ul'], check=False)


def with_port(host):
    host.all_done(**SIDE, port_states=[port(P1, S1, MAC1, '192.168.1.10')])


def routed(host, mac, vni, smac=DVR):
    return {'host': host, 'vni': vni, 'dmac': mac, 'smac': smac, 'ttl': 63}


def routes():
    return {(row['prefix'], row.get('via')) for row in table('route')}


def test_rule_leads_to_its_next_hop(host):
    with network() as net:
        with_port(host)
        net.drops('NO_ROUTE', '172.20.3.4')
        # The next hop's neighbor comes later: a rule needs no more than its subnet.
        host.all_done(router_states=[router({S1: [rule('r1', '172.20.0.0/16', '192.168.1.50'),
                                                  rule('r2', '172.20.9.9', '192.168.2.50'),
                                                  rule('r3', '192.168.2.0/24', '192.168.2.1')]})])
        equal(routes(), {('172.20.0.0/16', '192.168.1.50'), ('172.20.9.9/32', '192.168.2.50')},
              'routes')
        net.drops('NEXT_HOP', '172.20.3.4')
        host.all_done(neighbor_states=[neighbor(N1, S1, MAC2, HOST, '192.168.1.50'),
                                       neighbor(N2, S2, '02:00:00:00:00:22', HOST, '192.168.2.50')])
        equal(net.leaves('172.20.3.4'), routed(HOST, MAC2, 7001), 'what left')
        equal(net.leaves('172.20.9.9'), routed(HOST, '02:00:00:00:00:22', 7002), 'what left')
        # One rule is removed, the other stays.
        host.all_done(router_states=[router({S1: [rule('r1', '', op='DELETE')]})])
        net.drops('NO_ROUTE', '172.20.3.4')
        equal(net.leaves('172.20.9.9'), routed(HOST, '02:00:00:00:00:22', 7002), 'what left')
        for _ in range(2):
            host.all_done(router_states=[router({}, op='DELETE')])
            equal(routes(), set(), 'routes')


def test_router_and_l3_neighbor_before_their_subnet(host):
    with network() as net:
        host.all_done(vpc_states=[vpc(V1)], subnet_states=[SUBNET1],
                      port_states=[port(P1, S1, MAC1, '192.168.1.10')])
        equal(host.push(
            router_states=[router({S1: [rule('r1', '172.20.0.0/16', '192.168.1.50'),
                                        rule('r2', '172.21.0.0/16', '192.168.2.20')],
                                   S2: [rule('r3', '172.20.0.0/16', '192.168.1.50')]})],
            neighbor_states=[neighbor(N2, S2, MAC2, HOST, '192.168.2.20', neighbor_type='L3')]),
              {('ROUTER', R1): 'PENDING', ('NEIGHBOR', N2): 'PENDING'}, 'statuses')
        equal(routes(), {('172.20.0.0/16', '192.168.1.50')}, 'routes')
        net.drops('NO_ROUTE', '192.168.2.20')
        # With the subnet all of it is completed.
        host.all_done(subnet_states=[SUBNET2])
        equal(len(table('route')), 3, 'number of routes')
        equal(net.leaves('192.168.2.20'), routed(HOST, MAC2, 7002), 'what left')
        equal(net.leaves('172.21.1.1'), routed(HOST, MAC2, 7002), 'what left')
        # And back: the workload sees its own gateway, whoever has routed.
        equal(net.arrives(7001, f'eth src={DVR} dst={MAC1} ip src=192.168.2.20 dst=192.168.1.10 '
                                'ttl=63 udp data'), (MAC1, GW1), 'what arrived')


def test_zeta_gateway_takes_what_nobody_knows(host):
    with network() as net:
        with_port(host)
        net.drops('NO_NEIGHBOR', '192.168.2.99')
        equal(host.push(vpc_states=[vpc(V1, gateway_ids=[G1])]), {('VPC', V1): 'PENDING'},
              'statuses')
        net.drops('NO_NEIGHBOR', '192.168.2.99')
        host.all_done(gateway_states=[gateway((ZETA, ZETA_MAC),
                                              zeta_info={'port_inband_operation': 8301})])
        (row,) = table('gateway')
        equal((row['type'], row['oam_port']), ('zeta', 8301), 'gateway')
        steered = {'host': ZETA, 'vni': 7001, 'dmac': ZETA_MAC, 'smac': MAC1, 'ttl': 64}
        equal(net.leaves('192.168.2.99'), steered, 'what left')
        equal(net.leaves('8.8.8.8'), steered, 'what left')
        equal(net.leaves('192.168.1.99', '02:00:00:00:00:99'), steered, 'what left')
        # Known ones go straight.
        host.all_done(neighbor_states=[neighbor(N1, S1, MAC2, HOST, '192.168.1.50')])
        equal(net.leaves('192.168.1.50', MAC2),
              {'host': HOST, 'vni': 7001, 'dmac': MAC2, 'smac': MAC1, 'ttl': 64}, 'what left')
        # Members are replaced as a whole, and the number of the group stays.
        host.all_done(gateway_states=[gateway(('10.0.0.8', '02:00:00:00:aa:08'))])
        equal(net.leaves('192.168.2.99'),
              dict(steered, host='10.0.0.8', dmac='02:00:00:00:aa:08'), 'what left')
        equal([r['id'] for r in table('gateway')], [row['id']], 'groups')
        equal(host.push(gateway_states=[gateway(op='DELETE')]), {('GATEWAY', G1): 'SUCCESS'},
              'statuses')
        equal(table('gateway'), [], 'gateways')
        net.drops('NO_NEIGHBOR', '192.168.2.99')


def test_rule_to_the_gateway_of_the_vpc(host):
    with network() as net:
        with_port(host)
        outward = rule('r1', '0.0.0.0/0',
                       routing_rule_extra_info={'destination_type': 'VPC_GW'})
        equal(host.push(router_states=[router({S1: [outward]})]), {('ROUTER', R1): 'PENDING'},
              'statuses')
        host.all_done(vpc_states=[vpc(V1, gateway_ids=[G1])],
                      gateway_states=[gateway((ZETA, ZETA_MAC), kind='IGW')])
        (row,), (group,) = table('route'), table('gateway')
        equal((row['prefix'], row['gateway_group'], group['type']),
              ('0.0.0.0/0', group['id'], 'igw'), 'route and group')
        equal(net.leaves('8.8.8.8')['host'], ZETA, 'where it went')


def test_arion_gateway_serves_its_vpc(host):
    with network() as net:
        with_port(host)
        host.all_done(gateway_states=[gateway((ZETA, ZETA_MAC), kind='ARION', arion_info={
            'vpc_id': V1, 'vni': 7001, 'subnet_id': S1, 'port_inband_operation': 8300})])
        equal(net.leaves('192.168.2.99')['host'], ZETA, 'where it went')
        (row,) = table('gateway')
        equal((row['type'], row['oam_port']), ('arion', 8300), 'gateway')


def push_v2(host, **states):
    """Push a GoalStateV2 of {key: state} for each type; returns what became of each."""
    message = json_format.ParseDict(states, goalstate.goalstate.GoalStateV2())
    call = host.controller.channel.stream_stream(goalstate.SERVICE + 'PushGoalStatesStream')
    (reply,) = call(iter([message.SerializeToString()]), timeout=60, wait_for_ready=True)
    return statuses(goalstate.Reply.FromString(reply))


def test_version_2_with_a_neighbor_as_l2_and_l3(host):
    with network() as net:
        with_port(host)
        result = push_v2(
            host, vpc_states={V1: vpc(V1, gateway_ids=[G1])},
            router_states={R1: router({S1: [rule('r1', '172.20.0.0/16', '192.168.2.20')]})},
            gateway_states={G1: gateway((ZETA, ZETA_MAC))},
            neighbor_states={
                f'{kind}/{N2}': neighbor(N2, S2, MAC2, HOST, '192.168.2.20', neighbor_type=kind)
                for kind in ('L2', 'L3')})
        equal(set(result.values()), {'SUCCESS'}, 'statuses')
        equal(len(table('neigh')), 1, 'number of neighbors')
        equal(net.leaves('192.168.2.20'), routed(HOST, MAC2, 7002), 'what left')
        equal(net.leaves('172.20.1.1'), routed(HOST, MAC2, 7002), 'what left')
        equal(net.leaves('8.8.8.8')['host'], ZETA, 'where it went')


def without_counters(value):
    if isinstance(value, dict):
        return {key: without_counters(item) for key, item in value.items()
                if not key.endswith(('packets', 'bytes', 'drops'))}
    return [without_counters(item) for item in value] if isinstance(value, list) else value


def all_tables():
    return {kind: sorted(without_counters(table(kind)), key=str)
            for kind in ('vpc', 'subnet', 'neigh', 'route', 'gateway')}


def test_restart_keeps_routes_and_groups(host):
    # A group of somebody else, whose number is not given out.
    run('alk', 'gateway', 'add', '1', 'member', '10.0.0.99', 'mac', '02:00:00:00:aa:99')
    host.restart(signal.SIGTERM)
    host.push(**SIDE, gateway_states=[gateway((ZETA, ZETA_MAC))], router_states=[router(
        {S1: [rule('r1', '172.20.0.0/16', '192.168.1.50'),
              rule('r2', '0.0.0.0/0', routing_rule_extra_info={'destination_type': 'VPC_GW'})]})])
    host.all_done(vpc_states=[vpc(V1, gateway_ids=[G1])])
    before = all_tables()
    equal({row['id'] for row in before['gateway']}, {1, 2}, 'groups')
    for _ in range(2):
        host.restart(signal.SIGKILL)
        equal(all_tables(), before, 'tables')
    # What came before is merged with.
    host.all_done(router_states=[router({S1: [rule('r1', '', op='DELETE'),
                                              rule('r3', '172.21.0.0/16', '192.168.1.50')]})])
    equal({row['prefix'] for row in table('route')}, {'0.0.0.0/0', '172.21.0.0/16'}, 'routes')


def test_gateways_of_the_configuration_file(host):
    path = os.path.join(host.daemon.state, 'conf')

    def groups(text):
        with open(path, 'w', encoding='ascii') as file:
            file.write(text)
        if host.daemon.options:
            mark = len(host.daemon.log())
            host.daemon.process.send_signal(signal.SIGHUP)
            wait_for(lambda: 'read again' in host.daemon.log()[mark:])

    def members():
        return [[member['ip'] for member in row['members']] for row in table('gateway')]

    with network() as net:
        groups(f'[gateway one]\ntype = zeta\nmember = {ZETA} {ZETA_MAC}\n')
        host.daemon.options = ['--config', path]
        host.restart(signal.SIGTERM)
        with_port(host)
        equal(net.leaves('8.8.8.8')['host'], ZETA, 'where it went')
        groups('[gateway one]\ntype = zeta\nmember = 10.0.0.8 02:00:00:00:aa:08\n')
        equal(net.leaves('8.8.8.8')['host'], '10.0.0.8', 'where it went')
        # What a goal state names comes first.
        host.all_done(vpc_states=[vpc(V1, gateway_ids=[G1])],
                      gateway_states=[gateway(('10.0.0.7', '02:00:00:00:aa:07'))])
        equal(net.leaves('8.8.8.8')['host'], '10.0.0.7', 'where it went')
        host.all_done(gateway_states=[gateway(op='DELETE')],
                      vpc_states=[vpc(V1, update_type='FULL')])
        equal(net.leaves('8.8.8.8')['host'], '10.0.0.8', 'where it went')
        # A daemon that is told of it no more takes it away, at once or when it starts.
        host.daemon.stop(signal.SIGKILL)
        host.daemon.options = []
        groups('')
        host.daemon.start()
        equal(members(), [], 'groups')
        net.drops('NO_ROUTE', '8.8.8.8')


BAD_RULES = (
    ('INVALID_ARG', 'routing_rules[0].destination: ', rule('x', '1.2.3.4/33')),
    ('INVALID_ARG', 'routing_rules[0].destination: ', rule('x', '')),
    ('INVALID_ARG', 'routing_rules[0].next_hop_ip: ', rule('x', '1.0.0.0/8', '192.168.1')),
    ('INVALID_ARG', 'routing_rules[0].next_hop_ip: ', rule('x', '1.0.0.0/8', '224.0.0.1')),
    ('INVALID_ARG', 'routing_rules[0].next_hop_ip: ', rule('x', '1.0.0.0/8', 'fd00::1')),
    ('INVALID_ARG', 'routing_rules[0].id: ', rule('', '1.0.0.0/8')),
    ('INVALID_ARG', 'routing_rules[0].operation_type: ', rule('x', '1.0.0.0/8', op='GET')),
)
BAD_GATEWAYS = (
    ('INVALID_ARG', 'destinations: ', {'destinations': []}),
    ('INVALID_ARG', 'destinations[0].ip_address: ',
     {'destinations': [{'ip_address': '10.0.0', 'mac_address': ZETA_MAC}]}),
    ('INVALID_ARG', 'destinations[0].mac_address: ', {'destinations': [{'ip_address': ZETA}]}),
    ('INVALID_ARG', 'destinations[0].mac_address: ',
     {'destinations': [{'ip_address': ZETA, 'mac_address': 'ff:ff:ff:ff:ff:ff'}]}),
    ('INVALID_ARG', 'destinations[1].ip_address: ',
     {'destinations': [{'ip_address': ZETA, 'mac_address': ZETA_MAC}] * 2}),
    ('INVALID_ARG', 'zeta_info.port_inband_operation: ',
     {'zeta_info': {'port_inband_operation': 65536}}),
    ('FAILURE', 'gateway_type: ', {'gateway_type': 99}),
)


def test_bad_fields_are_named(host):
    host.all_done(**SIDE)
    for status, text, bad in BAD_RULES:
        host.refused(('ROUTER', R1), status, text, router_states=[router({S1: [bad]})])
    for status, text, fields in BAD_GATEWAYS:
        state = gateway((ZETA, ZETA_MAC))
        state['configuration'].update(fields)
        host.refused(('GATEWAY', G1), status, text, gateway_states=[state])
    equal((table('route'), table('gateway')), ([], []), 'routes and gateways')


if __name__ == '__main__':
    main(globals())
