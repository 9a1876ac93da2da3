# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Modules of Cloudflare run directly as they do otherwise, are recorded, and in a plan write nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import UNKNOWN
from ansible_collections.groundwork.cloud.plugins.plugin_utils import direct
from ansible_collections.groundwork.cloud.plugins.plugin_utils.calls import Call
from support import ways
from support.certificates import ECC, client_certificate, csr
from support.cloudflare import Cloudflare, writes

PLAYBOOK = Path(__file__).with_name("cloudflare.yml")
CLIENT = client_certificate(ECC)
GIVEN = {"TEST_CSR": csr(ECC), "TEST_CERTIFICATE": CLIENT["certificate"], "TEST_KEY": CLIENT["private_key"]}
EXPECTED = {"refuse": ("ignored", False), "no change": ("ok", False), "again": ("ok", False), "read": ("ok", False)}
# What the simulator makes anew each time.
RULES = {
    "certificate": r"-----BEGIN CERTIFICATE-----[^\"]*",
    "id": r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{40,}|[0-9a-f]{32}|[0-9a-f]{8}(?=\.landing)",
    "port": r"(?<=127\.0\.0\.1:)\d+",
}


@pytest.fixture
def account(cloudflare: Cloudflare) -> Callable[[], dict[str, str]]:
    """Empty the account but for a zone; the environment that leads there."""

    def account() -> dict[str, str]:
        cloudflare.reset()
        cloudflare.create_zone("example.org")
        cloudflare.control("DELETE", "requests")
        return cloudflare.environment | GIVEN

    return account


def asked(cloudflare: Cloudflare) -> list[tuple[str, str, Any]]:
    """Every request in its order, without what is new each time."""

    def same(value: Any) -> Any:
        return re.sub("|".join(RULES.values()), "", json.dumps(value))

    return [(one["method"], same(one["path"]), same(one["body"])) for one in cloudflare.requests()]


def test_both_ways_are_one(run, cloudflare, account):
    outcomes, requests = [], []
    for way in (ways.STOCK, ways.DIRECT):
        outcomes.append(run(PLAYBOOK, way, **account()))
        requests.append(asked(cloudflare))
    for line in outcomes[0].results:
        kind = next((kind for kind in EXPECTED if f": {kind}" in line["task"] or line["task"].endswith(kind)), None)
        status = (line["status"], bool(line["result"].get("changed")))
        assert status == EXPECTED.get(kind, ("ok", True)), line
    assert ways.differences(*outcomes, rules=ways.RULES | RULES) == []
    assert requests[0] == requests[1]
    assert len(requests[0]) > 50


def test_a_plan_writes_nothing_and_the_run_is_recorded(run, cloudflare, account, tmp_path):
    record = tmp_path / "calls.json"
    done = run(PLAYBOOK, ways.DIRECT, "--check", **account(), GROUNDWORK_RECORD=str(record))
    assert writes(cloudflare.requests()) == []
    made = {line["task"]: line for line in done.results}
    for task in ("settings: change", "records: create", "ruleset: create", "project: create", "deployment: create"):
        assert (made[task]["status"], made[task]["result"]["changed"]) == ("ok", True), made[task]
    calls = [call for call in json.loads(record.read_text()) if call["service"] == "cloudflare"]
    assert sum(call["count"] for call in calls) == len(cloudflare.requests())
    assert {call["operation"] for call in calls} >= {"GET /zones", "GET /zones/{zone}/dns_records", "GET /ips"}
    assert not any(call["stopped"] for call in calls)


