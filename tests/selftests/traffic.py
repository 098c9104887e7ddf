#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""All kinds of traffic between two namespaces, both ways; data must arrive as it was sent.

traffic.py CLIENT SERVER ADDRESS_OF_CLIENT ADDRESS_OF_SERVER [--whole HOST DEVICE]
           [--bytes N] [--no-offload NS:DEVICE]...

ADDRESS is IPv4 or IPv6. With --whole the TCP stream of CLIENT must cross DEVICE in packets of
several segments. One process does it all: a socket stays in the namespace that it was made in.
"""
import argparse
import array
import ctypes
import fcntl
import hashlib
import os
import socket
import struct
import sys
import threading

CLONE_NEWNET = 0x40000000
SIOCETHTOOL = 0x8946
# ETHTOOL_STXCSUM, _SRXCSUM, _STSO, _SGSO, _SGRO: each sets one offload.
ETHTOOL_SETTERS = (0x17, 0x15, 0x1f, 0x24, 0x2c)
TIMEOUT = 20

libc = ctypes.CDLL(None, use_errno=True)


def enter(netns):
    fd = os.open('/run/netns/' + netns, os.O_RDONLY | os.O_CLOEXEC)
    if libc.setns(fd, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), f'namespace {netns}')
    os.close(fd)


def new_socket(netns, family, kind, proto=0):
    enter(netns)
    sock = socket.socket(family, kind, proto)
    sock.settimeout(TIMEOUT)
    return sock


def tx_packets(netns, device):
    enter(netns)
    with open('/proc/thread-self/net/dev', encoding='ascii') as file:
        for line in file:
            name, _, counts = line.partition(':')
            if name.strip() == device:
                return int(counts.split()[9])
    raise LookupError(f'{netns} has no {device}')


def no_offload(netns, device):
    sock = new_socket(netns, socket.AF_INET, socket.SOCK_DGRAM)
    for command in ETHTOOL_SETTERS:
        value = array.array('B', struct.pack('II', command, 0))
        request = struct.pack('16sP', device.encode(), value.buffer_info()[0])
        fcntl.ioctl(sock, SIOCETHTOOL, request)


class End:
    """One of the two ends."""

    def __init__(self, netns, address):
        self.netns, self.address = netns, address
        self.family = socket.AF_INET6 if ':' in address else socket.AF_INET

    def socket(self, kind, proto=0, port=0):
        sock = new_socket(self.netns, self.family, kind, proto)
        sock.bind((self.address, port))
        return sock


def checksum(data):
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def icmp(a, b, size):
    six = a.family == socket.AF_INET6
    sock = a.socket(socket.SOCK_RAW, socket.IPPROTO_ICMPV6 if six else socket.IPPROTO_ICMP)
    data = os.urandom(size)
    request = struct.pack('!BBHHH', 128 if six else 8, 0, 0, 7, 9) + data
    # The kernel fills in that of ICMPv6.
    if not six:
        request = request[:2] + struct.pack('!H', checksum(request)) + request[4:]
    sock.sendto(request, (b.address, 0))
    while True:
        reply = sock.recv(65536)
        if not six:
            reply = reply[(reply[0] & 15) * 4:]
        if reply[0] == (129 if six else 0) and reply[4:] == request[4:]:
            return


def udp(a, b, size):
    server = b.socket(socket.SOCK_DGRAM)
    client = a.socket(socket.SOCK_DGRAM)
    for _ in range(4):
        data = os.urandom(size)
        client.sendto(data, server.getsockname())
        got, sender = server.recvfrom(65536)
        server.sendto(got, sender)
        if got != data or client.recv(65536) != data:
            raise ValueError('datagram was changed')


def tcp(a, b, size):
    listener = b.socket(socket.SOCK_STREAM)
    listener.listen(1)
    client = a.socket(socket.SOCK_STREAM)
    client.connect(listener.getsockname())
    server, _ = listener.accept()
    server.settimeout(TIMEOUT)
    data = os.urandom(1 << 16) * (size >> 16)
    sender = threading.Thread(target=client.sendall, args=(data,), daemon=True)
    sender.start()
    digest, got = hashlib.sha256(), 0
    while got < len(data):
        part = server.recv(1 << 18)
        if not part:
            raise ValueError('stream ended early')
        digest.update(part)
        got += len(part)
    sender.join()
    if digest.digest() != hashlib.sha256(data).digest():
        raise ValueError('stream was changed')
    server.shutdown(socket.SHUT_WR)
    if client.recv(1):
        raise ValueError('stream did not end')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('client')
    parser.add_argument('server')
    parser.add_argument('addresses', nargs=2)
    parser.add_argument('--whole', nargs=2)
    parser.add_argument('--bytes', type=int, default=1 << 20)
    parser.add_argument('--no-offload', action='append', default=[])
    args = parser.parse_args()
    a = End(args.client, args.addresses[0])
    b = End(args.server, args.addresses[1])
    works = [
        ('ICMP', icmp, a, b, 56), ('ICMP back', icmp, b, a, 56),
        ('ICMP in fragments', icmp, a, b, 5000), ('ICMP in fragments back', icmp, b, a, 5000),
        ('UDP', udp, a, b, 1200), ('UDP back', udp, b, a, 1200),
        ('UDP in fragments', udp, a, b, 9000), ('UDP in fragments back', udp, b, a, 9000),
        ('TCP', tcp, a, b, args.bytes), ('TCP back', tcp, b, a, args.bytes),
    ]

    def run(name, work, *ends):
        try:
            work(*ends)
        except (OSError, ValueError) as error:
            sys.exit(f'{name}, {a.address} and {b.address}: {error or type(error).__name__}')

    for name, work, *ends in works:
        before = tx_packets(*args.whole) if args.whole and name == 'TCP' else 0
        run(name, work, *ends)
        if args.whole and name == 'TCP':
            packets = tx_packets(*args.whole) - before
            if packets > args.bytes / 1400 / 2:
                sys.exit(f'{name}: {args.bytes} bytes crossed {args.whole[1]} in {packets} packets')
    for where in args.no_offload:
        no_offload(*where.split(':'))
    if args.no_offload:
        run('TCP without offloads', tcp, a, b, args.bytes >> 2)
        run('TCP without offloads, back', tcp, b, a, args.bytes >> 2)


main()
