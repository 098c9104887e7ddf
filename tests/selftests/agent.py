#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""alkaidd against a kernel: goal states pushed over gRPC, tables read with alk.

    namespace host_a
    +----------------------------------------------+
    | alk0 (local 10.0.0.1)    alkaidd :50001      |
    | tap... -- (veth ends that tests make)        |
    +----------------------------------------------+

Usage: agent.py [TEST]...
"""
import contextlib
import inspect
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

import grpc

import goalstate
from goalstate import neighbor, port, statuses, subnet, tap, vpc

NS = 'host_a'
LOCAL = '10.0.0.1'
LISTEN = '127.0.0.1:50001'
MAX_MB = 2

V1 = 'aaaaaaaa-0000-4000-8000-000000000001'
V2 = 'aaaaaaaa-0000-4000-8000-000000000002'
S1 = 'bbbbbbbb-0000-4000-8000-000000000001'
S2 = 'bbbbbbbb-0000-4000-8000-000000000002'
P1 = '11111111-aaaa-4000-8000-000000000001'
P2 = '22222222-bbbb-4000-8000-000000000002'
N1 = '33333333-cccc-4000-8000-000000000003'
N2 = '44444444-dddd-4000-8000-000000000004'

SIDE = {
    'vpc_states': [vpc(V1)],
    'subnet_states': [subnet(S1, V1, 7001, '192.168.1.0/24',
                             ('192.168.1.1', 'fe:16:11:00:00:01'))],
}
MAC1 = '02:00:00:00:00:01'
MAC2 = '02:00:00:00:00:02'


class Failure(Exception):
    """A test's own verdict."""


def check(condition, *what):
    if not condition:
        raise Failure(' '.join(str(part) for part in what))


def equal(got, wanted, what='value'):
    check(got == wanted, f'{what} is {got!r}, not {wanted!r}')


def wait_for(condition, seconds=20):
    """Look until it is true; returns what it returned."""
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        check(time.monotonic() < end, f'not so after {seconds} s:',
              inspect.getsource(condition).strip())
        time.sleep(0.02)


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def table(kind):
    return json.loads(run('alk', '-j', kind, 'show'))


def tables():
    """Everything in the kernel, without counters."""
    return {kind: table(kind) for kind in ('vpc', 'subnet', 'port', 'neigh')}


def add_tap(port_id):
    run('ip', 'link', 'add', tap(port_id), 'type', 'veth', 'peer', 'name', 'peer' + port_id[:8])
    run('ip', 'link', 'set', 'peer' + port_id[:8], 'up')
    run('ip', 'link', 'set', tap(port_id), 'up')


def del_tap(port_id):
    run('ip', 'link', 'del', tap(port_id))


class Daemon:
    """alkaidd and its log."""

    def __init__(self, workdir):
        self.path = os.path.join(workdir, 'alkaidd.log')
        self.process = None

    def start(self):
        mark = len(self.log())
        with open(self.path, 'ab') as log:
            self.process = subprocess.Popen(
                ['alkaidd', '--listen', LISTEN, '--max-message', str(MAX_MB)], stderr=log)
        wait_for(lambda: 'serving on' in self.log()[mark:] or self.process.poll() is not None)
        check(self.alive(), 'alkaidd did not start:', self.log()[mark:])

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        status = self.process.wait(20)
        self.process = None
        return status

    def log(self):
        with contextlib.suppress(FileNotFoundError), open(self.path, encoding='ascii') as log:
            return log.read()
        return ''


class Host:
    """What a test gets: a fresh device, a fresh daemon, a controller."""

    def __init__(self, workdir):
        self.daemon = Daemon(workdir)
        self.controller = None

    def __enter__(self):
        run('alk', 'link', 'add', 'alk0', 'local', LOCAL)
        run('ip', 'link', 'set', 'alk0', 'up')
        self.daemon.start()
        self.controller = goalstate.Controller(LISTEN)
        return self

    def __exit__(self, *_):
        self.controller.close()
        if self.daemon.alive():
            self.daemon.stop()
        for link in json.loads(run('ip', '-j', 'link')):
            if link['ifname'].startswith(('tap', 'alk')):
                subprocess.run(['ip', 'link', 'del', link['ifname']], check=False)

    def push(self, **states):
        """Push; returns {(type, id): status}."""
        return statuses(self.controller.push(**states))

    def all_done(self, **states):
        result = self.push(**states)
        equal({key: status for key, status in result.items() if status != 'SUCCESS'}, {},
              'what was not done')
        return result

    def refused(self, key, status, text, **states):
        """The push ends so for one resource, the log says why, and no table changes."""
        before, mark = tables(), len(self.daemon.log())
        equal(self.push(**states).get(key), status, f'status of {key}')
        lines = [line for line in self.daemon.log()[mark:].splitlines() if key[1] in line]
        check(any(text in line for line in lines), f'no {text!r} in {lines}')
        equal(tables(), before, 'the tables')
        check(self.daemon.alive(), 'alkaidd died')


