# SPDX-License-Identifier: GPL-2.0
"""The alkaid family over a bare netlink socket, for tests that alk is too polite for."""
import ctypes
import errno
import os
import re
import socket
import struct
import threading

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

NETLINK_GENERIC = 16
SOL_NETLINK = 270
NETLINK_ADD_MEMBERSHIP = 1
NETLINK_CAP_ACK = 10
NETLINK_EXT_ACK = 11
NLMSG_ERROR, NLMSG_DONE = 2, 3
REQUEST, MULTI, ACK, DUMP_INTR, DUMP = 0x1, 0x2, 0x4, 0x10, 0x300
REPLACE, EXCL, CREATE = 0x100, 0x200, 0x400
CAPPED, ACK_TLVS = 0x100, 0x200
NESTED = 0x8000
MSG, OFFS, MISS_TYPE = 1, 2, 5

ADD, SET = CREATE | EXCL, CREATE | REPLACE


def uapi():
    """The names of include/uapi/alkaid.h, without their prefix."""
    with open(f'{TOP}/include/uapi/alkaid.h', encoding='ascii') as header:
        text = re.sub(r'/\*.*?\*/', '', header.read(), flags=re.S)
    names = {}
    for body in re.findall(r'enum[^{;]*\{(.*?)\}', text, flags=re.S):
        value = 0
        for entry in filter(None, (e.strip() for e in body.split(','))):
            name, _, given = entry.partition('=')
            value = int(given) if given else value
            names[name.strip().removeprefix('ALKAID_')] = value
            value += 1
    return names


globals().update(uapi())


def enter_ns(name):
    """This thread goes into a network namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f'/run/netns/{name}', encoding='ascii') as ns:
        if libc.setns(ns.fileno(), 0):
            raise OSError(ctypes.get_errno(), f'setns {name}')


def in_ns(name, function):
    """What FUNCTION returns, run in a network namespace."""
    result = []

    def run():
        enter_ns(name)
        result.append(function())
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return result[0]


def attr(kind, value=b''):
    data = value.encode() + b'\0' if isinstance(value, str) else value
    return struct.pack('=HH', 4 + len(data), kind) + data + b'\0' * (-len(data) % 4)


def u8(kind, value):
    return attr(kind, struct.pack('=B', value))


def u32(kind, value):
    return attr(kind, struct.pack('=I', value))


def nest(kind, *attrs):
    return attr(kind | NESTED, b''.join(attrs))


def ip4(text):
    return attr(A_ADDRESS_IP4, socket.inet_aton(text))


def prefix(kind, text):
    address, _, length = text.partition('/')
    return nest(kind, ip4(address), *([u8(A_ADDRESS_LEN, int(length))] if length else []))


def mac(kind, text):
    return attr(kind, bytes.fromhex(text.replace(':', '')))


def entry(ip, address='', host='', reserved=bytes(2)):
    """A struct alkaid_neigh_entry."""
    mapped = bytes(10) + b'\xff\xff'
    return mapped + socket.inet_aton(ip) + (mapped + socket.inet_aton(host) if host else bytes(16)) + \
        bytes.fromhex(address.replace(':', '')).ljust(6, b'\0') + reserved


def attrs(data):
    """The attributes in DATA, as pairs of type and bytes."""
    found = []
    while len(data) >= 4:
        length, kind = struct.unpack_from('=HH', data)
        found.append((kind & 0x3fff, data[4:length]))
        data = data[(length + 3) & ~3:]
    return found


def value(data, kind):
    """The first attribute of this type, a number if it may be one, or None."""
    for found, raw in attrs(data):
        if found == kind:
            return int.from_bytes(raw, 'little') if len(raw) in (1, 4, 8) else raw
    return None


class Refused(Exception):
    """The kernel's answer: error number, text, and the attribute that it names."""

    def __init__(self, message, request):
        self.errno = -struct.unpack_from('=i', message, 16)[0]
        flags = struct.unpack_from('=H', message, 6)[0]
        request_length = struct.unpack_from('=I', message, 20)[0]
        tlvs = 16 + 4 + (16 if flags & CAPPED else (request_length + 3) & ~3)
        found = dict(attrs(message[tlvs:])) if flags & ACK_TLVS else {}
        self.text = found.get(MSG, b'').rstrip(b'\0').decode()
        self.attr = self.missing = self.offset = None
        if OFFS in found:
            offset, = struct.unpack('=I', found[OFFS])
            self.offset = offset
            self.attr = struct.unpack_from('=H', request, offset + 2)[0] & 0x3fff
        if MISS_TYPE in found:
            self.missing, = struct.unpack('=I', found[MISS_TYPE])
        super().__init__(f'{errno.errorcode[self.errno]}: {self.text} '
                         f'(attribute {self.attr}, missing {self.missing})')


