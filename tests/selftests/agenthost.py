# SPDX-License-Identifier: GPL-2.0
"""One host for tests of alkaidd: a device, a daemon, a controller; and their runner.

    namespace host_a
    +----------------------------------------------+
    | alk0 (local 10.0.0.1)    alkaidd :50001      |
    | tap... -- (veth ends that tests make)        |
    +----------------------------------------------+
"""
import contextlib
import inspect
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback

import goalstate
from goalstate import statuses, subnet, tap, vpc

NS = 'host_a'
LOCAL = '10.0.0.1'
LISTEN = '127.0.0.1:50001'
# Of goal states.
VERSION = 1
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
        self.state = os.path.join(workdir, 'state')
        self.options = []
        self.process = None
        os.mkdir(self.state)

    def command(self):
        return ['alkaidd', '--listen', LISTEN, '--max-message', str(MAX_MB), '--state-dir',
                self.state, *self.options]

    def start(self, **more):
        mark = len(self.log())
        with open(self.path, 'ab') as log:
            self.process = subprocess.Popen(self.command(), stderr=log, **more)
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
        self.connect()
        return self

    def connect(self):
        # An old connection would take its time to notice that the daemon is another one.
        if self.controller:
            self.controller.close()
        self.controller = goalstate.Controller(LISTEN)

    def restart(self, how):
        """End the daemon by a signal, and start it again."""
        self.daemon.stop(how)
        self.daemon.start()
        self.connect()

    def keep_external(self):
        """What others change in the tables stays so, until it is asked for again."""
        path = os.path.join(self.daemon.state, 'keep.conf')
        with open(path, 'w', encoding='ascii') as file:
            file.write('[apply]\nexternal = keep\n')
        self.daemon.options += ['--config', path]
        self.restart(signal.SIGTERM)

    def reboot(self):
        """Everything but what is on the disk begins anew."""
        self.daemon.stop(signal.SIGKILL)
        run('ip', 'link', 'del', 'alk0')
        run('alk', 'link', 'add', 'alk0', 'local', LOCAL)
        run('ip', 'link', 'set', 'alk0', 'up')
        self.daemon.start()
        self.connect()

    def __exit__(self, *_):
        self.controller.close()
        if self.daemon.alive():
            self.daemon.stop()
        for link in json.loads(run('ip', '-j', 'link')):
            if link['ifname'].startswith(('tap', 'alk')):
                subprocess.run(['ip', 'link', 'del', link['ifname']], check=False)

    def push(self, **states):
        """Push, in the version that is tried; returns {(type, id): status}."""
        push = self.controller.push_v2 if VERSION == 2 else self.controller.push
        return statuses(push(**states))

    def all_done(self, **states):
        result = self.push(**states)
        equal({key: status for key, status in result.items() if status != 'SUCCESS'}, {},
              'what was not done')
        return result

    def refused(self, key, status, text, **states):
        """The push ends so for one resource, and the log says why."""
        mark = len(self.daemon.log())
        equal(self.push(**states).get(key), status, f'status of {key}')
        lines = [line for line in self.daemon.log()[mark:].splitlines() if key[1] in line]
        check(any(text in line for line in lines), f'no {text!r} in {lines}')
        check(self.daemon.alive(), 'alkaidd died')


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


def run_tests(namespace):
    """Run the functions test_* of a module, or those named on the command line; prints KTAP."""
    tests = {name[5:]: value for name, value in namespace.items() if name.startswith('test_')}
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


def main(namespace):
    """The last line of every test file."""
    if os.environ.get('ALKAID_TEST_NS') == NS:
        run_tests(namespace)
    else:
        enter_namespace()
