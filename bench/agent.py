# SPDX-License-Identifier: GPL-2.0
"""Pushes of neighbors to alkaidd and to a server that only takes them; see agent.sh."""
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.append(os.path.join(TOP, 'tests', 'selftests'))

import goalstate  # noqa: E402
from goalstate import port, subnet, vpc  # noqa: E402

V1 = goalstate.METHOD
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
            raise SystemExit(f'{self.command[0]} did not start')
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
        raise SystemExit(f'{len(states)} statuses for {count} resources, {len(bad)} not SUCCESS')


def row(name, count, took, base):
    net = took - base
    print(f'{name:34} {took * 1e3:10.2f} {base * 1e3:10.2f} {net * 1e3:10.2f}'
          f' {net * 1e6 / count:9.2f}', flush=True)


def best(run, rounds):
    return min((run() for _ in range(rounds)), key=lambda result: result[0])


def measure(agent, null, name, count, rounds, run):
    """Both servers take the same, the agent with the same result each time."""
    base, _ = best(lambda: run(null), rounds)
    took, replies = best(lambda: run(agent), rounds)
    done(replies, count)
    row(name, count, took, base)


def small(agent, null):
    add = {**SIDE, 'port_states': [port(PORT, SUBNET, '02:00:00:00:00:01', '10.64.0.1')]}
    agent.push(unary(0, 0, side=SIDE))
    host = unary(16, 10, side=add)
    measure(agent, null, '1 port + 10 neighbors, v1', 13, 20, lambda t: t.push(host))
    rounds = iter(range(1, 1000))
    measure(agent, null, '1,000 neighbors again, v1', 1000, 10,
            lambda t, data=unary(100, 1000): t.push(data))
    measure(agent, null, '1,000 neighbors that changed, v1', 1000, 10,
            lambda t: t.push(unary(100, 1000, generation=next(rounds) & 255)))


def large(agent, null, million):
    before = agent.memory()
    data = unary(10000, 100000)
    measure(agent, null, '100,000 new neighbors in one, v1', 100000, 1, lambda t: t.push(data))
    print(f'{"":6}memory: {(agent.memory() - before) / 100000:.0f} bytes a neighbor', flush=True)
    measure(agent, null, '100,000 neighbors again, v1', 100000, 3, lambda t: t.push(data))
    messages = chunks(200000, 100000)
    measure(agent, null, '100,000 new neighbors, stream', 100000, 1, lambda t: t.stream(messages))
    print(f'{"":6}memory: {(agent.memory() - before) / 200000:.0f} bytes a neighbor', flush=True)
    if not million:
        return
    messages = chunks(400000, million)
    before = agent.memory()
    measure(agent, null, f'{million:,} new neighbors, stream', million, 1,
            lambda t: t.stream(messages))
    print(f'{"":6}memory: {(agent.memory() - before) / million:.0f} bytes a neighbor', flush=True)


def restart(workdir, count):
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
    row(f'restart, {count:,} objects', count, min(took), base)
    agent.stop()


def daemon(workdir, name):
    command = ['alkaidd', '--listen', LISTEN, '--max-message', '512']
    if '--state-dir' in subprocess.run(['alkaidd', '--help'], capture_output=True, text=True,
                                       check=True).stdout:
        command += ['--state-dir', os.path.join(workdir, name)]
    return Target(LISTEN, *command)


def main(million=1000000, again=200000):
    subprocess.run(['ip', 'link', 'add', goalstate.tap(PORT), 'type', 'veth', 'peer', 'name', 'vm'],
                   check=True)
    print(f'{"":34} {"alkaidd ms":>10} {"null ms":>10} {"above ms":>10} {"us each":>9}')
    with tempfile.TemporaryDirectory() as workdir:
        null = Target(NULL, os.path.join(TOP, 'build', 'bench', 'nullserver'), NULL)
        null.start()
        agent = daemon(workdir, 'push')
        agent.start()
        small(agent, null)
        large(agent, null, int(million))
        agent.stop()
        null.stop(signal.SIGKILL)
        for kind in ('neigh', 'port', 'subnet', 'vpc'):
            subprocess.run(['alk', kind, 'flush'], check=True)
        restart(workdir, int(again))


if __name__ == '__main__':
    main(*sys.argv[1:])
