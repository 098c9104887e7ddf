#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""No packet sees half a goal state: a stream of packets while goal states flip.

    peer... (a VM's end) --- tap... alk0 10.0.0.1 --- ul --- far: 10.0.0.2 and 10.0.0.3

From one goal state to the next every neighbor changes its host (two halves swap theirs) and its
MAC; where all is renamed it moves, with the port, into subnets of another VPC, which have other
VNIs, and the old ones go. MACs tell the goal state that they are of. So each routed packet says by
its outer destination, VNI and inner destination MAC what it saw: all must be of one goal state,
none older than that of a packet sent before it, to whatever neighbor; and none may be lost.

Usage: agent_flip.py [TEST]...       FLIP_PACKETS, FLIP_NEIGHBORS: how many
"""
import os
import random
import socket
import struct
import threading
import time

import goalstate
from agenthost import LISTEN, P1, add_tap, check, equal, main, run
from goalstate import neighbor, port, subnet, vpc

NATIVE = os.environ.get('ALKAID_VM_KERNEL', 'uml') == 'uml'
PACKETS = int(os.environ.get('FLIP_PACKETS', '1000000' if NATIVE else '20000'))
NEIGHBORS = int(os.environ.get('FLIP_NEIGHBORS', '4096' if NATIVE else '512'))
BURST = 40
# So many goal states are seen at least.
FLIPS = 5
ETH_P_IP = 0x0800
HOSTS = (2, 3)
VM, GATEWAY = '02:00:00:00:00:01', 'fe:16:11:00:00:01'
# Outer destination, VNI, inner destination MAC, inner destination and number, at their places.
SEEN = struct.Struct('!30x4s12x4s6s24x4s8xQ')


def address(i):
    return f'10.64.{i >> 8}.{i & 255}'


def side(name):
    """A VPC with the subnets of the port and of the neighbors."""
    number = 'ab'.index(name)
    return {'vpc_states': [vpc(f'vpc-{name}')],
            'subnet_states': [
                subnet(f'vm-{name}', f'vpc-{name}', 7001 + number, '192.168.1.0/24',
                       ('192.168.1.1', GATEWAY)),
                subnet(f'far-{name}', f'vpc-{name}', 8001 + number, '10.64.0.0/16')]}


def goal(parity, renamed):
    """Bytes of one of the two goal states; the generation is to be filled in for @@."""
    name = 'ab'[parity if renamed else 0]
    states = {
        **side(name),
        'port_states': [port(P1, f'vm-{name}', VM, '192.168.1.10')],
        'neighbor_states': [
            neighbor(f'neighbor-{i}', f'far-{name}', f'02:{i >> 8:02x}:{i & 255:02x}:@@:@@:@@',
                     f'10.0.0.{HOSTS[(i + parity) & 1]}', address(i))
            for i in range(NEIGHBORS)]}
    if renamed:
        for kind, gone in side('ab'[1 - parity]).items():
            states[kind] += [dict(state, operation_type='DELETE') for state in gone]
    message = goalstate.json_format.ParseDict(states, goalstate.goalstate.GoalState())
    return message.SerializeToString()


class Flipper(threading.Thread):
    """Pushes one goal state after the other."""

    def __init__(self, renamed):
        super().__init__()
        self.goals = [goal(0, renamed), goal(1, renamed)]
        self.controller = goalstate.Controller(LISTEN)
        self.generation, self.end, self.failed = 0, False, None

    def push(self):
        number = b'%02x:%02x:%02x' % tuple(self.generation.to_bytes(3, 'big'))
        data = self.goals[self.generation & 1].replace(b'@@:@@:@@', number)
        statuses = goalstate.Reply.FromString(self.controller.call(data)).operation_statuses
        self.failed = [(s.resource_id, s.operation_status) for s in statuses if s.operation_status]
        self.generation += 1

    def run(self):
        while not self.end and not self.failed:
            self.push()


def checksum(data):
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    total = (total & 0xffff) + (total >> 16)
    return ~(total + (total >> 16)) & 0xffff


def frame(i):
    """To neighbor i, without its number."""
    ip = bytearray(struct.pack('!BBHHHBBH4s4s', 0x45, 0, 36, 0, 0, 64, 17, 0,
                               socket.inet_aton('192.168.1.10'), socket.inet_aton(address(i))))
    ip[10:12] = checksum(ip).to_bytes(2, 'big')
    mac = [bytes.fromhex(text.replace(':', '')) for text in (GATEWAY, VM)]
    return (mac[0] + mac[1] + struct.pack('!H', ETH_P_IP) + ip
            + struct.pack('!HHHH', 7000, 7000, 16, 0))


class Far:
    """Where packets arrive: what each of them saw."""

    def __init__(self, renamed):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_IP))
        self.socket.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)     # SO_RCVBUFFORCE
        self.socket.bind(('far', ETH_P_IP))
        self.socket.setblocking(False)
        self.renamed, self.seen, self.last = renamed, 0, 0
        self.mixed, self.generations = [], set()

    def look(self, data):
        if len(data) < SEEN.size or data[23] != 17:
            return
        host, vni, to, ip, number = SEEN.unpack_from(data)
        i = ip[2] << 8 | ip[3]
        generation = int.from_bytes(to[3:], 'big')
        parity = generation & 1
        self.seen += 1
        self.generations.add(generation)
        wanted = (HOSTS[(i + parity) & 1], 8001 + (self.renamed and parity), i)
        if generation < self.last or wanted != (host[3], int.from_bytes(vni[:3], 'big'),
                                                int.from_bytes(to[1:3], 'big')):
            self.mixed.append((number, i, host[3], vni.hex(), to.hex(), self.last))
        self.last = max(self.last, generation)

    def drain(self):
        try:
            while True:
                self.look(self.socket.recv(200))
        except BlockingIOError:
            pass


def underlay():
    run('ip', 'link', 'add', 'ul', 'mtu', '1600', 'type', 'veth',
        'peer', 'name', 'far', 'mtu', '1600')
    run('ip', 'addr', 'add', '10.0.0.1/24', 'dev', 'ul')
    for name in ('ul', 'far'):
        run('ip', 'link', 'set', name, 'up')
    for host in HOSTS:
        run('ip', 'neigh', 'replace', f'10.0.0.{host}', 'dev', 'ul', 'lladdr', '02:00:00:00:ff:02')
    run('ip', 'link', 'set', 'far', 'promisc', 'on')


def send(flipper, far, sender, count):
    """Bursts at moments of their own choice, so that pushes are interrupted anywhere."""
    frames, sent = [frame(i) for i in range(NEIGHBORS)], 0
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    try:
        while sent < count or len(far.generations) < FLIPS:
            for number in range(sent, sent + BURST):
                sender.send(frames[number * 7 % NEIGHBORS] + struct.pack('!Q', number))
            sent += BURST
            far.drain()
            check(not flipper.failed, 'a push failed:', flipper.failed)
            time.sleep(random.random() * 2e-4)
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    return sent


def flip(renamed, packets):
    underlay()
    add_tap(P1)
    sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sender.bind(('peer' + P1[:8], 0))
    flipper = Flipper(renamed)
    flipper.push()
    check(not flipper.failed, 'a push failed:', flipper.failed)
    far = Far(renamed)
    begin = time.monotonic()
    flipper.start()
    try:
        sent = send(flipper, far, sender, packets)
    finally:
        flipper.end = True
        flipper.join()
        far.drain()
        run('ip', 'link', 'del', 'ul')
    print(f'# {sent} packets, {flipper.generation} goal states of {NEIGHBORS} neighbors, of which'
          f' packets saw {len(far.generations)}; {len(far.mixed)} saw a mixture,'
          f' {sent - far.seen} were lost; {time.monotonic() - begin:.1f} s')
    equal(far.mixed[:3], [], 'what packets saw of several goal states')
    equal(sent - far.seen, 0, 'lost packets')


def test_addresses_swap_their_hosts(_):
    flip(False, PACKETS)


def test_all_is_renamed(_):
    flip(True, PACKETS // 5)


if __name__ == '__main__':
    main(globals())
