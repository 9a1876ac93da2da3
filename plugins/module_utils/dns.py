# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""DNS records of Cloudflare in one form, whoever wrote them, and which of them a declaration means. Everything here is pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from .cloudflare import CloudflareError
from .naming import domain_name
from .plan import UNKNOWN, declared, matches

# Cloudflare wants the content of these in fields.
WITH_DATA = ("CAA", "CERT", "DNSKEY", "DS", "HTTPS", "LOC", "NAPTR", "SMIMEA", "SRV", "SSHFP", "SVCB", "TLSA", "URI")
WITH_CONTENT = ("A", "AAAA", "CNAME", "MX", "NS", "PTR", "TXT")
TYPES = sorted(WITH_DATA + WITH_CONTENT)
ADDRESSES = ("A", "AAAA")
PROXIABLE = (*ADDRESSES, "CNAME")
WITH_PRIORITY = ("MX", "URI")
NAMING = ("CNAME", "MX", "NS", "PTR")
VERSIONS = {"A": 4, "AAAA": 6}
AUTOMATIC = 1
SHORTEST_TTL, LONGEST_TTL = 30, 86400
# A TXT record is made of strings of at most so many bytes (RFC 1035, 3.3.14).
LONGEST_STRING = 255
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r"\\(\d{3}|.)", re.DOTALL)

Record = dict[str, Any]


@dataclass(frozen=True)
class Mark:
    """What tells an owner's records from those of others: their comment begins with it, or they have a tag."""

    owner: str
    by: str

    @property
    def tag(self) -> str:
        return f"owner:{self.owner}"

    def is_on(self, record: Mapping[str, Any]) -> bool:
        if self.by == "tag":
            return self.tag in record["tags"]
        comment: str = record["comment"]
        return comment == self.owner or comment.startswith(f"{self.owner}: ")

    def comment(self, text: str | None) -> str | None:
        if self.by == "tag":
            return text
        return f"{self.owner}: {text}" if text else self.owner


@dataclass(frozen=True)
class Slot:
    """A record as it stands and as it was declared; one of the two may be missing."""

    standing: Record | None
    declared: Record | None

    @property
    def any(self) -> Record:
        return self.declared or self.standing or {}


def text_of(content: str) -> str:
    """The text of a TXT record, given bare or as strings in quotes."""
    if not content.strip().startswith('"'):
        return content
    return "".join(_ESCAPED.sub(_unescaped, string) for string in _STRING.findall(content))


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1])) if escape[1].isdigit() else escape[1]


def strings_of(text: str) -> str:
    """A text as a TXT record holds it: in quotes, no string longer than may be."""
    strings, length = [""], 0
    for letter in text:
        length += len(letter.encode())
        if length > LONGEST_STRING:
            strings.append("")
            length = len(letter.encode())
        strings[-1] += f"\\{letter}" if letter in '"\\' else letter
    return " ".join(f'"{string}"' for string in strings)


def host(name: str) -> str:
    """A name as Cloudflare writes it: in lower case, ASCII, without its final dot."""
    name = domain_name(name)
    try:
        return name if name.isascii() else name.encode("idna").decode()
    except UnicodeError as error:
        raise CloudflareError(f"plan the record {name}", f"it is no domain name: {error}") from error


def content_of(kind: str, content: str) -> str:
    """The content of a record in the one form in which contents are compared."""
    if kind == "TXT":
        return text_of(content)
    if kind in NAMING:
        return host(content)
    if kind in VERSIONS and UNKNOWN not in content:
        return str(ip_address(content))
    return content


def declared_record(record: Mapping[str, Any], zone: str, mark: Mark) -> Record:
    """A record of the options, one that was checked, in that form."""
    name, kind = host(zone if record["name"] == "@" else record["name"]), record["type"]
    doing = f"plan {name} {kind}"
    if name != zone and not name.endswith(f".{zone}") and UNKNOWN not in name:
        raise CloudflareError(doing, f"it is not in the zone {zone}; write whole names, or @ for the zone itself")
    content = None if record["content"] is None else content_of(kind, record["content"])
    told = {key: record[key] for key in ("data", "ttl", "proxied", "priority", "tags")}
    if told["proxied"]:
        told["ttl"] = AUTOMATIC  # Cloudflare answers for it, and says for how long
    return declared({"name": name, "type": kind, "content": content, **told, "comment": mark.comment(record["comment"])})


def check(record: Mapping[str, Any]) -> None:
    """Refuse a record of the options that Cloudflare would refuse."""
    if wrong := _wrong(record):
        raise CloudflareError(f"plan {record['name']} {record['type']}", wrong)


def _wrong(record: Mapping[str, Any]) -> str:
    kind, ttl = record["type"], record["ttl"]
    if record["proxied"] and kind not in PROXIABLE:
        return f"only {', '.join(PROXIABLE)} can be proxied; leave proxied out"
    if record["proxied"] and ttl not in (None, AUTOMATIC):
        return f"the TTL of a proxied record is Cloudflare's to say, and not {ttl}; leave ttl out"
    if ttl not in (None, AUTOMATIC) and not SHORTEST_TTL <= ttl <= LONGEST_TTL:
        return f"a TTL is {AUTOMATIC} (automatic) or from {SHORTEST_TTL} to {LONGEST_TTL} seconds, and not {ttl}"
    if record["priority"] is not None and kind not in WITH_PRIORITY:
        return f"only {', '.join(WITH_PRIORITY)} have a priority of their own; leave it out, or put it into data"
    if kind in WITH_DATA and record["content"] is not None:
        return "its content goes into data, field by field"
    if kind in WITH_CONTENT and record["data"] is not None:
        return "data is for other types; give it content"
    if kind in VERSIONS and record["content"] is not None and not _is_address(record["content"], VERSIONS[kind]):
        return f"its content has to be an IPv{VERSIONS[kind]} address, and {record['content']} is none"
    return ""


