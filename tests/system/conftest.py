# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A stack of one environment in an emulator of its own, for the length of a test class."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from support import emulator
from support.cloudflare import Cloudflare
from support.cloudflare import running as running_cloudflare
from support.emulator import PROJECT
from support.play import Run, play


class Stack:
    """One inventory, rehearsed in the sandbox: C(plan), C(apply) and C(teardown) as a user types them."""

    def __init__(self, inventory: str, region: str, endpoint: str, cloudflare: Cloudflare, directory: Path) -> None:
        self.inventory, self.region = inventory, region
        self.endpoint, self.cloudflare, self.directory = endpoint, cloudflare, directory
        self.name = "-".join(Path(inventory).parts[-2:])

    def play(self, playbook: str, *arguments: str) -> Run:
        inventories = ("-i", self.inventory, "-i", "inventories/sandbox")
        places = {
            "endpoint": self.endpoint,
            "directory": self.directory,
            "GROUNDWORK_CLOUDFLARE_ENDPOINT": self.cloudflare.origin,
        }
        return play(playbook, *inventories, *arguments, **places)

    def apply(self, *arguments: str) -> Run:
        return self.play("site.yml", *arguments)

    def plan(self, *arguments: str) -> Run:
        return self.play("site.yml", "--check", "--diff", *arguments)

    def teardown(self, *arguments: str) -> Run:
        return self.play("playbooks/teardown.yml", *arguments)

    def wave(self, tier: str, *arguments: str) -> Run:
        """One tier alone, where the other waves of the site are not the matter."""
        return self.play("playbooks/wave.yml", "-e", json.dumps({"wave": tier, "wave_tiers": [tier]}), *arguments)

    def prepare(self, *needs: str) -> None:
        """Make with boto3 what the inventory's components need of others, as support.prerequisites has it."""
        name = yaml.safe_load((PROJECT / self.inventory).read_text())["stack"]["vars"]
        credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": name["stack_region"]}
        environment = {**os.environ, **credentials, "AWS_ENDPOINT_URL": self.endpoint, "PYTHONPATH": str(PROJECT / "tests")}
        command = [sys.executable, "-m", "support.prerequisites", name["stack_name"], name["stack_environment"], *needs]
        subprocess.run(command, env=environment, check=True)

    def aws(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=self.region,
            aws_access_key_id="throw-away-key",
            aws_secret_access_key="throw-away-secret",
        )


@pytest.fixture(scope="class")
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    directory = tmp_path_factory.mktemp("stack")
    with running_cloudflare(directory / "cloudflare.log") as cloudflare:
        resolver = f"{cloudflare.origin}/dns-query"
        with emulator.running(directory / "emulator.log", "--outside-dns", resolver) as endpoint:
            yield Stack(request.cls.inventory, getattr(request.cls, "region", "us-east-1"), endpoint, cloudflare, directory)
