# SPDX-License-Identifier: GPL-2.0
"""Work on tables that change while packets go: the neighbors that they go to move from host to host."""
import contextlib
import fcntl
import os
import statistics
import subprocess
import sys
import termios
import threading
import time

import neighbors
from lane import Traffic, neighbor_ip, neighbor_mac
from registry import work

NEIGHBORS = 1000
RATE = 10_000
# A sample is so many times as long as others.
LONGER = 4
AT_ONCE = 500


def alkaid_change(number, turn):
    return (f'neigh replace {neighbor_ip(1, number)} subnet 1 mac {neighbor_mac(number)} '
            f'host {neighbors.host(number + 1 + turn % 2)}')


def bridge_change(number, turn):
    return (f'fdb replace {neighbor_mac(number)} dev vx dst {neighbors.host(number + 1 + turn % 2)} '
            'self static')


CHANGES = {'alkaid': (['alk', '-b', '-'], alkaid_change), 'bridge': (['bridge', '-b', '-'], bridge_change)}


class Churn(contextlib.AbstractContextManager):
    """Changes of a lane's table, one message each, at a rate; how many there were a second, afterwards."""
    def __init__(self, path, lane):
        command, self.change = CHANGES[path]
        self.program = subprocess.Popen([command[0], '-n', lane.host, *command[1:]],
                                        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        self.thread = threading.Thread(target=self.feed)
        self.under_way, self.over = threading.Event(), threading.Event()
        self.rate = 0.0

    def __enter__(self):
        self.thread.start()
        self.under_way.wait()
        return self

    def feed(self):
        """The clock begins when the program has come to the changes."""
        done = self.write(0, AT_ONCE)
        self.under_way.set()
        waiting, start = self.waiting(), time.monotonic()
        while not self.over.is_set():
            due = AT_ONCE + int((time.monotonic() - start) * RATE)
            done = self.write(done, min(due, done + AT_ONCE))
            time.sleep(0.001)  # the period at which changes come
        self.rate = (done - AT_ONCE - self.waiting() + waiting) / (time.monotonic() - start)

    def waiting(self):
        """Changes in the pipe, about."""
        unread = fcntl.ioctl(self.program.stdin, termios.FIONREAD, bytes(4))
        return int.from_bytes(unread, sys.byteorder) // len(self.change(1, 0))

    def write(self, done, due):
        lines = (f'{self.change(1 + i % (NEIGHBORS - 1), i // (NEIGHBORS - 1))}\n' for i in range(done, due))
        os.write(self.program.stdin.fileno(), ''.join(lines).encode())
        return due

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        self.program.stdin.close()
        if self.program.wait():
            raise RuntimeError(f'{self.program.args}: {self.program.returncode}')


@work('churn', 'packets while the table changes 10,000 times a second')
def churn(machine):
    lanes = neighbors.lanes_for('bridged')
    traffic = Traffic(neighbors=NEIGHBORS)
    for path, add in neighbors.ADD.items():
        add(lanes[path], range(1, NEIGHBORS))
    machine.aim *= LONGER
    machine.packets = tuple(LONGER * limit for limit in machine.packets)
    counts = {path: machine.count(lane.cost(traffic, NEIGHBORS)) for path, lane in lanes.items()}
    lost, rates = {path: [] for path in CHANGES}, {path: [] for path in CHANGES}

    def calm(path):
        return lambda: lanes[path].cost(traffic, counts[path])

    def changing(path):
        def sample():
            with Churn(path, lanes[path]) as changes:
                cost, gone = lanes[path].send(traffic, counts[path], [changes.program.pid])
            lost[path].append(gone)
            rates[path].append(changes.rate)
            return cost
        return sample

    samples = machine.interleave({**{(path, 0): calm(path) for path in lanes},
                                  **{(path, RATE): changing(path) for path in CHANGES}})
    null = statistics.median(samples['null', 0])
    for (path, rate), taken in samples.items():
        yield machine.result('churn', path, taken, null=null, changes=rate)
    for path in CHANGES:
        yield machine.result('churn', path, [sum(lost[path])], unit='packets lost', changes=RATE)
    for path in CHANGES:
        yield machine.result('churn', path, rates[path], unit='changes/s', changes=RATE)
