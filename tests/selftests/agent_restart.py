#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What alkaidd keeps, and makes so again: kills, reboots, bad disks, others at the tables.

Usage: agent_restart.py [TEST]...
"""
import contextlib
import glob
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import threading
import time

import grpc
from google.protobuf import json_format

import goalstate
from agenthost import (LISTEN, MAC1, MAC2, N1, N2, P1, P2, S1, S2, SIDE, V1, V2, add_tap, check,
                       del_tap, equal, main, run, table, wait_for)
from goalstate import neighbor, port, subnet, tap, vpc

NATIVE = os.environ.get('ALKAID_VM_KERNEL') == 'uml'
MODULE = os.path.join(goalstate.TOP, 'build', 'kbuild',
                      os.environ.get('ALKAID_VM_KERNEL', 'debian-6.12'), 'kmod', 'alkaid.ko')
KILLS = 200 if NATIVE else 12
ADDRESSES = 40


def tables():
    """Everything in the kernel, in an order that does not depend on how it came there."""
    return {kind: sorted(table(kind), key=str)
            for kind in ('vpc', 'subnet', 'port', 'neigh', 'route')}


def everything(host):
    """A goal state with one of each; a netdev for its port is there."""
    add_tap(P1)
    states = {
        **SIDE,
        'port_states': [port(P1, S1, MAC1, '192.168.1.10', '192.168.1.11',
                             allow_address_pairs=[{'ip_address': '10.9.0.0/16'},
                                                  {'ip_address': '10.8.0.1',
                                                   'mac_address': '2:0:0:0:0:7'}])],
        'neighbor_states': [neighbor(N1, S1, MAC2, '10.0.0.2', '192.168.1.20'),
                            neighbor(N2, S1, MAC2, '10.0.0.3', '192.168.1.21')],
    }
    host.all_done(**states)
    return states


def log_after(host, mark, text):
    """The lines that the daemon has logged since, with this text in them."""
    return [line for line in host.daemon.log()[mark:].splitlines() if text in line]


class Steps:
    """A goal state after the other: each says all of what is and what is not any more."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.states = [{}]

    def message(self):
        step = len(self.states)
        chosen = self.random.sample(range(ADDRESSES), ADDRESSES // 2)
        self.states.append({f'192.168.1.{n + 100}': f'10.0.1.{step % 200 + 1}' for n in chosen})
        return {**SIDE, 'neighbor_states': [
            neighbor(f'neighbor-{n}', S1, MAC2, f'10.0.1.{step % 200 + 1}', f'192.168.1.{n + 100}',
                     op='CREATE' if n in chosen else 'DELETE') for n in range(ADDRESSES)]}


def push_or_fail(host, states):
    """Push, and do not wait for another daemon if this one dies."""
    call = host.controller.channel.unary_unary(goalstate.METHOD, request_serializer=None,
                                               response_deserializer=None)
    message = json_format.ParseDict(states, goalstate.goalstate.GoalState())
    call(message.SerializeToString(), timeout=30)


def test_kill_at_any_instant(host):
    seed = random.randrange(1 << 30)
    print(f'# seed {seed}, {KILLS} kills')
    steps = Steps(seed)
    counts = {'before': 0, 'after': 0}
    start = time.monotonic()
    host.push(**steps.message())
    usual = time.monotonic() - start
    for _ in range(KILLS):
        message = steps.message()
        killer = threading.Timer(steps.random.uniform(0, usual * 1.5),
                                 host.daemon.process.kill)
        start = time.monotonic()
        killer.start()
        acknowledged = True
        try:
            push_or_fail(host, message)
            usual = usual * 0.8 + (time.monotonic() - start) * 0.2
        except grpc.RpcError:
            acknowledged = False
        killer.join()
        host.restart(signal.SIGKILL)
        rows = {row['ip']: row['host'] for row in table('neigh')}
        if rows == steps.states[-1]:
            counts['after'] += 1
        elif not acknowledged and rows == steps.states[-2]:
            counts['before'] += 1
            steps.states.pop()
        else:
            check(False, f'a mixture, or a push forgotten: {rows}, neither {steps.states[-1]}'
                  f' nor {steps.states[-2]}, acknowledged: {acknowledged}')
    print(f'# killed before the push was kept: {counts["before"]}, after: {counts["after"]}')


def test_restart_disturbs_nothing(host):
    everything(host)
    before = tables()
    for how in (signal.SIGKILL, signal.SIGTERM):
        host.restart(how)
        equal(tables(), before, 'the tables')
        check('0 missing, 0 changed, 0 deleted' in host.daemon.log(), host.daemon.log())


def add_workload(port_id, mac, ip):
    """The other end of a port's netdev, in a namespace of its own."""
    name = 'w' + port_id[:8]
    run('ip', 'netns', 'add', name)
    run('ip', 'link', 'add', tap(port_id), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
    run('ip', 'link', 'set', tap(port_id), 'up')
    run('ip', '-n', name, 'link', 'set', 'eth0', 'address', mac)
    run('ip', '-n', name, 'addr', 'add', ip, 'dev', 'eth0')
    run('ip', '-n', name, 'link', 'set', 'eth0', 'up')
    return name


def test_restarts_lose_no_packet(host):
    names = []
    try:
        names.append(add_workload(P1, MAC1, '192.168.1.10/24'))
        names.append(add_workload(P2, MAC2, '192.168.1.11/24'))
        host.all_done(**SIDE, port_states=[port(P1, S1, MAC1, '192.168.1.10'),
                                           port(P2, S1, MAC2, '192.168.1.11')])
        ping = ('ip', 'netns', 'exec', names[0], 'ping', '-q', '-i', '0.002')
        run(*ping, '-c', '5', '-i', '0.2', '192.168.1.11')
        with subprocess.Popen([*ping, '-c', '1500' if NATIVE else '3000', '192.168.1.11'],
                              stdout=subprocess.PIPE, text=True) as flood:
            restarts = 0
            while flood.poll() is None:
                host.restart(signal.SIGKILL)
                restarts += 1
            output = flood.stdout.read()
        print(f'# {restarts} restarts,', re.search('.*transmitted.*', output).group())
        check(restarts > 1, 'too few restarts')
        check(' 0% packet loss' in output, output)
    finally:
        for name in names:
            run('ip', 'netns', 'del', name)


def test_reboot(host):
    everything(host)
    before = tables()
    host.reboot()
    equal(tables(), before, 'the tables')
    # It is known, too: what is deleted needs no more than its id.
    host.all_done(neighbor_states=[neighbor(N1, S1, MAC2, op='DELETE', host='10.0.0.2')])
    equal([row['ip'] for row in table('neigh')], ['192.168.1.21'], 'neighbors')


def test_numbers_survive_a_reboot(host):
    """Subnets that went idle keep their numbers, and others get others."""
    host.all_done(vpc_states=[vpc(V1), vpc(V2)],
                  subnet_states=[subnet(S1, V1, 7001, '192.168.1.0/24'),
                                 subnet(S2, V2, 7002, '192.168.1.0/24')],
                  neighbor_states=[neighbor(N1, S1, MAC1, '10.0.0.2', '192.168.1.20'),
                                   neighbor(N2, S2, MAC2, '10.0.0.2', '192.168.1.20')])
    host.all_done(neighbor_states=[neighbor(N1, S1, MAC1, op='DELETE', host='10.0.0.2')])
    before = tables()
    equal([row['vni'] for row in before['subnet']], [7002], 'VNIs in use')
    host.reboot()
    equal(tables(), before, 'the tables')
    # Nobody repeats the subnet.
    host.all_done(neighbor_states=[neighbor(N1, S1, MAC1, '10.0.0.2', '192.168.1.20')])
    equal(sorted(row['vni'] for row in table('subnet')), [7001, 7002], 'VNIs in use')
    equal(len(table('neigh')), 2, 'neighbors')


def test_state_ahead_of_the_kernel(host):
    """A push was kept, and then the daemon was killed before the kernel had it."""
    everything(host)
    wanted = tables()
    host.daemon.stop(signal.SIGKILL)
    for command in (('neigh', 'del', '192.168.1.20'), ('port', 'del', tap(P1))):
        run('alk', *command, *(('subnet', '1') if command[0] == 'neigh' else ()))
    run('alk', 'neigh', 'replace', '192.168.1.21', 'subnet', '1', 'mac', MAC1, 'host', '10.0.0.9')
    # What that push took away is there still, and what somebody else has made, too.
    run('alk', 'neigh', 'add', '192.168.1.77', 'subnet', '1', 'mac', MAC1, 'host', '10.0.0.9')
    run('alk', 'neigh', 'add', '192.168.1.78', 'subnet', '1', 'mac', MAC1, 'host', '10.0.0.9')
    with sqlite3.connect(host.daemon.state + '/state.db') as state:
        packed = b'\x02\x20\0\0' + bytes((192, 168, 1, 77)) + bytes(12)
        state.execute('INSERT INTO gone (kind, number, subnet, addr) VALUES (3, 1, 0, ?)',
                      (packed,))
    state.close()
    host.daemon.start()
    wanted['neigh'] = [row['ip'] for row in wanted['neigh']] + ['192.168.1.78']
    got = tables()
    got['neigh'] = [row['ip'] for row in got['neigh']]
    equal(got, wanted, 'the tables')
    equal({row['ip']: row['host'] for row in table('neigh')}['192.168.1.21'], '10.0.0.3', 'host')


def starts_afresh(host, text):
    """The store is set aside, the tables stay, and pushes are done and kept."""
    before = tables()
    mark = len(host.daemon.log())
    host.daemon.start()
    check(log_after(host, mark, text), f'no {text!r} in', host.daemon.log()[mark:])
    equal(len(glob.glob(host.daemon.state + '/state.db.bad-*[0-9]')), 1, 'files set aside')
    equal(tables(), before, 'the tables')
    host.connect()
    host.all_done(**SIDE, neighbor_states=[neighbor(N1, S1, MAC2, '10.0.0.7', '192.168.1.20')])
    after = tables()
    host.reboot()
    equal([row['host'] for row in table('neigh')], ['10.0.0.7'], 'hosts')
    check(after['subnet'] == tables()['subnet'], 'another subnet')


def test_corrupt_store(host):
    everything(host)
    host.daemon.stop(signal.SIGKILL)
    for path in glob.glob(host.daemon.state + '/state.db*'):
        with open(path, 'r+b') as file:
            file.seek(100)
            file.write(os.urandom(60000))
    starts_afresh(host, 'is set aside')


def test_foreign_store(host):
    everything(host)
    host.daemon.stop()
    for path in glob.glob(host.daemon.state + '/*'):
        os.unlink(path)
    with sqlite3.connect(host.daemon.state + '/state.db') as other:
        other.execute('CREATE TABLE wine (year INTEGER)')
    other.close()
    starts_afresh(host, 'no state of alkaidd')


@contextlib.contextmanager
def small_disk(host, options):
    """The state directory on a file system of its own."""
    host.daemon.stop()
    run('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', host.daemon.state)
    try:
        yield
    finally:
        if host.daemon.alive():
            host.daemon.stop()
        run('umount', host.daemon.state)


def test_disk_full(host):
    with small_disk(host, 'size=2m'):
        host.daemon.start()
        host.connect()
        host.all_done(**SIDE)
        filler = host.daemon.state + '/filler'
        with open(filler, 'wb', buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        mark = len(host.daemon.log())
        states = [neighbor(f'n-{n}', S1, MAC2, '10.0.0.2', f'192.168.1.{n}', )
                  for n in range(2, 250)]
        for _ in range(3):
            host.all_done(neighbor_states=states)
        equal(len(table('neigh')), 248, 'neighbors')
        equal(len(log_after(host, mark, 'state: cannot write')), 1, 'complaints')
        os.unlink(filler)
        host.all_done(vpc_states=[vpc(V2)])
        host.reboot()
        equal(len(table('neigh')), 248, 'neighbors')


def test_device_or_module_missing(host):
    host.daemon.stop()
    run('ip', 'link', 'del', 'alk0')

    def refuses(text):
        result = subprocess.run(host.daemon.command(), capture_output=True, text=True, timeout=60,
                                check=False)
        equal(result.returncode, 1, 'exit status')
        check(text in result.stderr, f'no {text!r} in {result.stderr!r}')

    refuses('there is no alkaid device here')
    wait_for(lambda: subprocess.run(['rmmod', 'alkaid'], check=False,
                                    capture_output=True).returncode == 0)
    try:
        refuses('alkaid')
    finally:
        run('insmod', MODULE)


def test_resync(host):
    everything(host)
    before = tables()
    host.keep_external()

    def resync():
        report = json.loads(run('alkaidctl', '-j', 'resync', '--target', LISTEN))
        return report['missing'], report['changed'], report['differences']

    equal(resync(), (0, 0, []), 'resync of what is as it should be')
    run('alk', 'neigh', 'del', '192.168.1.20', 'subnet', '1')
    run('alk', 'neigh', 'replace', '192.168.1.21', 'subnet', '1', 'mac', MAC1, 'host', '10.0.0.9')
    missing, changed, texts = resync()
    equal((missing, changed), (1, 1), 'what was missing, and changed')
    check(any(N1 in text for text in texts) and any(N2 in text for text in texts), texts)
    equal(tables(), before, 'the tables')


class Other:
    """Somebody else who changes the tables."""

    def __init__(self, host):
        self.host = host
        self.mark = len(host.daemon.log())

    def changes(self, *command):
        self.mark = len(self.host.daemon.log())
        run('alk', *command)

    def wait_told(self, *texts):
        wait_for(lambda: all(log_after(self.host, self.mark, text) for text in texts))


def test_external_changes_are_repaired(host):
    everything(host)
    before = tables()
    other = Other(host)
    for command, text in (
            (('neigh', 'del', '192.168.1.20', 'subnet', '1'),
             f'neighbor {N1}: neigh 192.168.1.20 subnet 1 is missing'),
            (('neigh', 'replace', '192.168.1.21', 'subnet', '1', 'mac', MAC1, 'host', '10.0.0.9'),
             f'neighbor {N2}: neigh 192.168.1.21 subnet 1 has another MAC'),
            (('port', 'del', tap(P1)), f'port {P1}: port {tap(P1)} is missing'),
            (('port', 'replace', tap(P1), 'subnet', '1', 'mac', MAC2, 'ip', '192.168.1.99'),
             f'port {P1}: port {tap(P1)} has another addresses'),
            (('subnet', 'replace', '1', 'vpc', '1', 'vni', '7001', 'prefix', '192.168.1.0/24'),
             f'subnet {S1}: subnet 1 has another gateway'),
            (('vpc', 'replace', '1', 'name', 'mine'), f'vpc {V1}: vpc 1 has another name')):
        other.changes(*command)
        other.wait_told(text, 'put right')
        equal(tables(), before, f'the tables after {command}')
    # What nobody asks for, and is in nobody's way, stays without a word.
    other.changes('neigh', 'add', '192.168.1.77', 'subnet', '1', 'mac', MAC1, 'host', '10.0.0.9')
    other.changes('neigh', 'del', '192.168.1.20', 'subnet', '1')
    other.wait_told('is missing')
    equal(len(table('neigh')), 3, 'neighbors')
    equal(log_after(host, other.mark, '192.168.1.77'), [], 'lines of what is somebody else\'s')
    # Nor is what the kernel does by itself anybody's doing.
    mark = len(host.daemon.log())
    del_tap(P1)
    wait_for(lambda: table('port') == [])
    host.all_done(**SIDE)
    equal(log_after(host, mark, 'external'), [], 'lines')


def test_settings_made_by_hand_stay(host):
    """What a VPC does with the unknown, where goal states name no gateway for it."""
    def policy():
        (row,) = table('vpc')
        return row['name'], row['miss'], row['gateway_group']

    everything(host)
    other = Other(host)
    other.changes('gateway', 'add', '7', 'member', '10.0.0.11', 'mac', MAC1)
    for settings, wanted in ((('miss', 'gateway', 'gateway-group', '7'), ('gateway', 7)),
                             (('miss', 'drop'), ('drop', None)),
                             (('miss', 'gateway', 'gateway-group', '7'), ('gateway', 7))):
        # Without its name, so that there is something to be put right.
        other.changes('vpc', 'replace', '1', *settings)
        other.wait_told(f'vpc {V1}: vpc 1 has another name', 'put right')
        equal(policy(), (V1, *wanted), 'policy, repaired')
        host.all_done(**SIDE)
        host.all_done(**SIDE)
        equal(policy(), (V1, *wanted), 'policy after pushes')
    host.restart(signal.SIGKILL)
    host.all_done(**SIDE)
    equal(policy(), (V1, 'gateway', 7), 'policy after a restart')


def test_burst_is_looked_at_once(host):
    count = 200
    host.all_done(**SIDE, neighbor_states=[
        neighbor(f'n-{n}', S1, MAC2, '10.0.0.2', f'192.168.1.{n + 2}') for n in range(count)])
    mark = len(host.daemon.log())
    subprocess.run(['alk', '-f', '-'], text=True, check=True, capture_output=True,
                   input=''.join(f'neigh del 192.168.1.{n + 2} subnet 1\n' for n in range(count)))
    wait_for(lambda: len(table('neigh')) == count)
    looks = log_after(host, mark, 'objects missing')
    check(0 < len(looks) < 10, f'{len(looks)} looks at {count} changes')
    wait_for(lambda: sum(int(re.search(r'(\d+) objects missing', line)[1])
                         for line in log_after(host, mark, 'objects missing')) == count)


def test_external_changes_are_kept(host):
    everything(host)
    host.keep_external()
    other = Other(host)
    other.changes('neigh', 'del', '192.168.1.20', 'subnet', '1')
    other.wait_told(f'neighbor {N1}: neigh 192.168.1.20 subnet 1 is missing', 'kept')
    equal(len(table('neigh')), 1, 'neighbors')
    # Once is enough.
    other.changes('neigh', 'del', '192.168.1.21', 'subnet', '1')
    other.wait_told(N2)
    equal(log_after(host, other.mark, N1), [], 'lines that were there already')
    # A restart makes everything so again.
    host.restart(signal.SIGTERM)
    equal(len(table('neigh')), 2, 'neighbors')


if __name__ == '__main__':
    main(globals())
