# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a run looks like to people: lines of text made from what happened.

Everything here is pure. A line is a tuple of spans, each with a style by name, so that the caller alone decides what a style
looks like on its terminal; C(plain) is the line without any.
"""

from __future__ import annotations

import difflib
import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

NARROWEST, WIDEST = 8, 24  # of the column of component names
DIFF_LINES = 40  # of one change; -v shows the rest
VALUE_WIDTH = 160
OUTPUT_LINES = 10  # of a failed command

# Results that say nothing of a component: they read, compute or talk.
SILENT = frozenset(
    {
        *("add_host", "debug", "gather_facts", "group_by", "include_vars", "meta", "pause", "set_fact", "set_stats", "setup"),
        *("import_role", "import_tasks", "include_role", "include_tasks"),
    }
)
# Results that prove something of a component without being able to change it.
CHECKS = frozenset({"assert", "ping", "uri", "validate_argument_spec", "wait_for", "wait_for_connection"})


class Sign(StrEnum):
    """What a change does; its value is what a line shows."""

    CREATED = "+"
    UPDATED = "~"
    DELETED = "-"


class Fate(StrEnum):
    """What became of a component; its value is the word of the closing summary."""

    FAILED = "failed"
    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    UNCHANGED = "unchanged"


PLANNED = {Fate.CREATED: "would create", Fate.UPDATED: "would update", Fate.DELETED: "would delete"}
TO_DO = {Fate.CREATED: "to create", Fate.UPDATED: "to update", Fate.DELETED: "to delete"}
FATE_OF = {Sign.CREATED: Fate.CREATED, Sign.UPDATED: Fate.UPDATED, Sign.DELETED: Fate.DELETED}


@dataclass(frozen=True)
class Span:
    text: str
    style: str = ""


Line = tuple[Span, ...]


@dataclass(frozen=True)
class Change:
    """One thing that was changed, or would be."""

    component: str
    task: str
    sign: Sign
    item: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Failure:
    """One task that failed; a failure that belongs to the whole run has no component."""

    component: str
    task: str
    message: str
    place: str = ""
    item: str = ""
    seconds: float = 0.0
    pardon: str = ""  # why the run goes on all the same: ignored, rescued


@dataclass
class Running:
    """A task that a component is at."""

    component: str
    task: str
    started: float
    told: float  # when a line last told of it
    item_started: float


@dataclass
class Run:
    """What is known of a run so far."""

    planned: bool = False
    stack: str = ""
    stood: Mapping[str, Any] | None = None  # the first live picture, None while none was read
    standing: Mapping[str, Any] | None = None  # a live picture read after the first change
    endpoints: Mapping[str, Any] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    worked: set[str] = field(default_factory=set)  # components that a task could have changed

    def picture(self, found: Mapping[str, Any], endpoints: Mapping[str, Any]) -> None:
        """Take in a live picture: the first tells what stood before, the last what answers where."""
        if self.stood is None:
            self.stood = found
        elif self.changes:
            self.standing = found
        self.endpoints = endpoints

    def is_new(self, component: str) -> bool | None:
        """Whether a component did not stand before the run; None when no live picture told."""
        return None if self.stood is None else not self.stood.get(component)

    def fates(self) -> dict[str, Fate]:
        """What became of every component that a task could have changed."""
        signs: dict[str, set[Sign]] = {}
        for change in self.changes:
            signs.setdefault(change.component, set()).add(change.sign)
        failed = {failure.component for failure in self.failures if failure.component and not failure.pardon}
        return {
            component: Fate.FAILED if component in failed else self._fate(component, signs.get(component, set()))
            for component in sorted(self.worked | set(signs) | failed)
        }

    def _fate(self, component: str, signs: set[Sign]) -> Fate:
        if not signs:
            return Fate.UNCHANGED
        if signs == {Sign.DELETED}:
            return Fate.UPDATED if (self.standing or {}).get(component) else Fate.DELETED
        new = self.is_new(component)
        if new is None:
            new = signs == {Sign.CREATED}
        return Fate.CREATED if new else Fate.UPDATED


def plain(line: Line) -> str:
    """A line without its styles."""
    return "".join(span.text for span in line)


def duration(seconds: float) -> str:
    """A time as people say it, for instance C(32 s), C(2 min 30 s) or C(1 h 5 min)."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def short_name(name: str, in_role: bool = True) -> str:
    """The name of a task without that of its role, which Ansible puts before it, and of what Ansible itself adds in two words."""
    name = name.split(" : ", 1)[1] if in_role and " : " in name else name
    return name.split(" against arg spec ", 1)[0]


