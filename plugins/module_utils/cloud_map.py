# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The edge of AWS Cloud Map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .aws import AwsError, Service


class CloudMapError(AwsError):
    """A failed call to AWS Cloud Map."""


class CloudMap(Service):
    name = "servicediscovery"
    error = CloudMapError

    def finish(self, what: str, operation: str) -> str:
        """Wait for an operation to end well, and return the id of what it was about: what changes DNS is only begun by a call."""

        def look() -> dict[str, Any]:
            with self.doing(f"read how {what} goes"):
                return dict(self.client.get_operation(OperationId=operation)["Operation"])
            return {}

        def ended(status: str) -> Callable[[Mapping[str, Any]], bool]:
            return lambda one: bool(one["Status"] == status)

        done = self.wait(what, look, ended("SUCCESS"), failed=ended("FAIL"), state=told)
        return str(next(iter(done.get("Targets", {}).values()), ""))


def told(operation: Mapping[str, Any]) -> str:
    """The state of an operation and what AWS says of it."""
    said = ": ".join(operation[key] for key in ("ErrorCode", "ErrorMessage") if operation.get(key))
    return f"{operation['Status']} ({said})" if said else str(operation["Status"])


def only(name: str, value: str) -> dict[str, Any]:
    """A filter of what is listed."""
    return {"Name": name, "Values": [value], "Condition": "EQ"}
