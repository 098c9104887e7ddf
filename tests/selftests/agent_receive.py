#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""alkaidd as a gRPC server: streams, callers of every kind, limits, TLS, its end.

Usage: agent_receive.py [TEST]...
"""
import concurrent.futures
import contextlib
import os
import signal
import socket
import struct
import subprocess
import tempfile
import time

import grpc

import goalstate
from agenthost import (LISTEN, LOCAL, MAC1, MAC2, MAX_MB, N1, N2, P1, S1, SIDE, V1, V2, add_tap,
                       check, equal, main, run, table, tables, wait_for)
from goalstate import Controller, Stream, goal_v2, neighbor, port, statuses, vpc

ADDRESS = ('127.0.0.1', 50001)
CONNECTIONS = 10000
# A machine that is emulated gets no further.
CONNECTIONS_LEAST = 500
CONNECTIONS_SECONDS = 5


def restart(host, *options):
    """Another daemon with other options in place of the first."""
    if host.daemon.alive():
        host.daemon.stop()
    mark = len(host.daemon.log())
    with open(host.daemon.path, 'ab') as log:
        host.daemon.process = subprocess.Popen(['alkaidd', '--listen', LISTEN, *options],
                                               stderr=log)
    wait_for(lambda: 'serving on' in host.daemon.log()[mark:] or not host.daemon.alive())
    check(host.daemon.alive(), 'alkaidd did not start:', host.daemon.log()[mark:])


def memory(host):
    """Most bytes that the daemon has had."""
    with open(f'/proc/{host.daemon.process.pid}/status', encoding='ascii') as status:
        for line in status:
            if line.startswith('VmHWM:'):
                return int(line.split()[1]) << 10
    return 0


def code_of(function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except grpc.RpcError as error:
        return error.code().name
    return 'OK'


def push_v2(host, **states):
    return statuses(host.controller.push_v2(**states))


def message(size, name='v'):
    """Bytes of a goal state of about this size, that changes nothing much."""
    return goal_v2(vpc_states=[vpc(name, name='y' * size)]).SerializeToString()


# HTTP/2, as much as a caller who is up to no good needs of it.

def frame(kind, flags, stream, payload=b''):
    return struct.pack('>I', len(payload))[1:] + struct.pack('>BBI', kind, flags, stream) + payload


def header(name, value):
    return b'\0' + bytes([len(name)]) + name + bytes([len(value)]) + value


HELLO = b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' + frame(4, 0, 0)


def call_frame(path, stream=1):
    return frame(1, 4, stream, b'\x83\x86' + header(b':path', path.encode())
                 + header(b':authority', b'x') + header(b'te', b'trailers')
                 + header(b'content-type', b'application/grpc'))


def begin_call(path, part=b''):
    """A raw connection with a call on it that has sent these bytes of its message."""
    raw = socket.create_connection(ADDRESS)
    raw.sendall(HELLO + frame(4, 1, 0) + call_frame(path) + frame(0, 0, 1, part))
    return raw


def stream_ended(raw):
    """Whether the server has ended stream 1 of a raw connection, or all of it."""
    raw.setblocking(False)
    with contextlib.suppress(BlockingIOError, ConnectionError):
        while True:
            data = raw.recv(65536)
            if not data:
                return True
            raw_bytes[raw] = raw_bytes.get(raw, b'') + data
    data = raw_bytes.get(raw, b'')
    while len(data) >= 9:
        length = int.from_bytes(data[:3], 'big')
        kind, flags, stream = data[3], data[4], int.from_bytes(data[5:9], 'big')
        if stream == 1 and (kind == 3 or (kind == 1 and flags & 1)) or kind == 7:
            return True
        data = data[9 + length:]
    return False


raw_bytes = {}


def test_versions_agree(host):
    add_tap(P1)
    states = {**SIDE, 'port_states': [port(P1, S1, MAC1, '192.168.1.10')],
              'neighbor_states': [neighbor(N1, S1, MAC2, '10.0.0.2', '192.168.1.20')]}
    result = host.all_done(**states)
    before = tables()
    keys = {N1: 'L2/' + N1}
    equal(push_v2(host, keys=keys, **states), result, 'statuses')
    equal(tables(), before, 'the tables')
    equal(push_v2(host, keys=keys, neighbor_states=[
        neighbor(N1, S1, MAC2, '', op='DELETE')]), {('NEIGHBOR', N1): 'SUCCESS'}, 'statuses')
    equal(table('neigh'), [], 'neighbors')
    equal(push_v2(host, vpc_states=[vpc('')]), {('VPC', ''): 'INVALID_ARG'}, 'statuses')
    reply = host.controller.push_v2(format_version=102, **SIDE)
    equal(reply.format_version, 102, 'format_version')
    check(reply.message_total_operation_time > 0, 'no total time')


def test_what_is_for_other_hosts(host):
    result = push_v2(host, keys={N1: 'L2/' + N1}, host_resources={
        LOCAL: [('VPC', V1), ('SUBNET', S1), ('NEIGHBOR', 'L2/' + N1)],
        '10.0.0.9': [('VPC', V2), ('NEIGHBOR', N2)]},
                     vpc_states=[vpc(V1), vpc(V2)], subnet_states=SIDE['subnet_states'],
                     neighbor_states=[neighbor(N1, S1, MAC2, '10.0.0.2', '192.168.1.20'),
                                      neighbor(N2, S1, MAC2, '10.0.0.2', '192.168.1.21')])
    equal(result, {('VPC', V1): 'SUCCESS', ('SUBNET', S1): 'SUCCESS',
                   ('NEIGHBOR', N1): 'SUCCESS'}, 'statuses')
    equal([row['ip'] for row in table('neigh')], ['192.168.1.20'], 'neighbors')
    equal(push_v2(host, host_resources={'10.0.0.9': []}, vpc_states=[vpc(V2)]), {}, 'statuses')


def test_replies_come_in_order_before_the_end(host):
    stream = Stream(host.controller.channel)
    # As controllers warm their channels up.
    equal(len(stream.push().operation_statuses), 0, 'statuses')
    equal(statuses(stream.push(**SIDE)), {('VPC', V1): 'SUCCESS', ('SUBNET', S1): 'SUCCESS'},
          'statuses')
    for number in range(200):
        stream.send(goal_v2(format_version=number, vpc_states=[vpc(V1)]).SerializeToString())
    equal([stream.reply().format_version for _ in range(200)], list(range(200)), 'replies')
    equal(stream.end(), ([], 'OK'), 'the end')
    equal(Stream(host.controller.channel).end(), ([], 'OK'), 'a stream without a message')


def test_undecodable_message_of_a_stream(host):
    stream = Stream(host.controller.channel)
    for data in (b'\xff', b'\x1a\x02\x12\x05', b'\x1a\x00' * (1 << 19)):
        stream.send(data)
        equal(statuses(stream.reply()), {('VPC', ''): 'FAILURE'}, 'statuses')
    equal(statuses(stream.push(vpc_states=[vpc(V1)])), {('VPC', V1): 'SUCCESS'}, 'statuses')
    equal(stream.end(), ([], 'OK'), 'the end')
    check('no goal state of version 2' in host.daemon.log(), host.daemon.log())


def test_many_streams_at_once(host):
    host.all_done(**SIDE)
    controllers = [Controller() for _ in range(10)]
    idle = [Stream(controller.channel) for controller in controllers]
    for stream in idle:
        equal(len(stream.push().operation_statuses), 0, 'statuses')

    def pusher(number):
        stream = Stream(controllers[number % 10].channel)
        for i in range(20):
            name = f'{number:04}-{i}'
            equal(statuses(stream.push(neighbor_states=[
                neighbor(name, S1, MAC2, '10.0.0.2', f'192.168.1.{number + 100}')])),
                  {('NEIGHBOR', name): 'SUCCESS'}, 'statuses')
        return stream.end()

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        equal(list(pool.map(pusher, range(20))), [([], 'OK')] * 20, 'ends')
    equal(len(table('neigh')), 20, 'neighbors')
    for stream in idle:
        equal(len(stream.push(vpc_states=[vpc(V1)]).operation_statuses), 1, 'statuses')
        equal(stream.end(), ([], 'OK'), 'the end of an idle stream')
    for controller in controllers:
        controller.close()


def test_longest_idle_stream_makes_room(host):
    """The memory that streams may keep from others is half of it, at 64 KiB each."""
    restart(host, '--max-message', '2', '--max-memory', '4')
    limit = (4 << 20) // 2 // (64 << 10)
    streams = [Stream(host.controller.channel) for _ in range(limit)]
    for stream in streams:
        stream.push()
    host.all_done(**SIDE)
    equal(streams[0].wait(), ([], 'OK'), 'the end of the longest idle stream')
    for stream in streams[1:]:
        equal(len(stream.push(vpc_states=[vpc(V1)]).operation_statuses), 1, 'statuses')
        equal(stream.end(), ([], 'OK'), 'the end of another')


def test_oversized_message(host):
    before = memory(host)
    stream = Stream(host.controller.channel)
    stream.push(**SIDE)
    stream.send(message(MAX_MB << 20))
    equal(stream.wait(), ([], 'RESOURCE_EXHAUSTED'), 'the end')
    # A gigabyte, of which the sender has only so much at a time.
    raw = begin_call(goalstate.METHOD, b'\0' + struct.pack('>I', 1 << 30))
    raw.settimeout(20)
    chunk = frame(0, 0, 1, bytes(16000))
    window = (1 << 16) - 6
    sent = 0
    data = b''
    ended = False
    while sent < 1 << 30 and not ended:
        while window >= 16000:
            try:
                raw.sendall(chunk)
            except ConnectionError:
                ended = True
                break
            window -= 16000
            sent += 16000
        try:
            data += raw.recv(65536)
        except ConnectionError:
            break
        credit = {0: 0, 1: 0}
        while len(data) >= 9 and len(data) >= 9 + int.from_bytes(data[:3], 'big'):
            length = int.from_bytes(data[:3], 'big')
            kind, flags, number = data[3], data[4], int.from_bytes(data[5:9], 'big')
            if kind == 8:
                credit[number] += int.from_bytes(data[9:13], 'big')
            elif kind == 6 and not flags & 1:
                raw.sendall(frame(6, 1, 0, data[9:17]))
            elif kind in (1, 3, 7) and number in (0, 1) and (kind != 1 or flags & 1):
                ended = True
            data = data[9 + length:]
        window += max(credit[1], 0)
    raw.close()
    check(ended, 'all of it was taken:', sent)
    check(memory(host) - before < 64 << 20, 'it took', memory(host) - before, 'bytes')
    print(f'# {sent >> 20} MiB were sent, {memory(host) - before >> 20} MiB taken')
    host.all_done(**SIDE)


def test_memory_is_bounded(host):
    """50 senders of 2 MB each, where 8 MB may be under way."""
    restart(host, '--max-message', '2', '--max-memory', '8')
    host.all_done(**SIDE)
    before = memory(host)
    data = message(1900 << 10)
    controllers = [Controller() for _ in range(50)]

    def pusher(controller):
        stream = Stream(controller.channel, timeout=120)
        stream.send(data)
        return len(stream.reply().operation_statuses), stream.end()

    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        equal(list(pool.map(pusher, controllers)), [(1, ([], 'OK'))] * 50, 'replies')
    for controller in controllers:
        controller.close()
    took = memory(host) - before
    print(f'# {took >> 20} MiB for 50 messages of 2 MB')
    check(took < 80 << 20, '50 messages of 2 MB took', took, 'bytes')


def test_slow_callers_are_ended(host):
    """Those who say nothing, half of a header, half of a message, or a byte at a time."""
    half = b'\0' + struct.pack('>I', 1 << 20) + b'\x12'
    slow = [begin_call(goalstate.METHOD, part) for part in (b'', half[:3], half) for _ in range(5)]
    slow += [begin_call(goalstate.STREAM, half) for _ in range(5)]
    silent = [socket.create_connection(ADDRESS) for _ in range(5)]

    def trickled():
        for raw in slow:
            with contextlib.suppress(OSError):
                raw.setblocking(True)
                raw.sendall(frame(0, 0, 1, b'\0'))
        host.all_done(**SIDE)
        return all(stream_ended(raw) for raw in slow)

    wait_for(trickled, 60)
    wait_for(lambda: all(stream_ended(raw) for raw in silent), 60)
    check('did not come in time' in host.daemon.log(), host.daemon.log())
    for raw in slow + silent:
        raw.close()


def test_connections_without_end(host):
    """Each says that it will speak HTTP/2, and no more."""
    import resource
    resource.setrlimit(resource.RLIMIT_NOFILE, (2 * CONNECTIONS, 2 * CONNECTIONS))
    restart(host, '--max-message', str(MAX_MB))
    raws = []
    end = time.monotonic() + CONNECTIONS_SECONDS
    while len(raws) < CONNECTIONS and (time.monotonic() < end or len(raws) < CONNECTIONS_LEAST):
        raw = socket.create_connection(ADDRESS, timeout=60)
        with contextlib.suppress(ConnectionError):
            raw.sendall(HELLO)
        raws.append(raw)
    controller = Controller()
    for _ in range(20):
        controller.push(**SIDE)
    controller.push_v2(**SIDE)
    print(f'# {len(raws)} connections, {memory(host) >> 20} MiB')
    controller.close()
    for raw in raws:
        raw.close()
    host.all_done(**SIDE)


def test_garbage_on_connections(host):
    """What is not HTTP/2, and HTTP/2 that goes too far."""
    floods = [b'\0\xff' * 5000, HELLO + frame(4, 0, 0) * 20000, HELLO + frame(6, 0, 0, bytes(8)) * 20000,
              HELLO + b''.join(call_frame(goalstate.METHOD, 2 * i + 1) + frame(3, 0, 2 * i + 1, bytes(4))
                               for i in range(2000))]
    for flood in floods:
        raw = socket.create_connection(ADDRESS)
        raw.settimeout(20)
        with contextlib.suppress(OSError):
            raw.sendall(flood)
        host.all_done(**SIDE)
        raw.close()
    check(host.daemon.alive(), 'alkaidd died')
    # Nothing is left of them.
    host.all_done(**SIDE)


def test_stop_with_a_push_under_way(host):
    host.all_done(**SIDE)
    idle = Stream(host.controller.channel)
    idle.push()
    states = [neighbor(f'n-{i:032}', S1, f'02:00:00:01:{i >> 8:02x}:{i & 255:02x}',
                       '10.0.0.2', f'192.168.1.{i + 2}') for i in range(200)]
    data = goal_v2(neighbor_states=states).SerializeToString()
    stream = Stream(host.controller.channel)
    for _ in range(20):
        stream.send(data)
    first = stream.reply()
    host.daemon.process.send_signal(signal.SIGTERM)
    replies, code = stream.wait()
    equal(code, 'OK', 'status of the stream')
    for reply in [first, *replies]:
        equal(set(statuses(reply).values()), {'SUCCESS'}, 'statuses')
    equal(idle.wait(), ([], 'OK'), 'the end of the idle stream')
    equal(host.daemon.process.wait(20), 0, 'exit status')
    equal(len(table('neigh')), 200, 'neighbors')
    check(code_of(host.controller.channel.unary_unary(goalstate.METHOD), b'', timeout=5) != 'OK',
          'somebody still answers')


class Certificates:
    """Two authorities; the first has signed for a server, and for a client."""

    def __init__(self, path):
        self.path = path
        for ca in ('ca', 'other'):
            self.run('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
                     '-nodes', '-days', '2', '-subj', f'/CN={ca}', '-keyout', f'{ca}.key',
                     '-out', f'{ca}.pem')
        self.sign('server', 'ca')
        self.sign('client', 'ca')
        self.sign('stranger', 'other')

    def run(self, *command):
        run('openssl', *command[:1], *[os.path.join(self.path, word)
                                       if word.endswith(('.key', '.pem', '.csr', '.ext')) else word
                                       for word in command[1:]])

    def sign(self, name, ca):
        with open(os.path.join(self.path, 'san.ext'), 'w', encoding='ascii') as ext:
            ext.write('subjectAltName=IP:127.0.0.1\n')
        self.run('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
                 '-subj', f'/CN={name}', '-keyout', f'{name}.key', '-out', f'{name}.csr')
        self.run('x509', '-req', '-in', f'{name}.csr', '-CA', f'{ca}.pem', '-CAkey', f'{ca}.key',
                 '-CAcreateserial', '-days', '2', '-extfile', 'san.ext', '-out', f'{name}.pem')

    def file(self, name):
        return os.path.join(self.path, name)

    def read(self, name):
        with open(self.file(name), 'rb') as file:
            return file.read()

    def push(self, ca, name=None):
        """Push with the certificate of a client; returns the gRPC status."""
        credentials = grpc.ssl_channel_credentials(
            self.read(ca + '.pem'), *((self.read(name + '.key'), self.read(name + '.pem'))
                                      if name else ()))
        controller = Controller(credentials=credentials)
        call = controller.channel.unary_unary(goalstate.METHOD)
        try:
            return code_of(call, b'', timeout=20)
        finally:
            controller.close()


def test_tls(host):
    with tempfile.TemporaryDirectory() as path:
        pem = Certificates(path)
        options = ('--tls-cert', pem.file('server.pem'), '--tls-key', pem.file('server.key'))
        restart(host, *options)
        equal(pem.push('ca'), 'OK', 'status with the right authority')
        equal(pem.push('other'), 'UNAVAILABLE', 'status with the wrong authority')
        plain = Controller()
        equal(code_of(plain.channel.unary_unary(goalstate.METHOD), b'', timeout=20),
              'UNAVAILABLE', 'status without TLS')
        plain.close()

        restart(host, *options, '--tls-ca', pem.file('ca.pem'))
        equal(pem.push('ca', 'client'), 'OK', 'status with a certificate')
        equal(pem.push('ca'), 'UNAVAILABLE', 'status without a certificate')
        equal(pem.push('ca', 'stranger'), 'UNAVAILABLE', "status with another's certificate")

        # New files while it runs: first a key that does not belong, then another authority.
        def reload():
            mark = len(host.daemon.log())
            host.daemon.process.send_signal(signal.SIGHUP)
            wait_for(lambda: 'read again' in host.daemon.log()[mark:])
            return host.daemon.log()[mark:]

        with open(pem.file('server.key'), 'w', encoding='ascii') as file:
            file.write('no key')
        check(f"tls-key: {pem.file('server.key')} has no" in reload(), host.daemon.log())
        equal(pem.push('ca', 'client'), 'OK', 'status after a key that is none')
        os.rename(pem.file('stranger.key'), pem.file('server.key'))
        reload()
        equal(pem.push('ca', 'client'), 'OK', "status after another's key")
        os.rename(pem.file('stranger.pem'), pem.file('server.pem'))
        reload()
        equal(pem.push('ca', 'client'), 'UNAVAILABLE', 'status by the old authority')
        equal(pem.push('other', 'client'), 'OK', 'status by the new authority')

        for wrong, text in (('missing.pem', 'missing.pem'), ('server.csr', 'has no "-----BEGIN')):
            result = subprocess.run(
                ['alkaidd', '--listen', '127.0.0.1:50002', '--tls-cert', pem.file(wrong),
                 '--tls-key', pem.file('server.key')], capture_output=True, text=True,
                timeout=20, check=False)
            equal(result.returncode, 1, 'exit status')
            check(text in result.stderr, result.stderr)


if __name__ == '__main__':
    main(globals())
