# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The versions that are said in several places are the same ones."""

from __future__ import annotations

import importlib.metadata
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.specifiers import SpecifierSet
from packaging.version import Version

PROJECT = Path(__file__).resolve().parents[2]
LOCKS = sorted((PROJECT / "requirements").glob("core-*.txt"))
NEWEST = LOCKS[-1]


def pinned(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.\[\]-]+)==(\S+)", lock.read_text(), re.MULTILINE))


def installed(collection: str) -> str:
    manifest = importlib.metadata.distribution("ansible").locate_file(
        f"ansible_collections/{collection.replace('.', '/')}/MANIFEST.json"
    )
    return str(json.loads(Path(str(manifest)).read_text())["collection_info"]["version"])


def listed() -> dict[str, str]:
    found = yaml.safe_load((PROJECT / "requirements.yml").read_text())
    return {entry["name"]: entry["version"] for entry in found["collections"]}


def ranges() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((PROJECT / "galaxy.yml").read_text())["dependencies"]
    return found


def test_there_is_a_lock_for_each_supported_core():
    assert [lock.stem for lock in LOCKS] == ["core-2.20", "core-2.21"]
    for lock in LOCKS:
        assert pinned(lock)["ansible-core"].startswith(f"{lock.stem.removeprefix('core-')}.")


def test_galaxy_serves_the_collections_of_the_newest_lock():
    if importlib.metadata.version("ansible") == pinned(NEWEST)["ansible"]:
        assert listed() == {name: installed(name) for name in listed()}
    assert set(listed()) == set(ranges())


@pytest.mark.parametrize("collection", sorted(ranges()))
def test_the_ranges_admit_what_is_listed_and_what_is_installed(collection: str):
    admitted = SpecifierSet(ranges()[collection])
    assert Version(listed()[collection]) in admitted
    assert Version(installed(collection)) in admitted


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_is_hashed_and_names_no_index(lock: Path):
    text = lock.read_text()
    for requirement in re.split(r"\n(?=\S)", text.strip()):
        assert requirement.startswith("#") or "--hash=sha256:" in requirement, requirement
    assert "index-url" not in text
    assert "://" not in text
