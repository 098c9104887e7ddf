# SPDX-License-Identifier: GPL-2.0
"""OAM datagrams, byte by byte.

oam.py NS ADDRESS [PORT]       sends those on standard input from NS to a UDP port, 8300

A line is a datagram: inject or delete, and values for its fields where the usual ones will not do:

    inject src=192.168.1.1 dst=192.168.2.9 sport=1000 dport=2000 proto=17 vni=7001
           instance=DST node=10.0.0.3 mac=02:00:00:00:00:09 node-mac=MAC timeout=30 reserved=0

op=N sets the operation, len=N cuts it or fills it up with zeros, from=IP is its source address,
*N sends it N times. key=HEX seq=N put a trailer behind it; tag=HEX is a tag of its own.
udp-sport=N (0) and checksum=on (off) are of the UDP header. `random N SEED` sends N datagrams of
random lengths and bytes, `forged N SEED` N of good ones with random fields.
"""
import random
import socket
import struct
import sys

import genl
from siphash import siphash


def checksum(data):
    total = sum(struct.unpack(f'!{(len(data) + 1) // 2}H', data + b'\0' * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def mac(text):
    return bytes.fromhex(text.replace(':', ''))


def datagram(words):
    kind = words[0]
    f = dict(word.split('=', 1) for word in words[1:])
    dst = f.get('dst', '192.168.2.9')
    op = int(f.get('op', kind == 'delete'))
    data = struct.pack('!I4s4sHHI', op, socket.inet_aton(f.get('src', '192.168.1.1')),
                       socket.inet_aton(dst), int(f.get('sport', 1000)), int(f.get('dport', 2000)),
                       int(f.get('proto', 17)) << 24 | int(f.get('vni', 7001)))
    if kind == 'inject':
        data += struct.pack('!4s4s6s6sHH', socket.inet_aton(f.get('instance', dst)),
                            socket.inet_aton(f.get('node', '10.0.0.3')),
                            mac(f.get('mac', '02:00:00:00:00:09')),
                            mac(f.get('node-mac', '02:00:00:00:0f:03')),
                            int(f.get('timeout', 30)), int(f.get('reserved', 0)))
    if 'key' in f:
        data += struct.pack('!Q', int(f['seq']))
        tag = int(f['tag'], 16) if 'tag' in f else siphash(bytes.fromhex(f['key']), data)
        data += struct.pack('!Q', tag)
    if 'len' in f:
        data = (data + bytes(int(f['len'])))[:int(f['len'])]
    return data, f


def udp(data, src, dst, sport, dport, with_checksum):
    header = struct.pack('!HHHH', sport, dport, 8 + len(data), 0)
    if with_checksum:
        pseudo = struct.pack('!4s4sHH', socket.inet_aton(src), socket.inet_aton(dst), 17,
                             8 + len(data))
        total = checksum(pseudo + header + data) or 0xffff
        header = header[:6] + struct.pack('!H', total)
    return header + data


def ip(payload, src, dst):
    """The core fills in the length and the checksum; the source it leaves alone."""
    return struct.pack('!BBHHHBBH4s4s', 0x45, 0, 0, 54321, 0, 64, 17, 0, socket.inet_aton(src),
                       socket.inet_aton(dst)) + payload


def random_datagrams(count, seed):
    rng = random.Random(seed)
    for _ in range(count):
        yield rng.randbytes(rng.choice((0, 1, 19, 20, 21, 43, 44, 45, 60, rng.randrange(200))))


def forged_datagrams(count, seed):
    """As a gateway of nobody's would send them, or one of another VNI's."""
    rng = random.Random(seed)
    good = bytearray(datagram(['inject'])[0])
    for _ in range(count):
        data = bytearray(good)
        for _ in range(rng.randrange(1, 4)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        # None is to be believed.
        data[17:20] = struct.pack('!I', rng.choice((0, 7000, 9999)))[1:]
        yield bytes(data)


DISTINCT = 1000


def many(words, build, send):
    """Of DISTINCT ones as many as are asked for: to make one takes longer than to send it."""
    make = random_datagrams if words[0] == 'random' else forged_datagrams
    f = dict(word.split('=', 1) for word in words[3:])
    packets = [build(data, f) for data in make(DISTINCT, int(words[2]))]
    for i in range(int(words[1])):
        send(packets[i % DISTINCT])


def main():
    namespace, address = sys.argv[1:3]
    port = int(sys.argv[3]) if len(sys.argv) > 3 else 8300
    genl.enter_ns(namespace)
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((address, port))
        source = probe.getsockname()[0]

    def build(data, f):
        src = f.get('from', source)
        return ip(udp(data, src, address, int(f.get('udp-sport', 0)), port,
                      f.get('checksum') == 'on'), src, address)

    def send(packet):
        raw.sendto(packet, (address, 0))

    for line in sys.stdin:
        words = line.split()
        if not words or words[0].startswith('#'):
            continue
        times = 1
        if words[-1].startswith('*'):
            times = int(words.pop()[1:])
        if words[0] in ('random', 'forged'):
            many(words, build, send)
            continue
        packet = build(*datagram(words))
        for _ in range(times):
            send(packet)


if __name__ == '__main__':
    main()
