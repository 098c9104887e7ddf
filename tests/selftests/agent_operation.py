#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Running alkaidd: its options, its managers, what it tells of itself, many on a machine.

Usage: agent_operation.py [TEST]...
"""
import json
import os
import re
import signal
import socket
import stat
import subprocess

import genl
from agenthost import (LISTEN, LOCAL, MAC1, MAC2, N1, N2, P1, S1, SIDE, V1, V2, add_tap, check,
                       equal, main, run, table, wait_for)
from goalstate import neighbor, port, tap, vpc

BAD = neighbor(N2, S1, MAC2, 'nowhere', '192.168.1.21')
GOOD = neighbor(N1, S1, MAC2, '10.0.0.2', '192.168.1.20')


def log_has(host, mark, text):
    return any(text in line for line in host.daemon.log()[mark:].splitlines())


def write(path, text):
    with open(path, 'w', encoding='ascii') as file:
        file.write(text)
    return path


def beside(host, name):
    """A path that ends with the test."""
    return os.path.join(os.path.dirname(host.daemon.path), name)


def alkaidd(*options, env=None):
    """One that is to end by itself: its exit status and what it says."""
    result = subprocess.run(['alkaidd', *options], capture_output=True, text=True, timeout=60,
                            check=False, env=dict(os.environ, **(env or {})))
    return result.returncode, result.stderr + result.stdout


def alkaidctl(*options):
    result = subprocess.run(['alkaidctl', *options], capture_output=True, text=True, timeout=60,
                            check=False)
    return result.returncode, result.stdout, result.stderr


def asked(what, *options):
    code, out, err = alkaidctl('-j', *options, what)
    equal((code, err), (0, ''), f'alkaidctl {what}')
    return json.loads(out)


def test_configuration_file(host):
    path = beside(host, 'a.conf')

    def says(text, content, *options, code=1):
        write(path, content)
        got = alkaidd('--check', '--config', path, *options)
        equal(got[0], code, f'exit status with {content!r}')
        check(text in got[1], f'no {text!r} in {got[1]!r}')

    says('is good', '[alkaidd]\nlisten = 127.0.0.1:50009\n', code=0)
    says(f'{path}: [alkaidd] colour: unknown key', '[alkaidd]\ncolour = red\n')
    says(f'{path}: line 4: [state] durable: is there already',
         '[state]\ndurable = true\n\ndurable = false\n')
    says(f'{path}: [gateway a]: member: is missing', '[gateway a]\n')
    says('--insecure', '[alkaidd]\nlisten = 0.0.0.0:50009\n')
    says('is good', '[alkaidd]\nlisten = 0.0.0.0:50009\n', '--insecure', code=0)
    says('--max-message: not a number', '', '--max-message', 'x')
    says('cert and key belong together', '', '--tls-cert', '/dev/null')
    equal(alkaidd('--config', '/nowhere.conf'),
          (1, 'error config: /nowhere.conf: No such file or directory\n'), 'without a file')

    # The command line wins, and the file counts where it says nothing.
    write(path, '[alkaidd]\nlisten = 127.0.0.1:1\nmax-message = 1\ndebug = true\n')
    host.daemon.options = ['--config', path]
    host.restart(signal.SIGTERM)
    host.all_done(**SIDE)


def test_reload(host):
    path = write(beside(host, 'a.conf'), '[apply]\natomic = valid\n')
    host.daemon.options = ['--config', path]
    host.restart(signal.SIGTERM)
    # Order counts: what is said by then is known, since one thread does both.
    def reload(content, *texts):
        mark = len(host.daemon.log())
        write(path, content)
        host.daemon.process.send_signal(signal.SIGHUP)
        wait_for(lambda: all(log_has(host, mark, text) for text in texts))

    host.all_done(**SIDE)
    host.push(neighbor_states=[GOOD, BAD])
    equal(len(table('neigh')), 1, 'neighbors')
    host.all_done(neighbor_states=[neighbor(N1, S1, MAC2, '10.0.0.2', op='DELETE')])

    reload('[apply]\natomic = strict\n[alkaidd]\nmax-memory = 77\n',
           'alkaidd.max-memory: takes effect at the next start', 'read again')
    result = host.push(neighbor_states=[GOOD, BAD])
    check('SUCCESS' not in result.values(), 'something was done:', result)
    equal(table('neigh'), [], 'neighbors')

    # A bad file changes nothing.
    reload('[apply]\natomic = maybe\n', 'atomic: neither valid nor strict: "maybe"; the old')
    host.push(neighbor_states=[GOOD, BAD])
    equal(table('neigh'), [], 'neighbors')
    reload('', 'read again')
    host.push(neighbor_states=[GOOD, BAD])
    equal(len(table('neigh')), 1, 'neighbors')


class Manager:
    """A service manager: what it is told."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        self.socket.settimeout(20)
        self.env = {'NOTIFY_SOCKET': path}
        self.heard = []

    def hears(self, word):
        """Wait until it is told; what came before is forgotten."""
        while True:
            text = self.socket.recv(4096).decode()
            self.heard.append(text)
            if any(line.startswith(word) for line in text.splitlines()):
                return text

    def watches(self, host, us):
        """Have the daemon started anew under it."""
        host.daemon.stop()
        # WATCHDOG_PID is left out: whoever gets the variable is meant.
        host.daemon.start(env=dict(os.environ, **self.env, WATCHDOG_USEC=str(us)))
        host.connect()


