# SPDX-License-Identifier: GPL-2.0
"""Inside a test machine: its clock, namespaces and pktgen."""
import contextlib
import ctypes
import json
import os
import re
import statistics
import subprocess
import time
from dataclasses import dataclass

from results import Result

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
# How often something is looked for.
PATIENCE = 3000
FIRST = 1000


class BenchError(Exception):
    """A figure cannot be had."""


def run(*command, text=None):
    """Runs a command, with text as its input, and gives what it printed."""
    done = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
    if done.returncode:
        raise BenchError(f'{" ".join(command)}: {done.stderr.strip() or done.returncode}')
    return done.stdout


def ip(netns, batch):
    run('ip', '-n', netns, '-batch', '-', text=batch)


def alk(netns, batch, *options):
    """A line each, or with '-f' one transaction."""
    run('alk', '-n', netns, *(options or ('-b',)), '-', text=batch)


def flows(netns):
    """How many direct paths there are."""
    return len(json.loads(run('alk', '-n', netns, '-j', 'flow', 'show')))


@contextlib.contextmanager
def within(netns):
    """This thread in another network namespace; /proc/net follows."""
    with open('/proc/self/ns/net', 'rb') as home, open(f'/run/netns/{netns}', 'rb') as there:
        if LIBC.setns(there.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), netns)
        try:
            yield
        finally:
            LIBC.setns(home.fileno(), CLONE_NEWNET)


def until(condition, what):
    """Waits for what the kernel does in its own time."""
    for _ in range(PATIENCE):
        found = condition()
        if found:
            return found
        time.sleep(0.01)  # the period at which it is looked for
    raise BenchError(f'in vain: {what}')


def write(path, text):
    with open(path, 'w', encoding='ascii') as file:
        file.write(text + '\n')


def sysctl(netns, name, value):
    with within(netns):
        write('/proc/sys/net/' + name, str(value))


def received(netns, devices):
    """Packets that devices have taken in."""
    with within(netns), open('/proc/net/dev', encoding='ascii') as file:
        lines = (line.partition(':') for line in file)
        return sum(int(counters.split()[1]) for name, _, counters in lines if name.strip() in devices)


def memory():
    """Bytes that the kernel holds for itself."""
    with open('/proc/meminfo', encoding='ascii') as file:
        fields = dict(line.split(':') for line in file)
    return sum(int(fields[name].split()[0]) * 1024 for name in ('Slab', 'VmallocUsed', 'Percpu'))


class Pktgen:
    """Sends 64-byte packets from devices of a namespace, in turns."""
    def __init__(self, netns, devices):
        self.netns, self.devices = netns, devices
        self.settings = None
        self.added = set()

    def prepare(self, settings):
        """The thread takes its time to let devices go, so it keeps them."""
        for device in self.devices:
            if device not in self.added:
                self.added.add(device)
                write('/proc/net/pktgen/kpktgend_0', f'add_device {device}')
            for line in ('pkt_size 64', 'delay 0', *settings):
                write(f'/proc/net/pktgen/{device}', line)
        self.settings = settings

    def send(self, settings, count):
        """Gives the nanoseconds that count packets from each device took, until the last was carried.

        Not those that the sender alone was busy: much may be carried by ksoftirqd while it sleeps.
        """
        with within(self.netns):
            if settings != self.settings:
                self.prepare(settings)
            for device in self.devices:
                write(f'/proc/net/pktgen/{device}', f'count {count}')
            write('/proc/net/pktgen/pgctrl', 'start')
            return max(self.elapsed(device) for device in self.devices)

    def elapsed(self, device):
        """The sender may begin only when the wait for it has ended."""
        def ended():
            with open(f'/proc/net/pktgen/{device}', encoding='ascii') as file:
                return re.search(r'OK: (\d+)\(c', file.read())
        return int(until(ended, f'{self.netns}: that pktgen sends from {device}')[1]) * 1000


@dataclass
class Rig:
    """How a figure is taken here."""
    name: str

    def __post_init__(self):
        emulated = self.name == 'icount'
        self.kernel = os.uname().release
        self.unit = 'instructions' if emulated else 'ns'
        self.rounds = 1 if emulated else 5
        # How often each takes its turn in a round, of which the least counts: others can only make it dearer.
        self.turns = 1 if emulated else 6
        # Nanoseconds of the machine's clock that one turn should take, and its limits.
        self.aim = 150_000_000 if emulated else 40_000_000
        self.packets = (20_000, 20_000) if emulated else (2_000, 1_000_000)

    def result(self, work, path, samples, unit=None, null=None, **params):
        """null: what is subtracted, a figure or a sample of each round."""
        value = statistics.median(samples)
        above = None
        if null is not None:
            # Of a round, as others on the machine slow down its samples alike.
            samples = [sample - of_null for sample, of_null in
                       zip(samples, null if isinstance(null, list) else [null] * len(samples))]
            above = statistics.median(samples)
        figure = value if above is None else above
        return Result(self.name, self.kernel, work, path, unit or self.unit, round(value, 1), params,
                      None if above is None else round(above, 1),
                      round((max(samples) - min(samples)) / abs(figure), 4) if figure else 0.0,
                      len(samples))

    @staticmethod
    def now():
        """Nanoseconds of the machine's clock; under the instruction counter, instructions."""
        return time.monotonic_ns()

    def count(self, cost):
        """How many packets of this cost make a sample."""
        least, most = self.packets
        return int(min(max(self.aim / max(cost, 1), least), most))

    def interleave(self, subjects):
        """A sample of each round for each of several functions, which take turns; a sample is a cost."""
        samples = {name: [] for name in subjects}
        for _ in range(self.rounds):
            turns = [{name: cost() for name, cost in subjects.items()} for _ in range(self.turns)]
            for name, taken in samples.items():
                taken.append(min(turn[name] for turn in turns))
        return samples

    def compare(self, work, lanes, traffic, **params):
        """What a packet costs in each of the lanes, above the one that is called null."""
        def sampler(lane):
            # The first packets make caches and tables warm, the next tell what the others will cost.
            lane.cost(traffic, FIRST)
            count = self.count(lane.cost(traffic, FIRST))
            return lambda: lane.cost(traffic, count)

        samples = self.interleave({path: sampler(lane) for path, lane in lanes.items()})
        for path, taken in samples.items():
            yield self.result(work, path, taken, null=samples['null'], **params)
