# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from support.cloudflare import Cloudflare, writes

ZONE = "example.org"
WEB = {"name": "www.example.org", "type": "A", "content": "192.0.2.1", "proxied": True}
SPF = {"name": "@", "type": "TXT", "content": "v=spf1 -all", "ttl": 3600}
LONG = {"name": "key._domainkey.example.org", "type": "TXT", "content": "v=DKIM1; p=" + "A" * 400}
MAIL = {"name": "@", "type": "MX", "content": "Mail.Example.org.", "priority": 10}
CAA = {"name": "@", "type": "CAA", "data": {"flags": 0, "tag": "issue", "value": "amazon.com"}}
SRV = {
    "name": "_sip._tcp.example.org",
    "type": "SRV",
    "data": {"priority": 1, "weight": 2, "port": 5060, "target": "sip.example.org"},
}
OURS: dict[str, Any] = {"zone": ZONE, "owner": "shop"}


@pytest.fixture
def zone(cloudflare: Cloudflare) -> str:
    return cloudflare.create_zone(ZONE)


@pytest.fixture
def records(cloudflare: Cloudflare, zone: str) -> Any:
    """The records that stand, by type and content."""
    return lambda: {(one["type"], one["content"]): one for one in cloudflare.get(f"/zones/{zone}/dns_records?per_page=1000")}


def test_lifecycle(zone, records, lifecycle, cloudflare):
    lifecycle(
        "cloudflare_dns_records",
        present={**OURS, "records": [WEB, SPF]},
        change={"records": [{**WEB, "content": "192.0.2.2"}, SPF]},
        exists=lambda: len(records()) == 2,
        changed=lambda: ("A", "192.0.2.2") in records() and len(records()) == 2,
        absent={**OURS, "records": [{"name": "www.example.org", "type": "A"}, SPF]},
    )


def test_every_kind_of_record_converges_in_one_batch(cloudflare, zone, converges, records):
    with cloudflare.recorded() as requests:
        converges("cloudflare_dns_records", **OURS, records=[WEB, SPF, LONG, MAIL, CAA, SRV])
    assert writes(requests) == [f"POST /zones/{zone}/dns_records/batch"]
    stands = records()
    assert len(stands) == 6
    assert {one["comment"] for one in stands.values()} == {"shop"}
    assert stands["A", "192.0.2.1"]["proxied"] is True
    assert stands["MX", "mail.example.org"]["priority"] == 10
    assert ("TXT", f'"v=DKIM1; p={"A" * 244}" "{"A" * 156}"') in stands


def test_a_change_keeps_the_record_and_what_was_not_declared(cloudflare, zone, run_module, records):
    run_module("cloudflare_dns_records", **OURS, records=[{**WEB, "proxied": False, "ttl": 300, "comment": "front"}])
    before = records()["A", "192.0.2.1"]
    assert before["comment"] == "shop: front"
    run_module("cloudflare_dns_records", **OURS, records=[{"name": WEB["name"], "type": "A", "content": "192.0.2.7"}])
    after = records()["A", "192.0.2.7"]
    assert (after["id"], after["ttl"], after["comment"]) == (before["id"], 300, "shop")


def test_texts_are_the_same_in_quotes_or_not(cloudflare, zone, run_module):
    cloudflare.post(
        f"/zones/{zone}/dns_records", {"type": "TXT", "name": ZONE, "content": '"v=spf1" " -all"', "ttl": 3600, "comment": "shop"}
    )
    for content in ("v=spf1 -all", '"v=spf1 -all"', '"v=spf1 " "-all"'):
        assert run_module("cloudflare_dns_records", **OURS, records=[{**SPF, "content": content}])["changed"] is False


def test_a_record_of_somebody_else_is_in_the_way_until_it_is_adopted(cloudflare, zone, run_module, records, converges):
    theirs = {"type": "A", "name": "www.example.org", "content": "198.51.100.1", "ttl": 300, "comment": "by hand"}
    made = cloudflare.post(f"/zones/{zone}/dns_records", theirs)
    with cloudflare.recorded() as requests:
        refused = run_module("cloudflare_dns_records", **OURS, records=[WEB])
    said = "plan www.example.org A: a record of somebody else is in the way (A 198.51.100.1), without the mark shop; take it over"
    assert refused["msg"].startswith(said)
    assert writes(requests) == []
    converges("cloudflare_dns_records", **OURS, records=[WEB], adopt=True)
    assert records()["A", "192.0.2.1"]["id"] == made["id"]
    assert run_module("cloudflare_dns_records", **OURS, records=[WEB])["changed"] is False


