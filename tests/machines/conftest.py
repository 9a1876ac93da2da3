# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Machines for all tests of this folder, which therefore run on one worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support import machines
from support.machines import Machines


@pytest.fixture(scope="session")
def kept(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    with machines.running(endpoint, tmp_path_factory.mktemp("machines")) as running:
        yield running
