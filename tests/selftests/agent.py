#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""alkaidd against a kernel: what pushed goal states do to the tables.

Usage: agent.py [TEST]...
"""
import agenthost
from agenthost import (LOCAL, MAC1, MAC2, N1, N2, P1, P2, S1, S2, SIDE, V1, V2, add_tap, check,
                       equal, main, run, table, tables, wait_for)
from goalstate import neighbor, port, statuses, subnet, tap, vpc


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
    host.keep_external()
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


def test_what_is_not_enforced_is_kept(host):
    for field, name in (('security_group_states', 'SECURITYGROUP'), ('dhcp_states', 'DHCP')):
        for op in ('INFO', 'CREATE', 'DELETE'):
            host.refused((name, 'r1'), 'FAILURE', 'not enforced yet',
                         **{field: [{'operation_type': op, 'configuration': {'id': 'r1'}}]})


def test_l3_neighbor_waits_for_its_subnet(host):
    state = neighbor(N1, S1, MAC2, '10.0.0.2', '192.168.1.20', neighbor_type='L3')
    equal(host.push(neighbor_states=[state]), {('NEIGHBOR', N1): 'PENDING'}, 'statuses')
    equal(table('neigh'), [], 'neighbors')
    host.all_done(**SIDE)
    equal([row['ip'] for row in table('neigh')], ['192.168.1.20'], 'neighbors')


def test_subnet_goes_with_its_last_user(host):
    state = neighbor(N1, S1, MAC2, '10.0.0.2', '192.168.1.20')
    host.all_done(neighbor_states=[state], **SIDE)
    host.all_done(neighbor_states=[dict(state, operation_type='DELETE')])
    equal(tables(), {'vpc': [], 'subnet': [], 'port': [], 'neigh': []}, 'the tables')
    host.all_done(neighbor_states=[state])
    equal([row['ip'] for row in table('neigh')], ['192.168.1.20'], 'neighbors')


def test_ports_swap_addresses(host):
    add_tap(P1)
    add_tap(P2)
    for first, second in (('10', '11'), ('11', '10')):
        host.all_done(port_states=[port(P1, S1, MAC1, '192.168.1.' + first),
                                   port(P2, S1, MAC2, '192.168.1.' + second)], **SIDE)
        equal({row['ifname']: row['ips'] for row in table('port')},
              {tap(P1): ['192.168.1.' + first], tap(P2): ['192.168.1.' + second]}, 'ports')


def test_revisions(host):
    def state(revision, to):
        result = neighbor(N1, S1, MAC2, to, '192.168.1.20')
        result['configuration']['revision_number'] = revision
        return result

    host.all_done(neighbor_states=[state(5, '10.0.0.2')], **SIDE)
    equal(host.push(neighbor_states=[state(4, '10.0.0.3')]),
          {('NEIGHBOR', N1): 'OUT_OF_ORDER'}, 'statuses')
    equal([row['host'] for row in table('neigh')], ['10.0.0.2'], 'hosts')
    host.all_done(neighbor_states=[state(5, '10.0.0.4')])
    host.all_done(neighbor_states=[state(0, '10.0.0.5')])
    equal([row['host'] for row in table('neigh')], ['10.0.0.5'], 'hosts')


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
    ('INVALID_ARG', 'network_type: ', {'network_type': 'GRE'}),
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
    before = tables()
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
    equal(tables(), before, 'the tables')


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
    # The first subnet has it, but version 2 has maps, in which none is the first.
    swapped = agenthost.VERSION == 2 and result['SUBNET', S2] == 'SUCCESS'
    of_s1, of_s2 = ('FAILURE', 'SUCCESS') if swapped else ('SUCCESS', 'FAILURE')
    equal(result, {('VPC', V1): 'SUCCESS', ('VPC', V2): 'SUCCESS', ('SUBNET', S1): of_s1,
                   ('SUBNET', S2): of_s2, ('PORT', P1): of_s1,
                   ('NEIGHBOR', N1): of_s2, ('NEIGHBOR', N2): of_s1}, 'statuses')
    check('vni 7001 belongs to' in host.daemon.log()[mark:], 'the log does not say why')
    equal(([row['ips'] for row in table('port')], [row['ip'] for row in table('neigh')]),
          ([], ['192.168.2.20']) if swapped else ([['192.168.1.10']], ['192.168.1.20']),
          'ports and neighbors')


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
    before = tables()
    host.refused(('SUBNET', S1), 'FAILURE', f'in use by neighbor {N1}',
                 subnet_states=[subnet(S1, V1, 7001, '', op='DELETE')])
    host.refused(('VPC', V1), 'FAILURE', f'in use by subnet {S1}',
                 vpc_states=[vpc(V1, op='DELETE')])
    equal(tables(), before, 'the tables')
    host.all_done(neighbor_states=[neighbor(N1, S1, MAC2, '', op='DELETE')],
                  subnet_states=[subnet(S1, V1, 7001, '', op='DELETE')],
                  vpc_states=[vpc(V1, op='DELETE')])
    equal(tables(), {'vpc': [], 'subnet': [], 'port': [], 'neigh': []}, 'the tables')


if __name__ == '__main__':
    main(globals())
