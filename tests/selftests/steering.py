# SPDX-License-Identifier: GPL-2.0
"""Flows from a VM, and where the underlay saw them go.

steering.py send NS FABRIC FILE FIRST COUNT [KEY=VALUE]...
    sends a frame of each of COUNT flows, whose UDP source ports are FIRST and following, through
    eth0 of NS, and writes to FILE what arrived at ul of FABRIC. KEY: dst, dmac, smac, src, version.
steering.py count FILE              how many flows went to each host
steering.py moved BEFORE AFTER      flows of both files that went to another host, by the first host
steering.py values FILE KEY         the values of a field, each once
"""
import collections
import ipaddress
import json
import socket
import struct
import sys

import genl

ETH_P_ALL = 3
BATCH = 64
PORTS = {4789: 'vxlan', 6081: 'geneve'}


def mac(text):
    return bytes.fromhex(text.replace(':', ''))


def mac_text(data):
    return ':'.join(f'{byte:02x}' for byte in data)


def checksum(data):
    total = sum(struct.unpack(f'!{(len(data) + 1) // 2}H', data + b'\0' * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def udp(src, dst, sport):
    """With a checksum that says nothing of the source port's flow: none."""
    return struct.pack('!HHHH', sport, 9, 8, 0)


def frame(opts, sport):
    src, dst = ipaddress.ip_address(opts['src']), ipaddress.ip_address(opts['dst'])
    body = udp(src, dst, sport)
    eth = mac(opts['dmac']) + mac(opts['smac'])
    if src.version == 6:
        return eth + struct.pack('!HIHBB', 0x86dd, 6 << 28, len(body), 17, 64) + \
            src.packed + dst.packed + body
    ip = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(body), 0, 0, 64, 17, 0) + \
        src.packed + dst.packed
    return eth + b'\x08\0' + ip[:10] + struct.pack('!H', checksum(ip)) + ip[12:] + body


def outer(data):
    """The tunnel's packet in a frame of the underlay, and where it goes; or nothing."""
    if data[12:14] == b'\x08\0' and data[23] == 17:
        return str(ipaddress.ip_address(data[30:34])), data[14 + 20:]
    if data[12:14] == b'\x86\xdd' and data[20] == 17:
        return str(ipaddress.ip_address(data[38:54])), data[14 + 40:]
    return None, b''


def arrived(data):
    """What is to be known of one encapsulated frame."""
    host, packet = outer(data)
    if not host or struct.unpack('!H', packet[2:4])[0] not in PORTS:
        return None
    inner = packet[16:]
    v6 = inner[12:14] == b'\x86\xdd'
    return {
        'host': host,
        'outer_mac': mac_text(data[:6]),
        'encap': PORTS[struct.unpack('!H', packet[2:4])[0]],
        'vni': int.from_bytes(packet[12:15], 'big'),
        'dmac': mac_text(inner[:6]),
        'smac': mac_text(inner[6:12]),
        'ttl': inner[21] if v6 else inner[22],
        'sport': struct.unpack('!H', inner[54:56] if v6 else inner[34:36])[0],
    }


def door(ns, device):
    def run():
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        sock.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)  # SO_RCVBUFFORCE
        sock.bind((device, ETH_P_ALL))
        sock.settimeout(5)
        return sock
    return genl.in_ns(ns, run)


def send(ns, fabric, file, first, count, *args):
    opts = {'src': '192.168.1.1', 'dst': '192.168.1.99', 'smac': '02:00:00:00:00:01',
            'dmac': '02:00:00:00:00:99'} | dict(arg.split('=') for arg in args)
    port, wire = door(ns, 'eth0'), door(fabric, 'ul')
    ports = range(int(first), int(first) + int(count))
    flows = {}
    for start in range(0, len(ports), BATCH):
        batch = set(ports[start:start + BATCH])
        for sport in sorted(batch):
            port.send(frame(opts, sport))
        while batch:
            try:
                data = wire.recv(2000)
            except TimeoutError:
                sys.exit(f'{len(batch)} frames did not arrive, as of port {min(batch)}')
            seen = arrived(data)
            if seen and seen['sport'] in batch:
                flows[seen['sport']] = seen
                batch.remove(seen['sport'])
    with open(file, 'w', encoding='ascii') as out:
        json.dump(flows, out)


def load(file):
    with open(file, encoding='ascii') as text:
        return json.load(text)


def count(file):
    print(json.dumps(dict(sorted(collections.Counter(
        seen['host'] for seen in load(file).values()).items()))))


def moved(before, after):
    a, b = load(before), load(after)
    print(json.dumps(dict(sorted(collections.Counter(
        a[sport]['host'] for sport in a.keys() & b.keys()
        if a[sport]['host'] != b[sport]['host']).items()))))


def values(file, key):
    print(' '.join(sorted({str(seen[key]) for seen in load(file).values()})))


if __name__ == '__main__':
    {'send': send, 'count': count, 'moved': moved, 'values': values}[sys.argv[1]](*sys.argv[2:])
