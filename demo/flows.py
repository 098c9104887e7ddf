#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Many short flows, for the demo: UDP datagrams that are echoed.

Usage: flows.py echo             answers on port 7
       flows.py ADDRESS N        N flows to ADDRESS, each from a port of its own;
                                 prints how many were answered, and fails if not all
"""
import socket
import sys

ECHO_PORT = 7
TRIES = 5


def echo():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(('', ECHO_PORT))
        while True:
            data, sender = sock.recvfrom(2048)
            sock.sendto(data, sender)


def is_answered(address, number):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(1)
        text = b'flow %d' % number
        for _ in range(TRIES):
            sock.sendto(text, (address, ECHO_PORT))
            try:
                if sock.recv(2048) == text:
                    return True
            except TimeoutError:
                pass
    return False


def main():
    if sys.argv[1:] == ['echo']:
        echo()
    address, flows = sys.argv[1], int(sys.argv[2])
    answered = sum(is_answered(address, number) for number in range(flows))
    print(f'{answered} of {flows} flows answered')
    return answered != flows


if __name__ == '__main__':
    sys.exit(main())
