# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The simple system with its machines: one request goes all the way, from Cloudflare to the table and back."""

from __future__ import annotations

import http.client
import json
import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from support.cloudflare import Cloudflare
from support.emulator import PROJECT
from support.machines import Machines
from support.play import Run, play

APP = "app.example.com"
BUILD = [sys.executable, str(PROJECT / "tools/build_app.py")]


@pytest.fixture(scope="module")
def site(kept: Machines, edge: Cloudflare, node: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Run]:
    """Run a playbook over simple/development, with applications built from this project."""
    directory = tmp_path_factory.mktemp("simple")
    for name in ("web", "api"):
        subprocess.run([*BUILD, PROJECT / "examples/apps" / name, "1.0.0", "--into", directory], check=True)
    machines = {
        # Amazon's package of the agent is not to be had here: tests/machines/test_agent.py has another.
        "machine_roles": ["hardening", "node_app"],
        "hardening_updates": "none",  # tests/machines/test_hardening.py installs what does them
        "machine_archive": f"{directory}/{{{{ machine_component }}}}-{{{{ node_app_version }}}}.tar.gz",
        "node_app_health_timeout_seconds": 15,
        **node,
    }
    (directory / "group_vars").mkdir()
    (directory / "hosts.yml").write_text("{machines: , stack: }")
    (directory / "group_vars/machines.yml").write_text(yaml.safe_dump(machines))
    (directory / "group_vars/stack.yml").write_text(yaml.safe_dump({"__sandbox_machines_key": str(kept.key)}))
    sources = ["-i", "inventories/simple/development", "-i", "inventories/sandbox", "-i", str(directory / "hosts.yml")]

    def run(playbook: str, *arguments: str) -> Run:
        where = {"endpoint": kept.url, "directory": directory, "GROUNDWORK_CLOUDFLARE_ENDPOINT": edge.origin}
        return play(playbook, *sources, *arguments, **where)

    return run


def journals(kept: Machines) -> str:
    """What the applications said lately."""
    pages = kept.client("ec2").describe_instances(Filters=[{"Name": "instance-state-name", "Values": ["running"]}])[
        "Reservations"
    ]
    addresses = [one["PrivateIpAddress"] for page in pages for one in page["Instances"]]
    return "\n".join(kept.ask(address, "journalctl -u web -u api -n 20 --no-pager") for address in addresses)


def straight(kept: Machines, name: str) -> int:
    """What the load balancer answers one who does not come by Cloudflare."""
    address = next(address for balancer, address in kept.known().items() if name in balancer)
    context = ssl.create_default_context(cafile=str(kept.authority))
    context.check_hostname = False
    connection = http.client.HTTPSConnection(address, timeout=5, context=context)
    connection.request("GET", "/health", headers={"Host": APP})
    return connection.getresponse().status


def test_one_request_goes_all_the_way(kept: Machines, edge: Cloudflare, site: Callable[..., Run]):
    run = site("site.yml")
    assert run.code == 0, run.output[-5000:]

    note = json.dumps({"text": "all the way"}).encode()
    made = edge.request("POST", "/api/notes", note, {"Content-Type": "application/json"}, host=APP)
    assert made.status == 201, f"{made.body}\n{journals(kept)}"
    (item,) = kept.client("dynamodb").scan(TableName="simple-development-notes")["Items"]
    assert (item["id"]["S"], item["text"]["S"]) == (made.content["id"], "all the way")
    page = edge.request("GET", "/", host=APP)
    assert page.status == 200
    assert b"all the way" in page.body
    assert b"Open the app" in edge.request("GET", "/", host="www.example.com").body


def test_nobody_else_reaches_the_load_balancers(kept: Machines, site: Callable[..., Run]):
    for balancer in ("public", "internal"):
        with pytest.raises(OSError, match=r"refused|reset|timed out|EOF"):
            straight(kept, f"-{balancer}-")


def test_again_nothing_changes(site: Callable[..., Run]):
    for run in (site("site.yml"), site("playbooks/configure.yml", "--check", "--diff")):
        assert (run.code, run.changed) == (0, set()), run.output[-3000:]


def test_a_release_that_fails_stops_and_the_one_before_it_serves(edge: Cloudflare, site: Callable[..., Run], tmp_path: Path):
    (tmp_path / "web").mkdir()
    for name in ("package.json", "package-lock.json"):
        (tmp_path / "web" / name).write_bytes((PROJECT / "examples/apps/web" / name).read_bytes())
    (tmp_path / "web/main.js").write_text("process.exit(1)")
    subprocess.run([*BUILD, tmp_path / "web", "2.0.0", "--into", tmp_path], check=True)
    run = site(
        "playbooks/configure.yml",
        "--limit",
        "machines_web",
        "-e",
        "node_app_version=2.0.0",
        "-e",
        f"machine_archive={tmp_path}/web-2.0.0.tar.gz",
    )
    assert run.code != 0
    assert "web 2.0.0 does not answer" in run.failures[-1]
    assert "1.0.0 runs again" in run.failures[-1]
    assert b"all the way" in edge.request("GET", "/", host=APP).body