def test_a_record_of_what_is_to_be_made_is_planned_beside_those_that_stand(run, cloudflare, account, tmp_path):
    given = account()
    zone = cloudflare.get("/zones?name=example.org")[0]["id"]
    stands = {"type": "A", "name": "www.example.org", "content": "192.0.2.1", "ttl": 1, "comment": "shop"}
    cloudflare.post(f"/zones/{zone}/dns_records", stands)
    records = [
        {"name": "www.example.org", "type": "A", "content": "192.0.2.1"},
        {"name": "app.example.org", "type": "CNAME", "content": UNKNOWN},
        {"name": "nat.example.org", "type": "A", "content": UNKNOWN},
    ]
    task = {"name": "records", "groundwork.cloud.cloudflare_dns_records": {"zone": zone, "owner": "shop", "records": records}}
    playbook = tmp_path / "unknown.json"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]))
    done = run(playbook, ways.DIRECT, "--check", **given)
    assert done.code == 0, done.output
    result = done.of("records")
    assert (result["changed"], set(result["diff"]["after"])) == (True, {"app.example.org CNAME", "nat.example.org A"})
    assert result["records"]["www.example.org A"]["content"] == "192.0.2.1"


def test_ranges_that_depend_on_what_is_to_be_made_are_no_change(run, account, tmp_path):
    task = {"name": "ranges", "groundwork.cloud.cloudflare_ip_ranges_info": {"previous": [UNKNOWN]}}
    playbook = tmp_path / "unknown.json"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]))
    result = run(playbook, ways.DIRECT, "--check", **account()).of("ranges")
    assert (result["changed"], result["ipv4"], result["etag"]) == (False, [UNKNOWN], UNKNOWN)


# A module of this collection that does not keep to check mode.

LIAR = """
from ansible.module_utils.basic import AnsibleModule
from ansible_collections.groundwork.cloud.plugins.module_utils.cloudflare import OPTIONS, Client
module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode={honest})
client = Client(module.params)
zone = client.zone("example.org")["id"]
def write():
    client.ask("write", "POST /zones/{{zone}}/origin_tls_client_auth", {{"private_key": "s3cret", "certificate": "c"}}, zone=zone)
{trick}
module.exit_json(changed=False, msg="it got through")
"""
TRICKS = {
    "directly": "write()",
    "catching all": "try: write()\nexcept BaseException: pass",
    "in a thread": "import threading; thread = threading.Thread(target=write); thread.start(); thread.join()",
    "finally": "try: write()\nfinally: module.exit_json(changed=False)",
}


@pytest.fixture
def liar(cloudflare: Cloudflare, account: Any, tmp_path: Path) -> Any:
    def liar(trick: str, *, honest: bool = True, plan: bool = True) -> tuple[dict[str, Any], list[Call]]:
        file = tmp_path / "cloudflare_liar.py"
        file.write_text(LIAR.format(trick=TRICKS[trick], honest=honest))
        module = direct.Module("ansible_collections.groundwork.cloud.plugins.modules.cloudflare_liar", str(file))
        arguments = direct.built({"_ansible_check_mode": plan}).b_module_data
        made: list[Call] = []
        return direct.run(module, arguments, account(), str(tmp_path), plan=plan, tell=made.extend), made

    return liar


@pytest.mark.parametrize("honest", [True, False])
@pytest.mark.parametrize("trick", TRICKS)
def test_in_a_plan_nothing_but_reads_leaves(cloudflare, liar, trick, honest):
    shell, made = liar(trick, honest=honest)
    assert writes(cloudflare.requests()) == []
    told = json.loads(shell["stdout"])
    assert told["changed"] is True, shell
    (wanted,) = told["diff"]["after"].values()
    assert wanted["body"] == {"private_key": "(hidden)", "certificate": "c"}
    assert [(call.operation, call.stopped) for call in made] == [
        ("GET /zones", False),
        ("POST /zones/{zone}/origin_tls_client_auth", True),
    ]


def test_an_apply_is_not_stopped_and_its_calls_are_recorded(cloudflare, liar):
    _shell, (reads, write) = liar("catching all", plan=False)
    assert len(writes(cloudflare.requests())) == 1
    assert (reads.operation, reads.error) == ("GET /zones", "")
    assert (write.operation, write.error, write.stopped) == ("POST /zones/{zone}/origin_tls_client_auth", "400", False)
