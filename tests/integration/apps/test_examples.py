# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What holds for each example application, and for the archive that is built of one."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import build_app
import pytest
from support.emulator import PROJECT

APPS = PROJECT / "examples/apps"
NAMES = sorted(path.parent.name for path in APPS.glob("*/package.json"))


@pytest.fixture(autouse=True)
def _npm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")


def read(name: str, file: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((APPS / name / file).read_text())
    return told


@pytest.mark.parametrize("name", NAMES)
def test_its_own_tests_pass(name: str):
    done = subprocess.run(["node", "--test"], cwd=APPS / name, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert int(re.findall(r"^. pass (\d+)$", done.stdout, re.MULTILINE)[0]) > 3, done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_it_names_versions_exactly_and_no_registry(name: str):
    packages = read(name, "package-lock.json")["packages"]
    assert [path for path, package in packages.items() if "resolved" in package] == []
    assert [path for path, package in packages.items() if path and "integrity" not in package] == []
    wanted = read(name, "package.json").get("dependencies", {})
    assert wanted == {package: packages[f"node_modules/{package}"]["version"] for package in wanted}


def test_both_services_serve_in_the_same_way():
    assert (APPS / "api/serve.js").read_bytes() == (APPS / "web/serve.js").read_bytes()


def test_the_landing_page_in_git_is_what_astro_builds(tmp_path: Path):
    """The folder is in git so that a plan needs no npm; here it is built afresh, elsewhere."""
    fresh = tmp_path / "landing"
    shutil.copytree(APPS / "landing", fresh, ignore=shutil.ignore_patterns("dist", "node_modules", ".astro"))
    (fresh / "node_modules").symlink_to(build_app.dependencies(fresh))
    done = subprocess.run(["npm", "run", "build"], cwd=fresh, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    built, kept = (
        {path.relative_to(dist): path.read_bytes() for path in dist.rglob("*") if path.is_file()}
        for dist in (fresh / "dist", APPS / "landing/dist")
    )
    assert built == kept, "npm ci --ignore-scripts && npm run build, in examples/apps/landing"


def test_the_same_files_give_the_same_archive(tmp_path: Path):
    def archive(folder: str, umask: int) -> bytes:
        app = tmp_path / folder / "api"
        before = os.umask(umask)
        try:
            shutil.copytree(APPS / "api", app, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns("node_modules"))
        finally:
            os.umask(before)
        build_app.build(app, tmp_path / folder / "api-1.0.0.tar.gz")
        return (tmp_path / folder / "api-1.0.0.tar.gz").read_bytes()

    assert archive("one", 0o022) == archive("two", 0o077)
    with tarfile.open(tmp_path / "one/api-1.0.0.tar.gz") as tar:
        entries = {entry.name: entry for entry in tar}
    files = {path.name for path in (tmp_path / "one/api").iterdir() if not path.name.startswith(".")}
    assert {name.split("/")[0] for name in entries} == files - {"test"} | {"node_modules"}
    assert "node_modules/@aws-sdk/client-dynamodb/package.json" in entries
    assert {(entry.uid, entry.gid, entry.uname, entry.gname, entry.mtime) for entry in entries.values()} == {
        (0, 0, "", "", 315532800)
    }
    assert {oct(entry.mode) for entry in entries.values()} == {"0o644", "0o755"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["examples/apps", "1.0.0"],
            "build apps: examples/apps has no package.json and no package-lock.json; npm install writes",
        ),
        (["examples/apps/web", "../1"], "build web: ../1 is no version; begin with a digit or letter"),
    ],
)
def test_what_can_t_be_built(arguments: list[str], said: str):
    command = [sys.executable, "tools/build_app.py", *arguments]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert said in done.stderr