def _is_address(content: str, version: int) -> bool:
    try:
        return UNKNOWN in content or ip_address(content).version == version
    except ValueError:
        return False


def complete(records: Sequence[Record]) -> None:
    """Refuse records that are to be made and say too little, or exclude each other."""
    for number, record in enumerate(records):
        doing, others = f"plan {record['name']} {record['type']}", records[:number]
        if "content" not in record and "data" not in record:
            raise CloudflareError(doing, f"it has no {'data' if record['type'] in WITH_DATA else 'content'}; give it one")
        if record["type"] == "MX" and "priority" not in record:
            raise CloudflareError(doing, "it has no priority; give it one, for instance 10")
        if any(is_same(other, record) and has_content(other, record) for other in others):
            raise CloudflareError(doing, "it is listed twice with one content; list it once")
        if any(excludes(other, record) for other in others):
            raise CloudflareError(doing, "a CNAME and another address of its name exclude each other; declare one of them")


def described(record: Mapping[str, Any]) -> Record:
    """A record of the API in the same form."""
    name, kind, content = domain_name(record["name"]), record["type"], record.get("content")
    return {
        "id": record["id"],
        "name": name,
        "type": kind,
        "content": content_of(kind, content) if content else "",
        "data": record.get("data") or {},
        "ttl": record.get("ttl"),
        "proxied": record.get("proxied", False),
        "priority": record.get("priority"),
        "comment": record.get("comment") or "",
        "tags": sorted(record.get("tags") or []),
    }


def is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return (one["name"], one["type"]) == (other["name"], other["type"])


def has_content(have: Mapping[str, Any], want: Mapping[str, Any]) -> bool:
    return matches(have, {key: want[key] for key in ("content", "data") if key in want})


def excludes(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two records can't both be: a CNAME stands for all addresses of its name."""
    kinds = {one["type"], other["type"]}
    alone = kinds <= set(PROXIABLE) and "CNAME" in kinds
    return one["name"] == other["name"] and alone


def is_in_the_way(foreign: Mapping[str, Any], want: Mapping[str, Any]) -> bool:
    """Whether a record of somebody else keeps a declared one from being what its name stands for."""
    same = is_same(foreign, want) and (want["type"] in ADDRESSES or has_content(foreign, want))
    return same or excludes(foreign, want)


def slots(wanted: Sequence[Record], standing: Iterable[Record], mark: Mark, *, adopt: bool, purge: bool) -> list[Slot]:
    """Which standing record each declared one is, and which shall go.

    One keeps its content if that is declared; else the first of the same name and type becomes what is declared.
    """
    complete(wanted)
    ours, pool = [], []
    for record in standing:
        hindered = [want for want in wanted if is_in_the_way(record, want)]
        if mark.is_on(record):
            ours.append(record)
        elif hindered and not adopt:
            what, which = (
                f"{hindered[0]['name']} {hindered[0]['type']}",
                f"{record['type']} {record['content'] or record['data']}",
            )
            cure = "take it over with adopt, or remove it yourself"
            raise CloudflareError(
                f"plan {what}", f"a record of somebody else is in the way ({which}), without the mark {mark.owner}; {cure}"
            )
        elif not hindered:
            continue
        pool.append(record)
    found: dict[int, Record] = {}
    for is_it in (lambda have, want: is_same(have, want) and has_content(have, want), is_same):
        for number, want in enumerate(wanted):
            fitting = [record for record in pool if number not in found and is_it(record, want)]
            if fitting:
                found[number] = fitting[0]
                pool.remove(fitting[0])
    pairs = [Slot(found.get(number), want) for number, want in enumerate(wanted)]
    going = [record for record in pool if purge or record not in ours or any(excludes(record, want) for want in wanted)]
    return [*pairs, *(Slot(record, None) for record in going)]


def removed(meant: Sequence[Record], standing: Iterable[Record], mark: Mark) -> list[Slot]:
    """The owner's records that are meant: by name and type, and by content where it is given."""
    return [
        Slot(record, None)
        for record in standing
        if mark.is_on(record) and any(is_same(record, one) and has_content(record, one) for one in meant)
    ]


def keyed(of: Iterable[Slot]) -> dict[str, Slot]:
    """Slots by what people call them: name and type, and the content where there are several of those."""
    listed = list(of)
    count = Counter((slot.any["name"], slot.any["type"]) for slot in listed)
    return {_called(slot.any, several=count[slot.any["name"], slot.any["type"]] > 1): slot for slot in listed}


def _called(record: Record, *, several: bool) -> str:
    content = record.get("content") or " ".join(str(value) for value in record.get("data", {}).values())
    return f"{record['name']} {record['type']}" + (f" {content}" if several else "")


def body(record: Mapping[str, Any]) -> Record:
    """A record as the API takes it."""
    made = {key: value for key, value in record.items() if key != "id"}
    if record["type"] == "TXT":
        made["content"] = strings_of(record["content"])
    return made
