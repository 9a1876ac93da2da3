# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a task can say, and the odd ends that a module can take, come to the same in both ways.

The module for it stands in for community.aws, which is one of the collections that are run directly.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import emulator, ways

HERE = Path(__file__).resolve().parent
FEATURES = HERE / "features"
SECRETS = ("swordfish", "marlin")

# Python itself tells where it was interrupted, from its first frame on; that one is another by nature.
TOLD_BY_PYTHON = {"traceback": r"Traceback \(most recent call last\).*(?=KeyboardInterrupt|GeneratorExit)"}


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The options that put the module in the way, and the environment."""
    shutil.copytree(HERE / "odd", tmp_path / "collections/ansible_collections/community/aws")
    monkeypatch.setenv("ODD_INHERITED", "yes")
    return {"ANSIBLE_COLLECTIONS_PATH": f"{tmp_path / 'collections'}:{emulator.PROJECT / '.collections'}"}


Both = Callable[..., tuple[ways.Outcome, ways.Outcome]]
Run = Callable[..., ways.Outcome]


def test_odd_ends(both: Both, odd: dict[str, str], tmp_path: Path) -> None:
    stock, direct = both(FEATURES / "odd.yml", **odd)
    assert ways.differences(stock, direct, {**ways.RULES, **TOLD_BY_PYTHON}) == []
    ends = {line["result"].get("item"): line["result"] for line in direct.results}
    assert ends["raises"]["msg"] == "Task failed: Module failed: a value that is none"
    assert (ends["exits_at_once"]["changed"], ends["is_killed"]["rc"], ends["is_interrupted"]["rc"]) == (True, 137, 130)
    assert ends["is_hung_up_on"]["error"] == "ConnectionClosedError"
    assert ends["leaves_things_changed"]["environment"] is None, "of the second time: nothing is left of the first"
    assert direct.of("show")["msg"] == 3_000_000
    assert "swordfish" not in (tmp_path / "ansible.log").read_text(), "a module logs in its own process"
    assert [*(tmp_path / "remote").iterdir()] == []


def test_keywords(both: Both, odd: dict[str, str], tmp_path: Path) -> None:
    stock, direct = both(FEATURES / "keywords.yml", "-e", f"count={tmp_path / 'count'}", **odd)
    assert ways.differences(stock, direct) == []
    assert direct.of("until")["attempts"] == 3
    assert direct.of("environment")["zone"] == ["JST", "JST"]
    assert direct.of("rescued")["ansible_failed_result.msg"] == "Task failed: Timed out after 1 second(s)."


def test_modules_know_their_exceptions_whatever_an_inventory_has_imported(both: Both, endpoint: str, tmp_path: Path) -> None:
    keys = {"access_key": "test", "secret_key": "test", "endpoint_url": endpoint, "regions": ["us-east-1"]}
    inventory = tmp_path / "aws_ec2.yml"
    inventory.write_text(json.dumps({"plugin": "amazon.aws.aws_ec2", **keys}))
    stock, direct = both(FEATURES / "inventory.yml", "-i", str(inventory))
    assert ways.differences(stock, direct) == []
    assert direct.of("refused")["error"]["code"] == "InvalidSubnetID.NotFound"


def test_no_secret_is_told_however_much_is_asked(run: Run, odd: dict[str, str], tmp_path: Path) -> None:
    told = run(FEATURES / "keywords.yml", ways.DIRECT, "-vvv", "-e", f"count={tmp_path / 'count'}", **odd)
    assert told.results
    for place in (told.output, (tmp_path / "ansible.log").read_text(), str(told.results)):
        assert [secret for secret in SECRETS if secret in place] == []


def test_tracebacks_end_alike(both: Both, odd: dict[str, str]) -> None:
    """They begin with the frames of Ansible, or of this collection, and name the archive's or the module's own file."""
    stock, direct = both(FEATURES / "tracebacks.yml", ANSIBLE_DISPLAY_TRACEBACK="always", **odd)
    for one, other in zip(stock.results, direct.results, strict=True):
        ends = [line["result"]["exception"].strip().splitlines() for line in (one, other)]
        assert ends[0][-1] == ends[1][-1], one["task"]
        assert all(any("in raises" in line for line in lines) for lines in ends), one["task"]


@pytest.mark.parametrize("way", [ways.STOCK, ways.DIRECT])
def test_the_way_is_what_it_is_said_to_be(way: str, run: Run, odd: dict[str, str]) -> None:
    outcome = run(FEATURES / "ways.yml", way, **odd)
    assert outcome.code == 0, outcome.output
    taken = {line["task"]: line["result"]["controller"] for line in outcome.results if "controller" in line["result"]}
    assert len(taken) == 12
    assert taken == {task: way == ways.DIRECT and task.startswith("direct") for task in taken}


def test_files_are_kept_when_asked_for(run: Run, odd: dict[str, str], tmp_path: Path) -> None:
    kept = run(FEATURES / "kept.yml", ways.DIRECT, ANSIBLE_KEEP_REMOTE_FILES="1", **odd)
    assert kept.of("kept")["controller"] is False
    assert [*(tmp_path / "remote").rglob("AnsiballZ_odd.py")]


@pytest.mark.nightly
def test_two_stock_runs_differ_in_what_the_rules_say_and_in_nothing_else(run: Run) -> None:
    one, other = (run(FEATURES / "varying.yml", ways.STOCK) for _ in range(2))
    assert one.code == 0, one.output
    assert ways.differences(one, other) == []
    needless = [
        name
        for name in ways.RULES
        if not ways.differences(one, other, {other_name: rule for other_name, rule in ways.RULES.items() if other_name != name})
    ]
    assert needless == []


def test_the_length_of_an_answer_is_no_difference() -> None:
    """Of two runs, one may end in a second of one digit less: in what it was told, it is the same."""
    one, other = (
        ways.Outcome(0, "", [{"task": "delete", "result": {"http_headers": {"content-length": length}}}], [])
        for length in ("140", "142")
    )
    assert ways.differences(one, other) == []
