# SPDX-License-Identifier: GPL-2.0
"""Random frames, each simulated and then sent for real under a live trace: both must agree.

trace_random.py [FRAMES [SEED]]; trace_random.sh makes the world."""
import collections
import ipaddress
import random
import select
import socket
import struct
import sys

import genl

PORTS = ['vm1', 'vm2', 'vm3', 'vm4', 'vm5', 'vm6', 'vm7']
SENDERS = PORTS[:5] + PORTS[6:]
VNIS = [7001, 7001, 7002, 7002, 8001, 8001, 0]
VXLAN, GENEVE = 4789, 6081
MTU = {'vm1': 3000}

OWN = {
    'vm1': ('02:00:00:00:00:01', '192.168.1.1', 'fd00:1::1'),
    'vm2': ('02:00:00:00:00:02', '192.168.1.2', 'fd00:1::2'),
    'vm3': ('02:00:00:00:00:03', '192.168.2.3', 'fd00:2::3'),
    'vm4': ('02:00:00:00:00:04', '192.168.1.1', 'fd00:1::1'),
    'vm5': ('02:00:00:00:00:05', '192.168.1.5', 'fd00:1::5'),
    'vm7': ('02:00:00:00:00:07', '192.168.1.7', 'fd00:1::7'),
}
REMOTE = ('02:00:00:00:00:20', '192.168.1.20', 'fd00:1::20')
GATEWAYS = ['02:00:00:00:01:fe', '02:00:00:00:02:fe']
MACS = [own[0] for own in OWN.values()] + GATEWAYS * 3 + [
    '02:00:00:00:00:06', '02:00:00:00:00:20', '02:00:00:00:00:21', '02:00:00:00:00:66',
    '02:00:00:00:00:99', 'ff:ff:ff:ff:ff:ff', '01:00:5e:00:00:01', '33:33:00:00:00:01',
    'fe:16:11:00:00:00', '00:00:00:00:00:00']
IP4 = [own[1] for own in OWN.values()] + [
    '192.168.1.20', '192.168.2.20', '192.168.2.3', '10.9.0.1', '192.168.1.254',
    '192.168.1.6', '192.168.1.20', '192.168.2.20', '192.168.1.66', '192.168.1.254', '192.168.2.254',
    '192.168.1.77', '192.168.2.77', '10.9.0.1', '10.9.1.1', '10.8.0.1', '10.7.0.1', '10.3.0.1',
    '8.8.8.8', '0.0.0.0', '255.255.255.255', '224.0.0.1', '127.0.0.1', '192.168.1.255']
IP6 = [own[2] for own in OWN.values()] + [
    'fd00:1::6', 'fd00:1::20', 'fd00:2::20', 'fd00:1::fe', 'fd00:2::fe', 'fd00:1::77', 'fd00:9::1',
    '2001:db8::1', '::', '::1', 'ff02::1', 'ff02::1:ff00:20', 'ff02::1:ff00:1', 'fe80::ff:fe00:1',
    'fe80::ff:fe00:20', 'fe80::1', '::ffff:192.168.1.1']


# MACs that lead somewhere, by door.
NEAR = {
    **dict.fromkeys(['vm1', 'vm2'], ['02:00:00:00:00:01', '02:00:00:00:00:02', '02:00:00:00:00:20',
                                     GATEWAYS[0], GATEWAYS[0]]),
    **dict.fromkeys(['vm3'], ['02:00:00:00:00:21', GATEWAYS[1], GATEWAYS[1]]),
    **dict.fromkeys(['vm4', 'vm5'], ['02:00:00:00:00:04', '02:00:00:00:00:05', GATEWAYS[0]]),
    **dict.fromkeys(['vm7', 0], ['02:00:00:00:00:01']),
    7001: ['02:00:00:00:00:01', '02:00:00:00:00:02'],
    7002: ['02:00:00:00:00:03'],
    8001: ['02:00:00:00:00:04', '02:00:00:00:00:05'],
}


