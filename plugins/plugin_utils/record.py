# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a run asked of AWS and Cloudflare: which calls, of which component, how often, how long, how often again.

Workers add the calls of each module to a file in Ansible's own temporary directory, and the callback
P(groundwork.cloud.runtime#callback) sums them up when the run ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from . import run_files
from .calls import Call

_FILE = "groundwork_calls.jsonl"
_SUMMED = ("seconds", "retries", "throttles")


def add(directory: str, component: str, module: str, made: Iterable[Call]) -> None:
    """Add the calls of one module run."""
    run_files.add(directory, _FILE, [{"component": component, "module": module, **asdict(call)} for call in made])


def taken(directory: str) -> list[dict[str, Any]]:
    """All calls of the run so far, in the order in which their modules ended."""
    return run_files.entries(directory, _FILE)


def summed(calls: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One entry for each operation that a module called for a component, with C(count) and sums; seconds are of all its calls."""
    sums: dict[tuple[str, ...], dict[str, Any]] = {}
    for call in calls:
        key = tuple(call[name] for name in ("component", "module", "service", "operation"))
        entry = sums.setdefault(
            key,
            {
                **{name: call[name] for name in ("component", "module", "service", "operation")},
                "count": 0,
                "stopped": 0,
                "errors": {},
                **dict.fromkeys(_SUMMED, 0),
            },
        )
        entry["count"] += 1
        entry["stopped"] += call["stopped"]
        for name in _SUMMED:
            entry[name] = round(entry[name] + call[name], 4)
        if call["error"]:
            entry["errors"][call["error"]] = entry["errors"].get(call["error"], 0) + 1
    return [sums[key] for key in sorted(sums)]


def told(summary: Iterable[Mapping[str, Any]]) -> str:
    """The summary in a line: C(412 to AWS in 9.1 s, 3 tried again, 1 slowed down)."""
    entries = list(summary)
    sums = {name: sum(entry[name] for entry in entries) for name in (*_SUMMED, "stopped")}
    of_cloudflare = [entry for entry in entries if entry["service"] == "cloudflare"]
    of_aws = [entry for entry in entries if entry["service"] != "cloudflare"]
    line = " and ".join(_asked(whom, asked) for whom, asked in (("AWS", of_aws), ("Cloudflare", of_cloudflare)) if asked)
    for name, words in (("retries", "tried again"), ("throttles", "slowed down"), ("stopped", "writes stopped")):
        if sums[name]:
            line += f", {sums[name]} {words}"
    return line


def _asked(whom: str, entries: Iterable[Mapping[str, Any]]) -> str:
    made = [(entry["count"] - entry["stopped"], entry["seconds"]) for entry in entries]
    return f"{sum(count for count, _seconds in made)} to {whom} in {sum(seconds for _count, seconds in made):.1f} s"
