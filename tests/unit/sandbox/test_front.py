# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from emulator.front import Faults, Front


def test_nobody_sees_what_another_call_has_half_done():
    under_way: list[str] = []

    def moto(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        others = list(under_way)
        under_way.append(environ["PATH_INFO"])
        time.sleep(0.02)
        yield repr(others).encode()
        under_way.remove(environ["PATH_INFO"])

    front = Front(moto, Faults(), stop=lambda: None)
    seen: list[bytes] = []

    def call(path: str) -> None:
        environ = {"PATH_INFO": path, "REQUEST_METHOD": "POST"}
        seen.append(b"".join(front(environ, lambda *_: None)))

    calls = [threading.Thread(target=call, args=(f"/{number}",)) for number in range(4)]
    for one in calls:
        one.start()
    for one in calls:
        one.join()
    assert seen == [b"[]"] * 4
