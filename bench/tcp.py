# SPDX-License-Identifier: GPL-2.0
"""Time of TCP between two namespaces: tcp.py stream|rr CLIENT SERVER ADDRESS COUNT.

Prints nanoseconds: a KiB of one stream of COUNT MiB, or one of COUNT exchanges of a byte each.
"""
import ctypes
import os
import socket
import sys
import threading
import time

CLONE_NEWNET = 0x40000000
MIB = 1 << 20
# Of the start-up of a stream nothing is measured.
WARM_UP = 4


def new_socket(netns, family):
    fd = os.open('/run/netns/' + netns, os.O_RDONLY | os.O_CLOEXEC)
    if ctypes.CDLL(None, use_errno=True).setns(fd, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), netns)
    os.close(fd)
    return socket.socket(family, socket.SOCK_STREAM)


def connection(client, server, address):
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    listener = new_socket(server, family)
    listener.bind((address, 0))
    listener.listen(1)
    ours = new_socket(client, family)
    ours.connect(listener.getsockname())
    return ours, listener.accept()[0]


def receive(sock, size):
    room = memoryview(bytearray(MIB))
    while size:
        size -= sock.recv_into(room, min(size, MIB))


def stream(ours, theirs, mib):
    data = bytes(MIB)

    def send():
        for _ in range(WARM_UP + mib):
            ours.sendall(data)

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    receive(theirs, WARM_UP * MIB)
    start = time.monotonic_ns()
    receive(theirs, mib * MIB)
    return (time.monotonic_ns() - start) // (mib * 1024)


def exchanges(ours, theirs, count):
    def echo():
        while byte := theirs.recv(1):
            theirs.send(byte)

    for sock in (ours, theirs):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=echo, daemon=True).start()
    start = 0
    for i in range(-10, count):
        if i == 0:
            start = time.monotonic_ns()
        ours.send(b'x')
        ours.recv(1)
    return (time.monotonic_ns() - start) // count


def main():
    kind, client, server, address, count = sys.argv[1:]
    ends = connection(client, server, address)
    print((stream if kind == 'stream' else exchanges)(*ends, int(count)))
    sys.stdout.flush()
    os._exit(0)


main()
