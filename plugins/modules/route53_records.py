#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: route53_records
version_added: 0.1.0
short_description: Manage records of an Amazon Route 53 hosted zone
description:
  - Creates, changes and deletes simple records of a public hosted zone, all in one change, so that all change or none.
  - Records that are not listed are left alone.
  - Follows the Amazon Route 53 API reference, actions ListResourceRecordSets and ChangeResourceRecordSets.
author:
  - The Groundwork authors (@groundwork)
options:
  hosted_zone:
    description: Id or name of the public hosted zone.
    type: str
    required: true
  records:
    description: The records. To delete them, O(records[].name) and O(records[].type) are enough.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Full domain name; its case and final dot mean nothing.
        type: str
        required: true
      type:
        description: Record type.
        type: str
        choices: [A, AAAA, CAA, CNAME, DS, HTTPS, MX, NAPTR, NS, PTR, SRV, SSHFP, SVCB, TLSA, TXT]
        required: true
      values:
        description: Its values, in any order. The quotes that Route 53 wants around a TXT value may be left out.
        type: list
        elements: str
      ttl:
        description: Seconds that resolvers may keep it; not of an alias.
        type: int
        default: 300
      alias:
        description: The AWS resource that the name leads to, instead of values.
        type: dict
        suboptions:
          dns_name:
            description: Its DNS name.
            type: str
            required: true
          hosted_zone_id:
            description: The hosted zone of that name, which its service tells.
            type: str
            required: true
          evaluate_target_health:
            description: Whether the name leads there only while it is healthy.
            type: bool
            default: true
  wait:
    description: Whether to wait until all servers of Route 53 know the change, which takes about a minute.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait at most.
    type: int
    default: 300
extends_documentation_fragment:
  - groundwork.cloud.converge
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Lead the site to its load balancer, and say who may send its mail
  groundwork.cloud.route53_records:
    hosted_zone: example.org
    records:
      - name: www.example.org
        type: A
        alias:
          dns_name: shop-production-public-1.us-east-1.elb.amazonaws.com
          hosted_zone_id: Z35SXDOTRQ7X7K
      - {name: example.org, type: TXT, values: [v=spf1 -all]}

- name: Take the site out of DNS
  groundwork.cloud.route53_records:
    hosted_zone: example.org
    records:
      - {name: www.example.org, type: A}
    state: absent
"""

RETURN = r"""
records:
  description: The listed records that stand, each under its name and type.
  returned: always
  type: dict
  sample: {"example.org. TXT": {"values": ["\"v=spf1 -all\""], "ttl": 300}}
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, AwsError, Service, converge
from ..module_utils.naming import domain_name
from ..module_utils.plan import Exact, Plan
from ..module_utils.route53 import record_set, zone_id

TYPES = ["A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SRV", "SSHFP", "SVCB", "TLSA", "TXT"]
ARGUMENTS: dict[str, Any] = {
    "hosted_zone": {"type": "str", "required": True},
    "records": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True},
            "type": {"type": "str", "required": True, "choices": TYPES},
            "values": {"type": "list", "elements": "str"},
            "ttl": {"type": "int", "default": 300},
            "alias": {
                "type": "dict",
                "options": {
                    "dns_name": {"type": "str", "required": True},
                    "hosted_zone_id": {"type": "str", "required": True},
                    "evaluate_target_health": {"type": "bool", "default": True},
                },
            },
        },
        "mutually_exclusive": [["values", "alias"]],
    },
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 300},
    **STATE_OPTION,
}
# The longest string of a TXT record: Amazon Route 53 developer guide, "TXT record type".
LONGEST_STRING = 255


class RecordsError(AwsError):
    """A failed call to Amazon Route 53."""


def domain(name: str) -> str:
    """A domain name as Route 53 writes it."""
    return domain_name(name) + "."


def part_name(record: Mapping[str, Any]) -> str:
    return f"{domain(record['name'])} {record['type']}"


def quoted(text: str) -> str:
    """A TXT value as Route 53 takes it: strings in quotes."""
    if text.startswith('"'):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', r"\"")
    return " ".join(f'"{escaped[start : start + LONGEST_STRING]}"' for start in range(0, len(escaped) or 1, LONGEST_STRING))


