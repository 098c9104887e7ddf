# SPDX-License-Identifier: GPL-2.0
"""TCP between two VMs while offloads of the underlay are switched; every byte must arrive.

offloads.py HOST-A HOST-B VM-A VM-B ADDRESS-A ADDRESS-B...

Each setting is made on one side, and then on both; data goes both ways. Addresses are of VM-A and
VM-B by turns, a pair for each address family.
"""
import hashlib
import os
import socket
import subprocess
import sys
import threading

import genl

DEVICE = 'ul'
PORT = 9000
SIZE = 200000
TUNNEL = 'tx-udp_tnl-segmentation off tx-udp_tnl-csum-segmentation off'
# A NIC that has tx-checksum-ip-generic and knows of no tunnels is the second one.
SETTINGS = (
    'gro off',
    TUNNEL,
    f'tx off {TUNNEL}',
    'tx on tso off gso off',
    'tx off rx off tso off gso off',
    'tx off rx off gro on',
    'tx on rx on gro on gso on tso on tx-udp_tnl-segmentation on tx-udp_tnl-csum-segmentation on',
)


def ethtool(ns, features):
    subprocess.run(['ip', 'netns', 'exec', ns, 'ethtool', '-K', DEVICE, *features.split()],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def serve(listener, digest):
    connection, _ = listener.accept()
    with connection:
        connection.settimeout(20)
        while data := connection.recv(65536):
            digest.update(data)


def transfer(sender, receiver, address, what):
    family = socket.AF_INET6 if ':' in address else socket.AF_INET

    def listen():
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((address, PORT))
        sock.listen()
        sock.settimeout(20)
        return sock

    data, received = os.urandom(SIZE), hashlib.sha256()
    with genl.in_ns(receiver, listen) as listener:
        thread = threading.Thread(target=serve, args=(listener, received))
        thread.start()
        with genl.in_ns(sender, lambda: socket.socket(family, socket.SOCK_STREAM)) as client:
            client.settimeout(20)
            client.connect((address, PORT))
            client.sendall(data)
        thread.join()
    genl.equal(received.hexdigest(), hashlib.sha256(data).hexdigest(), what)


def main(host_a, host_b, vm_a, vm_b, *addresses):
    for features in SETTINGS:
        for host in host_a, host_b:
            ethtool(host, features)
            what = f'what arrives with "{features}" set last on {host}'
            for a, b in zip(addresses[::2], addresses[1::2]):
                transfer(vm_a, vm_b, b, f'{what}, from {a}')
                transfer(vm_b, vm_a, a, f'{what}, from {b}')


if __name__ == '__main__':
    main(*sys.argv[1:])
