# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What stands before moto: the emulator says who it is, stops when told, and is as slow or as faulty as it is asked to be."""

from __future__ import annotations

import json
import os
import pkgutil
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

from service.background import fingerprint

from . import machines, patches, provisioning

# No bucket can have this name, so no S3 request is mistaken for ours.
OURS = "/_groundwork/"
NAME = "groundwork.cloud emulator"


@dataclass(frozen=True)
class Faults:
    """How the emulator misbehaves: answers delayed, resources that take their time, and a share of the calls throttled or failed.

    Each call waits for its own delay, whatever others are under way. The scale divides the times that AWS takes, which are in
    P(provisioning); with 0 all is done at once. A seed chooses the calls that fail.
    """

    delay_ms: int = 0
    provisioning_scale: float = 0.0
    throttle_share: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.throttle_share <= 1:
            raise ValueError(f"a share of {self.throttle_share} is none: give one from 0 (no call fails) to 1 (every call)")
        if self.delay_ms < 0:
            raise ValueError(f"a delay of {self.delay_ms} ms is none: give 0 or more")
        if self.provisioning_scale < 0:
            raise ValueError(
                f"a scale of {self.provisioning_scale} is none: give 20 for a twentieth of AWS's times, or 0 for none"
            )


class Front:
    """A WSGI application around moto's, which has no locks: one call after the other, so that nobody sees another's half done."""

    def __init__(self, moto: Callable[..., Iterable[bytes]], faults: Faults, stop: Callable[[], None]) -> None:
        self._moto = moto
        self._stop = stop
        self._code = fingerprint(__package__)
        self._calls = 0
        self._calls_for_machines = 0
        self._open = 0
        self._changed = threading.Condition()
        self._turn = threading.Lock()
        self._misbehave(faults)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        with self._changed:
            self._open += 1
        # The server takes the last part and sends it before it comes back here: nothing is counted as answered too early.
        try:
            yield from self._answer(environ, start_response)
        finally:
            with self._changed:
                self._open -= 1
                self._changed.notify_all()

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith(OURS):
            yield self._own(environ, path.removeprefix(OURS), start_response)
            return
        if not path.startswith("/moto-api") and machines.AGENT not in environ.get("HTTP_USER_AGENT", ""):
            fault = self._next_fault()
            time.sleep(self._faults.delay_ms / 1000)
            if fault:
                yield _send(start_response, *error(fault, environ))
                return
        try:
            yield self._ask_moto(environ, start_response)
        finally:
            if machines.AGENT not in environ.get("HTTP_USER_AGENT", ""):
                self._calls_for_machines += _service(environ.get("HTTP_AUTHORIZATION", "")) in machines.SERVICES
        if path == "/moto-api/reset" and environ["REQUEST_METHOD"] == "POST":
            provisioning.forget()
            self._misbehave(self._faults)
            self._calls = 0
            self._calls_for_machines += 1

    def _ask_moto(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> bytes:
        with self._turn:
            answer = self._moto(environ, start_response)
            try:
                return b"".join(answer)
            finally:
                if hasattr(answer, "close"):
                    answer.close()

    def finish(self, timeout: float = 10.0) -> None:
        """Wait until no call is being answered."""
        with self._changed:
            self._changed.wait_for(lambda: self._open == 0, timeout)

    def status(self) -> dict[str, Any]:
        return {
            "name": NAME,
            "pid": os.getpid(),
            "moto": version("moto"),
            "corrections": sorted(module.name for module in pkgutil.iter_modules(patches.__path__)),
            "code": self._code,
            "calls": self._calls,
            "faults": asdict(self._faults),
        }

    def _own(self, environ: dict[str, Any], what: str, start_response: Callable[..., Any]) -> bytes:
        asked = f"{environ['REQUEST_METHOD']} {what}"
        if asked == "POST stop":
            self._stop()
        elif asked == "POST faults":
            try:
                size = int(environ.get("CONTENT_LENGTH") or 0)
                self._misbehave(Faults(**json.loads(environ["wsgi.input"].read(size))))
            except (TypeError, ValueError) as refused:
                return _send(start_response, "400 Bad Request", "application/json", _json({"error": str(refused)}))
        elif asked == "POST machines":
            size = int(environ.get("CONTENT_LENGTH") or 0)
            machines.hear(json.loads(environ["wsgi.input"].read(size)))
            told = {"calls": self._calls_for_machines, "regions": machines.regions()}
            return _send(start_response, "200 OK", "application/json", _json(told))
        elif asked == "GET provisioning":
            return _send(start_response, "200 OK", "application/json", _json(provisioning.told()))
        elif asked != "GET status":
            return _send(start_response, "404 Not Found", "application/json", _json({"error": f"there is no {asked}"}))
        return _send(start_response, "200 OK", "application/json", _json(self.status()))

    def _misbehave(self, faults: Faults) -> None:
        """Begin anew with choosing the calls that fail."""
        with self._changed:
            self._faults = faults
            provisioning.set_scale(faults.provisioning_scale)
            self._random = random.Random(faults.seed)  # noqa: S311  (the same faults for the same seed are what is wanted)

    def _next_fault(self) -> str:
        """Throttled, failed, or empty for a call that goes through."""
        with self._changed:
            self._calls += 1
            if self._random.random() >= self._faults.throttle_share:
                return ""
            return "failed" if self._random.random() < 0.25 else "throttled"


def error(fault: str, environ: dict[str, Any]) -> tuple[str, str, bytes]:
    """Status, content type and body of a fault, in the words and the protocol of the service that was called.

    Follows "Common Errors" and "Error Responses" of the AWS, Amazon EC2 and Amazon S3 API references.
    """
    service = _service(environ.get("HTTP_AUTHORIZATION", ""))
    content_type = environ.get("CONTENT_TYPE", "")
    if fault == "failed":
        code, said, status = "InternalFailure", "The request processing has failed.", "500 Internal Server Error"
    else:
        code, said, status = "ThrottlingException", "Rate exceeded", "400 Bad Request"
    if service == "s3":
        code, status = ("InternalError", status) if fault == "failed" else ("SlowDown", "503 Slow Down")
        return status, "application/xml", f"<Error><Code>{code}</Code><Message>{said}</Message></Error>".encode()
    if service == "ec2":
        code, status = ("InternalError", status) if fault == "failed" else ("RequestLimitExceeded", "503 Service Unavailable")
        body = f"<Response><Errors><Error><Code>{code}</Code><Message>{said}</Message></Error></Errors></Response>"
        return status, "application/xml", body.encode()
    if "cbor" in content_type:
        return status, "application/cbor", b"\xa2" + b"".join(map(_cbor_text, ["__type", code, "message", said]))
    if "x-www-form-urlencoded" in content_type or service in ("route53", "cloudfront"):
        code = "Throttling" if fault == "throttled" else code
        body = f"<ErrorResponse><Error><Code>{code}</Code><Message>{said}</Message></Error></ErrorResponse>"
        return status, "application/xml", body.encode()
    if fault == "throttled" and not environ.get("HTTP_X_AMZ_TARGET"):
        code, status = "TooManyRequestsException", "429 Too Many Requests"
    return status, "application/json", _json({"__type": code, "message": said})


def _service(authorization: str) -> str:
    """The service in a signature: AWS4-HMAC-SHA256 Credential=KEY/20261121/us-east-1/ec2/aws4_request, ..."""
    scope = authorization.partition("Credential=")[2].partition(",")[0].split("/")
    return scope[3] if len(scope) == 5 else ""


def _cbor_text(text: str) -> bytes:
    """A text of up to 255 bytes (RFC 8949, section 3.1, major type 3)."""
    data = text.encode()
    return (bytes([0x60 + len(data)]) if len(data) < 24 else bytes([0x78, len(data)])) + data


def _json(value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"


def _send(start_response: Callable[..., Any], status: str, content_type: str, body: bytes) -> bytes:
    start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))])
    return body
