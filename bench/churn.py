# SPDX-License-Identifier: GPL-2.0
"""Work on tables that change while packets go: the neighbors that they go to move from host to host."""
import contextlib
import itertools
import socket
import statistics
import threading
import time

import genl
import neighbors
import rig
from lane import Traffic, neighbor_ip, neighbor_mac
from registry import work

NEIGHBORS = 1000
RATE = 10_000
# A sample is so many times as long as others.
LONGER = 4
# Messages of one sendmsg() at most: no burst makes up for time in which there was no room for changes.
AT_ONCE = 100
# How often changes come, if there is room.
PERIOD = 0.004


def alkaid_changes():
    """A socket of the family, and a message for each neighbor, of each of two turns."""
    family = genl.Socket()
    return family.sock, [
        family.message(genl.CMD_NEIGH_NEW, genl.u32(genl.A_NEIGH_SUBNET, 1) +
                       genl.prefix(genl.A_NEIGH_IP, neighbor_ip(1, i)) +
                       genl.mac(genl.A_NEIGH_MAC, neighbor_mac(i)) +
                       genl.prefix(genl.A_NEIGH_HOST, neighbors.host(i + 1 + turn)), genl.SET)
        for turn in (1, 0) for i in range(1, NEIGHBORS)]


def bridge_changes():
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    entries = ((bytes.fromhex(neighbor_mac(i).replace(':', '')), socket.inet_aton(neighbors.host(i + 1 + turn)))
               for turn in (1, 0) for i in range(1, NEIGHBORS))
    return sock, neighbors.neigh_messages(socket.AF_BRIDGE, socket.if_nametoindex('vx'), neighbors.NTF_SELF,
                                          entries, genl.SET)


CHANGES = {'alkaid': alkaid_changes, 'bridge': bridge_changes}


class Churn(contextlib.AbstractContextManager):
    """Changes of a lane's table, one message each, at a rate.

    Afterwards: how many there were a second, and the share of the CPU that their sender took.
    """
    def __init__(self, sock, messages):
        self.sock, self.messages = sock, itertools.cycle(messages)
        self.thread = threading.Thread(target=self.feed)
        self.under_way, self.over = threading.Event(), threading.Event()
        self.rate = self.share = 0.0

    def __enter__(self):
        self.thread.start()
        self.under_way.wait()
        return self

    def feed(self):
        done, start, used = 0, time.monotonic(), time.thread_time_ns()
        while not self.over.is_set():
            due = min(int((time.monotonic() - start) * RATE) - done, AT_ONCE)
            if due > 0:
                self.sock.send(b''.join(itertools.islice(self.messages, due)))
                done += due
                self.under_way.set()
            time.sleep(PERIOD)
        elapsed = time.monotonic() - start
        self.rate, self.share = done / elapsed, (time.thread_time_ns() - used) / elapsed / 1e9

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        try:
            # Only what is refused is answered.
            self.sock.recv(1)
        except BlockingIOError:
            return
        raise rig.BenchError('a change was refused')


def changes_of(path, lane):
    """A thread's namespace is that of the sockets it makes."""
    with rig.within(lane.host):
        sock, messages = CHANGES[path]()
    sock.setblocking(False)
    return sock, messages


@work('churn', 'packets while the table changes 10,000 times a second')
def churn(machine):
    lanes = neighbors.lanes_for('bridged')
    traffic = Traffic(neighbors=NEIGHBORS)
    for path, add in neighbors.ADD.items():
        add(lanes[path], range(1, NEIGHBORS))
    changes = {path: changes_of(path, lanes[path]) for path in CHANGES}
    machine.aim *= LONGER
    machine.packets = tuple(LONGER * limit for limit in machine.packets)
    counts = {path: machine.count(lane.cost(traffic, NEIGHBORS)) for path, lane in lanes.items()}
    seen = {path: {'packets lost': [], 'changes/s': [], '% of the CPU': []} for path in CHANGES}

    def calm(path):
        return lambda: lanes[path].cost(traffic, counts[path])

    def changing(path):
        def sample():
            with Churn(*changes[path]) as change:
                cost, gone = lanes[path].send(traffic, counts[path])
            for unit, value in (('packets lost', gone), ('changes/s', change.rate), ('% of the CPU', 100 * change.share)):
                seen[path][unit].append(value)
            return cost * (1 - change.share)
        return sample

    samples = machine.interleave({**{(path, 0): calm(path) for path in lanes},
                                  **{(path, RATE): changing(path) for path in CHANGES}})
    null = statistics.median(samples['null', 0])
    for (path, rate), taken in samples.items():
        yield machine.result('churn', path, taken, null=null, changes=rate)
    for path, units in seen.items():
        units['packets lost'] = [sum(units['packets lost'])]
        for unit, taken in units.items():
            yield machine.result('churn', path, taken, unit=unit, changes=RATE)
