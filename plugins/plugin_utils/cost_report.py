# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the cost of a stack looks like to people: lines of text. Everything here is pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .cost import difference

Cost = Mapping[str, Any]  # as C(cost.cost) returns it
UNKNOWN = "no price"


NOTHING: Cost = {"least": 0.0, "most": 0.0, "lines": [], "by_use": [], "missing": []}


def report(cost: Cost, checked: str, against: Cost | None = None) -> list[str]:
    """The cost by component, with the lines that it is made of; against another cost only of what differs."""
    rows, former = cost["components"], (against or {"components": {}})["components"]
    change = difference(against, cost) if against else None
    table: list[tuple[str, str, str, str]] = [("", "least", "most", "difference" if change else "")]
    for name in change["components"] if change else rows:
        row = rows.get(name, NOTHING)
        fate = " (gone)" if name not in rows else "" if name in former else " (new)"
        table.append((name, *_range(row), _signed(change["components"][name], fate) if change else ""))
        if row != former.get(name):
            table += list(_details(row))
    table.append(("total", *_amounts(cost), _signed(change) if change else ""))
    first, *others = (max(len(cells[column]) for cells in table) for column in range(3))
    lines = [
        "  ".join([f"{name:{first}}", *(f"{cell:>{width}}" for cell, width in zip((least, most), others, strict=True)), rest])
        for name, least, most, rest in table
    ]
    return [*(line.rstrip() for line in lines), "", *_remarks(cost, checked, against)]


def _details(row: Cost) -> Iterator[tuple[str, str, str, str]]:
    for line in row["lines"]:
        price = f"{line['usd']:.8f}".rstrip("0").rstrip(".")
        yield f"  {line['what']}", *_amounts(line), f"{_quantity(line)} at {price}"
    for what in row["by_use"]:
        yield f"  {what}", "by use", "by use", ""
    for reason in row["missing"]:
        yield "  ?", UNKNOWN, UNKNOWN, reason


def _quantity(line: Cost) -> str:
    least, most = (f"{amount:,.2f}".rstrip("0").rstrip(".") for amount in line["quantity"].values())
    amount = least if least == most else f"{least}..{most}"
    return amount + {"month": "", "hour": " hours"}.get(line["per"], f" {line['per']}")


def _amounts(row: Cost) -> tuple[str, str]:
    return f"{row['least']:,.2f}", f"{row['most']:,.2f}"


def _range(row: Cost) -> tuple[str, str]:
    """What a component costs; one of which nothing is known does not look like one that is free."""
    return (UNKNOWN, UNKNOWN) if row["missing"] and not row["lines"] else _amounts(row)


def _signed(change: Mapping[str, float], fate: str = "") -> str:
    least, most = change["least"], change["most"]
    if not (fate or least or most):
        return "="
    return (f"{least:+,.2f}" if least == most else f"{least:+,.2f}..{most:+,.2f}") + fate


def _remarks(cost: Cost, checked: str, against: Cost | None) -> Iterator[str]:
    if not cost["complete"]:
        yield "The total is incomplete: what has no price is not in it."
    if against and not against["complete"]:
        yield "What it is compared with is incomplete."
    if against and any(against["assumptions"].get(name, amount) != amount for name, amount in cost["assumptions"].items()):
        yield "The assumptions differ, and with them what is charged by use."
    yield f"USD a month of 730 hours, on demand, without taxes and free tiers; prices of {checked}."
    if cost["unverified"]:
        yield f"Unverified prices, {len(cost['unverified'])} of {cost['prices']}: {', '.join(cost['unverified'])}."
    yield f"Assumed: {', '.join(f'{name} {amount:g}' for name, amount in cost['assumptions'].items())}."
    if whatever := sorted(name for name, row in cost["components"].items() if row["by_use"]):
        yield f"Charged by use beside that, and not counted: {', '.join(whatever)}."
