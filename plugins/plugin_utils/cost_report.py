# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the cost of a stack looks like to people: lines of text. Everything here is pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Cost = Mapping[str, Any]  # as C(cost.cost) returns it
UNKNOWN = "no price"


def report(cost: Cost, checked: str, against: Cost | None = None) -> list[str]:
    """The cost by component, with the lines that it is made of; against another cost only of what differs."""
    rows = cost["components"]
    former = (against or cost)["components"]
    names = [*rows, *(name for name in former if name not in rows)]
    table: list[tuple[str, str, str, str]] = [("", "least", "most", "" if against is None else "difference")]
    for name in names:
        row, before = rows.get(name), former.get(name)
        change = "" if against is None else _difference(before, row)
        table.append((name, *_range(row or {"least": 0.0, "most": 0.0, "missing": []}), change))
        if row and (against is None or row != before):
            table += list(_details(row))
    table.append(("total", *_amounts(cost), "" if against is None else _difference(against, cost)))
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


def _difference(before: Cost | None, after: Cost | None) -> str:
    least, most = ((after or {}).get(end, 0.0) - (before or {}).get(end, 0.0) for end in ("least", "most"))
    told = f"{least:+,.2f}" if round(least, 2) == round(most, 2) else f"{least:+,.2f}..{most:+,.2f}"
    word = " (new)" if before is None else " (gone)" if after is None else ""
    return told + word if word or round(least, 2) or round(most, 2) else "="


def _remarks(cost: Cost, checked: str, against: Cost | None) -> Iterator[str]:
    if not cost["complete"]:
        yield "The total is incomplete: what has no price is not in it."
    if against is not None and not against["complete"]:
        yield "What it is compared with is incomplete."
    if against is not None and against["assumptions"] != cost["assumptions"]:
        yield "The assumptions differ, and with them what is charged by use."
    yield f"USD a month of 730 hours, on demand, without taxes and free tiers; prices of {checked}."
    if cost["unverified"]:
        yield f"Unverified prices, {len(cost['unverified'])} of {cost['prices']}: {', '.join(cost['unverified'])}."
    yield f"Assumed: {', '.join(f'{name} {amount:g}' for name, amount in cost['assumptions'].items())}."
    if whatever := sorted(name for name, row in cost["components"].items() if row["by_use"]):
        yield f"Charged by use beside that, and not counted: {', '.join(whatever)}."
