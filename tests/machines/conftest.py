# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Machines for all tests of this folder, which therefore run on one worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support import cloudflare, machines
from support.cloudflare import Cloudflare
from support.machines import Machines


@pytest.fixture(scope="session")
def kept(machines_and_edge: tuple[Machines, Cloudflare]) -> Machines:
    return machines_and_edge[0]


@pytest.fixture(scope="session")
def edge(machines_and_edge: tuple[Machines, Cloudflare]) -> Cloudflare:
    return machines_and_edge[1]


@pytest.fixture(scope="session")
def machines_and_edge(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Machines, Cloudflare]]:
    directory = tmp_path_factory.mktemp("machines")
    files = Machines(endpoint, directory)
    options = ("--origins", files.balancers, "--origins-authority", files.authority)
    with (
        cloudflare.running(directory / "cloudflare.log", *options) as edge,
        machines.running(endpoint, directory, "--cloudflare", edge.origin) as kept,
    ):
        yield kept, edge
