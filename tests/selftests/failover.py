# SPDX-License-Identifier: GPL-2.0
"""Many UDP flows at a pace, and what a capture says of the gateway that they were steered to.

failover.py send NS ADDRESS FLOWS RATE        until it is killed; RATE datagrams per second in all
failover.py judge FILE DEAD SURVIVOR MS       how DEAD was left, whose BFD packets come every MS

The capture is of the host's underlay: BFD control packets, and flows in VXLAN. A dead gateway
speaks last with its last BFD packet; what was sent to it after that is lost.
"""
import socket
import struct
import sys
import time

import genl

BFD, VXLAN = 3784, 4789
ETH, IP, UDP = 14, 20, 8
# Frames in VXLAN: the ports of the inner datagram.
INNER = ETH + IP + UDP + 8 + ETH + IP
GRACE = 0.020
BURST = 0.050


def send(netns, address, flows, rate):
    genl.enter_ns(netns)
    socks = []
    for _ in range(int(flows)):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.connect((address, 9))
        socks.append(sock)
    print('sending', flush=True)
    step, due, number = 1 / int(rate), time.monotonic(), 0
    while True:
        socks[number % len(socks)].send(b'x' * 32)
        number += 1
        # What the machine could not send is not made up for in a great burst.
        due = max(due + step, time.monotonic() - BURST)
        wait = due - time.monotonic()
        if wait > 0:
            time.sleep(wait)


def packets(path):
    """Time, source, destination and port of each UDP datagram, and the frame."""
    with open(path, 'rb') as file:
        data = file.read()
    magic, = struct.unpack_from('=I', data)
    unit = {0xa1b2c3d4: 1e-6, 0xa1b23c4d: 1e-9}[magic]
    at = 24
    while at < len(data):
        seconds, fraction, length, _ = struct.unpack_from('=IIII', data, at)
        frame = data[at + 16:at + 16 + length]
        at += 16 + length
        if frame[12:14] == b'\x08\x00' and frame[23] == 17:
            source, destination = (socket.inet_ntoa(frame[i:i + 4]) for i in (26, 30))
            port, = struct.unpack_from('!H', frame, ETH + IP + 2)
            yield seconds + fraction * unit, source, destination, port, frame


def judge(path, dead, survivor, milliseconds):
    found = list(packets(path))
    death = max(t for t, source, _, port, _ in found if port == BFD and source == dead)
    flows = [(t, destination, frame[INNER:INNER + 2])
             for t, _, destination, port, frame in found if port == VXLAN]
    begin, end = flows[0][0], flows[-1][0]
    theirs = {flow for t, gateway, flow in flows if t <= death and gateway == dead}
    others = {flow for t, gateway, flow in flows if t <= death and gateway == survivor}
    lost = [t for t, gateway, _ in flows if t > death and gateway == dead]
    taken = [(t, flow) for t, gateway, flow in flows
             if t > death and gateway == survivor and flow in theirs]
    if not theirs or not taken:
        sys.exit(f'{len(theirs)} flows went to {dead}, and {len(taken)} packets were taken over')
    first = taken[0][0]
    last = max(lost, default=death)
    after = [flow for t, gateway, flow in flows if t > last and flow in theirs | others]
    missing = (theirs | others) - set(after)
    times = [t for t, _, _ in flows if death <= t <= first]
    # Where the machine stood still, it neither sent nor looked at its clock.
    stall = max((b - a for a, b in zip([death] + times, times)), default=0)
    pace = len(flows) / (end - begin)
    bound = 3 * int(milliseconds) / 1000 + GRACE
    print(f'{(first - death) * 1000:.1f} ms from the last BFD packet to the first packet at the '
          f'survivor, bound {bound * 1000:.0f} ms, longest gap {stall * 1000:.1f} ms; '
          f'{len(lost)} packets lost at {pace:.0f}/s, '
          f'{len(theirs)} of {len(theirs | others)} flows moved')
    if len(lost) > pace * bound:
        sys.exit(f'{len(lost)} packets lost, more than {pace * bound:.0f}')
    if first - death > bound + stall:
        sys.exit(f'left after {first - death} s, bound {bound} s, stall {stall} s')
    if first < last:
        sys.exit('a packet went to the dead after the survivor had taken over')
    if missing:
        sys.exit(f'{len(missing)} flows do not go on')
    moved = {flow for t, gateway, flow in flows if t > last and gateway == dead}
    if moved or any(g == dead for t, g, _ in flows if t > last):
        sys.exit('some flows still go to the dead')


if __name__ == '__main__':
    {'send': send, 'judge': judge}[sys.argv[1]](*sys.argv[2:])
