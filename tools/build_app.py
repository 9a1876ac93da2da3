# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""build_app.py APP VERSION: make APP-VERSION.tar.gz, a release as the role node_app takes it, of a Node.js application's folder.

In it are the folder's files, but for its tests and what begins with a dot, and its production dependencies as package-lock.json
says; none of their scripts is run. The same files give the same archive. What has to be built first, a front end for instance, is
built in the folder before this.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

CACHE = Path(__file__).resolve().parents[1] / ".cache/build_app"
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]*")
MANIFEST = ("package.json", "package-lock.json")
LEFT_OUT = {"node_modules", "test"}
EPOCH = 315532800  # 1980: tar warns of what is older


def dependencies(app: Path) -> Path:
    """The folder with the production dependencies of an application, installed once for each of its lock files."""
    digest = hashlib.sha256(b"\0".join((app / name).read_bytes() for name in MANIFEST)).hexdigest()
    folder = CACHE / digest[:32]
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as temporary:
            begun = Path(temporary, "app")
            begun.mkdir()
            for name in MANIFEST:
                shutil.copy(app / name, begun)
            command = ["npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=begun, capture_output=True, text=True, check=False)  # noqa: S603 (npm alone)
            if done.returncode:
                sys.exit(f"install the dependencies of {app}: {done.stderr.strip()}")
            (begun / "node_modules").mkdir(exist_ok=True)
            try:
                begun.rename(folder)
            except OSError:  # another build was quicker
                if not folder.exists():
                    raise
    return folder / "node_modules"


def contents(app: Path) -> Iterator[tuple[str, Path]]:
    """The name of each file in the archive, and where it is."""
    for top in app.iterdir():
        if top.name not in LEFT_OUT and not top.name.startswith(".") and not top.name.endswith(".tar.gz"):
            for path in [top, *top.rglob("*")]:
                yield str(path.relative_to(app)), path
    installed = dependencies(app)
    for path in [installed, *installed.rglob("*")]:
        if path.name != ".package-lock.json":  # npm's own notes
            yield str(path.relative_to(installed.parent)), path


def build(app: Path, archive: Path) -> None:
    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = EPOCH
        entry.mode = 0o755 if entry.mode & 0o100 else 0o644
        return entry

    part = archive.with_name(f".{archive.name}.part")
    with (
        part.open("wb") as out,
        gzip.GzipFile("", "wb", mtime=EPOCH, fileobj=out) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.GNU_FORMAT) as tar,
    ):
        for name, path in sorted(contents(app)):
            tar.add(path, name, recursive=False, filter=plain)
    part.replace(archive)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("app", type=Path, help="the application's folder")
    parser.add_argument("version", help="of the release, 1.0.0 for instance")
    parser.add_argument(
        "--into", type=Path, default=Path(), help="the folder for the archive, which is this one if none is given"
    )
    asked = parser.parse_args()
    app = asked.app.resolve()
    if missing := [name for name in MANIFEST if not (app / name).is_file()]:
        sys.exit(f"build {app.name}: {asked.app} has no {' and no '.join(missing)}; npm install writes the lock")
    if not VERSION.fullmatch(asked.version):
        sys.exit(
            f"build {app.name}: {asked.version} is no version; begin with a digit or letter and go on with those and . + _ -"
        )
    archive = asked.into / f"{app.name}-{asked.version}.tar.gz"
    build(app, archive)
    print(archive)


if __name__ == "__main__":
    main()
