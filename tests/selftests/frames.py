# SPDX-License-Identifier: GPL-2.0
"""Frames to order, good and bad, from one line of text each; what became of them is asserted.

frames.py send NS TARGET [COUNT]       sends the frames on standard input, COUNT times over
frames.py cases HOST NS TARGET         asserts what HOST's device does with each of them
frames.py hex                          prints them

TARGET is the device eth0, or another one, or udp:ADDRESS[,TOS], the VXLAN port of a host, or
geneve:ADDRESS[,TOS].
A frame is a list of layers, each with values for its fields where the usual ones will not do:

    eth src=MAC dst=MAC ip src=IP dst=IP udp sport=1 dport=2 data text=hello

Layers: eth vlan arp ip ip6 ext udp tcp icmp icmp4 icmp6 ns na rs ra redirect vxlan geneve data.
ICMP has a wrong checksum in icmp, and the right one in the others. In any layer cut=N leaves N
bytes of it and what it carries; cut=N..M is one frame each. A line of cases is

    WHAT: FRAME [=> NS FRAME]

where WHAT is FORWARDED, FLOODED=N to N places, ANSWERED, or a drop reason, with +ICMP behind it
if the sender is told, or +OAM if its host is; the second frame must arrive at eth0 in NS, byte by byte.
"""
import itertools
import re
import socket
import struct
import sys
import time

import genl

ETH_P_ALL = 3
TUNNEL_PORTS = {'udp': 4789, 'geneve': 6081}
TYPES = {'ip': 0x0800, 'arp': 0x0806, 'vlan': 0x8100, 'ip6': 0x86dd}
PROTOS = {'udp': 17, 'tcp': 6, 'icmp': 1, 'icmp4': 1, 'data': 253, 'ext': 0, None: 253}
ICMP6 = {'icmp6', 'ns', 'na', 'rs', 'ra', 'redirect'}
PROTOS |= dict.fromkeys(ICMP6, 58)


def mac(text):
    return bytes.fromhex(text.replace(':', ''))


def number(text):
    return int(text, 0)


def address6(text):
    return socket.inet_pton(socket.AF_INET6, text)


