# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.modules.route53_records import (
    RecordsError,
    declared_record,
    described,
    part_name,
    quoted,
    upsert,
    wanted,
)

MAIL = {"name": "Example.org", "type": "MX", "values": ["20 b.example.org", "10 a.example.org"], "ttl": 60, "alias": None}
ALIAS = {"dns_name": "Front.elb.amazonaws.com", "hosted_zone_id": "Z1", "evaluate_target_health": True}
SITE = {"name": "www.example.org.", "type": "A", "values": None, "ttl": 300, "alias": ALIAS}


def test_wanted():
    assert wanted({"state": "present", "records": [MAIL, SITE]}) == {
        "example.org. MX": {"values": ["10 a.example.org", "20 b.example.org"], "ttl": 60},
        "www.example.org. A": {**ALIAS, "dns_name": "front.elb.amazonaws.com."},
    }
    assert wanted({"state": "absent", "records": [MAIL]}) == {"example.org. MX": None}


@pytest.mark.parametrize(
    ("records", "said"),
    [
        (
            [MAIL, {**MAIL, "name": "example.org."}],
            "plan example.org. MX: it is listed twice; list it once, with all of its values",
        ),
        ([{**MAIL, "values": []}], "plan example.org. MX: it has neither values nor an alias; give it one of the two"),
    ],
)
def test_refusals(records, said):
    with pytest.raises(RecordsError, match=said):
        wanted({"state": "present", "records": records})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v=spf1 -all", '"v=spf1 -all"'),
        ('"v=spf1 -all"', '"v=spf1 -all"'),
        ('say "hi"', r'"say \"hi\""'),
        ("a" * 300, f'"{"a" * 255}" "{"a" * 45}"'),
        ("", '""'),
    ],
)
def test_text_in_quotes(text, expected):
    assert quoted(text) == expected
    assert declared_record({**MAIL, "type": "TXT", "values": [text]})["values"] == [expected]


@pytest.mark.parametrize("record", [MAIL, SITE])
def test_what_is_written_reads_as_declared(record):
    change = upsert(part_name(record), declared_record(record))
    assert change["Action"] == "UPSERT"
    assert part_name({"name": change["ResourceRecordSet"]["Name"], "type": record["type"]}) == part_name(record)
    assert described(change["ResourceRecordSet"]) == declared_record(record)