def test_service_manager(host):
    manager = Manager(beside(host, 'notify'))
    manager.watches(host, 400000)
    manager.hears('READY=1')
    check(any('STATUS=serving on ' + LISTEN in text for text in manager.heard), 'no status')
    for _ in range(3):
        manager.hears('WATCHDOG=1')
    host.daemon.process.send_signal(signal.SIGHUP)
    check('MONOTONIC_USEC=' in manager.hears('RELOADING=1'), 'no time of the reload')
    manager.hears('READY=1')
    host.all_done(**SIDE)
    manager.hears('WATCHDOG=1')
    host.daemon.process.send_signal(signal.SIGTERM)
    manager.hears('STOPPING=1')
    equal(host.daemon.process.wait(20), 0, 'exit status')
    host.daemon.start()
    host.connect()


def test_watchdog_of_a_push_that_hangs(host):
    """A push waits two seconds for somebody else's transaction: too long for this manager."""
    manager = Manager(beside(host, 'notify'))
    manager.watches(host, 800000)
    manager.hears('WATCHDOG=1')
    other = genl.Socket()
    other.begin()
    mark = len(host.daemon.log())
    host.push(**SIDE)
    check(log_has(host, mark, 'watchdog: a push or an event is under way'), 'nothing was noticed')
    other.abort()
    other.close()
    host.all_done(**SIDE)
    manager.hears('WATCHDOG=1')


def test_lines_for_the_journal(host):
    host.daemon.stop()
    with open(beside(host, 'journal'), 'w+b') as log:
        info = os.fstat(log.fileno())
        for stream, wanted in ((f'{info.st_dev}:{info.st_ino}', r'<3>config: '),
                               (f'{info.st_dev}:{info.st_ino + 1}', r'error config: ')):
            log.truncate(0)
            log.seek(0)
            subprocess.run(['alkaidd', '--config', '/nowhere'], stderr=log, check=False,
                           env=dict(os.environ, JOURNAL_STREAM=stream), timeout=60)
            log.seek(0)
            text = log.read().decode()
            check(re.match(wanted, text), f'no {wanted!r} at the beginning of {text!r}')
    host.daemon.start()


def test_status(host):
    add_tap(P1)
    host.all_done(**SIDE, port_states=[port(P1, S1, MAC1, '192.168.1.10')])
    pending = '55555555-ffff-4000-8000-000000000005'
    host.push(neighbor_states=[GOOD, BAD],
              port_states=[port(pending, S1, MAC2, '192.168.1.11')])
    status = asked('status')
    equal((status['device'], status['local'], status['listen']), ('alk0', [LOCAL], LISTEN),
          'device, addresses')
    equal({k: v for k, v in status['resources'].items() if v},
          {'vpc': 1, 'subnet': 1, 'port': 2, 'neighbor': 1}, 'resources')
    equal((status['pending'], status['idle']), (1, 0), 'pending and idle')
    equal((status['pushes']['count'], status['pushes']['refused']), (2, 1), 'pushes')
    last = status['pushes']['last']
    equal((last['done'], last['pending'], last['refused']), (1, 1, 1), 'the last push')
    equal((status['state']['dir'], status['state']['degraded']), (host.daemon.state, None),
          'state')
    check(status['state']['bytes'] > 0, 'no bytes of state')
    calls = status['calls']['PushNetworkResourceStates']
    equal((calls['calls'], calls['messages']), (2, 2), 'calls')
    # The same for people.
    code, out, _ = alkaidctl('status')
    equal(code, 0, 'exit status')
    check('device alk0' in out.splitlines() and '  neighbor 1' in out.splitlines(), out)
    equal(json.loads(alkaidctl('-j', '-p', 'status')[1])['device'], 'alk0', 'device')


