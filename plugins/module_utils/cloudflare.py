# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A thin client of the Cloudflare API, and the base of every module that asks it."""

from __future__ import annotations

import json
import random
import re
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode

from ansible.module_utils.basic import AnsibleModule, env_fallback
from ansible.module_utils.urls import open_url

from .naming import domain_name
from .resource import Resource, ResourceError

API_URL = "https://api.cloudflare.com/client/v4"
USER_AGENT = "groundwork.cloud"
# Who asks 1200 times in five minutes is refused for the next five: https://developers.cloudflare.com/fundamentals/api/reference/limits
LONGEST_BLOCK = 300.0
TRIES = 6
OPTIONS: dict[str, Any] = {
    "api_token": {"type": "str", "no_log": True, "fallback": (env_fallback, ["CLOUDFLARE_API_TOKEN"])},
    "api_url": {"type": "str", "default": API_URL, "fallback": (env_fallback, ["CLOUDFLARE_API_BASE_URL"])},
}
ZONE_OPTION: dict[str, Any] = {"zone": {"type": "str", "required": True}}
ACCOUNT_OPTION: dict[str, Any] = {
    "account": {"type": "str", "required": True, "fallback": (env_fallback, ["CLOUDFLARE_ACCOUNT_ID"])}
}

# The permission of a token that each family of calls needs, without its Read or Write.
_PERMISSIONS = (
    ("/zones/{zone}/settings", "Zone Settings"),
    ("/zones/{zone}/dns_records", "DNS"),
    ("/zones/{zone}/origin_tls_client_auth", "SSL and Certificates"),
    ("/certificates", "SSL and Certificates"),
    ("/accounts/{account}/pages", "Cloudflare Pages"),
    ("/zones", "Zone"),
)
PHASE_PERMISSIONS = {
    "http_config_settings": "Config Settings",
    "http_ratelimit": "Zone WAF",
    "http_request_cache_settings": "Cache Settings",
    "http_request_dynamic_redirect": "Dynamic URL Redirects",
    "http_request_firewall_custom": "Zone WAF",
    "http_request_firewall_managed": "Zone WAF",
    "http_request_late_transform": "Zone Transform Rules",
    "http_request_origin": "Origin",
    "http_request_transform": "Zone Transform Rules",
    "http_response_headers_transform": "Zone Transform Rules",
}


class CloudflareError(ResourceError):
    """A failed piece of work with Cloudflare."""


@dataclass(frozen=True)
class Form:
    """A body of fields and files instead of JSON."""

    fields: Mapping[str, str]
    files: Mapping[str, bytes] = field(default_factory=dict)

    def encoded(self, boundary: str) -> bytes:
        parts = [(f'name="{name}"', value.encode()) for name, value in self.fields.items()]
        parts += [(f'name="{name}"; filename="{name}"', value) for name, value in self.files.items()]
        lines = [
            b"--%b\r\nContent-Disposition: form-data; %b\r\n\r\n%b\r\n" % (boundary.encode(), head.encode(), value)
            for head, value in parts
        ]
        return b"".join([*lines, f"--{boundary}--\r\n".encode()])


@dataclass(frozen=True)
class Reply:
    """An answer; C(status) is 0 where none came, and C(errors) say why."""

    status: int
    result: Any = None
    info: Mapping[str, Any] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    ok: bool = False
    retry_after: float | None = None
    retries: int = 0
    throttles: int = 0