def checksum(data):
    total = sum(struct.unpack(f'!{(len(data) + 1) // 2}H', data + b'\0' * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def eth(f, inner, following, _):
    kind = f('type', number, TYPES.get(following, 0x88b5))
    return f('dst', mac) + f('src', mac) + struct.pack('!H', kind) + inner


def vlan(f, inner, following, _):
    return struct.pack('!HH', f('id', number, 1), TYPES.get(following, 0x88b5)) + inner


def arp(f, inner, *_):
    return (struct.pack('!HHBBH', f('hrd', number, 1), f('pro', number, 0x800),
                        f('hln', number, 6), f('pln', number, 4), f('op', number, 1)) +
            f('sha', mac) + f('spa', socket.inet_aton) +
            f('tha', mac, bytes(6)) + f('tpa', socket.inet_aton) + inner)


def ip(f, inner, following, _):
    options = f('options', bytes.fromhex, b'')
    inner = options + inner
    header = struct.pack('!BBHHHBBH4s4s', f('version', number, 4) << 4 |
                         f('ihl', number, 5 + len(options) // 4), f('tos', number, 0),
                         f('len', number, 20 + len(inner)), f('id', number, 1), f('frag', number, 0),
                         f('ttl', number, 64), f('proto', number, PROTOS[following]), 0,
                         f('src', socket.inet_aton), f('dst', socket.inet_aton))
    return header[:10] + struct.pack('!H', f('sum', number, checksum(header + options))) + header[12:] + inner


def ip6(f, inner, following, _):
    nxt = 58 if following == 'icmp' else PROTOS[following]

    src, dst = f('src', address6), f('dst', address6)
    if following in ICMP6:
        pseudo = struct.pack('!16s16sII', src, dst, len(inner), nxt)
        inner = inner[:2] + struct.pack('!H', checksum(pseudo + inner)) + inner[4:]
    return struct.pack('!IHBB16s16s', f('version', number, 6) << 28 | f('tos', number, 0) << 20,
                       f('len', number, len(inner)), f('next', number, nxt),
                       f('hops', number, 64), src, dst) + inner


def ext(f, inner, following, _):
    return struct.pack('!BBHI', f('next', number, PROTOS[following]), f('words', number, 0),
                       0, 0) + inner


def udp(f, inner, *_):
    # A wrong checksum: the kernel of the VM that receives it says nothing.
    return struct.pack('!HHHH', f('sport', number, 1000), f('dport', number, 2000),
                       f('len', number, 8 + len(inner)), f('sum', number, 0xbad)) + inner


def tcp(f, inner, *_):
    return struct.pack('!HHIIHHHH', f('sport', number, 1000), f('dport', number, 2000), 1, 0,
                       0x5002, 1000, 0xbad, 0) + inner


def icmp(f, inner, *_):
    return struct.pack('!BBHHH', f('type', number, 8), 0, 0, 1, 1) + inner


def icmp6(f, inner, *_):
    # ip6 puts in the checksum.
    return struct.pack('!BBHI', f('type', number, 128), f('code', number, 0), 0,
                       f('rest', number, 0x10001)) + inner


def icmp4(f, inner, *_):
    message = icmp6(lambda k, c, d: f(k, c, 8 if k == 'type' else d), inner)
    return message[:2] + struct.pack('!H', checksum(message)) + message[4:]


def nd(f, kind, rest, body, lladdr_type, inner):
    """A neighbor discovery message, with the link-layer address option if that is given."""
    lladdr = f('lladdr', mac, b'')
    option = struct.pack('!BB', lladdr_type, 1) + lladdr if lladdr else b''
    return struct.pack('!BBHI', kind, f('code', number, 0), 0, rest) + body + option + inner


def ns(f, inner, *_):
    return nd(f, 135, 0, f('target', address6), 1, inner)


def na(f, inner, *_):
    return nd(f, 136, f('flags', number, 0) << 24, f('target', address6), 2, inner)


def rs(f, inner, *_):
    return nd(f, 133, 0, b'', 1, inner)


def ra(f, inner, *_):
    return nd(f, 134, 0, bytes(8), 1, inner)


def redirect(f, inner, *_):
    return nd(f, 137, 0, f('target', address6) * 2, 2, inner)


def geneve(f, inner, *_):
    options = f('options', bytes.fromhex, b'')
    return struct.pack('!BBHI',
                       f('version', number, 0) << 6 | f('words', number, len(options) // 4),
                       f('flags', number, 0), f('type', number, 0x6558),
                       f('vni', number, 7001) << 8 | f('reserved', number, 0)) + options + inner


def vxlan(f, inner, *_):
    return struct.pack('!II', f('flags', number, 0x08000000),
                       f('vni', number, 7001) << 8 | f('reserved', number, 0)) + inner


def data(f, inner, *_):
    return f('hex', bytes.fromhex, b'') + f('text', str.encode, b'') + \
        bytes(f('zeros', number, 0)) + inner


LAYERS = {f.__name__: f for f in (eth, vlan, arp, ip, ip6, ext, udp, tcp, icmp, icmp4,
                                  icmp6, ns, na, rs, ra, redirect, vxlan, geneve, data)}


def build(text):
    """The bytes of one frame."""
    layers = []
    for word in text.split():
        name, is_field, given = word.partition('=')
        if is_field:
            layers[-1][1][name] = given
        elif word.startswith('*'):
            layers.extend([layers[-1]] * (int(word[1:]) - 1))
        else:
            layers.append((name, {}))
    frame, following = b'', None
    for name, fields in reversed(layers):
        def field(key, convert, default=None, fields=fields, name=name):
            if key in fields:
                return convert(fields[key])
            if default is None:
                raise SystemExit(f'frames.py: {name} needs {key}: {text}')
            return default
        frame = LAYERS[name](field, frame, following, fields)
        if 'cut' in fields:
            frame = frame[:int(fields['cut'])]
        following = name
    return frame


def expand(text):
    """One text for each value of its ranges N..M."""
    parts = re.split(r'(\d+\.\.\d+)', text)
    choices = [[part] if i % 2 == 0 else
               [str(n) for n in range(int(part.split('..')[0]), int(part.split('..')[1]) + 1)]
               for i, part in enumerate(parts)]
    return [''.join(choice) for choice in itertools.product(*choices)]


def opener(target):
    """What opens a socket to send frames to TARGET."""
    kind, is_tunnel, where = target.partition(':')
    if is_tunnel:
        address, _, tos = where.partition(',')

        def tunnel():
            ip6 = ':' in address
            sock = socket.socket(socket.AF_INET6 if ip6 else socket.AF_INET, socket.SOCK_DGRAM)
            sock.setsockopt(socket.IPPROTO_IPV6 if ip6 else socket.IPPROTO_IP,
                            socket.IPV6_TCLASS if ip6 else socket.IP_TOS, number(tos or '0'))
            sock.connect((address, TUNNEL_PORTS[kind]))
            return sock
        return tunnel

    def device():
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        sock.bind((target, 0))
        return sock
    return device


def listener():
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    sock.bind(('eth0', ETH_P_ALL))
    sock.settimeout(5)
    return sock


def arrives(sock, wanted):
    """Read until the frame comes; others may come before it."""
    others = []
    try:
        while True:
            frame, address = sock.recvfrom(65536)
            if address[2] == socket.PACKET_OUTGOING:
                continue
            if frame == wanted:
                return
            others.append(frame.hex())
    except TimeoutError:
        raise AssertionError(f'{wanted.hex()} did not arrive, but: {others}') from None


def lines():
    return [line.strip() for line in sys.stdin if line.strip() and not line.startswith('#')]


def send(ns, target, count='1'):
    sock = genl.in_ns(ns, opener(target))
    frames = [build(text) for line in lines() for text in expand(line)]
    for _ in range(int(count)):
        for frame in frames:
            sock.send(frame)


def wanted_change(what, n):
    if what in ('FORWARDED', 'FORWARDED+OAM'):
        return {'rx': n, 'tx': n} | ({'generated': n} if 'OAM' in what else {})
    if what.startswith('FLOODED='):
        copies = n * (number(what[len('FLOODED='):]) - 1)
        return {'rx': n, 'tx': n} | ({'generated': copies} if copies else {})
    if what == 'ANSWERED':
        return {'rx': n, 'consumed': n, 'generated': n}
    reason, _, told = what.partition('+')
    change = {'rx': n, 'dropped': n, reason: n}
    return change | {'generated': n} if told else change


def settle(device, before, n):
    """The change of the counters, once as many frames have come in and are accounted for."""
    end = time.monotonic() + 5
    while True:
        now = device.totals()
        change = {k: now[k] - before[k] for k in now if now[k] != before[k]}
        done = sum(change.get(k, 0) for k in ('tx', 'consumed', 'dropped'))
        if (change.get('rx', 0) >= n and done >= n) or time.monotonic() > end:
            return now, change
        time.sleep(0.001)


def cases(host, ns, target):
    device = genl.in_ns(host, genl.Socket)
    sock = genl.in_ns(ns, opener(target))
    todo = lines()
    listeners = {name: genl.in_ns(name, listener)
                 for name in {line.partition('=>')[2].split()[0] for line in todo if '=>' in line}}
    if not todo:
        raise SystemExit('frames.py: no cases')
    before = device.totals()
    for line in todo:
        what, _, frame = line.partition(':')
        frame, _, result = frame.partition('=>')
        frames = [build(text) for text in expand(frame)]
        for one in frames:
            sock.send(one)
        before, change = settle(device, before, len(frames))
        genl.equal(change, wanted_change(what, len(frames)), f'change of counters by: {line}')
        if result:
            name, _, frame = result.strip().partition(' ')
            arrives(listeners[name], build(frame))


def print_hex():
    for line in lines():
        for text in expand(line):
            print(build(text).hex())


if __name__ == '__main__':
    {'send': send, 'cases': cases, 'hex': print_hex}[sys.argv[1]](*sys.argv[2:])
