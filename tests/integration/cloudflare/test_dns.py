# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from support.cloudflare import ApiError, Cloudflare

A = {"type": "A", "name": "www", "content": "192.0.2.1", "ttl": 300}


@pytest.fixture
def records(cloudflare: Cloudflare) -> str:
    """Where the records of an empty zone are."""
    return f"/zones/{cloudflare.create_zone('example.org')}/dns_records"


def contents(cloudflare: Cloudflare, records: str) -> list[str]:
    return sorted(f"{one['type']} {one['name']} {one['content']}" for one in cloudflare.get(records))


def test_a_record_lives(cloudflare: Cloudflare, records: str):
    made = cloudflare.post(records, {**A, "name": "WWW.example.org.", "comment": "the site", "tags": ["team:web"]})
    assert (made["name"], made["ttl"], made["proxied"], made["proxiable"]) == ("www.example.org", 300, False, True)
    path = f"{records}/{made['id']}"
    assert cloudflare.get(path) == made

    edited = cloudflare.patch(path, {"content": "192.0.2.2"})
    assert (edited["content"], edited["comment"], edited["tags"]) == ("192.0.2.2", "the site", ["team:web"])
    assert (edited["id"], edited["created_on"]) == (made["id"], made["created_on"])

    replaced = cloudflare.put(path, {**A, "proxied": True})
    assert (replaced["comment"], replaced["tags"], replaced["proxied"]) == (None, [], True)
    assert replaced["ttl"] == 1, "a proxied record has Cloudflare's own"
    assert cloudflare.delete(path) == {"id": made["id"]}
    assert cloudflare.get(records) == []
    with pytest.raises(ApiError) as refused:
        cloudflare.get(path)
    assert refused.value.status == 404


@pytest.mark.parametrize(
    ("record", "content"),
    [
        ({"type": "A", "name": "@", "content": "192.0.2.1"}, "A example.org 192.0.2.1"),
        ({"type": "AAAA", "name": "a", "content": "2001:DB8:0:0::1"}, "AAAA a.example.org 2001:db8::1"),
        ({"type": "CNAME", "name": "*.app", "content": "Site.Pages.dev."}, "CNAME *.app.example.org site.pages.dev"),
        ({"type": "MX", "name": "@", "content": "mail.example.net", "priority": 10}, "MX example.org mail.example.net"),
        ({"type": "TXT", "name": "@", "content": "v=spf1 -all"}, 'TXT example.org "v=spf1 -all"'),
        ({"type": "TXT", "name": "k", "content": "x" * 300}, f'TXT k.example.org "{"x" * 255}" "{"x" * 45}"'),
        ({"type": "TXT", "name": "q", "content": '"v=DKIM1"'}, 'TXT q.example.org "v=DKIM1"'),
        (
            {"type": "CAA", "name": "@", "data": {"flags": 0, "tag": "issue", "value": "letsencrypt.org"}},
            'CAA example.org 0 issue "letsencrypt.org"',
        ),
        (
            {"type": "SRV", "name": "_sip._tcp", "data": {"priority": 1, "weight": 2, "port": 5060, "target": "sip.example.net"}},
            "SRV _sip._tcp.example.org 1 2 5060 sip.example.net",
        ),
        (
            {"type": "SSHFP", "name": "h", "data": {"algorithm": 4, "type": 2, "fingerprint": "ab12"}},
            "SSHFP h.example.org 4 2 ab12",
        ),
    ],
)
def test_a_record_of_each_kind(cloudflare: Cloudflare, records: str, record: dict[str, Any], content: str):
    made = cloudflare.post(records, {**record, "ttl": 1})
    assert contents(cloudflare, records) == [content]
    # What is read can be sent again.
    again = {name: made[name] for name in ("type", "name", "ttl", *(set(record) & {"data", "priority"}))}
    again |= {} if "data" in record else {"content": made["content"]}
    assert cloudflare.put(f"{records}/{made['id']}", again)["content"] == made["content"]
    assert cloudflare.patch(f"{records}/{made['id']}", {"ttl": 600})["content"] == made["content"]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({**A, "content": "300.0.0.1"}, "content: '300.0.0.1' is not a valid IPv4 address"),
        ({**A, "content": "2001:db8::1"}, "not a valid IPv4 address"),
        ({**A, "type": "AAAA"}, "not a valid IPv6 address"),
        ({**A, "type": "ALIAS"}, "type: must be one of"),
        ({**A, "ttl": 30}, "ttl: must be from 60 to 86400, not 30"),
        ({**A, "ttl": "300"}, "ttl: must be a whole number, not a string"),
        ({**A, "proxied": "yes"}, "proxied: must be true or false, not a string"),
        ({**A, "priority": 1}, "priority: unknown field"),
        ({**A, "zone_id": "x"}, "zone_id: unknown field"),
        ({**A, "name": "a b"}, "name: 'a b' is not a host name"),
        ({**A, "comment": "x" * 101}, "comment: must be at most 100 characters"),
        ({"type": "A", "name": "www", "ttl": 1}, "content: is required"),
        ({"type": "A", "content": "192.0.2.1", "ttl": 1}, "name: is required"),
        ({"type": "MX", "name": "@", "content": "mail.example.net", "ttl": 1}, "priority: is required"),
        ({"type": "CAA", "name": "@", "content": '0 issue "x"', "ttl": 1}, "content: unknown field"),
        ({"type": "TXT", "name": "t", "content": "x", "ttl": 1, "proxied": True}, "type TXT cannot be proxied"),
        ({"type": "CNAME", "name": "www", "content": "www.example.org", "ttl": 1}, "cannot reference itself"),
        ({"type": "CNAME", "name": "taken", "content": "x.example", "ttl": 1}, "with that host already exists"),
        ({**A, "name": "taken"}, "An identical record already exists"),
        ([A], "must be an object, not a list"),
    ],
)
def test_a_record_that_is_not_valid_is_refused(cloudflare: Cloudflare, records: str, record: Any, message: str):
    cloudflare.post(records, {**A, "name": "taken"})
    with pytest.raises(ApiError, match=message) as refused:
        cloudflare.post(records, record)
    assert refused.value.status == 400
    assert contents(cloudflare, records) == ["A taken.example.org 192.0.2.1"]