class Client:
    """Asks Cloudflare, patiently, with one token."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self._url = str(params["api_url"]).rstrip("/")
        self._token: str | None = params["api_token"]

    def ask(
        self,
        doing: str,
        operation: str,
        body: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        ignore: Iterable[int] = (),
        token: str | None = None,
        repeatable: bool = False,
        **ids: str,
    ) -> Any:
        """The result of a call, or None when its status is one of C(ignore).

        An operation is a method and a path with the names of C(ids) in braces. C(repeatable) says of a POST that making it twice
        does no harm.
        """
        return self._reply(doing, operation, body, ids, query=query, ignore=ignore, token=token, repeatable=repeatable).result

    def pages(
        self, doing: str, operation: str, *, query: Mapping[str, Any] | None = None, per_page: int = 50, **ids: str
    ) -> list[dict[str, Any]]:
        """Every item of a list that comes in pages."""
        items: list[dict[str, Any]] = []
        former: Any = None
        page = 0
        while True:
            page += 1
            asked = {**(query or {}), "page": page, "per_page": per_page}
            reply = self._reply(doing, operation, None, ids, query=asked)
            found, last = reply.result or [], reply.info.get("total_pages")
            if found == former:  # a server that takes no notice of pages would be asked for ever
                return items
            items += found
            if page >= last if last is not None else len(found) < per_page:
                return items
            former = found

    def zone(self, zone: str) -> dict[str, Any]:
        """A zone given by its name or id."""
        doing, cure = f"look for zone {zone}", "add it to the account in the dashboard, or let the token see it (Zone Read)"
        if re.fullmatch(r"[0-9a-f]{32}", zone):
            found = [self.ask(doing, "GET /zones/{zone}", zone=zone, ignore=(404,))]
        else:
            name = domain_name(zone)
            found = [one for one in self.pages(doing, "GET /zones", query={"name": name}) if one["name"] == name]
        if not found or not found[0]:
            raise CloudflareError(doing, f"this token sees no such zone; {cure}", "NoSuchZone")
        if len(found) > 1:
            ids = ", ".join(sorted(one["id"] for one in found))
            raise CloudflareError(doing, f"there are several of that name, {ids}; give the id of one")
        return dict(found[0])

    def _reply(
        self,
        doing: str,
        operation: str,
        body: Any,
        ids: Mapping[str, str],
        *,
        query: Mapping[str, Any] | None = None,
        ignore: Iterable[int] = (),
        token: str | None = None,
        repeatable: bool = False,
    ) -> Reply:
        if not self._token and not token and operation != "GET /ips":
            raise CloudflareError(doing, "there is no API token; set api_token or CLOUDFLARE_API_TOKEN")
        repeatable = repeatable or not operation.startswith("POST ")
        reply = self.send(operation, body, ids=ids, query=query, token=token, repeatable=repeatable)
        if reply.ok or reply.status in ignore:
            return reply
        raise CloudflareError(doing, said(reply, operation, ids, self._url), str(reply.status or ""))

    def send(
        self,
        operation: str,
        body: Any = None,
        *,
        ids: Mapping[str, str],
        query: Mapping[str, Any] | None = None,
        token: str | None = None,
        repeatable: bool = False,
    ) -> Reply:
        """Make a call, and again while Cloudflare is busy.

        Everything that leaves goes through here, so that a run can record it and a plan can stop it.
        """
        method, path = operation.split(" ", 1)
        url = self._url + path.format(**{name: quote(value, safe="") for name, value in ids.items()})
        url += f"?{urlencode(query)}" if query else ""
        data, kind = _encoded(body)
        headers = {"Content-Type": kind} if kind else {}
        if token or self._token:
            headers["Authorization"] = f"Bearer {token or self._token}"
        waited, retries, throttles = 0.0, 0, 0
        while True:
            reply = _answer(method, url, data, headers)
            throttles += reply.status == 429
            seconds = pause(reply, retries + 1, waited, repeatable=repeatable)
            if seconds is None:
                return Reply(**{**vars(reply), "retries": retries, "throttles": throttles})
            # Those who were refused together do not come back together.
            time.sleep(seconds + random.uniform(0, 1))  # noqa: S311
            waited, retries = waited + seconds, retries + 1


class CloudflareResource(Resource):
    """What a module manages at Cloudflare."""

    error = CloudflareError
    nowhere = "NoSuchZone"

    def __init__(self, module: AnsibleModule) -> None:
        super().__init__(module)
        self.api = Client(module.params)

    @cached_property
    def zone(self) -> dict[str, Any]:
        return self.api.zone(self.params["zone"])


def pause(reply: Reply, tries: int, waited: float, *, repeatable: bool) -> float | None:
    """Seconds after which a call is worth another try, or None when it is not.

    What was refused for coming too often was not carried out; after another failure nobody knows.
    """
    passing = reply.status == 429 or (repeatable and (reply.status == 0 or reply.status >= 500))
    if not passing or tries >= TRIES:
        return None
    seconds = min(2.0 ** (tries - 1), 16.0) if reply.retry_after is None else reply.retry_after
    return seconds if waited + seconds <= LONGEST_BLOCK else None


def permission(operation: str, ids: Mapping[str, str]) -> str:
    """The permission that a token needs for a call; empty when it is not known."""
    method, path = operation.split(" ", 1)
    phase = PHASE_PERMISSIONS.get(ids.get("phase", ""))
    name = phase or next((name for prefix, name in _PERMISSIONS if path.startswith(prefix)), "")
    return name and f"{name} {'Read' if method == 'GET' else 'Write'}"


def said(reply: Reply, operation: str, ids: Mapping[str, str], url: str) -> str:
    """What Cloudflare said of a call that failed, and the cure where it is known."""
    text = "; ".join(reply.errors) or f"Cloudflare answered {reply.status} and no more"
    needed = permission(operation, ids)
    cures = {
        0: f"check the network, or api_url ({url})",
        401: "check the API token: Cloudflare does not accept it",
        403: f"give the token the permission {needed}" if needed else "",
        429: "too much was asked in the last five minutes; run it again later, or less at once",
    }
    cure = cures.get(reply.status, "")
    return f"{text}; {cure}" if cure else text


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds that a Retry-After header tells, in either of its forms."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(parsedate_to_datetime(value).timestamp() - now, 0.0)
    except ValueError:
        return None


def _encoded(body: Any) -> tuple[bytes | None, str]:
    if body is None:
        return None, ""
    if isinstance(body, Form):
        boundary = uuid.uuid4().hex
        return body.encoded(boundary), f"multipart/form-data; boundary={boundary}"
    return json.dumps(body).encode(), "application/json"


def _answer(method: str, url: str, data: bytes | None, headers: Mapping[str, str]) -> Reply:
    options = {"method": method, "timeout": 60, "http_agent": USER_AGENT, "use_netrc": False}
    try:
        try:  # a redirect would carry the token to wherever it leads
            answer = open_url(url, data=data, headers=dict(headers), follow_redirects="no", **options)
        except HTTPError as refused:
            answer = refused
        with answer:
            return parsed(answer.status, answer.headers, answer.read(), time.time())
    except Exception as error:  # open_url raises what the layers below it do, of which there are many kinds
        return Reply(0, errors=(str(error),))


def parsed(status: int, headers: Mapping[str, str], text: bytes, now: float) -> Reply:
    """Cloudflare's envelope; what stands before Cloudflare answers in other forms."""
    try:
        body = json.loads(text) if text else {}
    except ValueError:
        body = {}
    envelope = body if isinstance(body, Mapping) else {}
    return Reply(
        status,
        envelope.get("result"),
        envelope.get("result_info") or {},
        tuple(_messages(envelope.get("errors"))),
        ok=status < 300 and envelope.get("success") is True,
        retry_after=retry_after(headers.get("Retry-After"), now),
    )


def _messages(errors: Any) -> Iterable[str]:
    for error in errors or []:
        yield f"{error.get('message', '')} ({error.get('code', '')})"
        yield from _messages(error.get("error_chain"))
