# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The instance metadata service, version 2: a session by PUT, and then what an instance may know of itself.

Who asks is known by the address that the question comes from. Follows the Amazon EC2 user guide, "Instance metadata categories".
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

TOKEN = "/latest/api/token"  # noqa: S105  (a path)

# What is told of an instance, by the path below /latest/.
Told = Mapping[str, str | Callable[[], str]]


class Metadata:
    """Serves at an address; C(told) gives what there is for the machine at an address, or None for a stranger."""

    def __init__(self, listen: tuple[str, int], told: Callable[[str], Told | None]) -> None:
        sessions: set[str] = set()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_PUT(self) -> None:
                if self.path != TOKEN or not self.headers.get("X-aws-ec2-metadata-token-ttl-seconds", "").isdigit():
                    return self._answer(400)
                session = secrets.token_urlsafe(40)
                sessions.add(session)
                return self._answer(200, session)

            def do_GET(self) -> None:
                if self.headers.get("X-aws-ec2-metadata-token") not in sessions:
                    return self._answer(401)
                try:
                    values = told(self.client_address[0]) or {}
                    text = listing_or_value(values, self.path.removeprefix("/latest/").strip("/"))
                except (BotoCoreError, ClientError) as error:
                    return self._answer(500, str(error))
                return self._answer(404) if text is None else self._answer(200, text)

            def _answer(self, status: int, text: str = "") -> None:
                body = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Nothing: what is asked here are credentials, too."""

        self._server = ThreadingHTTPServer(listen, Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def listing_or_value(values: Told, path: str) -> str | None:
    """What a path holds: a value, or the names below it, as the service lists them; None if it holds nothing."""
    if path in values:
        value = values[path]
        return value if isinstance(value, str) else value()
    below = [name.removeprefix(f"{path}/") for name in values if name.startswith(f"{path}/")]
    names = {name.split("/")[0] + ("/" if "/" in name else "") for name in below}
    return "\n".join(sorted(names)) or None


def about(instance: Mapping[str, Any], role: str | None, credentials: Callable[[str], Mapping[str, Any]]) -> Told:
    """What an instance may know of itself, from what DescribeInstances says of it."""
    zone = instance["Placement"]["AvailabilityZone"]
    told: dict[str, str | Callable[[], str]] = {
        "meta-data/ami-id": instance["ImageId"],
        "meta-data/instance-id": instance["InstanceId"],
        "meta-data/instance-type": instance["InstanceType"],
        "meta-data/local-ipv4": instance["PrivateIpAddress"],
        "meta-data/placement/availability-zone": zone,
        "meta-data/placement/region": zone[:-1],
        "dynamic/instance-identity/document": json.dumps(
            {"instanceId": instance["InstanceId"], "region": zone[:-1], "availabilityZone": zone}
        ),
    }
    if role:
        told[f"meta-data/iam/security-credentials/{role}"] = lambda: json.dumps(credentials(role))
    return told