def item_label(item: Any) -> str:
    """A loop's item in a word or two: what a mapping calls itself, or the value."""
    if isinstance(item, Mapping):
        name = next((item[key] for key in ("name", "part", "key", "id", "path") if item.get(key)), None)
        item = item if name is None else name
    return clip(value_text(item), 60)


def value_text(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, str) and "\n" not in value:
        return value
    return json.dumps(value, default=str, ensure_ascii=False, sort_keys=True)


def clip(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(width - 3, 0)] + "..."


def column(names: Iterable[str]) -> int:
    """The width of the column that holds these component names."""
    return max([NARROWEST, *(len(name) for name in names if len(name) <= WIDEST)])


def sign_of(diff: Any, new: bool | None) -> Sign:
    """What a change does, by its diff; without a telling diff, by whether the component is new."""
    parts = [part for part in (diff if isinstance(diff, list) else [diff]) if isinstance(part, Mapping)]
    parts = [part for part in parts if "before" in part and "after" in part]
    if parts:
        before = any(_stands(part["before"]) for part in parts)
        after = any(_stands(part["after"]) for part in parts)
        if before != after:
            return Sign.CREATED if after else Sign.DELETED
        if before:
            return Sign.UPDATED
    return Sign.CREATED if new else Sign.UPDATED


def _stands(state: Any) -> bool:
    return bool(state) and not (isinstance(state, Mapping) and state.get("state") == "absent")


