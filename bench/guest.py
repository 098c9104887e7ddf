#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Inside a test machine: runs one work, and prints each result as a line of JSON.

Usage: tests/vm/run [RIG'S OPTIONS] --load -- bench/guest.py RIG WORK
"""
import subprocess
import sys

sys.dont_write_bytecode = True

import catalogue  # noqa: E402
from rig import BenchError, Rig  # noqa: E402


def main():
    rig_name, name = sys.argv[1:]
    for module in ('pktgen', 'veth', 'vxlan', 'geneve', 'openvswitch', 'vport_vxlan', 'vport_geneve'):
        # What a kernel has built in is there without.
        subprocess.run(['modprobe', '-q', module], check=False)
    try:
        for result in catalogue.WORKS[name].function(Rig(rig_name)):
            print(result.json(), flush=True)
    except BenchError as error:
        sys.exit(f'{name}: {error}')


if __name__ == '__main__':
    main()
