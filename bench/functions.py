# SPDX-License-Identifier: GPL-2.0
"""Where a packet's instructions go: by kernel function, above the null run."""
import os
import re
import tempfile

import rig
from lane import Traffic
from packets import decap_lane, encap_lane
from registry import work

PACKETS = 20_000
# One sample for so many nanoseconds, which under the instruction counter are instructions.
PERIOD = 10_007
LEAST = 6
DEFAULTS = ('alkaid', 'bridged')
LANES = {'encap': encap_lane, 'decap': decap_lane}


def by_function(lane, traffic):
    """Instructions of each kernel function for one packet."""
    lane.cost(traffic, 1000)
    with rig.within(lane.vm):
        rig.write('/proc/net/pktgen/eth0', f'count {PACKETS}')
    with tempfile.NamedTemporaryFile() as data:
        rig.run('perf', 'record', '-q', '-a', '-e', 'cpu-clock', '-c', str(PERIOD), '-o', data.name, '--',
                'ip', 'netns', 'exec', lane.vm, 'sh', '-c', 'echo start >/proc/net/pktgen/pgctrl')
        report = rig.run('perf', 'report', '-i', data.name, '--no-children', '--stdio', '-F', 'sample,sym')
    samples = re.findall(r'^\s*(\d+)\s+\[k\]\s+(\S+)', report, re.MULTILINE)
    return {name: int(count) * PERIOD / PACKETS for count, name in samples}


@work('profile', 'instructions by kernel function; P=WORK:PATH[:MODE],..., else alkaid bridged both ways',
      rigs=('icount',), default=False)
def profile(_):
    """Prints; there is nothing to keep."""
    traffic = Traffic()
    for word in (os.environ.get('ALKAID_BENCH_PROFILE') or 'encap:alkaid,decap:alkaid').split(','):
        way, path, mode, *_ = *word.split(':'), *DEFAULTS[word.count(':'):]
        null, mine = (by_function(LANES[way](which, mode, 'vxlan'), traffic) for which in ('null', path))
        above = {name: mine.get(name, 0) - null.get(name, 0) for name in {**null, **mine}}
        print(f'\n{way}, {mode}: {path}, instructions a packet above null (of null)')
        for name, cost in sorted(above.items(), key=lambda item: -item[1]):
            if abs(cost) >= LEAST:
                print(f'  {name:<44} {cost:8,.0f}  ({null.get(name, 0):,.0f})')
        rig.run('ip', '-all', 'netns', 'del')
    return ()
