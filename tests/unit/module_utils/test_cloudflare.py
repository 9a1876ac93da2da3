# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import io
import json
from email.message import Message
from types import SimpleNamespace
from typing import Any
from urllib.error import HTTPError

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils import cloudflare
from ansible_collections.groundwork.cloud.plugins.module_utils.cloudflare import (
    Client,
    CloudflareError,
    CloudflareResource,
    Form,
    Reply,
    parsed,
    pause,
    permission,
    retry_after,
    said,
)

URL = "http://cloudflare.test/client/v4"
ID = "0123456789abcdef0123456789abcdef"


class Cloudflare:
    """Answers in turn, with a clock that sleeping alone moves on."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.asked, self.now = list(answers), [], 0.0

    def open_url(self, url: str, **options: Any) -> Any:
        self.asked.append((options["method"], url.removeprefix(URL), options["data"], options["headers"]))
        assert options["follow_redirects"] == "no"
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, body, *headers = answer
        told = Message()
        for name, value in (headers[0] if headers else {}).items():
            told[name] = value
        text = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        if status >= 300:
            raise HTTPError(url, status, "refused", told, text)
        text.status, text.headers = status, told
        return text

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def time(self) -> float:
        return self.now


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Any:
    def answering(*answers: Any) -> Cloudflare:
        fake = Cloudflare(*answers)
        monkeypatch.setattr(cloudflare, "open_url", fake.open_url)
        monkeypatch.setattr(cloudflare, "time", fake)
        return fake

    return answering


TOKEN = "secret"


def client(token: str | None = TOKEN) -> Client:
    return Client({"api_url": f"{URL}/", "api_token": token})


def good(result: Any, **info: Any) -> tuple[int, dict[str, Any]]:
    return 200, {"success": True, "errors": [], "result": result, "result_info": info or None}


BUSY = (429, {"success": False, "errors": [{"code": 10000, "message": "slow down"}]}, {"Retry-After": "7"})
BROKEN = (502, b"<html>")


def test_a_call_is_sent_with_the_token_and_its_ids_in_the_path(answering):
    fake = answering(good({"id": "x"}))
    assert client().ask("do it", "PATCH /zones/{zone}/settings/{name}", {"value": 1}, zone="a/b", name="ssl") == {"id": "x"}
    headers = {"Content-Type": "application/json", "Authorization": "Bearer secret"}
    assert fake.asked == [("PATCH", "/zones/a%2Fb/settings/ssl", b'{"value": 1}', headers)]


def test_a_token_of_a_call_comes_before_that_of_the_client(answering):
    fake = answering(good([]))
    client().ask("do it", "POST /pages/assets/check-missing", [], token="jwt")
    assert fake.asked[0][3]["Authorization"] == "Bearer jwt"


def test_a_form_is_sent_as_fields_and_files(answering, monkeypatch):
    fake = answering(good({}))
    monkeypatch.setattr(cloudflare, "uuid", SimpleNamespace(uuid4=lambda: SimpleNamespace(hex="b")))
    client().ask("do it", "POST /x", Form({"branch": "main"}, {"_headers": b"/*\r\n"}))
    body = (
        b'--b\r\nContent-Disposition: form-data; name="branch"\r\n\r\nmain\r\n'
        b'--b\r\nContent-Disposition: form-data; name="_headers"; filename="_headers"\r\n\r\n/*\r\n\r\n--b--\r\n'
    )
    assert fake.asked[0][2:] == (body, {"Content-Type": "multipart/form-data; boundary=b", "Authorization": "Bearer secret"})


def test_without_a_token_nothing_is_asked_but_what_needs_none(answering):
    fake = answering(good({"etag": "e"}))
    with pytest.raises(CloudflareError, match="do it: there is no API token; set api_token or CLOUDFLARE_API_TOKEN"):
        client(None).ask("do it", "GET /zones")
    assert client(None).ask("read them", "GET /ips") == {"etag": "e"}
    assert fake.asked == [("GET", "/ips", None, {})]


@pytest.mark.parametrize(
    ("operation", "answers", "made", "waited"),
    [
        ("GET /zones", [BUSY, BUSY, good([])], 3, 14),
        ("POST /zones", [BUSY, good([])], 2, 7),
        ("GET /zones", [BROKEN, BROKEN, good([])], 3, 3),
        ("GET /zones", [OSError("reset"), good([])], 2, 1),
    ],
)
def test_what_passes_is_asked_again(answering, operation, answers, made, waited):
    fake = answering(*answers)
    client().ask("do it", operation)
    assert len(fake.asked) == made
    assert waited <= fake.now <= waited + made - 1


def test_retries_and_refusals_are_counted(answering):
    answering(BUSY, BROKEN, good([]))
    reply = client().send("GET /zones", ids={}, repeatable=True)
    assert (reply.retries, reply.throttles, reply.status) == (2, 1, 200)


@pytest.mark.parametrize(
    ("answers", "sentence", "code"),
    [
        ([BUSY] * 6, "do it: slow down (10000); too much was asked in the last five minutes; run it again later", "429"),
        ([OSError("reset")] * 6, f"do it: reset; check the network, or api_url ({URL})", ""),
        ([BROKEN] * 6, "do it: Cloudflare answered 502 and no more", "502"),
        ([(200, b"")], "do it: Cloudflare answered 200 and no more", "200"),
        ([(200, [1])], "do it: Cloudflare answered 200 and no more", "200"),
    ],
)
def test_a_call_that_fails_for_good_is_a_sentence(answering, answers, sentence, code):
    fake = answering(*answers)
    with pytest.raises(CloudflareError) as failed:
        client().ask("do it", "GET /zones")
    assert str(failed.value).startswith(sentence)
    assert failed.value.code == code
    assert fake.answers == []


def test_a_post_is_made_once_unless_it_may_be_repeated(answering):
    fake = answering(BROKEN, good([]))
    with pytest.raises(CloudflareError):
        client().ask("do it", "POST /x")
    assert len(fake.asked) == 1
    answering(BROKEN, good([]))
    client().ask("do it", "POST /x", repeatable=True)


def test_a_status_can_be_ignored(answering):
    answering((404, {"success": False, "errors": []}))
    assert client().ask("read it", "GET /x", ignore=[404]) is None


@pytest.mark.parametrize(
    ("status", "told", "tries", "waited", "repeatable", "seconds"),
    [
        (200, None, 1, 0, True, None),
        (404, None, 1, 0, True, None),
        (429, None, 1, 0, False, 1.0),
        (429, 300.0, 1, 0, False, 300.0),
        (429, 301.0, 1, 0, False, None),
        (429, 200.0, 2, 200, False, None),
        (500, None, 3, 0, True, 4.0),
        (500, None, 5, 0, True, 16.0),
        (500, None, 6, 0, True, None),
        (500, None, 1, 0, False, None),
        (0, None, 1, 0, True, 1.0),
        (0, None, 1, 0, False, None),
    ],
)
def test_pauses(status, told, tries, waited, repeatable, seconds):
    assert pause(Reply(status, retry_after=told), tries, waited, repeatable=repeatable) == seconds


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("12", 12.0),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 60.0),
        ("Thu, 01 Jan 1970 00:00:10 GMT", 0.0),
        ("soon", None),
    ],
)
def test_retry_after(value, seconds):
    assert retry_after(value, now=40.0) == seconds


@pytest.mark.parametrize(
    ("operation", "ids", "needed"),
    [
        ("GET /zones", {}, "Zone Read"),
        ("GET /zones/{zone}", {}, "Zone Read"),
        ("PATCH /zones/{zone}/settings/{name}", {}, "Zone Settings Write"),
        ("POST /zones/{zone}/dns_records/batch", {}, "DNS Write"),
        ("PUT /zones/{zone}/rulesets/phases/{phase}/entrypoint", {"phase": "http_ratelimit"}, "Zone WAF Write"),
        ("GET /accounts/{account}/pages/projects/{project}", {}, "Cloudflare Pages Read"),
        ("POST /certificates", {}, "SSL and Certificates Write"),
        ("POST /pages/assets/upload", {}, ""),
    ],
)
def test_each_family_of_calls_knows_its_permission(operation, ids, needed):
    assert permission(operation, ids) == needed


@pytest.mark.parametrize(
    ("reply", "operation", "sentence"),
    [
        (Reply(403, errors=("no (9109)",)), "GET /zones", "no (9109); give the token the permission Zone Read"),
        (Reply(403, errors=("no (9109)",)), "POST /pages/assets/upload", "no (9109)"),
        (Reply(401, errors=("no (1000)",)), "GET /zones", "no (1000); check the API token: Cloudflare does not accept it"),
        (Reply(400, errors=("bad (1)", "worse (2)")), "GET /zones", "bad (1); worse (2)"),
    ],
)
def test_what_is_said(reply, operation, sentence):
    assert said(reply, operation, {}, URL) == sentence


def test_an_error_tells_its_chain():
    error = {"code": 1004, "message": "invalid", "error_chain": [{"code": 9005, "message": "no IPv4 address"}]}
    reply = parsed(400, {}, json.dumps({"success": False, "errors": [error]}).encode(), 0.0)
    assert (reply.ok, reply.errors) == (False, ("invalid (1004)", "no IPv4 address (9005)"))


@pytest.mark.parametrize(
    ("answers", "items"),
    [
        ([good([1, 2], total_pages=2), good([3], total_pages=2)], [1, 2, 3]),
        ([good([1, 2], total_pages=1)], [1, 2]),
        ([good([1, 2]), good([3])], [1, 2, 3]),
        ([good([1, 2]), good([])], [1, 2]),
        ([good([1, 2]), good([1, 2])], [1, 2]),
        ([good(None)], []),
    ],
)
def test_pages(answering, answers, items):
    fake = answering(*answers)
    assert client().pages("read them", "GET /x", per_page=2, query={"a": "b"}) == items
    assert [url for _method, url, _data, _headers in fake.asked] == [
        f"/x?a=b&page={number}&per_page=2" for number in range(1, len(answers) + 1)
    ]


ZONE = {"id": ID, "name": "example.org"}


@pytest.mark.parametrize(
    ("asked", "answer", "url"),
    [
        ("Example.org.", good([ZONE]), "/zones?name=example.org&page=1&per_page=50"),
        (ID, good(ZONE), f"/zones/{ID}"),
    ],
)
def test_a_zone_goes_by_name_or_id(answering, asked, answer, url):
    fake = answering(answer)
    assert client().zone(asked) == ZONE
    assert fake.asked[0][1] == url


@pytest.mark.parametrize(
    ("asked", "answer", "sentence"),
    [
        ("example.org", good([]), "look for zone example.org: this token sees no such zone; add it to the acc"),
        (ID, (404, {"success": False}), f"look for zone {ID}: this token sees no such zone"),
        (
            "example.org",
            good([ZONE, {**ZONE, "id": "other"}]),
            f"there are several of that name, {ID}, other; give",
        ),
    ],
)
def test_a_zone_that_can_not_be_told_says_what_to_do(answering, asked, answer, sentence):
    answering(answer)
    with pytest.raises(CloudflareError, match=sentence):
        client().zone(asked)


def test_a_resource_looks_for_its_zone_once(answering):
    fake = answering(good([ZONE]))
    made = CloudflareResource(SimpleNamespace(params={"zone": "example.org", "api_url": URL, "api_token": "secret"}))
    assert (made.zone["id"], made.zone["name"], len(fake.asked)) == (ID, "example.org", 1)
