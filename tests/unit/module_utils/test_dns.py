# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.cloudflare import CloudflareError
from ansible_collections.groundwork.cloud.plugins.module_utils.dns import (
    Mark,
    Slot,
    body,
    check,
    complete,
    content_of,
    declared_record,
    described,
    keyed,
    removed,
    slots,
    strings_of,
    text_of,
)
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import UNKNOWN

LEFT_OUT = dict.fromkeys(["content", "data", "ttl", "proxied", "priority", "comment", "tags"])
OURS = Mark("shop", "comment")
ZONE = "example.org"
WEB, API = "www.example.org", "api.example.org"


def asked(kind: str, content: str | None = None, name: str = WEB, **more: Any) -> dict[str, Any]:
    return {**LEFT_OUT, "name": name, "type": kind, "content": content, **more}


def want(kind: str, content: str | None = None, name: str = WEB, **more: Any) -> dict[str, Any]:
    return declared_record(asked(kind, content, name, **more), ZONE, OURS)


def stands(number: int, kind: str, content: str, name: str = WEB, *, ours: bool = True, **more: Any) -> dict[str, Any]:
    comment = "shop" if ours else None
    return described({"id": str(number), "name": name, "type": kind, "content": content, "comment": comment, **more})


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("v=spf1 -all", "v=spf1 -all"),
        ('"v=spf1 -all"', "v=spf1 -all"),
        ('"one" "two"', "onetwo"),
        (r'"a \"b\" \\ c"', 'a "b" \\ c'),
        (r'"\097\;"', "a;"),
        ('""', ""),
    ],
)
def test_a_text_is_the_same_in_quotes_and_in_strings(content, text):
    assert text_of(content) == text


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("", '""'),
        ('a "b" \\', r'"a \"b\" \\"'),
        ("a" * 256, f'"{"a" * 255}" "a"'),
        ("é" * 128, f'"{"é" * 127}" "é"'),
    ],
)
def test_a_text_is_written_in_strings(text, content):
    assert strings_of(text) == content
    assert text_of(content) == text


@pytest.mark.parametrize(
    ("kind", "content", "same"),
    [
        ("CNAME", "Shop.Example.NET.", "shop.example.net"),
        ("CNAME", "bücher.example", "xn--bcher-kva.example"),
        ("AAAA", "2001:DB8:0::1", "2001:db8::1"),
        ("A", "192.0.2.1", "192.0.2.1"),
        ("A", UNKNOWN, UNKNOWN),
        ("TXT", '"a"', "a"),
        ("LOC", "As Is", "As Is"),
    ],
)
def test_contents_have_one_form(kind, content, same):
    assert content_of(kind, content) == same


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (asked("MX", "mail.example.org", proxied=True), "only A, AAAA, CNAME can be proxied; leave proxied out"),
        (asked("A", "192.0.2.1", proxied=True, ttl=300), "the TTL of a proxied record is Cloudflare's to say, and not 300"),
        (asked("A", "192.0.2.1", ttl=5), r"a TTL is 1 \(automatic\) or from 30 to 86400 seconds, and not 5"),
        (asked("A", "192.0.2.1", ttl=86401), "a TTL is 1"),
        (asked("A", "192.0.2.1", priority=1), "only MX, URI have a priority of their own"),
        (asked("SRV", "0 5 443 shop"), "its content goes into data, field by field"),
        (asked("A", data={}), "data is for other types; give it content"),
        (asked("A", "shop.example.net"), "its content has to be an IPv4 address, and shop.example.net is none"),
        (asked("AAAA", "192.0.2.1"), "its content has to be an IPv6 address, and 192.0.2.1 is none"),
    ],
)
def test_what_cloudflare_would_refuse_is_refused(record, said):
    with pytest.raises(CloudflareError, match=f"plan www.example.org {record['type']}: {said}"):
        check(record)


@pytest.mark.parametrize(
    "record",
    [
        asked("A", "192.0.2.1", proxied=True, ttl=1),
        asked("A", f"{UNKNOWN}"),
        asked("MX", "mail.example.org", priority=10, ttl=30),
        asked("SRV", data={"port": 443}),
        asked("TXT"),
    ],
)
def test_what_is_right_passes(record):
    check(record)