def test_dump(host):
    add_tap(P1)
    host.all_done(**SIDE, port_states=[port(P1, S1, MAC1, '192.168.1.10', revision_number=7)],
                  neighbor_states=[GOOD])
    rows = {row['id']: row for row in asked('dump')}
    equal(rows[P1], {'type': 'PORT', 'id': P1, 'revision': 7, 'status': 'SUCCESS',
                     'netdev': tap(P1)}, 'port')
    (row,) = table('vpc')
    equal((rows[V1]['type'], rows[V1]['number']), ('VPC', row['id']), 'VPC')
    equal(set(rows), {V1, S1, P1, N1}, 'ids')
    run('ip', 'link', 'del', tap(P1))
    wait_for(lambda: {row['id']: row for row in asked('dump')}[P1]['status'] == 'PENDING')
    rows = {row['id']: row for row in asked('dump')}
    equal(rows[P1]['waits_for'], [tap(P1)], 'what it waits for')
    code, out, _ = alkaidctl('dump')
    equal(code, 0, 'exit status')
    check(f'PORT {P1} revision 7 status PENDING waits_for {tap(P1)} netdev {tap(P1)}'
          in out.splitlines(), out)


def test_resync(host):
    host.keep_external()
    host.all_done(**SIDE, neighbor_states=[GOOD])
    before = table('neigh')
    result = asked('resync')
    equal((result['missing'], result['changed'], result['error']), (0, 0, None), 'resync')
    run('alk', 'neigh', 'flush')
    equal(table('neigh'), [], 'neighbors')
    equal(asked('resync')['missing'], 1, 'missing objects')
    equal(table('neigh'), before, 'neighbors')
    # Without a device it is said that it could not be done.
    run('ip', 'link', 'del', 'alk0')
    code, out, _ = alkaidctl('resync')
    equal(code, 2, 'exit status without a device')
    check('error ' in out, out)


def test_nobody_there(host):
    for what in ('status', 'dump', 'resync'):
        code, out, err = alkaidctl('--target', '127.0.0.1:1', what)
        equal((code, out), (3, ''), f'alkaidctl {what}')
        check('alkaidd cannot be reached at 127.0.0.1:1' in err, err)
    equal(alkaidctl('status', 'more')[0], 1, 'exit status of a wrong command')
    equal(alkaidctl('--tls-ca', '/nowhere', 'status')[0], 1, 'exit status without a file')
    check(host.daemon.alive(), 'alkaidd died')


def certificates(directory):
    """A CA, and a certificate for both sides."""
    def openssl(*options):
        subprocess.run(['openssl', *options], check=True, capture_output=True, cwd=directory)

    os.mkdir(directory)
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
            '-subj', '/CN=ca', '-days', '2', '-keyout', 'ca.key', '-out', 'ca.pem')
    openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
            '-subj', '/CN=host', '-keyout', 'host.key', '-out', 'host.csr')
    write(os.path.join(directory, 'san'), 'subjectAltName=IP:127.0.0.1\n')
    openssl('x509', '-req', '-in', 'host.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-days', '2',
            '-CAcreateserial', '-extfile', 'san', '-out', 'host.pem')
    return [os.path.join(directory, name) for name in ('ca.pem', 'host.pem', 'host.key')]


