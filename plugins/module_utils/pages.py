# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A built folder as Cloudflare Pages takes it: what is in it, what each file is called, and what the whole is called.

The rules are those of wrangler's direct upload, https://github.com/cloudflare/workers-sdk, packages/wrangler/src/pages.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from mimetypes import MimeTypes
from pathlib import Path
from typing import Any

from .blake3 import hexdigest
from .cloudflare import CloudflareError

LARGEST_FILE = 25 * 1024 * 1024
MOST_FILES = 20_000
BUCKET_BYTES, BUCKET_FILES = 40 * 1024 * 1024, 2_000
# These tell Pages what to do, and are sent beside the files.
RULES = ("_headers", "_redirects")
FUNCTIONS = ("_worker.js", "_routes.json")
SKIPPED_AT_TOP = (*RULES, "functions")
SKIPPED = (".DS_Store", ".git", ".wrangler", "node_modules")
# A deployment is known again by this word in its commit message, since Cloudflare does not tell what was deployed.
MARK = re.compile(r"\bcontent-([0-9a-f]{64})\b")
# What wrangler has too: a longer message is refused.
LONGEST_MESSAGE = 384
RUNNING, FAILED = ("idle", "active"), ("failure", "canceled")

# Python's own table, without that of the machine, so that every machine uploads the same.
_TYPES = MimeTypes()
for _ending, _type in (
    *((".avif", "image/avif"), (".webmanifest", "application/manifest+json"), (".webp", "image/webp")),
    *((".woff", "font/woff"), (".woff2", "font/woff2")),
):
    _TYPES.add_type(_type, _ending)


@dataclass(frozen=True)
class File:
    """A file of a site: where it is, and what Pages calls its content."""

    path: Path
    key: str
    size: int

    def asset(self) -> dict[str, Any]:
        kind = _TYPES.guess_type(self.path.name)[0] or "application/octet-stream"
        value = base64.b64encode(self.path.read_bytes()).decode()
        return {"key": self.key, "value": value, "metadata": {"contentType": kind}, "base64": True}


@dataclass(frozen=True)
class Site:
    """A built folder: its files by the path under which they are served, and the rules beside them."""

    files: Mapping[str, File]
    rules: Mapping[str, bytes]

    @property
    def manifest(self) -> dict[str, str]:
        return {path: file.key for path, file in self.files.items()}

    @property
    def digest(self) -> str:
        """One word for all that is deployed."""
        rules = {name: hashlib.sha256(text).hexdigest() for name, text in self.rules.items()}
        return hashlib.sha256(json.dumps([self.manifest, rules], sort_keys=True).encode()).hexdigest()


def key(content: bytes, name: str) -> str:
    """What Pages calls a file's content: the same content with another ending is another file."""
    ending = os.path.splitext(name)[1].removeprefix(".")
    return hexdigest(base64.b64encode(content) + ending.encode())[:32]


def site(folder: Path) -> Site:
    """What is in a folder, refused where Pages would refuse it."""
    doing = f"read the site in {folder}"
    if not folder.is_dir():
        raise CloudflareError(doing, "there is no such folder; build the site first")
    if functions := [name for name in FUNCTIONS if (folder / name).exists()]:
        raise CloudflareError(
            doing, f"it has functions ({', '.join(functions)}), and this uploads files alone; deploy it with wrangler"
        )
    files = {}
    for path in _files(folder):
        place, size = path.relative_to(folder).as_posix(), path.stat().st_size
        if size > LARGEST_FILE:
            raise CloudflareError(doing, f"{place} has {size} bytes, and Pages takes {LARGEST_FILE}; put it into a bucket")
        files[f"/{place}"] = File(path, key(path.read_bytes(), path.name), size)
    if not files:
        raise CloudflareError(doing, "it is empty; build the site first")
    return Site(files, {name: (folder / name).read_bytes() for name in RULES if (folder / name).is_file()})


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        skipped = {*SKIPPED, *(SKIPPED_AT_TOP if Path(place) == folder else ())}
        folders[:] = sorted(set(folders) - skipped)
        yield from (Path(place) / name for name in sorted(set(names) - skipped))


def buckets(files: Iterable[File]) -> list[list[File]]:
    """Files in the portions in which they are uploaded."""
    made: list[list[File]] = []
    room = 0
    for file in sorted(files, key=lambda file: (-file.size, file.key)):
        if not made or file.size > room or len(made[-1]) == BUCKET_FILES:
            made.append([])
            room = BUCKET_BYTES
        made[-1].append(file)
        room -= file.size
    return made


def claims(token: str) -> dict[str, Any]:
    """What an upload token says of itself; nothing if it is not of the kind that does."""
    try:
        part = token.split(".")[1]
        told = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, binascii.Error, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def message(digest: str, text: str | None) -> str:
    """A commit message that says what was deployed, the mark first, so that nothing cuts it off."""
    whole = f"content-{digest} {text}" if text else f"content-{digest}"
    return whole.encode()[:LONGEST_MESSAGE].decode(errors="ignore")


def described(deployment: Mapping[str, Any]) -> dict[str, Any]:
    """Cloudflare's Deployment in the words of the module; C(digest) is empty for one that somebody else made."""
    trigger = (deployment.get("deployment_trigger") or {}).get("metadata") or {}
    mark = MARK.search(trigger.get("commit_message") or "")
    return {
        "id": deployment["id"],
        "url": deployment.get("url", ""),
        "aliases": deployment.get("aliases") or [],
        "environment": deployment.get("environment", ""),
        "branch": trigger.get("branch", ""),
        "commit_hash": trigger.get("commit_hash", ""),
        "digest": mark[1] if mark else "",
        "status": status(deployment),
    }


def status(deployment: Mapping[str, Any]) -> str:
    """One of C(success), C(failure), C(canceled), C(active) and C(idle); a stage before the last one is still at work."""
    stage = deployment.get("latest_stage") or {}
    told: str = stage.get("status", "idle")
    return "active" if told == "success" and stage.get("name") != "deploy" else told


def served(deployments: Sequence[Mapping[str, Any]], canonical: Mapping[str, Any] | None, branch: str) -> dict[str, Any]:
    """The deployment that a branch shows, or will when it is ready: C(deployments) are newest first.

    What production shows is what the project says, which after a rollback is not the newest.
    """
    mine = [one for one in map(described, deployments) if one["branch"] == branch]
    if mine and mine[0]["status"] in RUNNING:
        return mine[0]
    if canonical:
        return described(canonical)
    return next((one for one in mine if one["status"] == "success"), {})