def test_purge_removes_what_the_owner_does_not_list_any_more_and_nothing_else(cloudflare, zone, run_module, records):
    cloudflare.post(f"/zones/{zone}/dns_records", {"type": "TXT", "name": ZONE, "content": '"theirs"', "ttl": 1})
    run_module("cloudflare_dns_records", zone=ZONE, owner="shopping", records=[MAIL])
    run_module("cloudflare_dns_records", **OURS, records=[WEB, SPF])
    assert run_module("cloudflare_dns_records", **OURS, records=[WEB])["changed"] is False
    assert run_module("cloudflare_dns_records", **OURS, records=[WEB], purge=True)["changed"] is True
    assert set(records()) == {("A", "192.0.2.1"), ("TXT", '"theirs"'), ("MX", "mail.example.org")}
    assert run_module("cloudflare_dns_records", **OURS, records=[WEB], purge=True)["changed"] is False


def test_absent_removes_the_owner_s_records_alone(cloudflare, zone, run_module, records):
    cloudflare.post(f"/zones/{zone}/dns_records", {"type": "TXT", "name": ZONE, "content": '"theirs"', "ttl": 1})
    run_module("cloudflare_dns_records", **OURS, records=[SPF, {**SPF, "content": "two"}])
    run_module("cloudflare_dns_records", **OURS, records=[{**SPF, "content": "two"}], state="absent")
    assert set(records()) == {("TXT", '"theirs"'), ("TXT", '"v=spf1 -all"')}
    run_module("cloudflare_dns_records", **OURS, records=[{"name": "@", "type": "TXT"}], state="absent")
    assert set(records()) == {("TXT", '"theirs"')}


def test_an_owner_by_tag(cloudflare, zone, converges, records):
    tagged = {**OURS, "mark": "tag"}
    converges("cloudflare_dns_records", **tagged, records=[{**WEB, "tags": ["tier:front"], "comment": "ours"}])
    converges("cloudflare_dns_records", **tagged, records=[{**WEB, "content": "192.0.2.9"}])
    stands = records()["A", "192.0.2.9"]
    assert (sorted(stands["tags"]), stands["comment"]) == (["owner:shop", "tier:front"], "ours")


def test_a_cname_takes_the_place_of_the_owner_s_addresses(zone, cloudflare, converges, records):
    converges("cloudflare_dns_records", **OURS, records=[WEB, {**WEB, "content": "192.0.2.2"}])
    converges("cloudflare_dns_records", **OURS, records=[{"name": WEB["name"], "type": "CNAME", "content": "shop.example.net"}])
    assert set(records()) == {("CNAME", "shop.example.net")}


def test_two_hundred_and_more_records_are_two_batches(cloudflare, zone, converges, run_module):
    many = [{"name": f"host{number}.example.org", "type": "A", "content": "192.0.2.1"} for number in range(230)]
    with cloudflare.recorded() as requests:
        converges("cloudflare_dns_records", **OURS, records=many)
    assert len(writes(requests)) == 2
    with cloudflare.recorded() as requests:
        assert run_module("cloudflare_dns_records", **OURS, records=many)["changed"] is False
    assert len(requests) == 2, "the zone, and all of its records"


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({**WEB, "ttl": 300}, "plan www.example.org A: the TTL of a proxied record is Cloudflare's to say, and not 300"),
        ({**MAIL, "proxied": True}, "plan @ MX: only A, AAAA, CNAME can be proxied"),
    ],
)
def test_what_can_not_be_is_refused_before_any_call(cloudflare, zone, run_module, record, said):
    with cloudflare.recorded() as requests:
        refused = run_module("cloudflare_dns_records", check=True, **OURS, records=[record])
    assert refused["msg"].startswith(said)
    assert requests == []


def test_a_batch_that_cloudflare_refuses_changes_nothing(cloudflare, zone, run_module, records):
    wrong = {"name": "sip.example.org", "type": "SRV", "data": {"port": "x"}}
    refused = run_module("cloudflare_dns_records", **OURS, records=[WEB, wrong])
    assert refused["msg"].startswith("change DNS records of zone example.org: ")
    assert records() == {}


def test_all_of_an_owner_s_go_and_a_zone_that_is_not_there_has_none(cloudflare, run_module):
    zone = cloudflare.create_zone("example.org")
    for name, owner in (("a.example.org", "shop"), ("b.example.org", "shop"), ("c.example.org", "other")):
        record = {"name": name, "type": "TXT", "content": "here"}
        assert run_module("cloudflare_dns_records", zone="example.org", owner=owner, records=[record])["changed"]
    gone = {"zone": "example.org", "owner": "shop", "records": [], "purge": True, "state": "absent"}
    for check, change in ((True, True), (False, True), (True, False), (False, False)):
        assert run_module("cloudflare_dns_records", check=check, **gone)["changed"] is change
    assert [record["name"] for record in cloudflare.get(f"/zones/{zone}/dns_records")] == ["c.example.org"]
    nowhere = run_module("cloudflare_dns_records", **{**gone, "zone": "example.net"})
    assert (nowhere["changed"], nowhere.get("failed", False)) == (False, False)
    assert (
        "sees no such zone" in run_module("cloudflare_dns_records", **{**gone, "zone": "example.net", "state": "present"})["msg"]
    )
