# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a DNS record of each type may be, and how Cloudflare writes it down."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .answers import ApiError
from .fields import Check, InvalidError, at_least, choice, each, either, fields, flag, integer, null_or, text
from .state import Details

PROXIABLE = ("A", "AAAA", "CNAME")
HOST = r"(\*\.)?([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)*[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.?"
OCTET, WORD = integer(0, 255), integer(0, 65535)
HEX = text(r"([0-9A-Fa-f]{2})+", what="hexadecimal")
TARGET = text(rf"{HOST}|\.", what="a host name")


@dataclass(frozen=True)
class RecordType:
    """C(required) are fields beside the common ones; C(told) makes the content of a type whose parts are in C(data)."""

    required: Mapping[str, Check]
    told: Callable[[Details], str] | None = None

    @property
    def known(self) -> dict[str, Check]:
        return common() | dict(self.required)


def address(version: int) -> Check:
    def check(value: Any, where: str) -> None:
        text()(value, where)
        try:
            valid = ipaddress.ip_address(value).version == version
        except ValueError:
            valid = False
        if not valid:
            raise InvalidError(where, f"{value!r} is not a valid IPv{version} address")

    return check


def _of_data(check: Mapping[str, Check], pattern: str) -> RecordType:
    return RecordType({"data": fields(check)}, lambda data: pattern.format(**data))


_host = {"content": text(HOST, longest=253, what="a host name")}
_service = {"priority": WORD, "target": TARGET, "value": text()}
BY_TYPE = {
    "A": RecordType({"content": address(4)}),
    "AAAA": RecordType({"content": address(6)}),
    "CNAME": RecordType(_host),
    "MX": RecordType({**_host, "priority": WORD}),
    "NS": RecordType(_host),
    "PTR": RecordType(_host),
    "TXT": RecordType({"content": text(r"[\s\S]+", longest=2048, what="a text")}),
    "CAA": _of_data(
        {"flags": OCTET, "tag": choice("issue", "issuewild", "iodef", "issuemail"), "value": text()}, '{flags} {tag} "{value}"'
    ),
    "DS": _of_data(
        {"key_tag": WORD, "algorithm": OCTET, "digest_type": OCTET, "digest": HEX}, "{key_tag} {algorithm} {digest_type} {digest}"
    ),
    "HTTPS": _of_data(_service, "{priority} {target} {value}"),
    "SRV": _of_data({"priority": WORD, "weight": WORD, "port": WORD, "target": TARGET}, "{priority} {weight} {port} {target}"),
    "SSHFP": _of_data({"algorithm": OCTET, "type": OCTET, "fingerprint": HEX}, "{algorithm} {type} {fingerprint}"),
    "SVCB": _of_data(_service, "{priority} {target} {value}"),
    "TLSA": _of_data(
        {"usage": OCTET, "selector": OCTET, "matching_type": OCTET, "certificate": HEX},
        "{usage} {selector} {matching_type} {certificate}",
    ),
}


def common() -> dict[str, Check]:
    return {
        "type": choice(*BY_TYPE),
        "name": text(rf"@|{HOST}", longest=255, what="a host name"),
        "ttl": either(choice(1), integer(60, 86400)),
        "proxied": flag,
        "comment": null_or(text(longest=100)),
        "tags": each(text(r"[\w-]+(:.*)?"), most=20),
        "settings": fields(optional={"ipv4_only": flag, "ipv6_only": flag, "flatten_cname": flag}),
    }


def normalized(wanted: Any, zone: str) -> Details:
    """A valid record, as the server keeps it."""
    at_least(type=choice(*BY_TYPE))(wanted, "")
    kind = BY_TYPE[wanted["type"]]
    needed = {"type", "name", "ttl"} | set(kind.required)
    known = kind.known
    fields({name: known[name] for name in needed}, {name: known[name] for name in set(known) - needed})(wanted, "")
    proxied = wanted.get("proxied", False)
    if proxied and wanted["type"] not in PROXIABLE:
        raise ApiError(400, f"a record of type {wanted['type']} cannot be proxied", 9004)
    name = _full_name(wanted["name"], zone)
    content = kind.told(wanted["data"]) if kind.told else _content(wanted["type"], wanted["content"])
    if wanted["type"] == "CNAME" and content == name:
        raise ApiError(400, "CNAME content cannot reference itself", 9039)
    return {
        "name": name,
        "type": wanted["type"],
        "content": content,
        **{field: wanted[field] for field in ("priority", "data") if field in wanted},
        "proxied": proxied,
        # A proxied record is answered with Cloudflare's own addresses, and these have a time of their own.
        "ttl": 1 if proxied else wanted["ttl"],
        "settings": wanted.get("settings", {}),
        "comment": wanted.get("comment") or None,
        "tags": wanted.get("tags", []),
    }


def _full_name(name: str, zone: str) -> str:
    name = name.lower().rstrip(".")
    if name == "@" or name == zone:
        return zone
    return name if name.endswith(f".{zone}") else f"{name}.{zone}"


def _content(kind: str, content: str) -> str:
    if kind in ("A", "AAAA"):
        return str(ipaddress.ip_address(content))
    if kind != "TXT":
        return content.lower().rstrip(".")
    if re.fullmatch(r'"[\s\S]*"', content):
        return content
    # A string of a TXT record holds at most 255 bytes (RFC 1035, section 3.3).
    return " ".join(f'"{content[start : start + 255]}"' for start in range(0, len(content), 255))