def mac(text):
    return bytes.fromhex(text.replace(':', ''))


def checksum(data):
    data += b'\0' * (len(data) % 2)
    total = sum(struct.unpack(f'>{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Maker:
    """Frames out of a seed: most as they should be, some not."""

    def __init__(self, seed):
        self.rnd = random.Random(seed)

    def often(self, likely, pool, odds=0.8):
        return likely if self.rnd.random() < odds else self.rnd.choice(pool)

    def payload(self):
        sizes = [0, 8, 40, 200, 1300, 1440, 1480, 1540, 1600, 2000]
        return b'x' * self.rnd.choices(sizes, [20, 20, 20, 10, 2, 2, 2, 1, 1, 1])[0]

    def ports(self):
        return struct.pack('>HH', self.rnd.choice([0, 53, 68, 5000]),
                           self.rnd.choice([22, 67, 80, 33434]))

    def transport(self, v6, own, source, target):
        rnd = self.rnd
        kind = rnd.choice(['tcp', 'udp', 'echo', 'icmp', 'other'] + (['nd'] * 4 if v6 else []))
        if kind == 'tcp':
            return 6, self.ports() + bytes(8) + b'\x50\x02\xff\xff' + bytes(4) + self.payload()
        if kind == 'udp':
            data = self.payload()
            return 17, self.ports() + struct.pack('>HH', 8 + len(data), 0) + data
        icmp = 58 if v6 else 1
        if kind == 'echo':
            return icmp, bytes([128 if v6 else 8, 0]) + bytes(6) + self.payload()
        if kind == 'nd':
            return 58, self.discovery(own, source, target)
        if kind == 'icmp':
            return icmp, bytes([rnd.randrange(256), rnd.randrange(8)]) + bytes(6) + self.payload()
        return rnd.choice([0, 2, 47, 50, 89, 132, 255]), self.payload()

    def discovery(self, own, source, target):
        rnd = self.rnd
        kind = rnd.choice([133, 134, 135, 135, 135, 136, 137])
        asked = ipaddress.IPv6Address(rnd.choice(IP6)).packed
        option = bytes([2 if kind == 136 else 1, 1]) + mac(self.often(own[0], MACS))
        body = {133: bytes(4), 134: bytes(12), 135: bytes(4) + asked, 136: b'\x60\0\0\0' + asked,
                137: bytes(36)}[kind]
        message = bytes([kind, 0, 0, 0]) + body + (option if rnd.random() < 0.8 else b'')
        pseudo = source + target + struct.pack('>II', len(message), 58)
        right = checksum(pseudo + message) if rnd.random() < 0.9 else rnd.randrange(65536)
        return message[:2] + struct.pack('>H', right) + message[4:]

    def ip4(self, own):
        rnd = self.rnd
        source = ipaddress.IPv4Address(self.often(own[1], IP4)).packed
        target = ipaddress.IPv4Address(rnd.choice(IP4)).packed
        proto, data = self.transport(False, own, source, target)
        options = b'\x01' * rnd.choice([0, 0, 0, 0, 4, 40])
        frag = rnd.choice([0x4000] * 4 + [0, 0, 0x2000, 0x2010, 0x0001, 0x00b9])
        header = struct.pack('>BBHHHBBH', 0x45 + len(options) // 4, rnd.choice([0, 0, 1, 2, 3, 184]),
                             20 + len(options) + len(data), rnd.randrange(65536), frag,
                             rnd.choice([0, 1, 2, 64, 64, 64, 255]), proto, 0) + source + target
        header += options
        return header[:10] + struct.pack('>H', checksum(header)) + header[12:] + data

    def ip6(self, own):
        rnd = self.rnd
        source = ipaddress.IPv6Address(self.often(own[2], IP6)).packed
        target = ipaddress.IPv6Address(rnd.choice(IP6)).packed
        proto, data = self.transport(True, own, source, target)
        hops = 255 if proto == 58 and rnd.random() < 0.9 else rnd.choice([0, 1, 2, 64, 64])
        for _ in range(rnd.choice([0] * 6 + [1, 2, 9])):
            kind = rnd.choice([0, 43, 44, 51, 60])
            if kind == 44:
                data = bytes([proto, 0]) + struct.pack('>HI', rnd.choice([0, 1, 8, 80]), 7) + data
            else:
                data = bytes([proto, 0]) + b'\x01\x04' + bytes(4) + data
            proto = kind
        return struct.pack('>IHBB', 6 << 28 | rnd.choice([0, 0, 3]) << 20, len(data), proto,
                           hops) + source + target + data

    def arp(self, own):
        rnd = self.rnd
        sender = ipaddress.IPv4Address(self.often(own[1], IP4)).packed
        target = ipaddress.IPv4Address(rnd.choice(IP4)).packed
        return (struct.pack('>HHBBH', 1, 0x800, 6, 4, rnd.choice([1, 1, 1, 2, 3])) +
                mac(self.often(own[0], MACS, 0.9)) + sender + bytes(6) + target)

    def mutate(self, frame):
        rnd = self.rnd
        frame = bytearray(frame)
        for _ in range(rnd.randrange(1, 4)):
            frame[rnd.randrange(min(len(frame), 80))] = rnd.randrange(256)
        if rnd.random() < 0.3:
            frame = frame[:rnd.randrange(14, len(frame) + 1)]
        return bytes(frame)

    def frame(self, own, near, limit):
        """One frame; OWN is whom it is from if that is true, NEAR a MAC that is known there."""
        rnd = self.rnd
        kind = rnd.choices(['ip4', 'ip6', 'arp', 'other'], [10, 10, 4, 1])[0]
        head = mac(self.often(near, MACS, 0.5)) + mac(self.often(own[0], MACS, 0.9))
        if kind == 'ip4':
            frame = head + b'\x08\0' + self.ip4(own)
        elif kind == 'ip6':
            frame = head + b'\x86\xdd' + self.ip6(own)
        elif kind == 'arp':
            frame = head + b'\x08\x06' + self.arp(own)
        else:
            frame = head + struct.pack('>H', rnd.choice([0x8100, 0x88a8, 0x88cc, 0x0026, 0x6558]))
            frame += b'\0\x05\x08\0' + self.ip4(own)
        if rnd.random() < 0.25:
            frame = self.mutate(frame)
        frame = frame[:limit]
        # The core drops what ends within a VLAN tag before any device sees it.
        return frame.ljust(20, b'\0') if frame[12:14] in (b'\x81\0', b'\x88\xa8') else frame


class Doors:
    """Where frames enter for real."""

    def __init__(self):
        self.vms = {name: genl.in_ns(name, self.packet) for name in SENDERS}
        self.peer = genl.in_ns('host_b', lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.sinks = [genl.in_ns('host_b', lambda port=port: self.sink(port))
                      for port in (VXLAN, GENEVE)]

    @staticmethod
    def packet():
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        sock.bind(('eth0', 0))
        return sock

    @staticmethod
    def sink(port):
        """So that nobody says that the port is unreachable."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(('10.0.0.2', port))
        return sock

    def send(self, door, frame, geneve):
        if isinstance(door, str):
            self.vms[door].send(frame)
        elif geneve:
            header = struct.pack('>BBHI', 0, 0, 0x6558, door << 8)
            self.peer.sendto(header + frame, ('10.0.0.1', GENEVE))
        else:
            header = struct.pack('>II', 0x08000000, door << 8)
            self.peer.sendto(header + frame, ('10.0.0.1', VXLAN))


Outcome = collections.namedtuple('Outcome', 'verdict reason tell steps out')


def outcome(message):
    """What a reply or a record says about a frame."""
    texts = {genl.A_TRACE_VERDICT: '', genl.A_TRACE_REASON: '', genl.A_TRACE_TELL: ''}
    steps, out = [], b''
    for kind, raw in genl.attrs(message):
        if kind in texts:
            texts[kind] = raw.rstrip(b'\0').decode()
        elif kind == genl.A_TRACE_STEP:
            steps.append(raw)
        elif kind == genl.A_TRACE_OUT:
            out = raw
    return Outcome(*texts.values(), tuple(steps), out)


class Live:
    """A live trace of everything."""

    def __init__(self):
        self.genl = genl.Socket()
        self.genl.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.genl.request(genl.CMD_TRACE_LIVE)

    def next(self):
        """The next record, or None if none comes."""
        if not select.select([self.genl.sock], [], [], 10)[0]:
            return None
        message, = [answer for _, _, answer in self.genl.receive()]
        assert message[16] == genl.CMD_TRACE_NTF, message[16]
        return message[20:]

    def quiet(self):
        return not select.select([self.genl.sock], [], [], 0)[0]


def simulate(sock, ports, door, frame):
    where = (genl.u32(genl.A_TRACE_PORT_IFINDEX, ports[door]) if isinstance(door, str) else
             genl.u32(genl.A_TRACE_VNI, door))
    reply, = sock.request(genl.CMD_TRACE, where + genl.attr(genl.A_TRACE_FRAME, frame))
    return outcome(reply)


def differ(number, door, frame, foretold, real):
    raise SystemExit(f'frame {number} from {door}: {frame.hex()}\n'
                     f'foretold: {foretold}\nreal:     {real}')


def warm_up(sock, ports, doors, live):
    """What fits into the underlay is known after the first frame to a VTEP."""
    own = OWN['vm1']
    frame = (mac(REMOTE[0]) + mac(own[0]) + b'\x08\0' + bytes.fromhex('450000140000000040ff0000') +
             socket.inet_aton(own[1]) + socket.inet_aton(REMOTE[1]))
    doors.send('vm1', frame, False)
    live.next()
    genl.equal(simulate(sock, ports, 'vm1', frame).verdict, 'encap', 'verdict of the first frame')


def main(count, seed):
    sock = genl.in_ns('host_a', genl.Socket)
    ports = genl.in_ns('host_a', lambda: {name: socket.if_nametoindex(name) for name in PORTS})
    live = genl.in_ns('host_a', Live)
    doors, maker = Doors(), Maker(seed)
    warm_up(sock, ports, doors, live)
    before = sock.totals()
    seen = collections.Counter()
    for number in range(count):
        door = maker.rnd.choice(SENDERS + VNIS)
        own = OWN.get(door, REMOTE)
        frame = maker.frame(own, maker.rnd.choice(NEAR[door]), MTU.get(door, 1500) + 14)
        foretold = simulate(sock, ports, door, frame)
        doors.send(door, frame, maker.rnd.random() < 0.5)
        record = live.next() or differ(number, door, frame, foretold, 'not seen')
        real = outcome(record)
        if genl.value(record, genl.A_TRACE_LOST):
            raise SystemExit('a record is lost')
        seen[real.reason or real.verdict] += 1
        # How many announcements there were in the last second, no table knows.
        if real != foretold and real.reason != 'RATE':
            differ(number, door, frame, foretold, real)
    if not live.quiet():
        raise SystemExit('more frames than were sent')
    for name, change in ((name, now - before[name]) for name, now in sock.totals().items()):
        if name.isupper():
            genl.equal(change, seen[name], f'change of {name}')
        elif name == 'rx':
            genl.equal(change, count, 'frames that entered')
    for name, times in seen.most_common():
        print(f'{times:6} {name}')
    if len(seen) < 30:
        raise SystemExit(f'only {len(seen)} outcomes')


if __name__ == '__main__':
    SEED = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 32)
    print(f'seed {SEED}')
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10000, SEED)
