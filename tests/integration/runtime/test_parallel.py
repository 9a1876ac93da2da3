# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""One module for many items at once: what a loop returns, in a fraction of the time, and nothing of it lost."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.emulator import PROJECT

Play = Callable[..., tuple[int, str, Any]]
# Notes when it begins and ends, so that a test sees what ran beside what.
NOTE = "import sys, time; from pathlib import Path; Path(sys.argv[1] + '.begun').write_text(str(time.time())); "
SLEEP = NOTE + "time.sleep(float(sys.argv[2])); Path(sys.argv[1] + '.ended').write_text(str(time.time()))"


def playbook(tmp_path: Path, *tasks: dict[str, Any]) -> list[str]:
    """The command that plays these tasks on this machine."""
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": list(tasks)}
    play["vars"] = {"ansible_python_interpreter": sys.executable, "place": str(tmp_path)}
    (tmp_path / "play.yml").write_text(json.dumps([play]))
    return [str(Path(sys.executable).with_name("ansible-playbook")), str(tmp_path / "play.yml")]


def environment(tmp_path: Path) -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_"))}
    mine |= {"ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default", "ANSIBLE_LOG_PATH": str(tmp_path / "ansible.log")}
    return mine


@pytest.fixture
def run(tmp_path: Path) -> Play:
    """Play tasks; the last registers C(result), which is returned beside the exit code and the output."""

    def played(*tasks: dict[str, Any], arguments: tuple[str, ...] = ()) -> tuple[int, str, Any]:
        keep = {"copy": {"content": "{{ result | to_json }}", "dest": "{{ place }}/result.json"}, "check_mode": False}
        command = [*playbook(tmp_path, *tasks, keep), *arguments]
        done = subprocess.run(
            command, cwd=PROJECT, env=environment(tmp_path), capture_output=True, text=True, check=False, timeout=60
        )
        file = tmp_path / "result.json"
        return done.returncode, done.stdout + done.stderr, json.loads(file.read_text()) if file.exists() else None

    return played


