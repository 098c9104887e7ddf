# SPDX-License-Identifier: GPL-2.0
"""Sends COUNT injects for FLOWS flows as fast as it can; prints how long that took, in seconds.

oam.py NS ADDRESS PORT COUNT FLOWS
"""
import os
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../tests/selftests'))
import genl  # noqa: E402 pylint: disable=wrong-import-position
import oam  # noqa: E402 pylint: disable=wrong-import-position

SO_NO_CHECK = 11


def main():
    namespace, address = sys.argv[1:3]
    port, count, flows = map(int, sys.argv[3:])
    genl.enter_ns(namespace)
    data = [oam.datagram(['inject', f'sport={1 + i % 65000}', f'dst=192.168.2.{1 + i // 65000}'])[0]
            for i in range(flows)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        # No checksum, as gateways have it.
        sock.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, 1)
        sock.connect((address, port))
        begin = time.monotonic()
        for i in range(count):
            sock.send(data[i % flows])
        print(f'{time.monotonic() - begin:.3f}')


if __name__ == '__main__':
    main()
