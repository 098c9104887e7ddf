# SPDX-License-Identifier: GPL-2.0
"""Work on tables that change while packets go: the neighbors that they go to move from host to host."""
import itertools
import socket

import beside
import genl
import neighbors
import rig
from lane import Traffic, neighbor_ip, neighbor_mac
from registry import work

NEIGHBORS = 1000
RATE = 10_000


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


class Changer:
    """Changes a lane's table, one message each, some of them with one sendmsg()."""
    def __init__(self, path, lane):
        # A socket is of the namespace in which it is made.
        with rig.within(lane.host):
            self.sock, messages = CHANGES[path]()
        self.sock.setblocking(False)
        self.messages = itertools.cycle(messages)

    def change(self, count):
        self.sock.send(b''.join(itertools.islice(self.messages, count)))

    def check(self):
        """Only what is refused is answered."""
        try:
            self.sock.recv(1)
        except BlockingIOError:
            return
        raise rig.BenchError('a change was refused')


@work('churn', 'packets while the table changes 10,000 times a second')
def churn(machine):
    lanes = neighbors.lanes_for('bridged')
    for path, add in neighbors.ADD.items():
        add(lanes[path], range(1, NEIGHBORS))
    changers = {path: Changer(path, lanes[path]) for path in CHANGES}
    yield from beside.compare(machine, 'churn', lanes, Traffic(neighbors=NEIGHBORS),
                              {path: changer.change for path, changer in changers.items()}, RATE, 'changes')
    for changer in changers.values():
        changer.check()