@pytest.mark.parametrize(
    ("record", "declared"),
    [
        (asked("A", "192.0.2.1"), {"name": WEB, "type": "A", "content": "192.0.2.1", "comment": "shop"}),
        (
            asked("A", "192.0.2.1", "WWW.example.org.", proxied=True, comment="front"),
            {"name": WEB, "type": "A", "content": "192.0.2.1", "proxied": True, "ttl": 1, "comment": "shop: front"},
        ),
        (
            asked("CAA", name="@", data={"tag": "issue"}, ttl=300, tags=["a:b"]),
            {"name": ZONE, "type": "CAA", "data": {"tag": "issue"}, "ttl": 300, "tags": ["a:b"], "comment": "shop"},
        ),
        (asked("A", name="*.example.org"), {"name": "*.example.org", "type": "A", "comment": "shop"}),
    ],
)
def test_only_what_was_said_is_declared(record, declared):
    assert declared_record(record, ZONE, OURS) == declared


@pytest.mark.parametrize("name", ["www.example.net", "www", "notexample.org"])
def test_a_name_is_in_the_zone(name):
    with pytest.raises(CloudflareError, match=f"plan {name} A: it is not in the zone example.org; write whole names, or @"):
        want("A", "192.0.2.1", name)


def test_a_name_that_is_none_is_refused():
    with pytest.raises(CloudflareError, match="it is no domain name"):
        want("A", "192.0.2.1", f"{'ü' * 70}.example.org")


@pytest.mark.parametrize(
    ("by", "comment", "tags", "ours"),
    [
        ("comment", "shop", [], True),
        ("comment", "shop: front", [], True),
        ("comment", "shopping", [], False),
        ("comment", "", ["owner:shop"], False),
        ("tag", "shop", [], False),
        ("tag", "", ["a:b", "owner:shop"], True),
    ],
)
def test_a_mark_tells_whose_a_record_is(by, comment, tags, ours):
    assert Mark("shop", by).is_on({"comment": comment, "tags": tags}) is ours


@pytest.mark.parametrize(
    ("by", "text", "comment"),
    [("comment", None, "shop"), ("comment", "front", "shop: front"), ("tag", None, None), ("tag", "front", "front")],
)
def test_a_mark_is_put_in_the_comment_unless_it_is_a_tag(by, text, comment):
    assert Mark("shop", by).comment(text) == comment


def test_described():
    bare = {"id": "1", "name": "WWW.example.org", "type": "LOC"}
    rest = {"content": "", "data": {}, "ttl": None, "proxied": False, "priority": None, "comment": "", "tags": []}
    assert described(bare) == {"id": "1", "name": WEB, "type": "LOC", **rest}
    full = {"ttl": 1, "proxied": True, "priority": 5, "comment": "shop", "tags": ["b:1", "a:1"]}
    assert described({**bare, **full, "type": "TXT", "content": '"a"'}) == {
        "id": "1",
        "name": WEB,
        "type": "TXT",
        "content": "a",
        "data": {},
        **full,
        "tags": ["a:1", "b:1"],
    }


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([want("TXT")], "plan www.example.org TXT: it has no content; give it one"),
        ([want("SRV")], "plan www.example.org SRV: it has no data; give it one"),
        ([want("MX", "mail.example.org")], "plan www.example.org MX: it has no priority"),
        ([want("TXT", "a"), want("TXT", '"a"')], "it is listed twice with one content; list it once"),
        ([want("CNAME", API), want("A", "192.0.2.1")], "a CNAME and another address of its name exclude each other"),
        ([want("CNAME", API), want("CNAME", ZONE)], "a CNAME and another address of its name exclude each other"),
    ],
)
def test_what_can_not_be_made_is_refused(records, said):
    with pytest.raises(CloudflareError, match=said):
        complete(records)


def test_what_goes_together_passes():
    complete([want("A", "192.0.2.1"), want("A", "192.0.2.2"), want("AAAA", "2001:db8::1"), want("CNAME", WEB, API)])


NEW = want("A", "192.0.2.9")
OLD = stands(1, "A", "192.0.2.1")
THEIRS = stands(2, "A", "192.0.2.2", ours=False)


@pytest.mark.parametrize(
    ("wanted", "standing", "options", "found"),
    [
        ([NEW], [], {}, [(None, NEW)]),
        ([NEW], [OLD], {}, [(OLD, NEW)]),
        ([NEW], [stands(1, "A", "192.0.2.1", API)], {}, [(None, NEW)]),
        ([], [OLD, THEIRS], {}, []),
        ([], [OLD, THEIRS], {"purge": True}, [(OLD, None)]),
        ([], [OLD, THEIRS], {"purge": True, "adopt": True}, [(OLD, None)]),
        ([NEW], [THEIRS], {"adopt": True}, [(THEIRS, NEW)]),
        ([NEW], [OLD, THEIRS], {"adopt": True}, [(OLD, NEW), (THEIRS, None)]),
    ],
)
def test_a_declared_record_is_one_that_stands_or_a_new_one(wanted, standing, options, found):
    assert slots(wanted, standing, OURS, **{"adopt": False, "purge": False, **options}) == [Slot(*pair) for pair in found]


