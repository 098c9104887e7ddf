# SPDX-License-Identifier: GPL-2.0
"""Work on the daemon: pushes of neighbors, beside a gRPC server that only takes them.

    controller (bytes made beforehand) --- gRPC --- nullserver | alkaidd --- alk0
"""
import os
import re
import signal
import subprocess
import tempfile
import time

import goalstate
import rig
from goalstate import port, subnet, vpc
from registry import work

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Neighbors of one push, new ones in the long stream, and objects that a daemon finds when it is started again.
MANY = {'icount': 10_000, 'uml': 100_000}
STREAMED = {'icount': 0, 'uml': 1_000_000}
AGAIN = {'icount': 20_000, 'uml': 200_000}
V2 = goalstate.SERVICE + 'PushGoalStatesStream'
VPC = 'aaaaaaaa-0000-4000-8000-000000000001'
SUBNET = 'bbbbbbbb-0000-4000-8000-000000000001'
PORT = '11111111-aaaa-4000-8000-000000000001'
LISTEN = '127.0.0.1:50001'
NULL = '127.0.0.1:50009'
STREAM = 1000


def neighbor(state, i, generation=0):
    """Fill in the i-th: a workload behind one of 200 hosts."""
    state.operation_type = 1
    c = state.configuration
    c.revision_number = 1
    c.id = f'{i:08x}-cccc-4000-8000-000000000003'
    c.vpc_id = VPC
    c.name = 'neighbor'
    c.mac_address = ':'.join(f'{octet:02x}' for octet in (2, generation, *i.to_bytes(4, 'big')))
    c.host_mac_address = '02:00:00:00:ff:01'
    c.host_ip_address = f'10.0.1.{i % 200 + 1}'
    ip = c.fixed_ips.add()
    ip.subnet_id = SUBNET
    ip.ip_address = f'10.{64 + (i >> 16)}.{i >> 8 & 255}.{i & 255}'


def unary(first, n, side=None, generation=0):
    """Bytes of one v1 goal state."""
    message = goalstate.goalstate.GoalState()
    if side:
        goalstate.json_format.ParseDict(side, message)
    for i in range(first, first + n):
        neighbor(message.neighbor_states.add(), i, generation)
    return message.SerializeToString()


def streamed(first, n):
    """Bytes of one v2 goal state."""
    message = goalstate.goalstate.GoalStateV2()
    for i in range(first, first + n):
        neighbor(message.neighbor_states[f'L2/{i:08x}-cccc-4000-8000-000000000003'], i)
    return message.SerializeToString()


def chunks(first, n):
    return [streamed(i, min(STREAM, first + n - i)) for i in range(first, first + n, STREAM)]


SIDE = {'vpc_states': [vpc(VPC)],
        'subnet_states': [subnet(SUBNET, VPC, 7001, '10.64.0.0/10')]}


class Target:
    """A server and its process."""

    def __init__(self, address, *command):
        self.address, self.command = address, command
        self.process = self.controller = None

    def start(self):
        """Seconds until it serves."""
        begin = time.monotonic()
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)
        for line in self.process.stdout:
            if 'serving' in line:
                break
        else:
            raise rig.BenchError(f'{self.command[0]} did not start')
        took = time.monotonic() - begin
        # Its log is read no more, and is not to fill the pipe.
        subprocess.Popen(['cat'], stdin=self.process.stdout, stdout=subprocess.DEVNULL)
        self.process.stdout.close()
        self.controller = goalstate.Controller(self.address)
        self.push(b'')
        return took

    def stop(self, how=signal.SIGTERM):
        self.controller.close()
        self.process.send_signal(how)
        self.process.wait()

    def push(self, data):
        """Seconds of one v1 push, and its reply."""
        begin = time.monotonic()
        reply = self.controller.call(data, timeout=600)
        return time.monotonic() - begin, [reply]

    def stream(self, messages):
        """Seconds until the last reply of a v2 stream, and its replies."""
        call = self.controller.channel.stream_stream(V2)
        begin = time.monotonic()
        replies = list(call(iter(messages), timeout=600, wait_for_ready=True))
        return time.monotonic() - begin, replies

    def memory(self):
        """Bytes of its own."""
        with open(f'/proc/{self.process.pid}/status', encoding='ascii') as status:
            return int(re.search(r'RssAnon:\s+(\d+) kB', status.read()).group(1)) << 10


