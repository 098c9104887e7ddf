#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""alkaidd in its surroundings: callers, netdevs, restarts, options, load.

Usage: agent_life.py [TEST]...
"""
import json
import signal
import socket
import subprocess
import threading
import time

import grpc

import goalstate
from agenthost import (LISTEN, MAC1, MAC2, MAX_MB, N1, N2, P1, P2, S1, SIDE, V1, add_tap, check,
                       del_tap, equal, main, run, table, tables, wait_for)
from goalstate import neighbor, port, statuses, subnet, tap, vpc


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
    # Kernel 6.1 renames nothing that is up.
    run('ip', 'link', 'set', tap(P1), 'down')
    run('ip', 'link', 'set', tap(P1), 'name', 'tapother')
    wait_for(lambda: table('port') == [])
    run('ip', 'link', 'set', 'tapother', 'name', tap(P1))
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


def test_restart_adopts_the_tables(host):
    add_tap(P1)
    states = {**SIDE, 'port_states': [port(P1, S1, MAC1, '192.168.1.10')],
              'neighbor_states': [neighbor(N1, S1, MAC2, '10.0.0.2', '192.168.1.20'),
                                  neighbor(N2, S1, MAC2, '10.0.0.2', '192.168.1.21')]}
    host.all_done(**states)
    before = tables()
    host.restart(signal.SIGKILL)
    equal(tables(), before, 'the tables')
    host.all_done(**states)
    equal(tables(), before, 'the tables')
    host.restart(signal.SIGKILL)
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
    refuses('unrecognized option', '--what', '/tmp')
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
    result = ctl({'dhcp_states': [{'configuration': {'id': 'd'}}]})
    equal((result.returncode, result.stdout), (2, 'DHCP d INFO FAILURE\n'), 'alkaidctl')
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


if __name__ == '__main__':
    main(globals())
