# SPDX-License-Identifier: GPL-2.0
"""A stream of numbered UDP datagrams, each of which is counted where it arrives.

stream.py FROM ADDRESS COUNT PER_SECOND TO... [-- COMMAND [ARG]...]

FROM and TO are namespaces. When half of them are sent COMMAND is started, with this one's
standard input. Prints how many were sent, and for each TO how many came, of which
how often twice; and in the end how many came nowhere.
"""
import select
import socket
import subprocess
import sys
import time

import genl

PORT = 7777


def receiver():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    sock.bind(('', PORT))
    sock.setblocking(False)
    return sock


def sender():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(('', PORT))
    return sock


def drain(sock, seen):
    try:
        while True:
            seen.append(int(sock.recv(100)))
    except BlockingIOError:
        pass


def main(args):
    args, command = (args[:args.index('--')], args[args.index('--') + 1:]) \
        if '--' in args else (args, [])
    source, address, count, rate = args[0], args[1], int(args[2]), int(args[3])
    socks = {name: genl.in_ns(name, receiver) for name in args[4:]}
    seen = {name: [] for name in socks}
    out = genl.in_ns(source, sender)
    process, begin = None, time.monotonic()
    for number in range(count):
        if number == count // 2 and command:
            process = subprocess.Popen(command, stdin=sys.stdin)
        out.sendto(b'%d' % number, (address, PORT))
        for name, sock in socks.items():
            drain(sock, seen[name])
        wait = begin + number / rate - time.monotonic()
        if wait > 0:
            time.sleep(wait)
    # Until nothing has come for a while.
    while select.select(list(socks.values()), [], [], 0.5)[0]:
        for name, sock in socks.items():
            drain(sock, seen[name])
    if process and process.wait():
        raise SystemExit(f'stream.py: {command} failed')
    print(f'sent {count}')
    for name, numbers in seen.items():
        print(f'{name} {len(set(numbers))} {len(numbers) - len(set(numbers))}')
    print(f'lost {count - len(set().union(*seen.values()))}')


if __name__ == '__main__':
    main(sys.argv[1:])
