# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The resolver of the machines: it knows the load balancers, and asks the resolver of the host for all else (RFC 1035)."""

from __future__ import annotations

import ipaddress
import re
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

A = 1
SERVFAIL = 2
Known = Callable[[str], str | None]


class Resolver:
    """Answers at an address by UDP; C(known) gives the address of a name, or None."""

    def __init__(self, address: str, known: Known) -> None:
        self._known = known
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 53))
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread
        self._socket.close()

    def _serve(self) -> None:
        with suppress(OSError):  # closed
            while True:
                question, asker = self._socket.recvfrom(4096)
                threading.Thread(target=self._answer, args=(question, asker), daemon=True).start()

    def _answer(self, question: bytes, asker: tuple[str, int]) -> None:
        with suppress(OSError, struct.error, IndexError):  # no question, or nobody waits any more
            self._socket.sendto(answer(question, self._known) or passed_on(question), asker)


def answer(question: bytes, known: Known) -> bytes | None:
    """The answer to a question about a name that is known; None if it is about another."""
    name, kind, end = asked(question)
    if not (address := known(name)):
        return None
    record = b"\xc0\x0c" + struct.pack("!HHIH", A, 1, 60, 4) + ipaddress.IPv4Address(address).packed if kind == A else b""
    return _header(question, 0, len(record) > 0) + question[12:end] + record


def asked(question: bytes) -> tuple[str, int, int]:
    """The name and the type of the first question, and where it ends."""
    labels, place = [], 12
    while length := question[place]:
        labels.append(question[place + 1 : place + 1 + length])
        place += 1 + length
    (kind,) = struct.unpack_from("!H", question, place + 1)
    return b".".join(labels).decode("ascii", "replace").lower(), kind, place + 5


def _header(question: bytes, code: int, answers: int) -> bytes:
    """As the question has it; an answer that is recursive and has its own code and number of records."""
    identity, flags = struct.unpack_from("!HH", question)
    return struct.pack("!HHHHHH", identity, 0x8080 | (flags & 0x7900) | code, 1, answers, 0, 0)


def passed_on(question: bytes) -> bytes:
    """What the host's resolver answers; that it failed, if it does not."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as upstream:
        upstream.settimeout(5)
        upstream.connect((host_resolver(Path("/etc/resolv.conf").read_text()), 53))
        upstream.send(question)
        return upstream.recv(4096)
    _name, _kind, end = asked(question)
    return _header(question, SERVFAIL, 0) + question[12:end]


def host_resolver(text: str) -> str:
    """The first one of resolv.conf(5) that has an IPv4 address, or the one of this host."""
    found = re.search(r"^nameserver\s+(\d+[.]\d+[.]\d+[.]\d+)\s*$", text, re.MULTILINE)
    return found[1] if found else "127.0.0.1"
