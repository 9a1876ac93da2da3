# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.programs import See, program


@pytest.fixture
def see_to(request: pytest.FixtureRequest, tmp_path: Path, free_port: Callable[[], int]) -> Iterator[See]:
    """See to the C(PROGRAM) of a module at a port of its own: C(see_to("present", "--check"))."""
    run = program(request.module.PROGRAM, "--port", str(free_port()), "--directory", str(tmp_path / "state"))
    yield run
    run("absent")