# --- tests ---


def test_goal_state_becomes_tables(host):
    add_tap(P1)
    reply = host.controller.push(
        format_version=101, **SIDE,
        port_states=[port(P1, S1, '2:0:0:0:0:1', '192.168.1.10', '192.168.1.11', vpc_id=V1,
                          allow_address_pairs=[{'ip_address': '192.168.1.128/25'}])],
        neighbor_states=[neighbor(N1, S1, MAC2, '10.0.0.2', '192.168.1.20', vpc_id=V1)])
    equal(statuses(reply), {
        ('VPC', V1): 'SUCCESS', ('SUBNET', S1): 'SUCCESS',
        ('PORT', P1): 'SUCCESS', ('NEIGHBOR', N1): 'SUCCESS'}, 'statuses')
    equal(reply.format_version, 101, 'format_version')
    check(reply.message_total_operation_time > 0, 'no total time')
    check(all(s.state_elapse_time > 0 for s in reply.operation_statuses), 'no elapsed time')
    equal([s.operation_type for s in reply.operation_statuses], [0, 0, 1, 1], 'operations')

    (vpc_row,), (subnet_row,) = table('vpc'), table('subnet')
    (port_row,), (neigh_row,) = table('port'), table('neigh')
    equal(vpc_row['name'], V1, 'VPC name')
    equal((subnet_row['vpc'], subnet_row['vni'], subnet_row['prefixes'],
           subnet_row['gateway_ips'], subnet_row['gateway_mac']),
          (vpc_row['id'], 7001, ['192.168.1.0/24'], ['192.168.1.1'], 'fe:16:11:00:00:01'),
          'subnet')
    equal((port_row['ifname'], port_row['subnet'], port_row['mac'], port_row['ips'],
           port_row['state']),
          (tap(P1), subnet_row['id'], MAC1, ['192.168.1.10', '192.168.1.11'], 'up'), 'port')
    equal(len(port_row['allow']), 1, 'allowed pairs')
    equal((neigh_row['ip'], neigh_row['mac'], neigh_row['host'], neigh_row['subnet']),
          ('192.168.1.20', MAC2, '10.0.0.2', subnet_row['id']), 'neighbor')


def test_repeated_push_changes_nothing(host):
    add_tap(P1)
    states = {**SIDE, 'port_states': [port(P1, S1, MAC1, '192.168.1.10')],
              'neighbor_states': [neighbor(N1, S1, MAC2, '10.0.0.2', '192.168.1.20')]}
    host.all_done(**states)
    before = tables()
    for _ in range(5):
        host.all_done(**states)
        equal(tables(), before, 'the tables')


def test_side_data_is_remembered(host):
    add_tap(P1)
    host.all_done(**SIDE)
    host.all_done(port_states=[port(P1, S1, MAC1, '192.168.1.10')])
    host.all_done(neighbor_states=[neighbor(N1, S1, MAC2, '10.0.0.2', '192.168.1.20')])
    equal((len(table('port')), len(table('neigh'))), (1, 1), 'ports and neighbors')


def test_repeated_push_repairs_tables(host):
    states = {**SIDE, 'neighbor_states': [neighbor(N1, S1, MAC2, '10.0.0.2', '192.168.1.20')]}
    host.all_done(**states)
    before = tables()
    run('alk', 'neigh', 'flush')
    equal(table('neigh'), [], 'neighbors')
    host.all_done(**states)
    equal(tables(), before, 'the tables')
    # What is gone already is as good as deleted.
    run('alk', 'neigh', 'flush')
    host.all_done(neighbor_states=[neighbor(N1, S1, MAC2, '10.0.0.2', '192.168.1.20',
                                            op='DELETE')])


