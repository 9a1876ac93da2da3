# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Runs of playbooks in the two ways that a module can be executed in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support import ways


@pytest.fixture
def run(endpoint: str, tmp_path: Path) -> Callable[..., ways.Outcome]:
    """Run a playbook in one way: C(run(playbook, "direct", "--check", ANSIBLE_FORKS="1"))."""
    ways.empty(endpoint)  # once more, so that the first run too begins with what a run before it leaves

    def run(playbook: Path, way: str, *arguments: str, **environment: str) -> ways.Outcome:
        return ways.run(playbook, way, *arguments, endpoint=endpoint, directory=tmp_path, **environment)

    return run


@pytest.fixture
def both(run: Callable[..., ways.Outcome]) -> Callable[..., tuple[ways.Outcome, ways.Outcome]]:
    """Run a playbook in both ways, stock first."""
    return lambda playbook, *arguments, **environment: (
        run(playbook, ways.STOCK, *arguments, **environment),
        run(playbook, ways.DIRECT, *arguments, **environment),
    )