def done(replies, count):
    """What a benchmark measures must have been done."""
    states = [status.operation_status for reply in replies
              for status in goalstate.Reply.FromString(reply).operation_statuses]
    bad = [status for status in states if status]
    if bad or len(states) != count:
        raise rig.BenchError(f'{len(states)} statuses for {count} resources, {len(bad)} not SUCCESS')


class Pushes:
    """Both servers take the same, the agent with the same result each time."""
    def __init__(self, machine, agent, null):
        self.machine, self.servers = machine, {'null': null, 'alkaid': agent}

    def result(self, path, samples, count, null, **params):
        return self.machine.result('agent', path, [1e9 * took / count for took in samples],
                                   null=[1e9 * took / count for took in null], **params)

    def measure(self, push, count, rounds, run):
        """Rows of what each of count resources costs."""
        taken = {path: [] for path in self.servers}
        for _ in range(rounds):
            for path, server in self.servers.items():
                took, replies = run(server)
                taken[path].append(took)
                if path == 'alkaid':
                    done(replies, count)
        for path, samples in taken.items():
            yield self.result(path, samples, count, taken['null'], push=push)

    def small(self):
        add = {**SIDE, 'port_states': [port(PORT, SUBNET, '02:00:00:00:00:01', '10.64.0.1')]}
        self.servers['alkaid'].push(unary(0, 0, side=SIDE))
        host = unary(16, 10, side=add)
        yield from self.measure('1 port + 10 neighbors', 13, 20, lambda server: server.push(host))
        same = unary(100, 1000)
        yield from self.measure('1,000 neighbors again', 1000, 10, lambda server: server.push(same))
        turns = iter(range(1, 1000))
        yield from self.measure('1,000 neighbors that changed', 1000, 10,
                                lambda server: server.push(unary(100, 1000, generation=next(turns) & 255)))

    def large(self):
        agent, many = self.servers['alkaid'], MANY[self.machine.name]
        data = unary(10000, many)
        yield from self.measure(f'{many:,} new neighbors', many, 1, lambda server: server.push(data))
        yield from self.measure(f'{many:,} neighbors again', many, 3, lambda server: server.push(data))
        for first, count in ((200000, many), (400000, STREAMED[self.machine.name])):
            if count:
                messages, before = chunks(first, count), agent.memory()
                push = f'{count:,} new neighbors, stream'
                yield from self.measure(push, count, 1, lambda server, them=messages: server.stream(them))
                yield self.machine.result('agent', 'alkaid', [(agent.memory() - before) / count],
                                          unit='bytes', push=push)

    def restart(self, workdir, count):
        """From exec to service, with nothing and with as many objects, all right in the kernel."""
        agent = daemon(workdir, 'restart')
        base = agent.start()
        agent.push(unary(0, 0, side=SIDE))
        for i in range(0, count, 50000):
            done(agent.push(unary(1 << 20 | i, min(50000, count - i)))[1], min(50000, count - i))
        took = []
        for _ in range(3):
            agent.stop(signal.SIGKILL)
            took.append(agent.start())
        agent.stop()
        yield self.result('alkaid', took, count, [base] * len(took), push='restart', objects=count)


def daemon(workdir, name):
    command = ['alkaidd', '--listen', LISTEN, '--max-message', '512']
    if '--state-dir' in subprocess.run(['alkaidd', '--help'], capture_output=True, text=True,
                                       check=True).stdout:
        command += ['--state-dir', os.path.join(workdir, name)]
    return Target(LISTEN, *command)


@work('agent', 'pushes of goal states to the daemon, by resource', timeout=900)
def agent_pushes(machine):
    rig.run('ip', 'link', 'set', 'lo', 'up')
    rig.run('alk', 'link', 'add', 'alk0', 'local', '10.0.0.1')
    rig.run('ip', 'link', 'set', 'alk0', 'up')
    rig.run('ip', 'link', 'add', goalstate.tap(PORT), 'type', 'veth', 'peer', 'name', 'vm')
    with tempfile.TemporaryDirectory() as workdir:
        null = Target(NULL, os.path.join(TOP, 'build', 'bench', 'nullserver'), NULL)
        null.start()
        agent = daemon(workdir, 'push')
        agent.start()
        pushes = Pushes(machine, agent, null)
        yield from pushes.small()
        yield from pushes.large()
        agent.stop()
        null.stop(signal.SIGKILL)
        for kind in ('neigh', 'port', 'subnet', 'vpc'):
            rig.run('alk', kind, 'flush')
        yield from pushes.restart(workdir, AGAIN[machine.name])
