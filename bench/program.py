# SPDX-License-Identifier: GPL-2.0
"""Work on the tables themselves: entries set per second, and the memory that each takes."""
import os
import tempfile
import time

import genl
from registry import work
from rig import run

# A bridge looks for room in a list: more would take it minutes.
FEW = 65536
MANY = 1_000_000
VTEPS = 1000
SHARED = 1600


def ip_of(number):
    return f'10.{1 + (number >> 16)}.{number >> 8 & 255}.{number & 255}'


def mac_of(number):
    return '02:01:' + number.to_bytes(4, 'big').hex(':')


def host_of(number):
    return f'172.16.{number % VTEPS >> 8}.{2 + (number % VTEPS & 255) % 250}'


def neighbor(number):
    return f'neigh add {ip_of(number)} subnet 1 mac {mac_of(number)} host {host_of(number)}\n'


def route(number):
    return f'route add {ip_of(number)}/32 vpc 1 blackhole\n'


def fdb(number):
    return f'fdb add {mac_of(number)} dev vx dst {host_of(number)} self static\n'


def kernel_route(number):
    return f'route add blackhole {ip_of(number)}/32\n'


def device(netns):
    run('ip', 'netns', 'add', netns)
    run('ip', '-n', netns, 'link', 'set', 'lo', 'up')
    run('alk', '-n', netns, 'link', 'add', 'alk0', 'local', '10.0.0.1')
    run('alk', '-n', netns, '-b', '-', text='vpc add 1\nsubnet add 1 vpc 1 vni 42 prefix 10.0.0.0/8\n')


def tunnel(netns):
    run('ip', 'netns', 'add', netns)
    run('ip', '-n', netns, 'link', 'add', 'vx', 'type', 'vxlan', 'id', '42', 'local', '10.0.0.1',
        'dstport', '4789', 'nolearning')


def namespace(netns):
    run('ip', 'netns', 'add', netns)


def timed(make, command, line, count):
    """Nanoseconds for each of count lines, given to a program that reads a file."""
    with tempfile.NamedTemporaryFile('w', encoding='ascii') as file:
        file.writelines(map(line, range(count)))
        file.flush()
        make('program')
        try:
            start = time.monotonic_ns()
            run(*command, file.name)
            return (time.monotonic_ns() - start) / count
        finally:
            run('ip', 'netns', 'del', 'program')


def requests(count):
    """Requests that many neighbors share: the attributes of each."""
    return [genl.u32(genl.A_NEIGH_SUBNET, 1) +
            genl.attr(genl.A_NEIGH_ENTRIES, b''.join(genl.entry(ip_of(n), mac_of(n), host_of(n))
                                                     for n in range(first, min(first + SHARED, count))))
            for first in range(0, count, SHARED)]


def kernel_alone(made, count):
    """Nanoseconds for each neighbor of one transaction: the requests are all that the kernel is to see."""
    def send():
        sender = genl.Socket()
        messages = [sender.message(genl.CMD_NEIGH_NEW, attributes, genl.ADD | genl.ACK) for attributes in made]
        start = time.monotonic_ns()
        sender.begin()
        for message in messages:
            sender.sock.send(message)
            for kind, _, answer in sender.receive():
                if kind != genl.NLMSG_ERROR or int.from_bytes(answer[16:20], 'little'):
                    raise OSError('a neighbor is refused')
        sender.commit()
        return (time.monotonic_ns() - start) / count

    device('program')
    try:
        return genl.in_ns('program', send)
    finally:
        run('ip', 'netns', 'del', 'program')


def used():
    """Bytes that the kernel has allocated for objects and tables."""
    with open('/proc/meminfo', encoding='ascii') as file:
        sizes = dict(line.split(':') for line in file)
    return sum(int(sizes[name].split()[0]) for name in ('Slab', 'VmallocUsed', 'Percpu')) * 1024


def settled():
    """The bytes when they no longer become less: what a commit leaves behind is freed later."""
    now, before = used(), None
    while before is None or now < before:
        time.sleep(1)
        now, before = used(), now
    return before


def bytes_each(line, count):
    device('program')
    before = settled()
    with tempfile.NamedTemporaryFile('w', encoding='ascii') as file:
        file.writelines(map(line, range(count)))
        file.flush()
        run('alk', '-n', 'program', '-f', file.name)
    after = settled()
    run('ip', 'netns', 'del', 'program')
    return (after - before) / count


def alk(mode):
    return 'alk', '-n', 'program', mode


BY_LINE = (
    ('neighbor', 'alkaid', device, alk('-b'), neighbor),
    ('neighbor', 'bridge', tunnel, ('bridge', '-n', 'program', '-b'), fdb),
    ('route', 'alkaid', device, alk('-b'), route),
    ('route', 'ip', namespace, ('ip', '-n', 'program', '-b'), kernel_route),
)


@work('program', 'entries set, one by one and in transactions; memory for each', rigs=('uml',), timeout=900)
def program(rig):
    rig.rounds = 3
    few = min(FEW, int(os.environ.get('ALKAID_BENCH_ENTRIES', FEW)))
    many = min(MANY, int(os.environ.get('ALKAID_BENCH_ENTRIES', MANY)))
    for what, path, make, command, line in BY_LINE:
        samples = [timed(make, command, line, few)]
        yield rig.result('program', path, samples, what=what, by='line', entries=few)
    for what, line in (('neighbor', neighbor), ('route', route)):
        samples = [timed(device, alk('-f'), line, few) for _ in range(rig.rounds)]
        yield rig.result('program', 'alkaid', samples, what=what, by='transaction', entries=few)
    samples = [timed(device, alk('-f'), neighbor, many)]
    yield rig.result('program', 'alkaid', samples, what='neighbor', by='transaction', entries=many)
    made = requests(many)
    samples = rig.interleave({'alkaid': lambda: kernel_alone(made, many)})['alkaid']
    yield rig.result('program', 'alkaid', samples, what='neighbor', by='requests', entries=many)
    for what, line, count in (('neighbor', neighbor, many), ('route', route, few)):
        yield rig.result('program', 'alkaid', [bytes_each(line, count)], unit='bytes',
                         what=what, by='transaction', entries=count)