def results_of(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The results inside one result, of an action that does many things at once; else the result alone."""
    inner = result.get("results")
    if isinstance(inner, list) and inner and all(isinstance(one, Mapping) and "changed" in one for one in inner):
        return inner
    return [result]


def label_of(result: Mapping[str, Any]) -> str:
    """The label of the loop item that a result belongs to; nothing when the result is to be kept secret."""
    if result.get("_ansible_no_log") or "censored" in result:
        return ""
    item = result.get("_ansible_item_label", result.get("item"))
    return "" if item is None else item_label(item)


def failure_message(result: Mapping[str, Any]) -> str:
    """Why a task failed: the module's own message, and the end of what a command printed."""
    if "censored" in result:
        return "what went wrong is hidden, for the task says no_log"
    message = str(result.get("msg") or "failed without a message").strip()
    message = message.removeprefix("Task failed: ").removeprefix("Module failed: ")
    if result.get("assertion") and message == "Assertion failed":
        message = f"{message}: {value_text(result['assertion'])}"
    if "rc" in result or "module_stderr" in result:
        printed = next(
            (str(result[key]) for key in ("stderr", "module_stderr", "stdout") if str(result.get(key) or "").strip()), ""
        )
        message = "\n".join([message, *printed.strip().splitlines()[-OUTPUT_LINES:]])
    return message


def message_text(result: Mapping[str, Any]) -> str:
    """What a debug task says."""
    if "censored" in result:
        return ""
    values = {key: value for key, value in result.items() if key not in _NOT_SAID and not key.startswith("_ansible_")}
    if "msg" in values:
        values = {"": values["msg"]}
    return "\n".join(
        f"{name}: {said}" if name else said for name, said in ((name, _said(value)) for name, value in values.items())
    )


_NOT_SAID = frozenset(
    {
        *("ansible_index_var", "ansible_loop", "ansible_loop_var", "attempts", "changed", "deprecations", "exception"),
        *("failed", "failed_when_result", "invocation", "item", "retries", "skip_reason", "skipped", "warnings"),
    }
)


def _said(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "\n".join(value)
    return json.dumps(value, default=str, ensure_ascii=False, indent=2)


def title_lines(run: Run) -> list[Line]:
    """What the run is about, said once at the top."""
    if run.planned:
        return [(Span("Plan" + (f" for {run.stack}" if run.stack else ""), "heading"), Span(" (nothing is changed)"))]
    return [(Span(run.stack, "heading"),)] if run.stack else []


def change_line(change: Change, width: int, slow_after: float) -> Line:
    """For instance C(  web       + Service  (32 s))."""
    return (
        Span(f"  {change.component:{width}}  "),
        Span(change.sign, FATE_OF[change.sign]),
        Span(f" {_what(change.task, change.item)}"),
        *_elapsed(change.seconds, slow_after),
    )


def failure_lines(failure: Failure, width: int, slow_after: float, columns: int | None = None) -> list[Line]:
    """The message first, then the task, where it is written, and why the run goes on if it does."""
    style = "pardoned" if failure.pardon else "failed"
    first, *rest = _folded(failure.message, columns, width + 6)
    task = ", ".join(part for part in (_what(failure.task, failure.item), failure.place) if part)
    *before, last = _folded(task, columns, width + 6)
    indent = " " * (width + 6)
    pardon = (Span(f"  {failure.pardon}"),) if failure.pardon else ()
    return [
        (Span(f"  {failure.component:{width}}  "), Span(f"! {first}", style)),
        *((Span(indent), Span(line, style)) for line in rest),
        *((Span(indent), Span(line, "dim")) for line in before),
        (Span(indent), Span(last, "dim"), *pardon, *_elapsed(failure.seconds, slow_after)),
    ]


def message_lines(component: str, text: str, width: int, columns: int | None = None) -> list[Line]:
    """What a debug task says, beside the component that says it; what no component says begins in its place."""
    beside = f"  {component:{width}}  " if component else "  "
    first, *rest = _folded(text, columns, len(beside))
    return [(Span(f"{beside}{first}"),), *((Span(f"{'':{len(beside)}}{line}"),) for line in rest)]


def unchanged_lines(word: str, names: Iterable[str], columns: int) -> list[Line]:
    """The components of a wave to which nothing happened, for instance C(  unchanged: main, public)."""
    return [(Span(line, "dim"),) for line in _wrapped(f"  {word}: ", sorted(names), columns)]


def progress_line(running: Running, now: float, width: int) -> Line:
    """For instance C(  postgres  ... Instance  (2 min 30 s))."""
    return (
        Span(f"  {running.component:{width}}  "),
        Span(f"... {running.task}"),
        Span(f"  ({duration(now - running.started)})", "dim"),
    )


def status_text(running: Sequence[Running], now: float, columns: int) -> str:
    """The tasks that take long on one line that never wraps, the longest first."""
    told = [f"{one.component}: {one.task} {duration(now - one.started)}" for one in sorted(running, key=lambda one: one.started)]
    room = columns - 1  # a full last column makes some terminals wrap
    for count in range(len(told), 0, -1):
        more = f", {len(told) - count} more" if count < len(told) else ""
        text = f"  ... {', '.join(told[:count])}{more}"
        if len(text) <= room:
            return text
    return clip(f"  ... {told[0]}", room) if told else ""


def diff_lines(diff: Any, context: int, indent: int, columns: int | None = None) -> list[Line]:
    """What a change changes: mappings by the path of each value, text by line."""
    margin = " " * indent
    told = [(style, clip(text, VALUE_WIDTH)) for style, text in _differences(diff, context)]
    if len(told) > DIFF_LINES:
        told = [*told[:DIFF_LINES], ("dim", f"... {len(told) - DIFF_LINES} more lines; -v shows them all")]
    return [
        (Span(margin), Span(part, style))
        for style, text in told
        for part in _folded(text, columns, indent, hanging="  ", break_words=True)
    ]


def _differences(diff: Any, context: int) -> Iterator[tuple[str, str]]:
    for part in diff if isinstance(diff, list) else [diff]:
        if not isinstance(part, Mapping):
            continue
        if any(f"{side}_{why}" in part for side in ("src", "dst") for why in ("binary", "larger")):
            yield "dim", "not shown: the file is binary or large"
        if isinstance(part.get("prepared"), str):
            yield from _by_first_character(part["prepared"].splitlines())
        if "before" not in part or "after" not in part:
            continue
        before, after = part["before"] or "", part["after"] or ""
        if isinstance(before, str) and isinstance(after, str):
            yield from _text_differences(part, before, after, context)
        else:
            yield from _value_differences(_leaves(before), _leaves(after))


def _text_differences(part: Mapping[str, Any], before: str, after: str, context: int) -> Iterator[tuple[str, str]]:
    if header := part.get("after_header") or part.get("before_header"):
        yield "dim", str(header)
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=context, lineterm="")
    yield from _by_first_character(line for line in lines if not line.startswith(("---", "+++")))


def _by_first_character(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    styles = {"+": Fate.CREATED, "-": Fate.DELETED, "@": "dim"}
    for line in lines:
        yield styles.get(line[:1], ""), line


def _value_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for path in sorted({*before, *after}):
        name = f"{path}: " if path else ""
        if path not in before:
            yield Fate.CREATED, f"+ {name}{value_text(after[path])}"
        elif path not in after:
            yield Fate.DELETED, f"- {name}{value_text(before[path])}"
        elif before[path] != after[path]:
            old, new = value_text(before[path]), value_text(after[path])
            if len(name + old + new) < VALUE_WIDTH - len("~  -> "):
                yield Fate.UPDATED, f"~ {name}{old} -> {new}"
            else:
                yield Fate.DELETED, f"- {name}{old}"
                yield Fate.CREATED, f"+ {name}{new}"


def _leaves(value: Any, path: str = "") -> dict[str, Any]:
    """The values of a tree by their paths; a list of plain values is one of them."""
    if isinstance(value, Mapping) and (value or not path):
        inner = [(f"{path}.{key}" if path else str(key), one) for key, one in value.items()]
    elif isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        inner = [(f"{path}[{number}]", one) for number, one in enumerate(value)]
    else:
        return {} if value == "" and not path else {path: value}
    return {where: leaf for name, one in inner for where, leaf in _leaves(one, name).items()}


def summary_lines(
    run: Run, seconds: float, columns: int, log: str | None = None, stats: Mapping[str, Any] | None = None
) -> list[Line]:
    """What became of everything, where it answers and where the log is."""
    fates = run.fates()
    failures = [failure for failure in run.failures if not failure.pardon]
    rows: list[Line] = []
    words = {fate: PLANNED.get(fate, fate.value) if run.planned else fate.value for fate in Fate}
    width = max(len(word) for word in (*words.values(), "endpoints"))

    def row(name: str, style: str, texts: Iterable[str]) -> None:
        for count, text in enumerate(texts):
            rows.append((Span("  "), Span(f"{'' if count else name:{width}}", style), Span(f"  {text}")))

    row(
        words[Fate.FAILED],
        Fate.FAILED,
        (
            clip(
                ": ".join(part for part in (one.component, _what(one.task, one.item), one.message.split("\n", 1)[0]) if part),
                columns - width - 5,
            )
            for one in failures
        ),
    )
    for fate in (Fate.CREATED, Fate.UPDATED, Fate.DELETED):
        names = [component for component, its in fates.items() if its is fate]
        row(words[fate], fate, (text.strip() for text in _wrapped("", names, columns - width - 4) if names))
    if run.changes:
        count = {fate: sum(FATE_OF[change.sign] is fate for change in run.changes) for fate in FATE_OF.values()}
        row("changes", "dim", [_counts({fate: number for fate, number in count.items() if number}, run.planned)])
    row("endpoints", "dim", _endpoint_texts(run.endpoints))
    row("stats", "dim", (f"{name}: {value_text(value)}" for name, value in (stats or {}).items()))
    row("log", "dim", [log] if log else [])

    counts = {fate: sum(its is fate for its in fates.values()) for fate in Fate}
    said = _counts({fate: number for fate, number in counts.items() if number}, run.planned)
    if failures and not counts[Fate.FAILED]:
        said = ", ".join(filter(None, ("stopped", said)))
    if not said:
        said = "there was nothing to do"
    word, style = ("Failed", "failed") if failures else ("Plan" if run.planned else "Done", "heading")
    return [(Span(f"{word}:", style), Span(f" {said}"), Span(f"  ({duration(seconds)})", "dim")), *rows]


def _counts(counts: Mapping[Fate, int], planned: bool) -> str:
    return ", ".join(f"{number} {TO_DO.get(fate, fate.value) if planned else fate.value}" for fate, number in counts.items())


def _endpoint_texts(endpoints: Mapping[str, Any]) -> Iterator[str]:
    width = max((len(component) for component in endpoints), default=0)
    for component, addresses in sorted(endpoints.items()):
        for count, address in enumerate(addresses if isinstance(addresses, list | tuple) else [addresses]):
            yield f"{'' if count else component:{width}}  {value_text(address)}"


def _what(task: str, item: str) -> str:
    return f"{task}: {item}" if item else task


def _elapsed(seconds: float, slow_after: float) -> tuple[Span, ...]:
    return (Span(f"  ({duration(seconds)})", "dim"),) if seconds >= slow_after else ()


def _folded(text: str, columns: int | None, indent: int, hanging: str = "", break_words: bool = False) -> list[str]:
    """The lines of a text, folded where they would run out of the terminal; as they are without one."""
    lines = text.splitlines() or [""]
    if columns is None:
        return lines
    fold = textwrap.TextWrapper(
        max(columns - indent - 1, 40),
        subsequent_indent=hanging,
        break_long_words=break_words,
        break_on_hyphens=False,
        drop_whitespace=not break_words,
    )
    return [part for line in lines for part in fold.wrap(line) or [""]]


def _wrapped(start: str, names: Iterable[str], columns: int) -> list[str]:
    return textwrap.wrap(
        ", ".join(names),
        width=max(columns - 1, 40),
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )
