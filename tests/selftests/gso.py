# SPDX-License-Identifier: GPL-2.0
"""One GSO packet out of a VM, as a guest gives it to its NIC: checksum and segments still to come.

gso.py NS SMAC DMAC SRC DST SIZE MSS      TCP from port 1000 to 2000, SIZE bytes of payload
"""
import socket
import struct
import sys

import genl
from oam import checksum, mac

SOL_PACKET, PACKET_VNET_HDR = 263, 15
NEEDS_CSUM, GSO_TCPV4 = 1, 1


def main():
    namespace, smac, dmac, src, dst = sys.argv[1:6]
    size, mss = map(int, sys.argv[6:])
    src, dst = socket.inet_aton(src), socket.inet_aton(dst)
    ip = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 40 + size, 1, 0x4000, 64, 6, 0, src, dst)
    ip = ip[:10] + struct.pack('!H', checksum(ip)) + ip[12:]
    # What is there of the checksum is that of the pseudo header.
    pseudo = ~checksum(struct.pack('!4s4sHH', src, dst, 6, 20 + size)) & 0xffff
    tcp = struct.pack('!HHIIBBHHH', 1000, 2000, 1, 1, 0x50, 0x10, 1000, pseudo, 0)
    hdr = struct.pack('=BBHHHH', NEEDS_CSUM, GSO_TCPV4 if size > mss else 0, 54,
                      mss if size > mss else 0, 34, 16)
    genl.enter_ns(namespace)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0x0300) as sock:
        sock.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        sock.bind(('eth0', 0))
        sock.send(hdr + mac(dmac) + mac(smac) + b'\x08\x00' + ip + tcp +
                  bytes(i & 0xff for i in range(size)))


if __name__ == '__main__':
    main()
