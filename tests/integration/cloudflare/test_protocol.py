# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What holds for every call: authorization, the envelope, refusals, pages, the record."""

from __future__ import annotations

import socket
import time
from typing import Any
from urllib.parse import urlsplit

import pytest
from support.cloudflare import ApiError, Cloudflare, writes


def refusal(cloudflare: Cloudflare, method: str, path: str, body: Any = None) -> tuple[int, str]:
    """The status and the message of a call that is refused."""
    with pytest.raises(ApiError) as refused:
        cloudflare.call(method, path, body)
    envelope = refused.value.content
    assert (envelope["success"], envelope["result"], envelope["messages"]) == (False, None, [])
    return refused.value.status, envelope["errors"][0]["message"]


def test_a_token_is_verified(cloudflare: Cloudflare):
    assert cloudflare.get("/user/tokens/verify")["status"] == "active"
    assert cloudflare.get(f"/accounts/{cloudflare.account}/tokens/verify")["status"] == "active"


@pytest.mark.parametrize("authorization", [None, "Basic abc", "Bearer ", "throw-away-token"])
def test_a_call_without_a_token_is_refused(cloudflare: Cloudflare, authorization: str | None):
    headers = {"Authorization": authorization} if authorization else {}
    answer = cloudflare.request("GET", "/client/v4/zones", headers=headers)
    assert answer.status == 400
    assert answer.content["success"] is False
    assert "Authorization" in answer.content["errors"][0]["message"]


def test_what_is_not_there_is_refused(cloudflare: Cloudflare):
    assert refusal(cloudflare, "GET", "/nothing")[0] == 404
    assert refusal(cloudflare, "PUT", "/zones")[0] == 405
    assert refusal(cloudflare, "GET", "/zones/0123456789abcdef0123456789abcdef")[0] == 404
    assert cloudflare.request("GET", "/zones").status == 404
    assert cloudflare.request("GET", "/simulator/nothing").status == 404


def test_a_body_that_is_not_json_is_refused(cloudflare: Cloudflare):
    answer = cloudflare.request("POST", "/client/v4/zones", b"{name", {"Authorization": "Bearer x"})
    assert answer.status == 400
    assert "not JSON" in answer.content["errors"][0]["message"]


def test_pages(cloudflare: Cloudflare):
    for number in range(7):
        cloudflare.create_zone(f"zone{number}.example")
    pages = [cloudflare.call("GET", f"/zones?per_page=5&page={page}") for page in (1, 2, 3)]
    assert [[zone["name"][4] for zone in page["result"]] for page in pages] == [list("01234"), list("56"), []]
    assert pages[1]["result_info"] == {"page": 2, "per_page": 5, "count": 2, "total_count": 7, "total_pages": 2}
    assert pages[2]["result_info"]["count"] == 0
    assert refusal(cloudflare, "GET", "/zones?per_page=51") == (400, "per_page: must be a whole number from 5 to 50, not '51'")
    assert refusal(cloudflare, "GET", "/zones?page=0")[0] == 400
    assert refusal(cloudflare, "GET", "/zones?pages=1") == (400, "pages: unknown query parameter")


def test_the_rate_limit_can_be_reached(cloudflare: Cloudflare):
    cloudflare.control("POST", "rate-limit", {"times": 2, "retry_after": 3})
    for _ in range(2):
        with pytest.raises(ApiError) as refused:
            cloudflare.get("/zones")
        assert (refused.value.status, refused.value.headers["Retry-After"]) == (429, "3")
    assert cloudflare.get("/zones") == []


def test_calls_can_be_refused(cloudflare: Cloudflare):
    zone = cloudflare.create_zone("example.org")
    cloudflare.control("POST", "refuse", {"method": "PATCH", "path": "/zones/*/settings/*", "status": 403})
    assert cloudflare.get(f"/zones/{zone}/settings/ssl")["value"] == "full"
    assert refusal(cloudflare, "PATCH", f"/zones/{zone}/settings/ssl", {"value": "strict"}) == (403, "Authentication error")
    assert cloudflare.patch(f"/zones/{zone}/settings/ssl", {"value": "strict"})["value"] == "strict"


def test_what_is_asked_is_recorded(cloudflare: Cloudflare):
    with cloudflare.recorded() as requests:
        zone = cloudflare.create_zone("example.org")
        cloudflare.get("/zones?name=example.org")
        with pytest.raises(ApiError):
            cloudflare.delete("/zones/unknown")
    assert [(one["method"], one["path"], one["status"]) for one in requests] == [
        ("POST", "/zones", 200),
        ("GET", "/zones", 200),
        ("DELETE", "/zones/unknown", 404),
    ]
    assert requests[0]["body"]["name"] == "example.org"
    assert requests[1]["query"] == {"name": "example.org"}
    assert writes(requests) == ["POST /zones", "DELETE /zones/unknown"]
    assert "throw-away-token" not in str(requests)
    assert cloudflare.get(f"/zones/{zone}")["name"] == "example.org"


def test_a_reset_leaves_nothing(cloudflare: Cloudflare):
    cloudflare.create_zone("example.org")
    cloudflare.control("POST", "ips", {"ipv4_cidrs": []})
    cloudflare.control("POST", "rate-limit", {"times": 9})
    cloudflare.reset()
    assert cloudflare.requests() == []
    assert cloudflare.get("/zones") == []
    assert cloudflare.get("/ips")["ipv4_cidrs"]


def test_addresses_of_cloudflare(cloudflare: Cloudflare):
    """They are public, and they can be made to shrink or to vanish."""
    before = cloudflare.request("GET", "/client/v4/ips").content["result"]
    cloudflare.control("POST", "ips", {"ipv4_cidrs": before["ipv4_cidrs"][:1]})
    after = cloudflare.get("/ips")
    assert after["ipv4_cidrs"] == before["ipv4_cidrs"][:1]
    assert after["ipv6_cidrs"] == before["ipv6_cidrs"]
    assert after["etag"] != before["etag"]
    assert cloudflare.request("POST", "/simulator/ips", b'{"ipv4_cidrs": ["10.0.0.1/8"]}').status == 400


def test_an_answer_does_not_wait_for_an_acknowledgement(cloudflare: Cloudflare):
    """Twenty calls over one connection: with headers and body in packets of their own each would wait 40 ms."""
    place = urlsplit(cloudflare.origin)
    with socket.create_connection((place.hostname, place.port)) as connection:
        begun = time.monotonic()
        for _ in range(20):
            connection.sendall(b"GET /client/v4/ips HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(65536).endswith(b"}")
        assert time.monotonic() - begun < 0.4


def test_a_body_in_chunks(cloudflare: Cloudflare):
    place = urlsplit(cloudflare.origin)
    body = b'{"name": "chunked.example", "account": {"id": "%s"}}' % cloudflare.account.encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:10], body[10:]))
    head = b"POST /client/v4/zones HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection((place.hostname, place.port)) as connection:
        connection.sendall(head + chunks + b"0\r\n\r\n")
        assert b"200 OK" in connection.recv(65536)
    assert cloudflare.get("/zones")[0]["name"] == "chunked.example"
