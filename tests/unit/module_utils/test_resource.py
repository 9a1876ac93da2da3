# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.testing import patch_module_args
from ansible_collections.groundwork.cloud.plugins.module_utils import resource
from ansible_collections.groundwork.cloud.plugins.module_utils.resource import Resource, ResourceError, converge

OPTIONS = {"name": {"type": "str"}, "wait_timeout": {"type": "int", "default": 1}}


class Thing(Resource):
    """A thing that stands in memory; its name C(slow) shows only at the third reading."""

    def __init__(self, module: AnsibleModule, standing: dict[str, Any], want: dict[str, Any]) -> None:
        super().__init__(module)
        self.standing, self.want, self.waited = standing, want, False

    def read(self) -> dict[str, Any]:
        if self.params["name"] == "broken":
            raise self.error("read the thing", "it is broken")
        return dict(self.standing)

    def wanted(self, current: Any) -> dict[str, Any]:
        return self.want

    def apply(self, todo: Any) -> None:
        for name in todo.delete:
            del self.standing[name]
        for name in (*todo.create, *todo.update):
            self.standing[name] = {"id": 7, **todo.after(name)}

    def awaited(self, current: dict[str, Any]) -> dict[str, Any]:
        return {**current, "thing": {**current.get("thing", {}), "ready": True}}


def module(*, check: bool = False, **options: Any) -> AnsibleModule:
    with patch_module_args({**options, "_ansible_check_mode": check}):
        return AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)


def converged(capsys: pytest.CaptureFixture[str], standing: Any, want: Any, **options: Any) -> dict[str, Any]:
    made = module(**options)
    with patch_module_args({}), pytest.raises(SystemExit):
        converge(made, Thing(made, standing, want), "thing")
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


STANDING = {"thing": {"size": 1, "id": 3}, "tags": {"a": "1"}}
BIGGER = {"thing": {"size": 2}, "tags": None, "policy": {"open": True}}


@pytest.mark.parametrize(
    ("check", "want", "thing", "changed"),
    [
        (False, BIGGER, {"size": 2, "id": 7, "policy": {"open": True, "id": 7}}, True),
        (True, BIGGER, {"size": 2, "id": 3, "policy": {"open": True}}, True),
        (False, {"thing": {"size": 1}}, {"size": 1, "id": 3, "tags": {"a": "1"}, "ready": True}, False),
        (True, {"thing": {"size": 1}}, {"size": 1, "id": 3, "tags": {"a": "1"}}, False),
    ],
)
def test_a_module_converges(capsys, check, want, thing, changed):
    standing = dict(STANDING)
    told = converged(capsys, standing, want, check=check)
    assert (told["changed"], told["thing"]) == (changed, thing)
    assert (standing == STANDING) is (check or not changed)


def test_a_failure_is_the_result(capsys):
    told = converged(capsys, {}, {}, name="broken")
    assert (told["failed"], told["msg"], told["error_code"]) == (True, "read the thing: it is broken", "")


@pytest.mark.parametrize("missing", ["read", "wanted", "apply"])
def test_a_resource_that_does_not_say_how_says_so(missing):
    with pytest.raises(ResourceError, match="Resource does not say how"):
        getattr(Resource(module()), missing)(*[{}][: missing != "read"])


def test_what_stands_is_published_as_it_is_unless_a_resource_waits():
    assert Resource(module()).awaited({"thing": {}}) == {"thing": {}}


@pytest.fixture(autouse=True)
def no_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock:
        now = 0.0

        def monotonic(self) -> float:
            return self.now

        def sleep(self, seconds: float) -> None:
            self.now += seconds

    monkeypatch.setattr(resource, "time", Clock())


@pytest.mark.parametrize(
    ("answers", "timeout", "said"),
    [
        (["begun", "ready"], None, "ready"),
        (["begun"] * 9, None, "wait for it: still begun after 1 s; raise wait_timeout if that is usual"),
        (["begun"] * 9, 0, "wait for it: still begun after 0 s"),
        (["begun", "broken"], 9, "wait for it: it ended as broken"),
    ],
)
def test_a_wait_ends(answers, timeout, said):
    told = iter(answers)

    def wait() -> str:
        done, failed = (lambda value: value == "ready"), (lambda value: value == "broken")
        return Resource(module()).wait("it", lambda: next(told), done, failed=failed, timeout=timeout)

    if said == "ready":
        assert wait() == "ready"
    else:
        with pytest.raises(ResourceError, match=said):
            wait()


def test_settled_is_when_what_was_applied_shows():
    thing = Thing(module(), {"thing": {"size": 1}, "tags": {}}, {"thing": {"size": 2}, "tags": {"a": "1"}})
    with pytest.raises(ResourceError, match="wait for the thing to show its settings: still without its thing after 1 s"):
        thing.settle("the thing", "tags")
    thing.standing["thing"]["size"] = 2
    thing.settle("the thing", "tags")


class Held(Thing):
    """What is in a place that may not be there."""

    nowhere = "NoSuchPlace"

    def read(self) -> dict[str, Any]:
        raise ResourceError("look for the place", "there is none", "NoSuchPlace")


@pytest.mark.parametrize(("state", "failed"), [("absent", False), ("present", True)])
def test_what_would_be_in_a_place_that_is_not_there_is_absent(capsys, state, failed):
    with patch_module_args({"state": state}):
        made = AnsibleModule(argument_spec={**OPTIONS, **resource.STATE_OPTION})
    with patch_module_args({}), pytest.raises(SystemExit):
        converge(made, Held(made, {}, {}), "thing")
    told = json.loads(capsys.readouterr().out)
    assert (told.get("failed", False), told.get("changed", False)) == (failed, False)
