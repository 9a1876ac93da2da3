# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What happens at the edge to an API while a module runs directly: every call is recorded, and in a plan no write leaves.

All of it is in the fork of that one module (P(direct)), below everything that the module does, in all of its threads.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO, NoReturn

from ansible.module_utils.basic import AnsibleModule

from .masking import masked
from .reads import is_read
from .repeats import is_repeated

# Modules whose own check mode is wrong. In a plan they run as if applied, up to their first write, like those without any.
WRONG_IN_CHECK_MODE = {
    "amazon.aws.autoscaling_group": "an existing group is always predicted to change",
    "amazon.aws.lambda_policy": "nothing is ever predicted to change",
    "community.aws.api_gateway": "everything is always predicted to change",
    "community.aws.ecs_ecr": "a repository that is not there fails when it has a policy, a lifecycle or scanning",
    "community.aws.sns_topic": "a topic that is not there fails when it has a display name or subscriptions",
}
_THROTTLES = {
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
}


@dataclass
class Call:
    """One call of an API: when it began, how long it took in seconds, how often it was tried again or slowed down."""

    service: str
    operation: str
    began: float = 0.0
    seconds: float = 0.0
    retries: int = 0
    throttles: int = 0
    error: str = ""
    stopped: bool = False
    """Whether it was a write in a plan, and so did not leave."""


def watch(module: str, trace: BinaryIO, *, plan: bool) -> None:
    """Write every call as a line of JSON to C(trace) and, in a plan, stop the module at its first write."""
    fence = _Fence(module) if plan else None
    if module.startswith("groundwork.cloud.cloudflare_"):
        _watch_cloudflare(trace, fence)
    try:
        from botocore.client import BaseClient
    except ImportError:
        return  # then there is nothing to watch, and the module will say what is missing
    ask = BaseClient._make_api_call
    mine = threading.local()
    told: list[Mapping[str, Any]] = []

    def heard(response: tuple[Any, Mapping[str, Any]] | None, **_: Any) -> None:
        mine.throttles += bool(response and response[1].get("Error", {}).get("Code") in _THROTTLES)

    def make_api_call(client: Any, operation: str, parameters: Mapping[str, Any]) -> Any:
        service = client.meta.service_model.service_name
        call = Call(service, operation, stopped=fence is not None and not is_read(service, operation))
        client.meta.events.register("needs-retry", heard, unique_id="groundwork")
        answer: Any = {}
        mine.throttles, began = 0, time.monotonic()
        call.began = round(time.time(), 4)
        try:
            if fence and call.stopped:
                if is_repeated(service, operation, parameters, told):
                    return answer
                fence.stop(call, parameters, client.meta.service_model.operation_model(operation).input_shape, trace)
            answer = ask(client, operation, parameters)
            if fence:
                told.append(answer)
        except Exception as error:
            answer = getattr(error, "response", None) or {}  # of an error of HTTP botocore keeps it, and it may be none
            call.error = answer.get("Error", {}).get("Code", "") or type(error).__name__
            raise
        finally:
            call.seconds, call.throttles = round(time.monotonic() - began, 4), mine.throttles
            call.retries = answer.get("ResponseMetadata", {}).get("RetryAttempts", 0)
            _write(trace, call)
        return answer

    BaseClient._make_api_call = make_api_call


def _watch_cloudflare(trace: BinaryIO, fence: _Fence | None) -> None:
    """The same for the one function by which Cloudflare is asked. There only a GET is a read."""
    from ..module_utils.cloudflare import Client

    ask = Client.send

    def send(client: Client, operation: str, body: Any = None, *, ids: Mapping[str, str], **options: Any) -> Any:
        call = Call("cloudflare", operation, began=round(time.time(), 4), stopped=fence is not None and operation[:4] != "GET ")
        if fence and call.stopped:
            fence.stop(call, {"of": ids, "body": body}, None, trace)
        began = time.monotonic()
        reply = ask(client, operation, body, ids=ids, **options)
        call.seconds, call.retries, call.throttles = round(time.monotonic() - began, 4), reply.retries, reply.throttles
        call.error = "" if reply.ok else str(reply.status or "no answer")
        _write(trace, call)
        return reply

    Client.send = send  # type: ignore[assignment,method-assign]


def read(trace: BinaryIO) -> list[Call]:
    """The calls of a module that has ended, even if it was killed while it wrote of the last one."""
    trace.seek(0)
    lines = trace.read().split(b"\n")[:-1]
    return [Call(**json.loads(line)) for line in lines]


def _write(trace: BinaryIO, call: Call) -> None:
    os.write(trace.fileno(), json.dumps(asdict(call)).encode() + b"\n")


class _Fence:
    """Ends a module at its first write, with what it wanted to write as the result.

    The process ends there and then, in whatever thread, so nothing that the module catches or retries gets past it.
    """

    def __init__(self, name: str) -> None:
        self._module: AnsibleModule | None = None
        self._forced = False
        set_properties = AnsibleModule._set_internal_properties

        def watched(module: AnsibleModule, *args: Any, **options: Any) -> None:
            set_properties(module, *args, **options)
            self._module = module
            self._forced = not module.supports_check_mode or name in WRONG_IN_CHECK_MODE
            if self._forced:
                module.check_mode = False

        AnsibleModule._set_internal_properties = watched
        end = AnsibleModule._return_formatted

        def ended(module: AnsibleModule, result: dict[str, Any]) -> None:
            if self._forced and not result.get("failed") and result.get("changed"):
                result["changed"] = False  # it ran as if applied, and wanted to write nothing
            end(module, result)

        AnsibleModule._return_formatted = ended
        self._end = end

    def stop(self, call: Call, parameters: Mapping[str, Any], shape: Any, trace: BinaryIO) -> NoReturn:
        _write(trace, call)
        name = f"{call.service}:{call.operation}"
        if self._module is None:
            print(json.dumps({"failed": True, "msg": f"The module wanted to write before it had read its options: {name}"}))
        else:
            wanted = json.dumps({name: masked(call.service, call.operation, parameters, shape)}, default=str)
            self._end(self._module, {"changed": True, "diff": {"before": {}, "after": json.loads(wanted)}})
        sys.stdout.flush()
        os._exit(0)
