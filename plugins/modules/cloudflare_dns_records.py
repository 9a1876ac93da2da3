#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cloudflare_dns_records
version_added: 0.1.0
short_description: Manage the DNS records of a Cloudflare zone, all at once
description:
  - Reads the records of a zone once, and makes all changes in one batch, which Cloudflare carries out whole or not at all. More
    than 200 changes are several batches.
  - Records carry a mark of their owner. Those of others are never changed or removed, unless O(adopt) says so.
  - A TXT record is the same with or without quotes, in one string or several.
  - Follows the Cloudflare API reference, C(/zones/{zone_id}/dns_records/batch).
author:
  - The Groundwork authors (@groundwork)
options:
  owner:
    description:
      - Whose records these are, for instance the name of a stack and its environment.
      - It is the mark of the records, by which this module knows them again. Another owner is another mark.
    type: str
    required: true
  mark:
    description:
      - Where the mark is. V(comment) begins the comment of a record with it; V(tag) gives the record the tag C(owner:) with it,
        which not every plan of Cloudflare has.
    type: str
    choices: [comment, tag]
    default: comment
  records:
    description:
      - The records. Several of one name and type are as many values.
      - With O(state=absent) name and type are enough, and mean all of the owner's records of that name and type.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The whole name, or V(@) for that of the zone.
        type: str
        required: true
      type:
        description: The type.
        type: str
        required: true
        choices: [A, AAAA, CAA, CERT, CNAME, DNSKEY, DS, HTTPS, LOC, MX, NAPTR, NS, PTR, SMIMEA, SRV, SSHFP, SVCB, TLSA, TXT, URI]
      content:
        description: The address, name or text, for types A, AAAA, CNAME, MX, NS, PTR and TXT.
        type: str
      data:
        description: The content of all other types, field by field, as the Cloudflare API reference names the fields.
        type: dict
      ttl:
        description: Seconds for which others may keep it, or V(1) for what Cloudflare finds right. New records have V(1).
        type: int
      proxied:
        description: Whether Cloudflare answers with its own addresses, and passes on what comes. New records are not proxied.
        type: bool
      priority:
        description: The priority of an MX or URI record.
        type: int
      comment:
        description: What the record is for. It comes after the mark where that is in the comment.
        type: str
      tags:
        description: Tags of the record, as C(name:value). Others that it has stay.
        type: list
        elements: str
  adopt:
    description:
      - Whether a record of somebody else that is in the way becomes the owner's, and what is declared.
      - In the way is a record of the same name and type and the same content, an address of the same name and type, and a CNAME
        where an address is declared, or the other way round.
    type: bool
    default: false
  purge:
    description:
      - Whether the owner's records that are not listed are removed from the zone.
      - With O(state=absent), all of the owner's go, and a zone that is not there has none.
    type: bool
    default: false
notes:
  - The token needs B(Zone Read), B(DNS Read) and, to change something, B(DNS Write).
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.cloudflare
  - groundwork.cloud.cloudflare.zone
"""

EXAMPLES = r"""
- name: Name the load balancer, and say who may send mail
  groundwork.cloud.cloudflare_dns_records:
    zone: example.org
    owner: shop-production
    purge: true
    records:
      - {name: app.example.org, type: CNAME, content: shop-123.us-east-1.elb.amazonaws.com, proxied: true}
      - {name: "@", type: TXT, content: v=spf1 include:amazonses.com -all, ttl: 3600}
      - {name: "@", type: MX, content: mail.example.org, priority: 10}
      - {name: "@", type: CAA, data: {flags: 0, tag: issue, value: amazon.com}}

- name: Remove the name of the application, in whatever values it has
  groundwork.cloud.cloudflare_dns_records:
    zone: example.org
    owner: shop-production
    records: [{name: app.example.org, type: CNAME}]
    state: absent
"""

RETURN = r"""
records:
  description: The listed records that stand, by name and type, and by content too where there are several of those.
  returned: always
  type: dict
  sample:
    app.example.org CNAME:
      id: 023e105f4ecef8ad9ca31a8372d0c353
      name: app.example.org
      type: CNAME
      content: shop-123.us-east-1.elb.amazonaws.com
      data: {}
      ttl: 1
      proxied: true
      priority:
      comment: shop-production
      tags: []
