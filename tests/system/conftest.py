# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A stack of one environment in an emulator of its own, for the length of a test class."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from support import emulator
from support.play import Run, play


class Stack:
    """One inventory, rehearsed in the sandbox: C(plan), C(apply) and C(teardown) as a user types them."""

    def __init__(self, inventory: str, endpoint: str, directory: Path) -> None:
        self.inventory, self.endpoint, self.directory = inventory, endpoint, directory
        self.name = "-".join(Path(inventory).parts[-2:])

    def play(self, playbook: str, *arguments: str) -> Run:
        inventories = ("-i", self.inventory, "-i", "inventories/sandbox")
        return play(playbook, *inventories, *arguments, endpoint=self.endpoint, directory=self.directory)

    def apply(self, *arguments: str) -> Run:
        return self.play("site.yml", *arguments)

    def plan(self, *arguments: str) -> Run:
        return self.play("site.yml", "--check", "--diff", *arguments)

    def teardown(self, *arguments: str) -> Run:
        return self.play("playbooks/teardown.yml", *arguments)

    def aws(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="throw-away-key",
            aws_secret_access_key="throw-away-secret",
        )


@pytest.fixture(scope="class")
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    directory = tmp_path_factory.mktemp("stack")
    with emulator.running(directory / "emulator.log") as endpoint:
        yield Stack(request.cls.inventory, endpoint, directory)
