# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The key of a file: BLAKE3 of its content in base64 and its extension.

BLAKE3 is not in Python, so it is written out here, after the reference implementation of its specification
(github.com/BLAKE3-team/BLAKE3). It manages half a megabyte a second; the package C(blake3) is used where it is installed.
"""

from __future__ import annotations

import base64
import struct
from pathlib import PurePosixPath

try:
    from blake3 import blake3  # type: ignore[import-not-found]
except ImportError:
    blake3 = None

LARGE = 16 * 1024
CHUNK, BLOCK, MASK = 1024, 64, 0xFFFFFFFF
CHUNK_START, CHUNK_END, PARENT, ROOT = 1, 2, 4, 8
IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
PERMUTATION = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
# What is mixed with what: the columns of the state, then its diagonals.
MIXED = (
    (0, 4, 8, 12),
    (1, 5, 9, 13),
    (2, 6, 10, 14),
    (3, 7, 11, 15),
    (0, 5, 10, 15),
    (1, 6, 11, 12),
    (2, 7, 8, 13),
    (3, 4, 9, 14),
)

Words = tuple[int, ...]
Node = tuple[Words, Words, int, int, int]  # chaining value, block, counter, length of the block, flags


def is_key(given: str, content: bytes, path: str) -> bool:
    """Whether it is the key of a file. Without the package, that of a large one is believed: a site would take a minute."""
    return (len(content) > LARGE and blake3 is None) or key(content, path) == given


def key(content: bytes, path: str) -> str:
    named = base64.b64encode(content) + PurePosixPath(path).suffix[1:].encode()
    return (str(blake3(named).hexdigest()) if blake3 else digest(named).hex())[:32]


def digest(data: bytes) -> bytes:
    chaining, block, _counter, length, flags = _tree(data, 0)
    return struct.pack("<8I", *_compressed(chaining, block, 0, length, flags | ROOT))


def _tree(data: bytes, counter: int) -> Node:
    if len(data) <= CHUNK:
        return _chunk(data, counter)
    left = 1 << (((len(data) - 1) // CHUNK).bit_length() - 1)  # chunks, a power of two
    nodes = (_tree(data[: left * CHUNK], counter), _tree(data[left * CHUNK :], counter + left))
    return IV, _compressed(*nodes[0]) + _compressed(*nodes[1]), 0, BLOCK, PARENT


def _chunk(data: bytes, counter: int) -> Node:
    chaining: Words = IV
    flags = CHUNK_START
    last = max(0, (len(data) - 1) // BLOCK * BLOCK)
    for start in range(0, last, BLOCK):
        chaining = _compressed(chaining, _words(data[start : start + BLOCK]), counter, BLOCK, flags)
        flags = 0
    return chaining, _words(data[last:]), counter, len(data) - last, flags | CHUNK_END


def _words(block: bytes) -> Words:
    return struct.unpack("<16I", block.ljust(BLOCK, b"\0"))


def _compressed(chaining: Words, block: Words, counter: int, length: int, flags: int) -> Words:
    state = [*chaining, *IV[:4], counter & MASK, counter >> 32, length, flags]
    for _round in range(7):
        for place, (a, b, c, d) in enumerate(MIXED):
            _mix(state, a, b, c, d, block[2 * place], block[2 * place + 1])
        block = tuple(block[word] for word in PERMUTATION)
    return tuple(low ^ high for low, high in zip(state[:8], state[8:], strict=True))


def _mix(state: list[int], a: int, b: int, c: int, d: int, first: int, second: int) -> None:
    for word, far, near in ((first, 16, 12), (second, 8, 7)):
        state[a] = (state[a] + state[b] + word) & MASK
        state[d] = _rotated(state[d] ^ state[a], far)
        state[c] = (state[c] + state[d]) & MASK
        state[b] = _rotated(state[b] ^ state[c], near)


def _rotated(word: int, bits: int) -> int:
    return (word >> bits) | (word << (32 - bits)) & MASK
