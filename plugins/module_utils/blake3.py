# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""BLAKE3, which names the files of Cloudflare Pages and Python does not have.

By the package blake3 where it is installed; else in Python, half a megabyte a second, enough for a small site. Written after
the paper, https://github.com/BLAKE3-team/BLAKE3-specs.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

try:
    from blake3 import blake3
except ImportError:
    blake3 = None

IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
ORDER = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
# Which words of the state each quarter of a round mixes: columns, then diagonals.
MIXED = (
    *((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)),
    *((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)),
)
ROUNDS = 7
BLOCK, CHUNK = 64, 1024
CHUNK_START, CHUNK_END, PARENT, ROOT = 1, 2, 4, 8
MASK = 0xFFFFFFFF

Words = Sequence[int]


def hexdigest(data: bytes) -> str:
    """The 64 hexadecimal digits of the hash."""
    return str(blake3(data).hexdigest()) if blake3 else python_hexdigest(data)


def python_hexdigest(data: bytes) -> str:
    if len(data) <= CHUNK:
        return struct.pack("<8I", *_chunk(data, 0, ROOT)).hex()
    chunks = [_chunk(data[start : start + CHUNK], start // CHUNK, 0) for start in range(0, len(data), CHUNK)]
    return struct.pack("<8I", *_tree(chunks, ROOT)).hex()


def _chunk(data: bytes, counter: int, last: int) -> Words:
    value: Words = IV
    blocks = [data[start : start + BLOCK] for start in range(0, len(data), BLOCK)] or [b""]
    for number, block in enumerate(blocks):
        flags = (CHUNK_START if number == 0 else 0) | (CHUNK_END | last if number == len(blocks) - 1 else 0)
        words = struct.unpack("<16I", block.ljust(BLOCK, b"\0"))
        value = _compress(value, words, counter, len(block), flags)
    return value


def _tree(values: Sequence[Words], last: int) -> Words:
    """The value of the root above some leaves: the left half is the largest power of two that leaves something to the right."""
    if len(values) == 1:
        return values[0]
    half = 1 << ((len(values) - 1).bit_length() - 1)
    words = (*_tree(values[:half], 0), *_tree(values[half:], 0))
    return _compress(IV, words, 0, BLOCK, PARENT | last)


def _compress(value: Words, words: Words, counter: int, length: int, flags: int) -> Words:
    v = [*value, *IV[:4], counter & MASK, counter >> 32, length, flags]
    m = list(words)
    for number in range(ROUNDS):
        for place, (a, b, c, d) in enumerate(MIXED):
            va, vb, vc, vd = v[a], v[b], v[c], v[d]
            va = (va + vb + m[2 * place]) & MASK
            vd ^= va
            vd = (vd >> 16) | (vd << 16) & MASK
            vc = (vc + vd) & MASK
            vb ^= vc
            vb = (vb >> 12) | (vb << 20) & MASK
            va = (va + vb + m[2 * place + 1]) & MASK
            vd ^= va
            vd = (vd >> 8) | (vd << 24) & MASK
            vc = (vc + vd) & MASK
            vb ^= vc
            v[a], v[b], v[c], v[d] = va, (vb >> 7) | (vb << 25) & MASK, vc, vd
        if number < ROUNDS - 1:
            m = [m[index] for index in ORDER]
    return [low ^ high for low, high in zip(v[:8], v[8:], strict=True)]
