# SPDX-License-Identifier: GPL-2.0
"""Work on TCP from VM to VM: one stream, and exchanges of a byte each way."""
import contextlib
import socket
import threading

import paths
import rig
from lane import VNI, Lane
from registry import work

MIB = 1 << 20
# Of the start-up of a stream nothing is measured, nor of the first exchanges.
WARM_UP = 4
STREAM = {'icount': 16, 'uml': 256}
EXCHANGES = {'icount': 200, 'uml': 1000}
V6 = {'prefix': 'fd01::/64', 'near': 'fd01::1', 'far': 'fd01::2'}
FORMATS = ('vxlan', 'geneve')


class TcpLane(Lane):
    """VMs that have addresses and know each other's MACs, and take what comes."""
    def build(self):
        super().build()
        for vm, mine, other, name in ((self.vm, self.near, self.far, 'near'), (self.vm2, self.far, self.near, 'far')):
            rig.sysctl(vm, 'ipv6/conf/eth0/disable_ipv6', 0)
            their = V6['far' if name == 'near' else 'near']
            rig.ip(vm, f'''
                addr add {mine.ip}/12 dev eth0
                addr add {V6[name]}/64 dev eth0 nodad
                neigh add {other.ip} lladdr {other.mac} dev eth0
                neigh add {their} lladdr {other.mac} dev eth0''')

    def drop(self, netns, *devices):
        """None."""


def alkaid(end, other, v6, their_v6, form):
    rig.alk(end.netns, f'link add alk0 local {end.local} {paths.link_options()}\n')
    rig.ip(end.netns, 'link set alk0 up')
    rig.alk(end.netns, f'''vpc add 1
        subnet add 1 vpc 1 vni {VNI[1]} prefix {paths.PREFIX[1]} prefix {V6['prefix']} encap {form}
        port add port subnet 1 mac {end.mac} ip {end.ip} ip {v6}
        neigh add {other.ip} subnet 1 mac {other.mac} host {other.local}
        neigh add {their_v6} subnet 1 mac {other.mac} host {other.local}
        ''')


def bridge(end, other, _, __, form):
    paths.bridge(end, other, form)


PATHS = {'alkaid': alkaid, 'bridge': bridge}


def tcp_lane(path, form):
    lane = TcpLane(f'{path}-{form}')
    PATHS[path](lane.near, lane.far, V6['near'], V6['far'], form)
    PATHS[path](lane.far, lane.near, V6['far'], V6['near'], form)
    return lane


@contextlib.contextmanager
def connection(lane, address):
    """Its two ends."""
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    with rig.within(lane.vm2):
        listener = socket.create_server((address, 0), family=family)
    with listener:
        with rig.within(lane.vm):
            ours = socket.socket(family)
        with ours:
            ours.connect(listener.getsockname())
            theirs, _ = listener.accept()
            with theirs:
                for sock in (ours, theirs):
                    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                yield ours, theirs


def receive(sock, size):
    room = memoryview(bytearray(MIB))
    while size:
        size -= sock.recv_into(room, min(size, MIB))


def stream(machine, ours, theirs):
    """What a KiB costs."""
    mib, data = STREAM[machine.name], bytes(MIB)

    def send():
        for _ in range(WARM_UP + mib):
            ours.sendall(data)

    sender = threading.Thread(target=send)
    sender.start()
    receive(theirs, WARM_UP * MIB)
    start = machine.now()
    receive(theirs, mib * MIB)
    took = machine.now() - start
    sender.join()
    return took / (mib * 1024)


def exchanges(machine, ours, theirs):
    """What an exchange costs."""
    count = EXCHANGES[machine.name]

    def echo():
        while byte := theirs.recv(1):
            theirs.send(byte)

    other = threading.Thread(target=echo)
    other.start()
    for i in range(-WARM_UP, count):
        if i == 0:
            start = machine.now()
        ours.send(b'x')
        ours.recv(1)
    took = machine.now() - start
    ours.shutdown(socket.SHUT_WR)
    other.join()
    return took / count


KINDS = {'stream, a KiB': stream, 'exchange': exchanges}


@work('tcp', 'TCP from VM to VM', timeout=1200)
def tcp(machine):
    # Sender and receiver take turns as it comes.
    machine.rounds = max(machine.rounds, 3)
    for form in FORMATS:
        lanes = {path: tcp_lane(path, form) for path in PATHS}
        for kind, measure in KINDS.items():
            for family, address in (('IPv4', None), ('IPv6', V6['far'])):
                def sampler(lane, measure=measure, address=address):
                    def sample():
                        with connection(lane, address or lane.far.ip) as ends:
                            return measure(machine, *ends)
                    return sample

                samples = machine.interleave({path: sampler(lane) for path, lane in lanes.items()})
                for path, taken in samples.items():
                    yield machine.result('tcp', path, taken, kind=kind, family=family, format=form)
        rig.run('ip', '-all', 'netns', 'del')
