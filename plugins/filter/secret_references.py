# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: secret_references
version_added: 0.1.0
short_description: Where the secrets of a service live
description:
  - Turns secrets that are named by component into the ARNs that a task definition takes. No value is read.
author:
  - The Groundwork authors (@groundwork)
positional: found
options:
  _input:
    description: The secrets, each with C(name), C(component) and, where it applies, C(secret) and C(key).
    type: list
    elements: dict
    required: true
  found:
    description: The live picture.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show where the database's password lives
  ansible.builtin.debug:
    msg: "{{ [{'name': 'PGPASSWORD', 'component': 'postgres', 'key': 'password'}] | groundwork.cloud.secret_references(found) }}"
"""

RETURN = r"""
_value:
  description: C(name), the secret's C(arn), and C(value_from) as Amazon ECS takes it.
  type: list
  elements: dict
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError


def secret_references(secrets: Iterable[Mapping[str, Any]], found: Mapping[str, Any]) -> list[dict[str, str]]:
    references = []
    for secret in secrets:
        arn = _arn(secret, found.get(secret["component"], {}))
        value_from = f"{arn}:{secret['key']}::" if secret.get("key") else arn
        references.append({"name": secret["name"], "arn": arn, "value_from": value_from})
    return references


def _arn(secret: Mapping[str, Any], component: Mapping[str, Any]) -> str:
    own: Mapping[str, Mapping[str, Any]] = component.get("secret", {})
    part = secret.get("secret") or ""
    if part in own:
        return str(own[part]["arn"])
    database = component.get("db_cluster") or component.get("db_instance", {}).get("main", {})
    managed = database.get("master_user_secret") or {}
    if not part and "secret_arn" in managed:
        return str(managed["secret_arn"])
    if not part and "master" in own:
        return str(own["master"]["arn"])
    raise AnsibleFilterError(
        f"{secret['name']}: {secret['component']} has no secret {part or 'of a master user'}; it has {', '.join(own) or 'none'}"
    )


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"secret_references": secret_references}
