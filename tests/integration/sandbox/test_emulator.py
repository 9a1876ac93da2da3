# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from emulator.foreground import MOTO
from support.programs import FILES, See, program, told

PROJECT = Path(__file__).resolve().parents[3]

PROGRAM = "emulator"


def client(service: str, endpoint: str) -> Any:
    """A client that takes a fault for an answer: it asks once."""
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


def answers(call: Callable[[], Any], times: int) -> list[str]:
    """What each of several calls came to: C(ok), or the error's code and HTTP status."""
    outcomes = []
    for _ in range(times):
        try:
            call()
            outcomes.append("ok")
        except ClientError as error:
            outcomes.append(f"{error.response['Error']['Code']} {error.response['ResponseMetadata']['HTTPStatusCode']}")
    return outcomes


def test_it_is_started_once_emptied_and_stopped(see_to: See):
    check = told(see_to("present", "--check"))
    assert (check["changed"], check["did"], check["status"]) == (True, ["start"], None)

    first = told(see_to("present"))
    assert first["changed"]
    assert first["status"]["moto"] == MOTO.partition("==")[2]
    assert Path(first["pid_file"]).read_text() == f"{first['status']['pid']}\n"
    assert Path(first["log"]).stat().st_size

    again = told(see_to("present"))
    assert not again["changed"]
    assert again["status"]["pid"] == first["status"]["pid"]

    s3 = client("s3", first["endpoint"])
    s3.create_bucket(Bucket="groundwork")
    assert told(see_to("empty", "--check"))["did"] == ["empty"]
    assert s3.list_buckets()["Buckets"], "check mode emptied it"
    assert told(see_to("empty"))["did"] == ["empty"]
    assert not told(see_to("empty"))["changed"]
    assert not s3.list_buckets()["Buckets"]

    assert told(see_to("absent", "--check"))["did"] == ["stop"]
    assert told(see_to("absent"))["status"] is None
    assert not Path(first["pid_file"]).exists()
    assert Path(first["log"]).read_text().endswith("Stopped.\n")
    assert not told(see_to("absent"))["changed"]


def test_a_recording_lies_beside_the_log(see_to: See):
    started = told(see_to("present"))
    recorder = f"{started['endpoint']}/moto-api/recorder"
    urllib.request.urlopen(urllib.request.Request(f"{recorder}/start-recording", method="POST"), timeout=10).close()
    client("sts", started["endpoint"]).get_caller_identity()
    assert len(Path(started["log"]).with_suffix(".recording").read_text().splitlines()) == 1


def test_two_starts_at_once_are_one_emulator(see_to: See, tmp_path: Path):
    with ThreadPoolExecutor() as pool:
        runs = [told(run) for run in pool.map(see_to, ["present", "present"])]
    pid = runs[0]["status"]["pid"]
    assert pid == runs[1]["status"]["pid"]
    serving = subprocess.run(["pgrep", "--full", str(tmp_path)], capture_output=True, text=True, check=True)
    assert serving.stdout.split() == [str(pid)]  # one that is late would take the port when this one leaves it


def test_what_is_not_ours_is_left_alone(see_to: See, tmp_path: Path):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as stranger:
        threading.Thread(target=stranger.serve_forever, daemon=True).start()
        port = str(stranger.server_port)
        run = see_to("present", "--port", port)
        assert run.returncode == 1
        assert run.stderr.strip() == (
            f"http://127.0.0.1:{port} is taken by something that is not the groundwork emulator; "
            "stop that, or name another port: GROUNDWORK_AWS_ENDPOINT=http://127.0.0.1:4577"
        )
        assert not told(see_to("absent", "--port", port))["changed"]
        stranger.shutdown()
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    ("option", "value", "refusal"),
    [
        ("--host", "0.0.0.0", "0.0.0.0 is not a loopback address"),  # noqa: S104  (that it is refused is the test)
        ("--host", "example.org", "example.org is not a loopback address"),
        ("--throttle-share", "1.5", "a share of 1.5 is none"),
        ("--delay-ms", "-1", "a delay of -1 ms is none"),
    ],
)
def test_bad_settings_are_refused(see_to: See, option: str, value: str, refusal: str):
    run = see_to("present", option, value)
    assert run.returncode == 2
    assert refusal in run.stderr