def test_one_whose_content_stands_keeps_it():
    one, two = stands(1, "TXT", "one"), stands(2, "TXT", "two")
    found = slots([want("TXT", "two"), want("TXT", "new")], [one, two], OURS, adopt=False, purge=False)
    assert [slot.standing for slot in found] == [two, one]


def test_what_is_not_listed_of_a_name_and_type_goes_only_with_purge():
    standing = [stands(1, "TXT", "one"), stands(2, "TXT", "two")]
    for purge, gone in ((False, []), (True, [Slot(standing[1], None)])):
        found = slots([want("TXT", "one")], standing, OURS, adopt=False, purge=purge)
        assert [slot for slot in found if slot.declared is None] == gone


def test_an_address_of_the_owner_makes_room_for_a_cname():
    found = slots([want("CNAME", API)], [OLD], OURS, adopt=False, purge=False)
    assert found == [Slot(None, want("CNAME", API)), Slot(OLD, None)]


@pytest.mark.parametrize(
    ("wanted", "foreign"),
    [
        (want("A", "192.0.2.1"), ("A", "192.0.2.2")),
        (want("A", "192.0.2.1"), ("CNAME", API)),
        (want("CNAME", API), ("AAAA", "2001:db8::1")),
        (want("CNAME", API), ("CNAME", ZONE)),
        (want("TXT", "a"), ("TXT", '"a"')),
    ],
)
def test_a_record_of_somebody_else_in_the_way_is_told(wanted, foreign):
    standing = [stands(1, *foreign, ours=False)]
    said = f"plan {WEB} {wanted['type']}: a record of somebody else is in the way .*; take it over with adopt, or remove it"
    with pytest.raises(CloudflareError, match=said):
        slots([wanted], standing, OURS, adopt=False, purge=False)
    assert slots([wanted], standing, OURS, adopt=True, purge=False)


@pytest.mark.parametrize(
    ("wanted", "foreign"),
    [
        (want("A", "192.0.2.1"), ("AAAA", "2001:db8::1")),
        (want("A", "192.0.2.1"), ("TXT", "a")),
        (want("TXT", "a"), ("TXT", "b")),
        (want("MX", "mail.example.org", priority=1), ("MX", "mx.example.net")),
    ],
)
def test_a_record_of_somebody_else_beside_it_is_left_alone(wanted, foreign):
    found = slots([wanted], [stands(1, *foreign, ours=False)], OURS, adopt=False, purge=True)
    assert found == [Slot(None, wanted)]


@pytest.mark.parametrize(
    ("meant", "ids"),
    [
        ([want("TXT")], ["1", "2"]),
        ([want("TXT", "two")], ["2"]),
        ([want("TXT", name=API)], []),
        ([want("CAA", data={"tag": "issue"})], ["4"]),
    ],
)
def test_only_the_owner_s_records_are_removed(meant, ids):
    standing = [stands(1, "TXT", "one"), stands(2, "TXT", "two"), stands(3, "TXT", "two", ours=False)]
    standing.append(stands(4, "CAA", '0 issue "a"', data={"tag": "issue", "value": "a"}))
    assert [slot.standing["id"] for slot in removed(meant, standing, OURS)] == ids


def test_slots_are_called_by_name_and_type_and_by_content_where_there_are_several():
    caa = Slot(None, want("CAA", data={"tag": "issue", "value": "a.example"}))
    several = [Slot(None, want("TXT", "one")), Slot(stands(1, "TXT", "two"), None)]
    named = keyed([Slot(OLD, NEW), caa, *several])
    assert list(named) == [f"{WEB} A", f"{WEB} CAA", f"{WEB} TXT one", f"{WEB} TXT two"]


@pytest.mark.parametrize(
    ("record", "sent"),
    [
        ({"id": "1", "type": "TXT", "content": "a"}, {"type": "TXT", "content": '"a"'}),
        ({"type": "A", "content": "192.0.2.1"}, {"type": "A", "content": "192.0.2.1"}),
    ],
)
def test_a_record_is_sent_as_the_api_takes_it(record, sent):
    assert body(record) == sent