def wanted(params: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: one for each record, None for those that shall not be."""
    names = [part_name(record) for record in params["records"]]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise RecordsError(f"plan {twice[0]}", "it is listed twice; list it once, with all of its values")
    if params["state"] == "absent":
        return dict.fromkeys(names)
    return {name: declared_record(record) for name, record in zip(names, params["records"], strict=True)}


def declared_record(record: Mapping[str, Any]) -> Exact:
    """One record as declared; it is compared whole, since an alias can take the place of values."""
    if alias := record["alias"]:
        return Exact({**alias, "dns_name": domain(alias["dns_name"])})
    if not record["values"]:
        raise RecordsError(f"plan {part_name(record)}", "it has neither values nor an alias; give it one of the two")
    values = [quoted(value) if record["type"] == "TXT" else value for value in record["values"]]
    return Exact({"values": sorted(values), "ttl": record["ttl"]})


def described(record: Mapping[str, Any]) -> dict[str, Any]:
    """Route 53's ResourceRecordSet in the words of this module's options."""
    if alias := record.get("AliasTarget"):
        return {
            "dns_name": domain(alias["DNSName"]),
            "hosted_zone_id": alias["HostedZoneId"],
            "evaluate_target_health": alias["EvaluateTargetHealth"],
        }
    return {"values": sorted(value["Value"] for value in record["ResourceRecords"]), "ttl": record["TTL"]}


def upsert(name: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """The change that makes a record what was declared. C(name) is that of its part."""
    owner, kind = name.rsplit(" ", 1)
    if "values" in record:
        content: dict[str, Any] = {"TTL": record["ttl"], "ResourceRecords": [{"Value": value} for value in record["values"]]}
    else:
        target = {"DNSName": "dns_name", "HostedZoneId": "hosted_zone_id", "EvaluateTargetHealth": "evaluate_target_health"}
        content = {"AliasTarget": {theirs: record[ours] for theirs, ours in target.items()}}
    return {"Action": "UPSERT", "ResourceRecordSet": {"Name": owner, "Type": kind, **content}}


class Records(Service):
    name = "route53"
    error = RecordsError

    def read(self) -> dict[str, Any]:
        self._zone = None
        with self.doing(f"look for hosted zone {self.params['hosted_zone']}"):
            self._zone = zone_id(self.client, self.params["hosted_zone"])
        self._standing: dict[str, dict[str, Any]] = {}
        for record in self.params["records"] if self._zone else []:
            name = part_name(record)
            with self.doing(f"read {name}"):
                if found := record_set(self.client, str(self._zone), domain(record["name"]), record["type"]):
                    self._standing[name] = found
        if routed := [name for name, record in self._standing.items() if "SetIdentifier" in record]:
            raise self.error(f"read {routed[0]}", "it has a routing policy, and this module knows simple records alone")
        return {name: described(record) for name, record in self._standing.items()}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params)

    def apply(self, todo: Plan) -> None:
        zone = self.params["hosted_zone"]
        if not self._zone:
            raise self.error(f"change records of {zone}", "there is no public hosted zone of that name or id; create it first")
        # Deletions go first: a CNAME and another record of its name exclude each other.
        changes = [{"Action": "DELETE", "ResourceRecordSet": self._standing[name]} for name in todo.delete]
        changes += [upsert(name, todo.after(name) or {}) for name in (*todo.create, *todo.update)]
        with self.doing(f"change records of {zone}"):
            request = {"HostedZoneId": self._zone, "ChangeBatch": {"Changes": changes}}
            answer = self.persist(
                f"hosted zone {zone} to take the change",
                lambda: self.client.change_resource_record_sets(**request),
                "PriorRequestNotComplete",
            )
        if self.params["wait"]:
            change = answer["ChangeInfo"]["Id"]
            with self.doing(f"wait for the change of hosted zone {zone}"):
                self.wait(
                    f"all servers to know the change of hosted zone {zone}",
                    lambda: str(self.client.get_change(Id=change)["ChangeInfo"]["Status"]),
                    lambda status: status == "INSYNC",
                )


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Records(module), "records")


if __name__ == "__main__":
    main()
