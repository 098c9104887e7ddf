# SPDX-License-Identifier: GPL-2.0
"""Checks signed OAM datagrams: in hexadecimal, one a line.

siphash.py KEY LEN      each has LEN bytes, a sequence number that is greater than the last one,
                        and the SipHash-2-4 of both with KEY; all big-endian
"""
import struct
import sys

MASK = (1 << 64) - 1


def rotate(x, n):
    return (x << n | x >> 64 - n) & MASK


def rounds(v, count):
    v0, v1, v2, v3 = v
    for _ in range(count):
        v0 = (v0 + v1) & MASK
        v1 = rotate(v1, 13) ^ v0
        v0 = rotate(v0, 32)
        v2 = (v2 + v3) & MASK
        v3 = rotate(v3, 16) ^ v2
        v0 = (v0 + v3) & MASK
        v3 = rotate(v3, 21) ^ v0
        v2 = (v2 + v1) & MASK
        v1 = rotate(v1, 17) ^ v2
        v2 = rotate(v2, 32)
    return v0, v1, v2, v3


def siphash(key, data):
    """Aumasson and Bernstein, 2012."""
    k0, k1 = struct.unpack('<QQ', key)
    v = (0x736f6d6570736575 ^ k0, 0x646f72616e646f6d ^ k1,
         0x6c7967656e657261 ^ k0, 0x7465646279746573 ^ k1)
    padded = data + bytes(7 - len(data) % 8) + bytes([len(data) & 0xff])
    for (word,) in struct.iter_unpack('<Q', padded):
        v = rounds((v[0], v[1], v[2], v[3] ^ word), 2)
        v = (v[0] ^ word, v[1], v[2], v[3])
    v = rounds((v[0], v[1], v[2] ^ 0xff, v[3]), 4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def main(key, length):
    # The test vector of the paper.
    assert siphash(bytes(range(16)), bytes(range(15))) == 0xa129ca6149be45e5
    last, count = 0, 0
    for count, line in enumerate(sys.stdin, 1):
        data = bytes.fromhex(line)
        assert len(data) == length + 16, f'{len(data)} bytes: {line}'
        sequence, signature = struct.unpack('>QQ', data[length:])
        assert sequence > last, f'{sequence} after {last}'
        last = sequence
        wanted = siphash(key, data[:length + 8])
        assert signature == wanted, f'signature {signature:016x}, not {wanted:016x}: {line}'
    assert count > 1, f'{count} datagrams'


if __name__ == '__main__':
    main(bytes.fromhex(sys.argv[1]), int(sys.argv[2]))