class Socket:
    """A socket of the family; requests are acknowledged one by one."""

    def __init__(self, family='alkaid'):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        self.sock.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        self.sock.setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, 1)
        self.sock.settimeout(30)
        self.sock.bind((0, 0))
        self.seq = 0
        self.family = 16
        reply, = self.request(3, attr(2, family))
        self.groups = dict(attrs(reply)).get(7, b'')
        self.family = value(reply, 1)
        if self.family is None or isinstance(self.family, bytes):
            self.family, = struct.unpack('=H', dict(attrs(reply))[1])

    def group(self, name):
        """The number of a multicast group of the family."""
        for _, group in attrs(self.groups):
            if dict(attrs(group))[1] == name.encode() + b'\0':
                return value(group, 2)
        raise LookupError(name)

    def join(self, name):
        self.sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, self.group(name))
        return self

    def portid(self):
        return self.sock.getsockname()[0]

    def news(self):
        """The notifications that are there: name of the command, attributes."""
        names = {number: name.removeprefix('CMD_').removesuffix('_NTF')
                 for name, number in globals().items()
                 if name.startswith('CMD_') and name.endswith('_NTF')}
        found = []
        self.sock.setblocking(False)
        try:
            while True:
                found += [(names[message[16]], message[20:]) for _, _, message in self.receive()]
        except BlockingIOError:
            return found
        finally:
            self.sock.settimeout(30)

    def message(self, command, body, flags):
        self.seq += 1
        return struct.pack('=IHHIIBBH', 20 + len(body), self.family, flags | REQUEST,
                           self.seq, 0, command, 1, 0) + body

    def receive(self):
        """The messages of one datagram: type, flags, the whole message."""
        data = self.sock.recv(65536)
        while data:
            length, kind, flags = struct.unpack_from('=IHH', data)
            yield kind, flags, data[:length]
            data = data[(length + 3) & ~3:]

    def request(self, command, body=b'', flags=0):
        """Send one request; the attributes of what comes back before the acknowledgment."""
        message = self.message(command, body, flags | ACK)
        self.sock.send(message)
        replies = []
        while True:
            for kind, _, answer in self.receive():
                if kind != NLMSG_ERROR:
                    replies.append(answer[20:])
                elif struct.unpack_from('=i', answer, 16)[0]:
                    raise Refused(answer, message)
                else:
                    return replies

    def dump(self, command, body=b''):
        """All objects, and whether the kernel said that the dump was interrupted."""
        self.dump_begin(command, body)
        return self.dump_rest()

    def dump_begin(self, command, body=b''):
        self.sock.send(self.message(command, body, DUMP))

    def dump_rest(self):
        objects, interrupted = [], False
        while True:
            for kind, flags, answer in self.receive():
                interrupted |= bool(flags & DUMP_INTR)
                if kind in (NLMSG_DONE, NLMSG_ERROR):
                    code, = struct.unpack_from('=i', answer, 16)
                    if code < 0:
                        raise OSError(-code, 'dump')
                    return objects, interrupted
                objects.append(answer[20:])

    def close(self):
        self.sock.close()

    # The objects, as alk would write them.

    def begin(self):
        self.request(CMD_TXN_BEGIN)

    def commit(self):
        return value(self.request(CMD_TXN_COMMIT)[0], A_TXN_CHANGES)

    def abort(self):
        self.request(CMD_TXN_ABORT)

    def vpc(self, number, flags=ADD):
        self.request(CMD_VPC_NEW, u32(A_VPC_ID, number), flags)

    def subnet(self, number, vpc, vni, cidr, flags=ADD):
        self.request(CMD_SUBNET_NEW, u32(A_SUBNET_ID, number) + u32(A_SUBNET_VPC, vpc) +
                     u32(A_SUBNET_VNI, vni) + prefix(A_SUBNET_PREFIX, cidr), flags)

    def port(self, ifname, subnet, address, *ips, flags=ADD):
        self.request(CMD_PORT_NEW, u32(A_PORT_PORT_IFINDEX, socket.if_nametoindex(ifname)) +
                     u32(A_PORT_SUBNET, subnet) + mac(A_PORT_MAC, address) +
                     b''.join(prefix(A_PORT_IP, ip) for ip in ips), flags)

    def port_del(self, ifname):
        self.request(CMD_PORT_DEL, u32(A_PORT_PORT_IFINDEX, socket.if_nametoindex(ifname)))

    def neigh(self, ip, subnet, address, host, flags=ADD):
        self.request(CMD_NEIGH_NEW, u32(A_NEIGH_SUBNET, subnet) + prefix(A_NEIGH_IP, ip) +
                     mac(A_NEIGH_MAC, address) + prefix(A_NEIGH_HOST, host), flags)

    def neighs_new(self, subnet, *entries, flags=ADD):
        self.request(CMD_NEIGH_NEW, u32(A_NEIGH_SUBNET, subnet) + attr(A_NEIGH_ENTRIES, b''.join(entries)), flags)

    def neighs_del(self, subnet, *entries):
        self.request(CMD_NEIGH_DEL, u32(A_NEIGH_SUBNET, subnet) + attr(A_NEIGH_ENTRIES, b''.join(entries)))

    def neigh_del(self, ip, subnet):
        self.request(CMD_NEIGH_DEL, u32(A_NEIGH_SUBNET, subnet) + prefix(A_NEIGH_IP, ip))

    def route(self, cidr, vpc, via, flags=ADD):
        self.request(CMD_ROUTE_NEW, u32(A_ROUTE_VPC, vpc) + prefix(A_ROUTE_PREFIX, cidr) +
                     prefix(A_ROUTE_VIA, via), flags)

    def vpc_del(self, number):
        self.request(CMD_VPC_DEL, u32(A_VPC_ID, number))

    def subnet_del(self, number):
        self.request(CMD_SUBNET_DEL, u32(A_SUBNET_ID, number))

    def vpcs(self):
        return sorted(value(o, A_VPC_ID) for o in self.dump(CMD_VPC_GET)[0])

    def subnets(self):
        return sorted(value(o, A_SUBNET_ID) for o in self.dump(CMD_SUBNET_GET)[0])

    def ports(self):
        """Ports that are bound: name -> subnet."""
        found = ((value(o, A_PORT_IFNAME), value(o, A_PORT_SUBNET))
                 for o in self.dump(CMD_PORT_GET)[0])
        return {(n if isinstance(n, bytes) else n.to_bytes(4, 'little')).rstrip(b'\0').decode(): s
                for n, s in found if s}

    def neighs(self):
        """Neighbors: IP -> MAC."""
        return {socket.inet_ntoa(dict(attrs(dict(attrs(o))[A_NEIGH_IP]))[A_ADDRESS_IP4]):
                dict(attrs(o))[A_NEIGH_MAC].hex(':') for o in self.dump(CMD_NEIGH_GET)[0]}

    def tables(self):
        """Everything there is, without the counters that packets move."""
        return [sorted(b''.join(attr(k, v) for k, v in attrs(o) if k != counters)
                       for o in self.dump(command)[0])
                for command, counters in ((CMD_VPC_GET, A_VPC_COUNTERS), (CMD_SUBNET_GET, 0),
                                          (CMD_PORT_GET, A_PORT_COUNTERS), (CMD_NEIGH_GET, 0),
                                          (CMD_ROUTE_GET, 0))]

    def totals(self):
        """rx, tx, consumed, generated, dropped, and every reason by name."""
        stats = dict(attrs(self.request(CMD_STATS_GET)[0]))
        found = {name: int.from_bytes(stats[kind], 'little') for name, kind in (
            ('rx', A_STATS_RX_PACKETS), ('tx', A_STATS_TX_PACKETS),
            ('consumed', A_STATS_CONSUMED_PACKETS), ('generated', A_STATS_GENERATED_PACKETS),
            ('dropped', A_STATS_DROPPED_PACKETS))}
        for kind, raw in attrs(self.request(CMD_DROPS_GET)[0]):
            if kind == A_DROPS_DROP:
                drop = dict(attrs(raw))
                found[drop[A_DROP_NAME].rstrip(b'\0').decode()] = \
                    int.from_bytes(drop[A_DROP_COUNT], 'little')
        return found


def equal(got, wanted, what='value'):
    if got != wanted:
        raise AssertionError(f'{what} is {got!r}, not {wanted!r}')


def refused(number, text, function, *args, attribute=None, missing=None, **kwargs):
    """FUNCTION must be refused with this error, and name this attribute."""
    try:
        function(*args, **kwargs)
    except Refused as reason:
        equal(errno.errorcode[reason.errno], errno.errorcode[number], 'error')
        if text not in reason.text:
            raise AssertionError(f'no {text!r} in {reason.text!r}') from None
        if attribute is not None:
            equal(reason.attr, attribute, 'attribute that is named')
        if missing is not None:
            equal(reason.missing, missing, 'missing attribute that is named')
        return
    raise AssertionError(f'not refused, but should be with {text!r}')
