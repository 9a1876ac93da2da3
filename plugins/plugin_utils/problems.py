# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A problem of an inventory: what is wrong where, and the cure."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

Path = tuple[str | int, ...]

STACK = "stack"


@dataclass(frozen=True)
class Problem:
    """One thing to mend.

    C(path) leads to the setting, C(("stack_flows", 2, "ports")) for instance, and is empty when the component itself is
    meant. C(message) goes on with the sentence that the setting begins, and names the cure.
    """

    component: str
    path: Path
    message: str
    origin: str = ""

    @property
    def setting(self) -> str:
        """The setting as people write it: C(stack_flows[2].ports)."""
        steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path]
        return "".join(steps).removeprefix(".")

    def __str__(self) -> str:
        sentence = f"{self.setting} {self.message}" if self.path else self.message
        return ": ".join(part for part in (self.origin, self.component, sentence) if part)


def merged(problems: Iterable[Problem], everyone: Collection[str]) -> list[Problem]:
    """Say once what is wrong with several components for one and the same reason; what all share is the stack's."""
    who: dict[Problem, list[str]] = {}
    for problem in problems:
        names = who.setdefault(replace(problem, component=""), [])
        if problem.component not in names:
            names.append(problem.component)
    return [replace(problem, component=_together(names, everyone)) for problem, names in who.items()]


def _together(names: list[str], everyone: Collection[str]) -> str:
    if len(names) > 1 and (STACK in names or set(names) >= set(everyone)):
        return STACK
    shown, rest = names[:3], len(names) - 3
    return ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that was probably meant."""
    return next(iter(difflib.get_close_matches(word, list(known), 1, cutoff)), None)


def did_you_mean(word: str, known: Collection[str], otherwise: str = "") -> str:
    """The end of a sentence about an unknown word: the nearest right one, or else another cure."""
    near = nearest(word, known)
    if near:
        return f"; did you mean {near}?"
    return f"; {otherwise}" if otherwise else ""


def listed(words: Iterable[object], last_word: str = "and") -> str:
    """C(a, b and c)."""
    *first, last = [str(word) for word in words] or ["none"]
    return f"{', '.join(first)} {last_word} {last}" if first else last