def test_empty_goal_state(host):
    reply = host.controller.push()
    equal(len(reply.operation_statuses), 0, 'statuses')


def rpc_error(function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except grpc.RpcError as error:
        return error.code().name
    return 'OK'


def test_malformed_message(host):
    for data in (b'\xff', b'\x12\xff\xff\xff\xff\x0f', b'\x08', b'GET / HTTP/1.1\r\n\r\n',
                 b'\x12\x02\x12\x05'):
        equal(rpc_error(host.controller.call, data), 'INVALID_ARGUMENT', data)
        check(host.daemon.alive(), 'alkaidd died of', data)
    with socket.create_connection(('127.0.0.1', 50001)) as raw:
        raw.sendall(b'\x00\xff' * 5000)
    host.all_done(**SIDE)


def test_oversized_message(host):
    states = {'vpc_states': [vpc('x' * 200, name='y' * (MAX_MB << 20))]}
    equal(rpc_error(host.push, **states), 'RESOURCE_EXHAUSTED', 'gRPC status')
    equal(table('vpc'), [], 'VPCs')
    host.all_done(**SIDE)


def test_message_that_blows_up_in_memory(host):
    equal(rpc_error(host.controller.call, b'\x2a\x00' * (1 << 19)), 'INVALID_ARGUMENT',
          'gRPC status')
    host.all_done(**SIDE)


def test_unknown_methods(host):
    for method in ('/alcor.schema.GoalStateProvisioner/RequestGoalStates',
                   '/alcor.schema.GoalStateProvisioner/pushNetworkResourceStates', '/x/y'):
        equal(rpc_error(host.controller.call, b'', method=method), 'UNIMPLEMENTED', method)
    host.all_done(**SIDE)


def test_silent_callers_keep_nobody_out(host):
    call = host.controller.channel.stream_unary(goalstate.METHOD)
    end = threading.Event()


    class Silent:
        def __iter__(self):
            return self

        def __next__(self):
            end.wait(60)
            raise StopIteration

    silent = [call.future(Silent(), timeout=60) for _ in range(5)]
    host.all_done(**SIDE)
    end.set()
    for one in silent:
        equal(rpc_error(one.result), 'INVALID_ARGUMENT', 'gRPC status of a call without message')


def test_unsupported_types_are_refused(host):
    for field, name in (('router_states', 'ROUTER'), ('gateway_states', 'GATEWAY'),
                        ('security_group_states', 'SECURITYGROUP'), ('dhcp_states', 'DHCP')):
        for op in ('INFO', 'CREATE', 'DELETE'):
            host.refused((name, 'r1'), 'FAILURE', 'is not supported',
                         **{field: [{'operation_type': op, 'configuration': {'id': 'r1'}}]})
    host.all_done(**SIDE)
    host.refused(('NEIGHBOR', N1), 'FAILURE', 'routing is not supported by this version',
                 neighbor_states=[neighbor(N1, S1, MAC2, '10.0.0.2', '192.168.1.20',
                                           neighbor_type='L3')])


BAD_SUBNETS = (
    ('INVALID_ARG', 'cidr: ', {'cidr': '192.168.300.0/24'}),
    ('INVALID_ARG', 'cidr: ', {'cidr': '192.168.1.0'}),
    ('INVALID_ARG', 'tunnel_id: ', {'tunnel_id': 0}),
    ('INVALID_ARG', 'tunnel_id: ', {'tunnel_id': 1 << 24}),
    ('INVALID_ARG', 'gateway.ip_address: ', {'gateway': {'ip_address': 'x'}}),
    ('INVALID_ARG', 'gateway.mac_address: ',
     {'gateway': {'ip_address': '192.168.1.1', 'mac_address': 'x'}}),
    ('INVALID_ARG', 'vpc_id: ', {'vpc_id': ''}),
    ('FAILURE', 'vpc_id: ', {'vpc_id': 'nobody'}),
    ('FAILURE', 'network_type: ', {'network_type': 'GENEVE'}),
)
BAD_PORTS = (
    ('INVALID_ARG', 'mac_address: ', {'mac_address': '02:00:00:00:00'}),
    ('INVALID_ARG', 'mac_address: ', {'mac_address': 'ff:ff:ff:ff:ff:ff'}),
    ('INVALID_ARG', 'fixed_ips: ', {'fixed_ips': []}),
    ('INVALID_ARG', 'fixed_ips[0].ip_address: ',
     {'fixed_ips': [{'subnet_id': S1, 'ip_address': '192.168.1.'}]}),
    ('INVALID_ARG', 'fixed_ips[0].ip_address: ',
     {'fixed_ips': [{'subnet_id': S1, 'ip_address': '192.168.2.10'}]}),
    ('FAILURE', 'fixed_ips[0].subnet_id: ',
     {'fixed_ips': [{'subnet_id': 'nowhere', 'ip_address': '192.168.1.10'}]}),
    ('INVALID_ARG', 'vpc_id: ', {'vpc_id': 'nobody'}),
    ('INVALID_ARG', 'allow_address_pairs[0].ip_address: ',
     {'allow_address_pairs': [{'ip_address': '?'}]}),
)
BAD_NEIGHBORS = (
    ('INVALID_ARG', 'host_ip_address: not an IP address: "10.0.0.x"',
     {'host_ip_address': '10.0.0.x'}),
    ('INVALID_ARG', 'host_ip_address: ', {'host_ip_address': ''}),
    ('INVALID_ARG', 'mac_address: ', {'mac_address': ''}),
    ('INVALID_ARG', 'fixed_ips: ', {'fixed_ips': []}),
    ('INVALID_ARG', 'fixed_ips[0].ip_address: ',
     {'fixed_ips': [{'subnet_id': S1, 'ip_address': '1.2.3.4.5'}]}),
    ('FAILURE', 'fixed_ips[0].subnet_id: ',
     {'fixed_ips': [{'subnet_id': 'nowhere', 'ip_address': '192.168.1.20'}]}),
)


def test_bad_fields_are_named(host):
    add_tap(P1)
    host.all_done(**SIDE)
    for status, text, fields in BAD_SUBNETS:
        state = subnet('s9', V1, 7009, '192.168.1.0/24')
        state['configuration'].update(fields)
        host.refused(('SUBNET', 's9'), status, text, subnet_states=[state])
    for status, text, fields in BAD_PORTS:
        state = port(P1, S1, MAC1, '192.168.1.10')
        state['configuration'].update(fields)
        host.refused(('PORT', P1), status, text, port_states=[state])
    for status, text, fields in BAD_NEIGHBORS:
        state = neighbor(N1, S1, MAC2, '10.0.0.2', '192.168.1.20')
        state['configuration'].update(fields)
        host.refused(('NEIGHBOR', N1), status, text, neighbor_states=[state])


def test_empty_id_and_missing_configuration(host):
    for field, name in (('vpc_states', 'VPC'), ('subnet_states', 'SUBNET'),
                        ('port_states', 'PORT'), ('neighbor_states', 'NEIGHBOR')):
        for state in ({'operation_type': 'CREATE', 'configuration': {'id': ''}},
                      {'operation_type': 'CREATE'}):
            mark = len(host.daemon.log())
            equal(host.push(**{field: [state]}), {(name, ''): 'INVALID_ARG'}, 'statuses')
            log = host.daemon.log()[mark:]
            check('id: empty' in log or 'configuration: missing' in log, log)


def test_duplicates_in_one_message(host):
    add_tap(P1)
    mark = len(host.daemon.log())
    reply = host.controller.push(
        **SIDE, port_states=[port(P1, S1, MAC1, '192.168.1.10'),
                             port(P1, S1, MAC1, '192.168.1.11')])
    equal([s.operation_status for s in reply.operation_statuses], [0, 0, 0, 2], 'statuses')
    check('id: is in this message already' in host.daemon.log()[mark:], host.daemon.log())
    equal([row['ips'] for row in table('port')], [['192.168.1.10']], 'ports')


def test_what_the_kernel_refuses_costs_the_others_nothing(host):
    add_tap(P1)
    mark = len(host.daemon.log())
    result = host.push(
        vpc_states=[vpc(V1), vpc(V2)],
        # One VNI cannot lead to two VPCs.
        subnet_states=[subnet(S1, V1, 7001, '192.168.1.0/24'),
                       subnet(S2, V2, 7001, '192.168.2.0/24')],
        port_states=[port(P1, S1, MAC1, '192.168.1.10')],
        neighbor_states=[neighbor(N1, S2, MAC2, '10.0.0.2', '192.168.2.20'),
                         neighbor(N2, S1, MAC2, '10.0.0.2', '192.168.1.20')])
    equal(result, {('VPC', V1): 'SUCCESS', ('VPC', V2): 'SUCCESS', ('SUBNET', S1): 'SUCCESS',
                   ('SUBNET', S2): 'FAILURE', ('PORT', P1): 'SUCCESS',
                   ('NEIGHBOR', N1): 'FAILURE', ('NEIGHBOR', N2): 'SUCCESS'}, 'statuses')
    check('vni 7001 belongs to' in host.daemon.log()[mark:], 'the log does not say why')
    equal(([row['ips'] for row in table('port')], [row['ip'] for row in table('neigh')]),
          ([['192.168.1.10']], ['192.168.1.20']), 'ports and neighbors')


def test_pending_port_is_bound_when_its_netdev_appears(host):
    states = {'port_states': [port(P1, S1, MAC1, '192.168.1.10')]}
    equal(host.push(**SIDE, **states)[('PORT', P1)], 'PENDING', 'status')
    equal(table('port'), [], 'ports')
    add_tap(P1)
    wait_for(lambda: [row['ifname'] for row in table('port')] == [tap(P1)])
    equal(host.push(**states)[('PORT', P1)], 'SUCCESS', 'status')

    # Away and back, with another ifindex; and under a new name and back.
    del_tap(P1)
    wait_for(lambda: table('port') == [])
    equal(host.push(**states)[('PORT', P1)], 'PENDING', 'status')
    add_tap(P1)
    wait_for(lambda: [row['ifname'] for row in table('port')] == [tap(P1)])
    run('ip', 'link', 'set', tap(P1), 'down', 'name', 'tapother')
    wait_for(lambda: table('port') == [])
    run('ip', 'link', 'set', 'tapother', 'up', 'name', tap(P1))
    wait_for(lambda: [row['ips'] for row in table('port')] == [['192.168.1.10']])


def test_deleted_port_is_not_bound_again(host):
    host.push(**SIDE, port_states=[port(P1, S1, MAC1, '192.168.1.10')])
    host.all_done(port_states=[port(P1, S1, MAC1, op='DELETE')])
    add_tap(P1)
    # Events are handled in order: when this one is bound, the other was looked at.
    host.push(port_states=[port(P2, S1, MAC2, '192.168.1.11')])
    add_tap(P2)
    wait_for(lambda: table('port'))
    equal([row['ifname'] for row in table('port')], [tap(P2)], 'ports')


def test_port_delete_and_unplug(host):
    add_tap(P1)
    create = {'port_states': [port(P1, S1, MAC1, '192.168.1.10')]}
    unplug = port(P1, S1, MAC1, '192.168.1.10', op='UPDATE', device_id='', device_owner='')
    host.all_done(**SIDE, **create)
    host.all_done(port_states=[unplug])
    equal(table('port'), [], 'ports')
    host.all_done(**create)
    host.all_done(port_states=[port(P1, S1, MAC1, '192.168.1.10', op='DELETE')])
    equal(table('port'), [], 'ports')
    host.all_done(port_states=[port(P1, S1, MAC1, '192.168.1.10', op='DELETE')])
    host.all_done(**create)
    equal(len(table('port')), 1, 'ports')
    # Down is not gone, but carries nothing.
    host.all_done(port_states=[port(P1, S1, MAC1, '192.168.1.10', admin_state_up=False)])
    equal(table('port'), [], 'ports')


def test_port_update_changes_addresses(host):
    add_tap(P1)
    host.all_done(**SIDE, port_states=[port(P1, S1, MAC1, '192.168.1.10')])
    host.all_done(port_states=[port(P1, S1, MAC2, '192.168.1.12', op='UPDATE')])
    equal([(row['mac'], row['ips']) for row in table('port')], [(MAC2, ['192.168.1.12'])],
          'ports')
    # Its old address is free for a neighbor.
    host.all_done(neighbor_states=[neighbor(N1, S1, MAC1, '10.0.0.2', '192.168.1.10')])


def test_neighbor_update_and_delete(host):
    def rows():
        return sorted((row['ip'], row['mac'], row['host']) for row in table('neigh'))

    host.all_done(**SIDE, neighbor_states=[
        neighbor(N1, S1, MAC2, '10.0.0.2', '192.168.1.20', '192.168.1.21', op='INFO')])
    equal(rows(), [('192.168.1.20', MAC2, '10.0.0.2'), ('192.168.1.21', MAC2, '10.0.0.2')],
          'neighbors')
    host.all_done(neighbor_states=[
        neighbor(N1, S1, MAC2, '10.0.0.3', '192.168.1.20', '192.168.1.22', op='UPDATE')])
    equal(rows(), [('192.168.1.20', MAC2, '10.0.0.3'), ('192.168.1.22', MAC2, '10.0.0.3')],
          'neighbors')
    # A neighbor on this very host is a port's matter.
    host.all_done(neighbor_states=[neighbor(N1, S1, MAC2, LOCAL, '192.168.1.20', op='UPDATE')])
    equal(rows(), [], 'neighbors')
    host.all_done(neighbor_states=[neighbor(N1, S1, MAC2, '10.0.0.2', '192.168.1.20')])
    host.all_done(neighbor_states=[neighbor(N1, S1, MAC2, '10.0.0.2', op='DELETE')])
    equal(rows(), [], 'neighbors')
    host.all_done(neighbor_states=[neighbor(N1, S1, MAC2, '10.0.0.2', op='DELETE')])


def test_workload_moves_between_hosts(host):
    remote = neighbor(P1, S1, MAC1, '10.0.0.2', '192.168.1.10')
    host.all_done(**SIDE, neighbor_states=[remote])
    # Announced here, it is still there.
    equal(host.push(port_states=[port(P1, S1, MAC1, '192.168.1.10')])[('PORT', P1)], 'PENDING',
          'status')
    equal(len(table('neigh')), 1, 'neighbors')
    add_tap(P1)
    wait_for(lambda: table('port') and not table('neigh'))
    # And back, with its port's end in the same message or after it.
    host.refused(('NEIGHBOR', P1), 'FAILURE', 'belongs to port', neighbor_states=[remote])
    host.all_done(neighbor_states=[remote], port_states=[port(P1, S1, MAC1, op='DELETE')])
    equal((table('port'), len(table('neigh'))), ([], 1), 'ports and neighbors')


def test_overlapping_addresses_of_two_vpcs(host):
    add_tap(P1)
    add_tap(P2)
    host.all_done(
        vpc_states=[vpc(V1), vpc(V2)],
        subnet_states=[subnet(S1, V1, 7001, '192.168.1.0/24'),
                       subnet(S2, V2, 7002, '192.168.1.0/24')],
        port_states=[port(P1, S1, MAC1, '192.168.1.10'), port(P2, S2, MAC1, '192.168.1.10')],
        neighbor_states=[neighbor(N1, S1, MAC2, '10.0.0.2', '192.168.1.20'),
                         neighbor(N2, S2, MAC2, '10.0.0.3', '192.168.1.20')])
    equal(sorted((row['vni'], row['host']) for row in table('neigh')),
          [(7001, '10.0.0.2'), (7002, '10.0.0.3')], 'neighbors')


def test_delete_of_side_data(host):
    states = {'neighbor_states': [neighbor(N1, S1, MAC2, '10.0.0.2', '192.168.1.20')]}
    host.all_done(**SIDE, **states)
    host.refused(('SUBNET', S1), 'FAILURE', f'in use by neighbor {N1}',
                 subnet_states=[subnet(S1, V1, 7001, '', op='DELETE')])
    host.refused(('VPC', V1), 'FAILURE', f'in use by subnet {S1}',
                 vpc_states=[vpc(V1, op='DELETE')])
    host.all_done(neighbor_states=[neighbor(N1, S1, MAC2, '', op='DELETE')],
                  subnet_states=[subnet(S1, V1, 7001, '', op='DELETE')],
                  vpc_states=[vpc(V1, op='DELETE')])
    equal(tables(), {'vpc': [], 'subnet': [], 'port': [], 'neigh': []}, 'the tables')


def test_restart_adopts_the_tables(host):
    add_tap(P1)
    states = {**SIDE, 'port_states': [port(P1, S1, MAC1, '192.168.1.10')],
              'neighbor_states': [neighbor(N1, S1, MAC2, '10.0.0.2', '192.168.1.20'),
                                  neighbor(N2, S1, MAC2, '10.0.0.2', '192.168.1.21')]}
    host.all_done(**states)
    before = tables()
    host.daemon.stop(signal.SIGKILL)
    equal(tables(), before, 'the tables')
    host.daemon.start()
    equal(tables(), before, 'the tables')
    host.all_done(**states)
    equal(tables(), before, 'the tables')
    host.daemon.stop(signal.SIGKILL)
    host.daemon.start()
    # A neighbor of before, of whose id nothing is known, goes by its address.
    host.all_done(**SIDE, neighbor_states=[
        neighbor(N2, S1, MAC2, '10.0.0.2', '192.168.1.21', op='DELETE')])
    equal([row['ip'] for row in table('neigh')], ['192.168.1.20'], 'neighbors')
    # A port of before, whose netdev comes back, is bound without a word of the controller.
    del_tap(P1)
    wait_for(lambda: table('port') == [])
    add_tap(P1)
    wait_for(lambda: [row['ips'] for row in table('port')] == [['192.168.1.10']])
    host.all_done(port_states=[port(P1, S1, MAC1, op='DELETE')])
    equal(table('port'), [], 'ports')


def test_device_goes(host):
    host.all_done(**SIDE)
    run('ip', 'link', 'del', 'alk0')
    equal(host.push(**SIDE), {('VPC', V1): 'FAILURE', ('SUBNET', S1): 'FAILURE'}, 'statuses')
    check(host.daemon.alive(), 'alkaidd died')


def test_options(host):
    def refuses(text, *options):
        result = subprocess.run(['alkaidd', *options], capture_output=True, text=True,
                                timeout=20, check=False)
        equal(result.returncode, 1, f'exit status with {options}')
        check(text in result.stderr, f'no {text!r} in {result.stderr!r}')

    refuses('--insecure', '--listen', '0.0.0.0:50002')
    refuses('--insecure', '--listen', '127.0.0.1.example:50002')
    refuses('cannot listen on', '--listen', LISTEN)
    refuses('cannot listen on', '--listen', '127.0.0.1:x')
    refuses('is not an alkaid device', '--dev', 'lo')
    refuses('cannot enter network namespace', '--netns', 'nowhere')
    refuses('unrecognized option', '--state-dir', '/tmp')
    refuses('what is "extra"?', 'extra')
    refuses('--max-message', '--max-message', '0')
    check('Usage' in run('alkaidd', '--help'), 'no usage')
    check(run('alkaidd', '--version').startswith('alkaidd '), 'no version')
    equal(host.daemon.stop(), 0, 'exit status after SIGTERM')
    host.daemon.start()
    equal(host.daemon.stop(signal.SIGINT), 0, 'exit status after SIGINT')


def test_alkaidctl(host):
    def ctl(document, *options):
        text = document if isinstance(document, str) else json.dumps(document)
        return subprocess.run(['alkaidctl', *options, 'apply', '-'], input=text, text=True,
                              capture_output=True, timeout=60, check=False)

    states = {**SIDE, 'portStates': [port(P1, S1, MAC1, '192.168.1.10')]}
    result = ctl(states)
    equal((result.returncode, result.stdout.splitlines()),
          (0, [f'VPC {V1} INFO SUCCESS', f'SUBNET {S1} INFO SUCCESS',
               f'PORT {P1} CREATE PENDING']), 'alkaidctl')
    result = ctl(states, '-j', '--target', LISTEN)
    equal([s['operation_status'] for s in json.loads(result.stdout)['operation_statuses']],
          ['SUCCESS', 'SUCCESS', 'PENDING'], 'statuses')
    result = ctl({'router_states': [{'configuration': {'id': 'r'}}]})
    equal((result.returncode, result.stdout), (2, 'ROUTER r INFO FAILURE\n'), 'alkaidctl')
    for text in ('{"vpc_states": [{"colour": 1}]}', '{', ''):
        equal(ctl(text).returncode, 1, f'exit status of {text!r}')
    check('vpc_states[0].colour' in ctl('{"vpc_states": [{"colour": 1}]}').stderr, 'no field')
    equal(ctl({}, '--target', '127.0.0.1:1').returncode, 3, 'exit status, nobody there')
    equal(ctl({}, '--what').returncode, 1, 'exit status of a wrong option')


def test_ten_thousand_neighbors(host):
    count = 10000
    host.all_done(vpc_states=[vpc(V1)], subnet_states=[subnet(S1, V1, 7001, '10.64.0.0/16')])
    states = [neighbor(f'n-{i:032}', S1, f'02:00:00:01:{i >> 8:02x}:{i & 255:02x}',
                       f'10.0.1.{i % 200 + 1}', f'10.64.{i // 250}.{i % 250 + 2}')
              for i in range(count)]
    reply = host.controller.push(neighbor_states=states)
    equal(len(reply.operation_statuses), count, 'statuses')
    check(all(s.operation_status == 0 for s in reply.operation_statuses), 'not all done')
    equal(len(table('neigh')), count, 'neighbors')
    print(f'# {count} neighbors in {reply.message_total_operation_time} us')
    for state in states:
        state['operation_type'] = 'DELETE'
    host.all_done(neighbor_states=states)
    equal(table('neigh'), [], 'neighbors')


def test_pushes_and_netdevs_at_once(host):
    host.all_done(**SIDE)
    end = time.monotonic() + 3
    errors = []

    def pusher(number):
        controller = goalstate.Controller(LISTEN)
        port_id = f'{number:08}-aa'
        while time.monotonic() < end and not errors:
            for op in ('CREATE', 'UPDATE', 'DELETE'):
                result = statuses(controller.push(
                    port_states=[port(port_id, S1, f'02:00:00:00:01:{number:02x}',
                                      f'192.168.1.{number + 100}', op=op)]))
                if result[('PORT', port_id)] not in ('SUCCESS', 'PENDING'):
                    errors.append((port_id, op, result))
        controller.close()

    def flapper(number):
        port_id = f'{number:08}-aa'
        while time.monotonic() < end and not errors:
            add_tap(port_id)
            del_tap(port_id)

    threads = [threading.Thread(target=target, args=(number,))
               for number in range(4) for target in (pusher, flapper)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(errors, [], 'errors')
    check(host.daemon.alive(), 'alkaidd died:', host.daemon.log()[-2000:])
    wait_for(lambda: table('port') == [])
    host.all_done(**SIDE)


# --- the runner ---


def conserved():
    """Every frame that entered the device was forwarded, consumed or dropped."""
    (row,) = table('stats')
    return row['rx_packets'] == (row['tx_packets'] + row['consumed_packets']
                                 + row['dropped_packets'])


def run_test(test, workdir):
    with Host(workdir) as host:
        try:
            test(host)
            if json.loads(run('ip', '-j', 'link', 'show', 'type', 'alkaid')):
                wait_for(conserved, 3)
        except Exception:
            for line in host.daemon.log().splitlines()[-20:]:
                print('# alkaidd:', line)
            raise


def main():
    tests = {name[5:]: value for name, value in globals().items() if name.startswith('test_')}
    chosen = sys.argv[1:] or list(tests)
    failed = 0
    print('KTAP version 1')
    print(f'1..{len(chosen)}', flush=True)
    for number, name in enumerate(chosen, 1):
        start = time.monotonic()
        with tempfile.TemporaryDirectory() as workdir:
            try:
                run_test(tests[name], workdir)
                verdict = 'ok'
            except Exception as error:
                verdict = 'not ok'
                failed += 1
                text = str(error) if isinstance(error, Failure) else traceback.format_exc()
                if isinstance(error, subprocess.CalledProcessError):
                    text += error.stderr or ''
                for line in text.splitlines():
                    print('#', line)
        print(f'# {time.monotonic() - start:.1f} s')
        print(verdict, number, name, flush=True)
    sys.exit(1 if failed else 0)


def enter_namespace():
    """Run again inside the host's namespace, and end it whatever happens."""
    run('ip', 'netns', 'add', NS)
    try:
        run('ip', '-n', NS, 'link', 'set', 'lo', 'up')
        for scope in ('all', 'default'):
            run('ip', 'netns', 'exec', NS, 'sysctl', '-q',
                f'net.ipv6.conf.{scope}.disable_ipv6=1')
        sys.exit(subprocess.run(['ip', 'netns', 'exec', NS, sys.executable, *sys.argv],
                                env=dict(os.environ, ALKAID_TEST_NS=NS), check=False).returncode)
    finally:
        subprocess.run(['ip', 'netns', 'del', NS], check=False)


if __name__ == '__main__':
    if os.environ.get('ALKAID_TEST_NS') == NS:
        main()
    else:
        enter_namespace()