def test_alkaidctl_over_tls(host):
    ca, cert, key = certificates(beside(host, 'tls'))
    host.daemon.options = ['--tls-ca', ca, '--tls-cert', cert, '--tls-key', key]
    host.daemon.stop()
    host.daemon.start()
    equal(asked('status', '--tls-ca', ca, '--tls-cert', cert, '--tls-key', key)['device'], 'alk0',
          'device')
    equal(alkaidctl('--tls-ca', ca, 'status')[0], 3, 'exit status without a certificate')
    equal(alkaidctl('status')[0], 3, 'exit status without TLS')


def test_state_directories(host):
    # A directory that was chosen has one owner.
    code, text = alkaidd('--listen', '127.0.0.1:50009', '--state-dir', host.daemon.state)
    equal(code, 1, 'exit status of a second daemon')
    check(host.daemon.state in text, text)

    # Without one, state is in memory alone.
    host.daemon.stop()
    run('mount', '-t', 'tmpfs', 'tmpfs', '/var/lib')
    try:
        command = ['alkaidd', '--listen', LISTEN]
        host.daemon.command = lambda: command
        host.daemon.start()
        host.connect()
        host.all_done(**SIDE)
        equal((asked('status')['state']['dir'], asked('status')['state']['degraded']),
              (None, None), 'directory')
        host.daemon.stop()
        host.daemon.start(env=dict(os.environ, STATE_DIRECTORY='/var/lib/of-systemd'))
        host.connect()
        equal(asked('status')['state']['dir'], '/var/lib/of-systemd', 'directory')
        equal(stat.S_IMODE(os.stat('/var/lib/of-systemd').st_mode), 0o700, 'its mode')

        # A disk that cannot be written is no reason to leave the tables alone.
        host.daemon.stop()
        run('mount', '-o', 'remount,ro', '/var/lib')
        command += ['--state-dir', '/var/lib/new']
        host.daemon.start()
        host.connect()
        host.all_done(vpc_states=[vpc(V2)])
        check('Read-only' in asked('status')['state']['degraded'], 'not degraded')
    finally:
        if host.daemon.alive():
            host.daemon.stop()
        run('umount', '/var/lib')


def test_two_namespaces(host):
    """Each with a device, a daemon and a state directory of its own, under one address."""
    host.daemon.stop()
    hosts = ('operation_a', 'operation_b')
    daemons = []
    try:
        run('mount', '-t', 'tmpfs', 'tmpfs', '/var/lib')
        for number, name in enumerate(hosts, 1):
            run('ip', 'netns', 'add', name)
            run('ip', '-n', name, 'link', 'set', 'lo', 'up')
            run('alk', '-n', name, 'link', 'add', 'alk0', 'local', f'10.0.{number}.1')
        for name in hosts:
            path = beside(host, name + '.log')
            with open(path, 'w', encoding='ascii') as log:
                daemons.append(subprocess.Popen(['alkaidd', '--netns', name,
                                                 '--state-dir', f'/var/lib/alkaid/{name}'],
                                                stderr=log))
            wait_for(lambda path=path: 'serving on' in open(path, encoding='ascii').read())
        for number, name in enumerate(hosts, 1):
            state = {'vpc_states': [{'configuration': {'id': f'vpc-of-{name}'}}]}
            subprocess.run(['ip', 'netns', 'exec', name, 'alkaidctl', 'apply', '-'],
                           input=json.dumps(state), text=True, check=True, capture_output=True)
            status = json.loads(run('ip', 'netns', 'exec', name, 'alkaidctl', '-j', 'status'))
            equal((status['local'], status['resources']['vpc'], status['state']['dir']),
                  ([f'10.0.{number}.1'], 1, f'/var/lib/alkaid/{name}'), f'status of {name}')
            rows = json.loads(run('ip', 'netns', 'exec', name, 'alkaidctl', '-j', 'dump'))
            equal([row['id'] for row in rows], [f'vpc-of-{name}'], f'resources of {name}')
        for daemon in daemons:
            daemon.send_signal(signal.SIGTERM)
            equal(daemon.wait(20), 0, 'exit status')
    finally:
        for daemon in daemons:
            if daemon.poll() is None:
                daemon.kill()
                daemon.wait()
        for name in hosts:
            subprocess.run(['ip', 'netns', 'del', name], check=False)
        subprocess.run(['umount', '/var/lib'], check=False)
        host.daemon.start()


if __name__ == '__main__':
    main(globals())
