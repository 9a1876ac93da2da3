# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What every test shares: the collection on the import path, an emulator of its own, boto3 and a way to run a module."""

from __future__ import annotations

import importlib
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import boto3
import pytest
from ansible.module_utils.testing import patch_module_args
from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder
from support import emulator
from support.cloudflare import Cloudflare
from support.cloudflare import running as running_cloudflare

PROJECT = Path(__file__).resolve().parent.parent
REGION = "us-east-1"
ACCOUNT = "123456789012"

_AnsibleCollectionFinder(paths=[str(PROJECT / ".collections")])._install()
sys.path.insert(0, str(PROJECT / "roles/sandbox/files"))
direct = importlib.import_module("ansible_collections.groundwork.cloud.plugins.plugin_utils.direct")

Run = Callable[..., dict[str, Any]]
# What waits a lot begins beside what does not.
SLOWEST_FIRST = (
    "tests/integration/terraform/",
    "tests/machines/",
    "tests/integration/runtime/",
    "tests/roles/",
    "tests/system/",
    "tests/collection/",
    "tests/integration/",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slowest first, so that all workers of C(pytest -n 4 --dist loadscope) end at about the same time."""
    ranks = {place: rank for rank, place in enumerate(SLOWEST_FIRST)}
    items.sort(key=lambda item: next((rank for place, rank in ranks.items() if item.nodeid.startswith(place)), len(ranks)))


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """Find a port on which nothing listens: C(free_port())."""
    return emulator.free_port


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an emulator that belongs to this test process alone."""
    direct.prepare()  # else each client would read the model of its service anew, half of what a test of a module takes
    with emulator.running(tmp_path_factory.mktemp("emulator") / "emulator.log") as url:
        yield url


@pytest.fixture(scope="session")
def cloudflare_simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloudflare]:
    """A simulator of the Cloudflare API that belongs to this test process alone."""
    with running_cloudflare(tmp_path_factory.mktemp("cloudflare") / "simulator.log") as simulator:
        yield simulator


@pytest.fixture
def cloudflare(cloudflare_simulator: Cloudflare, monkeypatch: pytest.MonkeyPatch) -> Cloudflare:
    """An empty Cloudflare account; the environment variables that lead to it are set."""
    cloudflare_simulator.reset()
    for name, value in cloudflare_simulator.environment.items():
        monkeypatch.setenv(name, value)
    return cloudflare_simulator


@pytest.fixture
def aws_environment(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An empty account: the environment variables that lead to it are set, and returned."""
    emulator.reset(endpoint)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    variables = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


@pytest.fixture
def aws(aws_environment: dict[str, str]) -> Callable[[str], Any]:
    """Make boto3 clients of the empty account: C(aws("ecr"))."""
    return lambda service: boto3.client(service, region_name=REGION)


@pytest.fixture
def run_module(request: pytest.FixtureRequest) -> Run:
    """Run a module in this process: C(run_module("ecr_repository", check=True, name="shop/web")).

    It finds the empty account of Cloudflare if the test asks for that, else the one of AWS.
    A module of another collection goes by its full name, C(amazon.aws.ec2_vpc_net).
    """
    request.getfixturevalue("cloudflare" if "cloudflare" in request.fixturenames else "aws_environment")

    def run(name: str, /, *, check: bool = False, **options: Any) -> dict[str, Any]:
        collection, _, short = name.rpartition(".")
        module = importlib.import_module(f"ansible_collections.{collection or 'groundwork.cloud'}.plugins.modules.{short}")
        output = io.StringIO()
        arguments = {**options, "_ansible_check_mode": check, "_ansible_diff": True}
        with patch_module_args(arguments), redirect_stdout(output), pytest.raises(SystemExit):
            module.main()
        result: dict[str, Any] = json.loads(output.getvalue().strip().splitlines()[-1])
        return result

    return run


@pytest.fixture
def converges(run_module: Run) -> Run:
    """Bring a module to what its options say: check and apply change something, a second check and apply nothing.

    Returns the result of the last apply.
    """

    def walk(name: str, /, **options: Any) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for check, change in ((True, True), (False, True), (True, False), (False, False)):
            result = run_module(name, check=check, **options)
            assert not result.get("failed"), (name, check, result)
            assert result["changed"] is change, (name, "check" if check else "apply", result)
        return result

    return walk


@pytest.fixture
def lifecycle(run_module: Run) -> Callable[..., None]:
    """Walk a module through its promise: check, apply, check, apply, change, absent, absent again.

    C(present) and C(change) are options; C(exists) asks boto3 whether the resource stands, C(changed) whether the change
    does. Both are asked again after every check, so a check that writes is caught.
    """

    def walk(
        name: str,
        /,
        present: dict[str, Any],
        change: dict[str, Any],
        *,
        exists: Callable[[], bool],
        changed: Callable[[], bool],
        absent: dict[str, Any] | None = None,
    ) -> None:
        def walk_to(stands: Callable[[], bool], want: bool, **options: Any) -> None:
            for check, change in ((True, True), (False, True), (True, False), (False, False)):
                result = run_module(name, check=check, **options)
                assert not result.get("failed"), result
                assert result["changed"] is change, (check, result)
                assert bool(result["diff"]["before"] or result["diff"]["after"]) is change, result
                applied = not (check and change)
                assert stands() is (want if applied else not want), "check mode wrote" if check else "not applied"

        walk_to(exists, True, **present)
        walk_to(changed, True, **{**present, **change})
        walk_to(exists, False, **{**(absent or present), "state": "absent"})

    return walk