def test_a_python_without_moto_is_told_what_to_install(tmp_path: Path):
    # -S: without the installed packages.
    words = ["emulator", "present", "--directory", str(tmp_path)]
    script = f"import runpy, sys; sys.argv, sys.path[:0] = {words}, [{str(FILES)!r}]"
    script += "; runpy.run_module('emulator', run_name='__main__', alter_sys=True)"
    run = subprocess.run([sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert f"moto is not there; install the emulator's engine: {sys.executable} -m pip install '{MOTO}'" in run.stderr


def test_the_engine_is_the_one_that_is_tested():
    assert MOTO in (PROJECT / "requirements/development.in").read_text().splitlines()


def test_sigterm_lets_open_calls_be_answered(see_to: See):
    started = told(see_to("present", "--delay-ms", "700"))
    with ThreadPoolExecutor() as pool:
        call = pool.submit(client("sts", started["endpoint"]).get_caller_identity)
        deadline = time.monotonic() + 10
        while status(started["endpoint"])["calls"] == 0:
            assert time.monotonic() < deadline
        os.kill(started["status"]["pid"], signal.SIGTERM)
        assert call.result()["Account"] == "123456789012"


def test_changed_faults_keep_what_stands(see_to: See):
    started = told(see_to("present"))
    client("s3", started["endpoint"]).create_bucket(Bucket="kept")
    changed = told(see_to("present", "--delay-ms", "120"))
    assert changed["did"] == ["change faults"]
    assert changed["status"]["pid"] == started["status"]["pid"]
    begun = time.monotonic()
    assert client("s3", started["endpoint"]).list_buckets()["Buckets"]
    assert time.monotonic() - begun > 0.12
    assert not told(see_to("present", "--delay-ms", "120"))["changed"]


def test_the_same_seed_makes_the_same_calls_fail(see_to: See):
    endpoint = told(see_to("present", "--throttle-share", "0.4", "--seed", "7"))["endpoint"]
    sts = client("sts", endpoint)
    first = answers(sts.get_caller_identity, 30)
    told(see_to("empty", "--throttle-share", "0.4", "--seed", "7"))
    assert answers(sts.get_caller_identity, 30) == first
    assert {"ok", "Throttling 400", "InternalFailure 500"} == set(first)
    told(see_to("present", "--throttle-share", "0.4", "--seed", "8"))
    assert answers(sts.get_caller_identity, 30) != first


@pytest.mark.parametrize(
    ("service", "operation", "throttled", "failed"),
    [
        ("cloudwatch", "list_dashboards", "ThrottlingException 400", "InternalFailure 500"),
        ("ec2", "describe_vpcs", "RequestLimitExceeded 503", "InternalError 500"),
        ("ecs", "list_clusters", "ThrottlingException 400", "InternalFailure 500"),
        ("lambda", "list_functions", "TooManyRequestsException 429", "InternalFailure 500"),
        ("rds", "describe_db_instances", "Throttling 400", "InternalFailure 500"),
        ("route53", "list_hosted_zones", "Throttling 400", "InternalFailure 500"),
        ("s3", "list_buckets", "SlowDown 503", "InternalError 500"),
        ("sqs", "list_queues", "ThrottlingException 400", "InternalFailure 500"),
    ],
)
def test_faults_are_in_the_words_of_the_service(failing: str, service: str, operation: str, throttled: str, failed: str):
    assert set(answers(getattr(client(service, failing), operation), 20)) == {throttled, failed}


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[str]:
    """The URL of an emulator that answers no call."""
    directory = str(tmp_path_factory.mktemp("failing"))
    run = program(PROGRAM, "--port", str(free_port()), "--directory", directory, "--throttle-share", "1")
    yield told(run("present"))["endpoint"]
    told(run("absent"))


def test_retries_get_through(see_to: See):
    endpoint = told(see_to("present", "--throttle-share", "0.3"))["endpoint"]
    credentials = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    config = Config(retries={"mode": "standard", "total_max_attempts": 10})
    sts = boto3.client("sts", endpoint_url=endpoint, region_name="us-east-1", config=config, **credentials)
    assert answers(sts.get_caller_identity, 6) == ["ok"] * 6


def status(endpoint: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{endpoint}/_groundwork/status", timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)
    return found
