# SPDX-License-Identifier: GPL-2.0
"""Sends COUNT injects for FLOWS flows as fast as it can; prints how long that took, in seconds.

oam.py NS ADDRESS PORT COUNT FLOWS
"""
import ctypes
import os
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../tests/selftests'))
import genl  # noqa: E402 pylint: disable=wrong-import-position
import oam  # noqa: E402 pylint: disable=wrong-import-position

BATCH = 512


class Iovec(ctypes.Structure):
    _fields_ = [('base', ctypes.c_void_p), ('len', ctypes.c_size_t)]


class Message(ctypes.Structure):
    """struct mmsghdr"""
    _fields_ = [('name', ctypes.c_void_p), ('namelen', ctypes.c_uint32),
                ('iov', ctypes.POINTER(Iovec)), ('iovlen', ctypes.c_size_t),
                ('control', ctypes.c_void_p), ('controllen', ctypes.c_size_t),
                ('flags', ctypes.c_int), ('pad', ctypes.c_int), ('sent', ctypes.c_uint)]


def main():
    namespace, address, port, count, flows = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
    genl.enter_ns(namespace)
    libc = ctypes.CDLL(None, use_errno=True)
    data = [oam.datagram(['inject', f'sport={1 + i % 65000}', f'dst=192.168.2.{1 + i // 65000}'])[0]
            for i in range(flows)]
    buffers = [ctypes.create_string_buffer(d, len(d)) for d in data]
    messages = (Message * flows)()
    iovecs = (Iovec * flows)()
    for i, buffer in enumerate(buffers):
        iovecs[i] = Iovec(ctypes.addressof(buffer), len(data[i]))
        messages[i].iov = ctypes.pointer(iovecs[i])
        messages[i].iovlen = 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        # No checksum, as gateways have it.
        sock.setsockopt(socket.SOL_SOCKET, 11, 1)
        sock.connect((address, port))
        begin = time.monotonic()
        sent = 0
        while sent < count:
            at = sent % flows
            n = libc.sendmmsg(sock.fileno(), ctypes.byref(messages, at * ctypes.sizeof(Message)),
                              min(BATCH, flows - at, count - sent), 0)
            if n < 0:
                raise OSError(ctypes.get_errno(), 'sendmmsg')
            sent += n
        print(f'{time.monotonic() - begin:.3f}')


if __name__ == '__main__':
    main()