def test_mail_servers_of_two_priorities(cloudflare: Cloudflare, records: str):
    mail = {"type": "MX", "name": "@", "content": "mail.example.net", "ttl": 1}
    for priority in (10, 20):
        cloudflare.post(records, {**mail, "priority": priority})
    with pytest.raises(ApiError, match="identical record"):
        cloudflare.post(records, {**mail, "priority": 20})


def test_filters_and_order(cloudflare: Cloudflare, records: str):
    for name, address in (("b", "192.0.2.1"), ("a", "192.0.2.2"), ("c.sub", "192.0.2.3")):
        cloudflare.post(records, {**A, "name": name, "content": address, "comment": f"of {name}"})
    cloudflare.post(records, {"type": "TXT", "name": "a", "content": "hello", "ttl": 1})

    def names(query: str) -> list[str]:
        return [one["name"].removesuffix(".example.org") for one in cloudflare.get(f"{records}?{query}")]

    assert names("") == ["a", "a", "b", "c.sub"]
    assert names("type=A&direction=desc") == ["c.sub", "b", "a"]
    assert names("name=a.example.org&type=TXT") == ["a"]
    assert names("name.endswith=sub.example.org") == ["c.sub"]
    assert names("content=192.0.2.1") == ["b"]
    assert names("comment.contains=of%20a&content.startswith=192") == ["a"]
    assert names("match=any&content=192.0.2.1&content.exact=192.0.2.3") == ["b", "c.sub"]
    assert names("proxied=true") == []
    assert names("order=content&per_page=1&page=2&type=A") == ["a"]
    with pytest.raises(ApiError, match="unknown query parameter"):
        names("kind=A")


def test_a_batch_is_done_in_order(cloudflare: Cloudflare, records: str):
    old = cloudflare.post(records, {**A, "name": "old"})
    patched = cloudflare.post(records, {**A, "name": "patched"})
    put = cloudflare.post(records, {**A, "name": "put", "comment": "goes"})
    done = cloudflare.post(
        f"{records}/batch",
        {
            # The new one takes the name of the one that is deleted: in another order it would be refused.
            "posts": [{"type": "CNAME", "name": "old", "content": "new.example", "ttl": 1}],
            "puts": [{**A, "name": "put", "id": put["id"], "ttl": 600}],
            "patches": [{"id": patched["id"], "content": "192.0.2.9"}],
            "deletes": [{"id": old["id"]}],
        },
    )
    assert {kind: len(changes) for kind, changes in done.items()} == {"deletes": 1, "patches": 1, "puts": 1, "posts": 1}
    assert contents(cloudflare, records) == [
        "A patched.example.org 192.0.2.9",
        "A put.example.org 192.0.2.1",
        "CNAME old.example.org new.example",
    ]
    assert cloudflare.get(f"{records}/{put['id']}")["comment"] is None


@pytest.mark.parametrize(
    "last",
    [
        {"posts": [{**A, "content": "nonsense"}]},
        {"posts": [A, A]},
        {"posts": [{**A, "name": "kept"}]},
        {"puts": [{**A, "id": "0" * 32}]},
        {"patches": [{"content": "192.0.2.9"}]},
        {"patches": "none"},
        {"changes": []},
        {"posts": [{**A, "name": f"n{number}"} for number in range(200)]},
    ],
)
def test_of_a_batch_that_is_refused_nothing_is_done(cloudflare: Cloudflare, records: str, last: dict[str, Any]):
    kept = [cloudflare.post(records, {**A, "name": name}) for name in ("kept", "also")]
    with pytest.raises(ApiError):
        cloudflare.post(f"{records}/batch", {"deletes": [{"id": kept[1]["id"]}], **last})
    assert sorted(cloudflare.get(records), key=str) == sorted(kept, key=str)


def test_an_empty_batch_is_refused(cloudflare: Cloudflare, records: str):
    with pytest.raises(ApiError, match="from 1 to 200 changes"):
        cloudflare.post(f"{records}/batch", {})
