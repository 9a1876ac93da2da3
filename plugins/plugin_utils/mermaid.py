# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Flowcharts as Mermaid writes them, and their place in a document. Everything here is pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

BOX, STORE, PLACE = ('["{}"]', '[("{}")]', '(["{}"])')  # the shapes of nodes
# All else is written as an entity: quotes end a label, # begins an entity, and labels are read as Markdown and HTML.
_PLAIN = re.compile(r"[A-Za-z0-9 .,:;/()+%?=-]")
_WORD = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True)
class Node:
    """C(style) names one of the styles of the chart, if any."""

    id: str
    lines: Sequence[str]
    shape: str = BOX
    style: str = ""


@dataclass
class Subgraph:
    """Mermaid draws the second line of its title over what is in it, and what no arrow orders side by side."""

    id: str
    lines: Sequence[str]
    style: str = ""
    inner: list[Node | Subgraph] = field(default_factory=list)
    columns: int = 0
    """In how many columns it is; 0 leaves that to the arrows."""


@dataclass
class Edge:
    """C(solid) tells what may be connected to from what is only used; both ends are ids."""

    start: str
    end: str
    solid: bool
    lines: list[str] = field(default_factory=list)


def identifier(*words: str) -> str:
    return "_".join(_WORD.sub("_", word).strip("_") for word in words)


def label(lines: Iterable[str]) -> str:
    """Lines of a label, whatever is in them."""
    return "<br/>".join("".join(char if _PLAIN.match(char) else f"#{ord(char)};" for char in line) for line in lines)


def flowchart(title: str, inner: Iterable[Node | Subgraph], edges: Iterable[Edge], styles: Mapping[str, str]) -> str:
    """The whole chart. Of the styles those are written that something has."""
    inner = list(inner)
    lines = ["flowchart TB", f"  accTitle: {title}"]
    lines += [line for one in inner for line in _drawn(one, "  ")]
    lines += [f"  {line}" for line in _connected(edges)]
    styled: dict[str, list[str]] = {}
    for one in _all(inner):
        if one.style:
            styled.setdefault(one.style, []).append(one.id)
    for style, ids in styled.items():
        lines += [f"  classDef {style} {styles[style]}", f"  class {','.join(ids)} {style}"]
    return "\n".join(lines) + "\n"


def _drawn(one: Node | Subgraph, indent: str) -> Iterator[str]:
    if isinstance(one, Node):
        yield indent + one.id + one.shape.format(label(one.lines))
        return
    yield f'{indent}subgraph {one.id}["{label(one.lines)}"]'
    for inner in one.inner:
        yield from _drawn(inner, indent + "  ")
    for column in range(one.columns):
        ids = [inner.id for inner in one.inner[column :: one.columns]]
        if len(ids) > 1:
            yield f"{indent}  {' ~~~ '.join(ids)}"
    yield f"{indent}end"


def _all(inner: Iterable[Node | Subgraph]) -> Iterator[Node | Subgraph]:
    for one in inner:
        yield one
        if isinstance(one, Subgraph):
            yield from _all(one.inner)


def _connected(edges: Iterable[Edge]) -> Iterator[str]:
    """Edges that differ in their starts alone are one line."""
    starts: dict[tuple[str, str], list[str]] = {}
    for edge in edges:
        arrow = "-->" if edge.solid else "-.->"
        text = f'{arrow}|"{label(edge.lines)}"|' if edge.lines else arrow
        starts.setdefault((text, edge.end), []).append(edge.start)
    for (text, end), names in starts.items():
        yield f"{' & '.join(names)} {text} {end}"


class NoPlace(Exception):  # noqa: N818 it is told as a sentence
    """A document has no place for a chart."""


def placed(document: str, name: str, chart: str) -> str:
    """A Markdown document with the chart between its markers, C(<!-- diagram: shop production -->) and C(<!-- /diagram -->)."""
    begin, end = f"<!-- diagram: {name} -->", "<!-- /diagram -->"
    before, found, rest = document.partition(begin)
    former, closed, after = rest.partition(end)
    if not (found and closed) or "<!-- diagram: " in former:
        raise NoPlace(f"has no place for the diagram; put the line {begin}, and after it the line {end}, where it shall be")
    return f"{before}{begin}\n```mermaid\n{chart}```\n{end}{after}"
