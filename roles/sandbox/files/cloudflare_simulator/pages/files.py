# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The two files that tell how a site is served: C(_headers) and C(_redirects)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..answers import ApiError

STATUSES = (200, 301, 302, 303, 307, 308)
MOST_REDIRECTS = 2100
MOST_HEADER_RULES = 100


@dataclass(frozen=True)
class HeaderRule:
    host: str  # empty for every host
    path: re.Pattern[str]
    set: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]


@dataclass(frozen=True)
class Redirect:
    path: re.Pattern[str]
    target: str
    status: int


def header_rules(content: str) -> list[HeaderRule]:
    """A URL at the start of a line, and below it, indented, the headers that it gets, or with C(!) does not."""
    blocks: list[tuple[str, list[str]]] = []
    for number, line in _lines(content):
        if not line[0].isspace():
            blocks.append((line.strip(), []))
        elif not blocks or not re.fullmatch(r"\s+(! ?[\w-]+|[\w-]+:.*)", line):
            raise ApiError(400, f"_headers, line {number}: neither a URL nor a header of one: {line.strip()}", 8000096)
        else:
            blocks[-1][1].append(line.strip())
    if len(blocks) > MOST_HEADER_RULES:
        raise ApiError(400, f"_headers has more than {MOST_HEADER_RULES} rules", 8000096)
    rules = []
    for url, headers in blocks:
        pairs = [header.partition(":")[::2] for header in headers if not header.startswith("!")]
        rules.append(
            HeaderRule(
                urlsplit(url).netloc if "://" in url else "",
                pattern(urlsplit(url).path if "://" in url else url),
                tuple((name.strip(), value.strip()) for name, value in pairs),
                tuple(header.lstrip("! ") for header in headers if header.startswith("!")),
            )
        )
    return rules


def redirects(content: str) -> list[Redirect]:
    """A path, where it leads, and with which status, on a line."""
    found = []
    for number, line in _lines(content):
        words = line.split()
        if not 2 <= len(words) <= 3 or not words[0].startswith("/"):
            raise ApiError(400, f"_redirects, line {number}: write a path, a target and perhaps a status: {line}", 8000096)
        status = words[2] if len(words) == 3 else "302"
        if not status.isdecimal() or int(status) not in STATUSES or (status == "200" and not words[1].startswith("/")):
            raise ApiError(400, f"_redirects, line {number}: {status} is no status for {words[1]}", 8000096)
        found.append(Redirect(pattern(words[0]), words[1], int(status)))
    if len(found) > MOST_REDIRECTS:
        raise ApiError(400, f"_redirects has more than {MOST_REDIRECTS} lines", 8000096)
    return found


def pattern(path: str) -> re.Pattern[str]:
    """C(*) stands for anything, and is named C(splat); C(:name) for a part between slashes."""
    words = re.split(r"(\*|:[A-Za-z]\w*)", path)
    return re.compile("".join(_of_word(word) for word in words))


def filled(template: str, found: re.Match[str]) -> str:
    """With what the placeholders stand for."""
    return re.sub(r":([A-Za-z]\w*)", lambda name: found.groupdict().get(name[1], name[0]), template)


def _of_word(word: str) -> str:
    if word == "*":
        return "(?P<splat>.*)"
    return f"(?P<{word[1:]}>[^/]+)" if re.fullmatch(r":[A-Za-z]\w*", word) else re.escape(word)


def _lines(content: str) -> list[tuple[int, str]]:
    lines = enumerate(content.splitlines(), start=1)
    return [(number, line) for number, line in lines if line.strip() and not line.strip().startswith("#")]