def parallel(module: str, items: list[Any], arguments: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A task that ignores its errors and registers C(result); options of the action go by name, keywords of the task too."""
    options = {name: more.pop(name) for name in ("limit", "label") if name in more}
    task = {"module": module, "items": items, "arguments": arguments, **options}
    return {"groundwork.cloud.parallel": task, "register": "result", "ignore_errors": True, **more}


def sleeping(seconds: str, items: list[Any], **more: Any) -> dict[str, Any]:
    argv = [sys.executable, "-c", SLEEP, "{{ place }}/{{ item }}", seconds]
    return parallel("ansible.builtin.command", items, {"argv": argv}, **more)


def most_at_once(place: Path) -> int:
    """How many items ran beside each other at the busiest moment."""
    moments = sorted(
        (float(file.read_text()), 1 if file.suffix == ".begun" else -1)
        for kind in ("begun", "ended")
        for file in place.glob(f"*.{kind}")
    )
    running = most = 0
    for _moment, change in moments:
        running += change
        most = max(most, running)
    return most


def test_results_are_those_of_a_loop(run):
    arguments = {"path": "{{ place }}/{{ item.name }}", "state": "directory", "mode": "0750"}
    items = [{"name": "b"}, {"name": "a"}]
    code, output, ours = run(parallel("ansible.builtin.file", items, arguments))
    assert code == 0, output
    assert ours["msg"] == "All items completed"
    assert ours["changed"] is True
    code, output, again = run({"ansible.builtin.file": arguments, "loop": items, "register": "result"})
    assert code == 0, output
    code, output, ours = run(parallel("ansible.builtin.file", items, arguments))
    assert code == 0, output
    known = ("changed", "failed", "item", "ansible_loop_var", "path", "mode", "state", "uid")
    assert [{name: one[name] for name in known} for one in ours["results"]] == [
        {name: one[name] for name in known} for one in again["results"]
    ]
    assert ours["changed"] is False


def test_items_run_at_once_in_their_order_and_no_more_than_the_limit(run, tmp_path):
    code, output, result = run(sleeping("{{ 1.5 - (item | int) / 4 }}", ["0", "1", "2", "3"], limit=2))
    assert code == 0, output
    assert [one["item"] for one in result["results"]] == ["0", "1", "2", "3"]
    assert most_at_once(tmp_path) == 2


def test_no_items(run):
    code, output, result = run(parallel("ansible.builtin.ping", [], {}))
    assert code == 0, output
    assert (result["results"], result["changed"], result["failed"]) == ([], False, False)


def test_failures_are_gathered_and_the_others_go_on(run, tmp_path):
    arguments = {"path": "{{ place }}/{{ item }}", "state": "{{ 'directory' if item == 'good' else item }}"}
    _code, output, result = run(parallel("ansible.builtin.file", ["wrong", "good", "worse"], arguments))
    assert result["failed"] is True
    assert result["msg"].startswith("2 of 3 items failed: value of state must be one of")
    assert [one["failed"] for one in result["results"]] == [True, False, True]
    assert (tmp_path / "good").is_dir(), output


def test_an_item_that_can_not_be_resolved_fails_alone(run):
    _code, _output, result = run(parallel("ansible.builtin.ping", [{"data": "x"}, {}], {"data": "{{ item.data }}"}))
    assert [one["failed"] for one in result["results"]] == [False, True]
    assert "data" in result["results"][1]["msg"]


def test_check_mode_and_diff(run, tmp_path):
    arguments = {"path": "{{ place }}/{{ item }}", "state": "directory"}
    code, output, result = run(parallel("ansible.builtin.file", ["a"], arguments), arguments=("--check", "--diff"))
    assert code == 0, output
    assert result["changed"] is True
    assert result["results"][0]["diff"]["after"]["state"] == "directory"
    assert not (tmp_path / "a").exists()


def test_environment_and_module_defaults_reach_every_item(run):
    argv = [sys.executable, "-c", "import os; print(os.environ['COLOUR'])"]
    code, output, result = run(parallel("ansible.builtin.command", [1, 2], {"argv": argv}, environment={"COLOUR": "blue"}))
    assert code == 0, output
    assert [one["stdout"] for one in result["results"]] == ["blue", "blue"]
    defaults = {"ansible.builtin.ping": {"data": "given"}}
    code, output, result = run(parallel("ansible.builtin.ping", [1], {}, module_defaults=defaults))
    assert code == 0, output
    assert result["results"][0]["ping"] == "given"


def test_no_log_hides_items_and_results(run):
    task = parallel("ansible.builtin.ping", ["open-sesame"], {"data": "{{ item }}"}, no_log=True)
    code, output, _result = run(task, arguments=("-vvv",))
    assert code == 0, output
    assert "open-sesame" not in output


def test_a_limit_of_none_is_refused(run):
    _code, _output, result = run(parallel("ansible.builtin.ping", [1], {}, limit=0))
    assert "limit is 0; give it at least 1" in result["msg"]


def test_an_interruption_leaves_no_item_behind(tmp_path):
    command = playbook(tmp_path, sleeping("30", ["0", "1"]))
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, cwd=PROJECT, env=environment(tmp_path), **quiet) as play:
        wait_for(lambda: len(list(tmp_path.glob("*.begun"))) == 2)
        play.send_signal(signal.SIGINT)
        play.wait(timeout=20)
    wait_for(lambda: f"{tmp_path}/0" not in processes())
    assert not list(tmp_path.glob("*.ended"))


def test_when_the_time_is_up_no_module_is_left_behind(run, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{silent.getsockname()[1]}", "AWS_REGION": "us-east-1"}
        keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
        _code, output, result = run(parallel("amazon.aws.aws_caller_info", [1, 2], {}, environment=place | keys, timeout=2))
        assert "Timed out after 2 second(s)." in result["msg"], output
        assert f"{tmp_path}/play.yml" not in processes()


def processes() -> str:
    return subprocess.run(["ps", "-eww", "-o", "args"], capture_output=True, text=True, check=True).stdout


def wait_for(what: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 15
    while not what():
        assert time.monotonic() < give_up, "it did not come about"
        time.sleep(0.1)
