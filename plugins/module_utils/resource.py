# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The base of every module that manages something: errors that are sentences, waits, and read - plan - apply."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, TypeVar

from ansible.module_utils.basic import AnsibleModule

from .plan import Plan, plan

T = TypeVar("T")

# Between two questions of a wait: a twentieth of what it has taken so far, in seconds from the shortest to the longest of these.
# A wait of ten minutes asks about 110 times and ends at most 15 s late; those of botocore ask every 15 to 60 s from the start.
WAIT_SHORTEST, WAIT_GROWTH, WAIT_LONGEST = 0.5, 0.05, 15.0
STATE_OPTION: dict[str, Any] = {"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}}


class ResourceError(Exception):
    """A failed piece of work, as a sentence: what was being done, what the API said, and the cure where it is known.

    C(code) is the API's own for it. C(result) is what a module returns of it beside the sentence, for instance the exit code of
    a task that failed.
    """

    def __init__(self, doing: str, cause: str, code: str = "", result: Mapping[str, Any] | None = None) -> None:
        self.code = code
        self.result = dict(result or {})
        super().__init__(f"{doing}: {cause}")


class Resource:
    """What a module manages, at the edge to its API.

    A subclass implements C(read) (the parts that stand, from the API), C(wanted) (the parts declared, from the module's
    options) and C(apply) (carry out a plan); C(converge) does the rest.
    """

    error: ClassVar[type[ResourceError]] = ResourceError
    # The code of an error by which the API says that what all of this would be in is not there.
    nowhere: ClassVar[str] = ""

    def __init__(self, module: AnsibleModule) -> None:
        self.params: dict[str, Any] = module.params

    def wait(
        self,
        what: str,
        read: Callable[[], T],
        done: Callable[[T], bool],
        *,
        timeout: int | None = None,
        state: Callable[[T], Any] = lambda value: value,
        failed: Callable[[T], bool] = lambda value: False,
    ) -> T:
        """Ask until C(done), as C(patiently) does.

        C(timeout) is in seconds and defaults to O(wait_timeout). Raises the service's error when the time is up, or at
        once when C(failed) says that waiting is hopeless.
        """
        limit = self.params["wait_timeout"] if timeout is None else timeout
        for _ in patiently(limit):
            value = read()
            if done(value):
                return value
            if failed(value):
                raise self.error(f"wait for {what}", f"it ended as {state(value)}")
        raise self.error(f"wait for {what}", f"still {state(value)} after {limit} s; raise wait_timeout if that is usual")

    def settle(self, what: str, *unsaid: str) -> None:
        """Wait until the API shows what was applied, but for the parts C(unsaid), which it may show in words of its own."""

        def differing() -> list[str]:
            current = self.read()
            todo = plan(current, {name: part for name, part in self.wanted(current).items() if name not in unsaid})
            return [*todo.create, *todo.update, *todo.delete]

        self.wait(
            f"{what} to show its settings",
            differing,
            lambda names: not names,
            state=lambda names: f"without its {', '.join(names)}",
        )

    def read(self) -> dict[str, Any]:
        raise self.error("read the resource", f"{type(self).__name__} does not say how")

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        raise self.error("plan the resource", f"{type(self).__name__} does not say how")

    def apply(self, todo: Plan) -> None:
        raise self.error("apply the plan", f"{type(self).__name__} does not say how")

    def awaited(self, current: dict[str, Any]) -> dict[str, Any]:
        """What stands where nothing has to change: a module may wait for what an earlier run has begun."""
        return current


def converge(module: AnsibleModule, api: Resource, result: str) -> None:
    """Read, plan and, unless in check mode, apply; then leave the module with what stands, under the key C(result).

    The part named C(result) is the resource itself; the other parts are published beside its settings. In check mode
    they are what an apply would leave, without what only the API can know.
    """
    try:
        current = api.read()
        todo = plan(current, api.wanted(current))
        if todo.changed and not module.check_mode:
            api.apply(todo)
            current = api.read()
        elif todo.changed:
            current = {name: part for name, part in current.items() if name not in todo.delete}
            current |= {name: {**current.get(name, {}), **(todo.after(name) or {})} for name in [*todo.create, *todo.update]}
        elif not module.check_mode:
            current = api.awaited(current)
    except ResourceError as error:
        if api.nowhere and error.code == api.nowhere and module.params.get("state") == "absent":
            module.exit_json(changed=False, diff=Plan().diff(), **{result: {}})
        module.fail_json(msg=str(error), error_code=error.code, **error.result)
    others = {name: part for name, part in current.items() if name != result}
    module.exit_json(changed=todo.changed, diff=todo.diff(), **{result: {**current.get(result, {}), **others}})


def patiently(limit: float) -> Iterator[None]:
    """The moments at which a wait asks, until its time is up, in seconds. All waits of this collection are by this."""
    began = time.monotonic()
    while True:
        yield
        waited = time.monotonic() - began
        pause = min(max(waited * WAIT_GROWTH, WAIT_SHORTEST), WAIT_LONGEST)
        if waited + pause > limit:
            return
        time.sleep(pause)
