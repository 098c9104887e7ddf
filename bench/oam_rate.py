# SPDX-License-Identifier: GPL-2.0
"""Work on OAM datagrams: how many a second, and what they cost packets that go meanwhile."""
import ctypes
import socket

import beside
import rig
from lane import Lane, Traffic
from packets import encap_lane
from registry import work
from steering import OAM_PORT, direct_lane, gateway_socket, injects, steered_lane

FLOWS = 60_000
RATE = 10_000
# Messages of one sendmmsg().
BATCH = 500


class Message(ctypes.Structure):
    """A struct mmsghdr of a connected socket; its words are the C library's."""
    _fields_ = [('name', ctypes.c_void_p), ('namelen', ctypes.c_size_t), ('vector', ctypes.c_void_p),
                ('vectors', ctypes.c_size_t), ('control', ctypes.c_void_p), ('controllen', ctypes.c_size_t),
                ('flags', ctypes.c_size_t), ('sent', ctypes.c_size_t)]


class Vector(ctypes.Structure):
    """A struct iovec."""
    _fields_ = [('base', ctypes.c_void_p), ('length', ctypes.c_size_t)]


class Sender:
    """Sends datagrams in turns, as fast as a system call for many of them can."""
    def __init__(self, sock, datagrams):
        self.sock, self.next, self.size = sock, 0, len(datagrams)
        self.data = ctypes.create_string_buffer(b''.join(datagrams))
        base, each = ctypes.addressof(self.data), len(datagrams[0])
        self.vectors = (Vector * self.size)(*((base + i * each, each) for i in range(self.size)))
        at = ctypes.addressof(self.vectors)
        self.messages = (Message * self.size)(*(
            (None, 0, at + i * ctypes.sizeof(Vector), 1) for i in range(self.size)))

    def send(self, count):
        while count:
            most = min(count, self.size - self.next, BATCH)
            sent = rig.LIBC.sendmmsg(self.sock.fileno(), ctypes.byref(self.messages[self.next]), most, 0)
            if sent <= 0:
                raise OSError(ctypes.get_errno(), 'sendmmsg')
            self.next = (self.next + sent) % self.size
            count -= sent


def full_socket(lane):
    """A plain UDP socket that nobody reads: what comes is looked up, and dropped."""
    with rig.within(lane.host):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((lane.near.local, OAM_PORT))
    return sock


def handled(machine):
    """Rows of known flows, and of new ones."""
    lanes = {'null': Lane('drop'), 'alkaid': steered_lane('oam', dropped=False), 'socket': Lane('socket')}
    lanes['null'].drop(lanes['null'].host, 'ua')
    senders = {path: Sender(gateway_socket(lane), injects(lane, FLOWS)) for path, lane in lanes.items()}
    with full_socket(lanes['socket']):
        for kind in ('new flows', 'known flows'):
            def sampler(path, kind=kind):
                def sample():
                    if path == 'alkaid' and kind == 'new flows':
                        rig.alk(lanes[path].host, 'flow flush\n')
                    start = machine.now()
                    senders[path].send(FLOWS)
                    return (machine.now() - start) / FLOWS
                return sample

            samples = machine.interleave({path: sampler(path) for path in lanes})
            taught = rig.flows(lanes['alkaid'].host)
            if taught != FLOWS:
                raise rig.BenchError(f'{taught} direct paths of {FLOWS}')
            for path, taken in samples.items():
                yield machine.result('oam', path, taken, null=samples['null'], kind=kind)


def beside_traffic(machine):
    """What a packet costs while a gateway teaches its sender."""
    traffic = Traffic()
    lanes = {'null': encap_lane('null', 'bridged', 'vxlan'), 'alkaid': direct_lane('direct', traffic)}
    sender = Sender(gateway_socket(lanes['alkaid']), injects(lanes['alkaid'], traffic.flows))
    return beside.compare(machine, 'oam', lanes, traffic, {'alkaid': sender.send}, RATE, 'datagrams')


@work('oam', 'OAM datagrams: what each costs, and what 10,000 a second cost packets')
def oam(machine):
    rig.write('/sys/module/alkaid/parameters/oam_rate', '0')
    yield from handled(machine)
    yield from beside_traffic(machine)
