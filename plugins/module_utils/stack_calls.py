# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Many reads of many AWS services at once: pages, one by one, in batches; every call counted, every error named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import BoundedSemaphore
from typing import Any, Self

with suppress(ImportError):  # AnsibleAWSModule says what is missing
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

from .aws import AwsError, error_code
from .iam_actions import actions

WORKERS = 16


class ReadError(AwsError):
    """A failed read, with the permission that it needs."""

    def __init__(self, action: str, cause: BaseException) -> None:
        super().__init__(f"read with {action}", cause)
        self.action = action
        self.said = str(AwsError("", cause)).removeprefix(": ")


class Calls:
    """Reads over shared clients, at most C(WORKERS) at a time. Used as a context, so that its threads end with it."""

    def __init__(self, clients: Mapping[str, Any]) -> None:
        self._clients = clients
        self._made: list[str] = []  # appended by all threads: list.append is atomic
        self._slots = BoundedSemaphore(WORKERS)
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="read")
        for client in clients.values():
            client.meta.events.register("before-call", lambda model, **_: self._made.append(model.name))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    @property
    def made(self) -> int:
        """How many calls were made."""
        return len(self._made)

    def call(self, service: str, operation: str, **arguments: Any) -> Any:
        """One answer."""
        client = self._clients[service]
        return self._asked(client, service, operation, lambda: getattr(client, operation)(**arguments))

    def pages(self, service: str, operation: str, keys: Sequence[str], **arguments: Any) -> list[Any]:
        """Every item of all pages of an answer, under each of C(keys)."""
        client = self._clients[service]
        if client.can_paginate(operation):
            answers = self._asked(client, service, operation, lambda: list(client.get_paginator(operation).paginate(**arguments)))
        else:
            answers = [self.call(service, operation, **arguments)]
        return [item for answer in answers for key in keys for item in answer.get(key, [])]

    def each[T](self, ask: Callable[[T], Any], items: Iterable[T]) -> list[Any]:
        """C(ask) of every item at once, without those that went away meanwhile."""
        answers = self._pool.map(lambda item: _unless_gone(lambda: ask(item)), items)
        return [answer for answer in answers if answer is not None]

    def batches[T](self, ask: Callable[[list[T]], list[Any]], items: Sequence[T], size: int) -> list[Any]:
        """The answers of C(ask) for the items in batches, at once.

        A batch in which something went away meanwhile is refused whole by some services: it is then asked in halves.
        """
        parts = [list(items[start : start + size]) for start in range(0, len(items), size)]
        return [answer for answers in self._pool.map(lambda part: _halving(ask, part), parts) for answer in answers]

    def _asked(self, client: Any, service: str, operation: str, ask: Callable[[], Any]) -> Any:
        with self._slots:
            try:
                return ask()
            except (ClientError, BotoCoreError, ResponseParserError) as error:
                name = client.meta.method_to_api_mapping[operation]
                raise ReadError(" and ".join(actions(service.partition(" ")[0], name)), error) from error


def gone(error: ReadError) -> bool:
    """Whether an error says that what was asked for is not there."""
    cause = error.__cause__
    code = error_code(cause) if cause else ""
    if any(word in code for word in ("NotFound", "NoSuch", "NonExistent", "DoesNotExist")):
        return True
    return code == "ClientException" and "Unable to describe" in str(cause)


def _unless_gone[T](ask: Callable[[], T]) -> T | None:
    try:
        return ask()
    except ReadError as error:
        if gone(error):
            return None
        raise


def _halving[T](ask: Callable[[list[T]], list[Any]], items: list[T]) -> list[Any]:
    try:
        return ask(items)
    except ReadError as error:
        if not gone(error):
            raise
        middle = len(items) // 2
        return [*_halving(ask, items[:middle]), *_halving(ask, items[middle:])] if middle else []