"""

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.cloudflare import OPTIONS, ZONE_OPTION, CloudflareResource
from ..module_utils.dns import (
    AUTOMATIC,
    TYPES,
    Mark,
    Record,
    Slot,
    body,
    check,
    declared_record,
    described,
    keyed,
    removed,
    slots,
)
from ..module_utils.plan import Plan
from ..module_utils.resource import STATE_OPTION, converge

ARGUMENTS: dict[str, Any] = {
    "owner": {"type": "str", "required": True},
    "mark": {"type": "str", "choices": ["comment", "tag"], "default": "comment"},
    "records": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True},
            "type": {"type": "str", "required": True, "choices": TYPES},
            "content": {"type": "str"},
            "data": {"type": "dict"},
            "ttl": {"type": "int"},
            "proxied": {"type": "bool"},
            "priority": {"type": "int"},
            "comment": {"type": "str"},
            "tags": {"type": "list", "elements": "str"},
        },
    },
    "adopt": {"type": "bool", "default": False},
    "purge": {"type": "bool", "default": False},
    **STATE_OPTION,
    **ZONE_OPTION,
    **OPTIONS,
}
# So many changes a batch may have on every plan: developers.cloudflare.com/dns/manage-dns-records/how-to/batch-record-changes
LARGEST_BATCH = 200


def wanted(slot: Slot, mark: Mark) -> Record | None:
    """What a record shall be. Tags are one list, so those that it has are part of it."""
    if slot.declared is None:
        return None
    added = {*slot.declared.get("tags", []), *([mark.tag] if mark.by == "tag" else [])}
    tags = {"tags": sorted({*(slot.standing or {}).get("tags", []), *added})} if added else {}
    return {**slot.declared, **tags}


def batches(todo: Plan, ids: Mapping[str, str]) -> list[dict[str, list[Record]]]:
    """The plan as requests, each of what Cloudflare takes at a time, in the order in which it carries them out."""
    changes: list[tuple[str, Record]] = [("deletes", {"id": ids[name]}) for name in todo.delete]
    changes += [("patches", {"id": ids[name], **body(after)}) for name, (_before, after) in todo.update.items()]
    changes += [("posts", {"ttl": AUTOMATIC, **body(record)}) for record in todo.create.values()]
    parts = [changes[start : start + LARGEST_BATCH] for start in range(0, len(changes), LARGEST_BATCH)]
    return [{verb: [change for kind, change in part if kind == verb] for verb, _change in part} for part in parts]


class Records(CloudflareResource):
    def __init__(self, module: AnsibleModule) -> None:
        super().__init__(module)
        self._mark = Mark(self.params["owner"], self.params["mark"])

    def read(self) -> dict[str, Any]:
        options = self.params
        for record in options["records"]:
            check(record)
        zone = self.zone
        declared = [declared_record(record, zone["name"], self._mark) for record in options["records"]]
        doing = f"read the DNS records of zone {zone['name']}"
        listed = self.api.pages(doing, "GET /zones/{zone}/dns_records", per_page=1000, zone=zone["id"])
        standing = [described(record) for record in listed]
        if options["state"] == "absent" and not options["purge"]:
            found = removed(declared, standing, self._mark)
        else:
            kept = declared if options["state"] == "present" else []
            found = slots(kept, standing, self._mark, adopt=options["adopt"], purge=options["purge"])
        self._slots = keyed(found)
        return {name: slot.standing for name, slot in self._slots.items() if slot.standing}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return {name: wanted(slot, self._mark) for name, slot in self._slots.items()}

    def apply(self, todo: Plan) -> None:
        zone = self.zone
        ids = {name: slot.standing["id"] for name, slot in self._slots.items() if slot.standing}
        for batch in batches(todo, ids):
            doing = f"change DNS records of zone {zone['name']}"
            self.api.ask(doing, "POST /zones/{zone}/dns_records/batch", batch, zone=zone["id"])


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Records(module), "records")


if __name__ == "__main__":
    main()
