# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: data_statements
version_added: 0.1.0
short_description: What a role may do with buckets and tables
description:
  - Makes of components that hold data, each with V(read) or V(write), the statements of a role that reaches these and no others.
  - Who may write may read, too.
author:
  - The Groundwork authors (@groundwork)
options:
  _input:
    description: Components with a bucket or a table, by name, with C(read) or C(write).
    type: dict
    required: true
  found:
    description: The live picture, in which the components are.
    type: dict
    required: true
  key:
    description: ARN of the KMS key that encrypts them; empty where AWS's own keys do.
    type: str
    default: ""
  region:
    description: The region, in which Amazon S3 and Amazon DynamoDB use the key.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show what a machine may do
  ansible.builtin.debug:
    msg: "{{ {'uploads': 'write', 'orders': 'read'} | groundwork.cloud.data_statements(found, region='us-east-1') }}"
"""

RETURN = r"""
_value:
  description: The statements of an IAM policy.
  type: list
  elements: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

_OBJECTS = {
    "read": ["s3:GetObject"],
    "write": ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
}
_ITEMS_READ = ["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:DescribeTable", "dynamodb:GetItem"]
_ITEMS_READ += ["dynamodb:Query", "dynamodb:Scan"]
_ITEMS_WRITE = ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
_ITEMS = {"read": _ITEMS_READ, "write": sorted(_ITEMS_READ + _ITEMS_WRITE)}


def data_statements(access: Mapping[str, str], found: Mapping[str, Any], region: str, key: str = "") -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = []
    services: set[str] = set()
    for name, way in sorted(access.items()):
        types = found.get(name, {})
        if not {"bucket", "table"} & set(types):
            raise ValueError(f"{name} has neither a bucket nor a table; name a component of storage or dynamodb")
        if "bucket" in types:
            services.add("s3")
            arn = types["bucket"]["arn"]
            statements.append({"Effect": "Allow", "Action": "s3:ListBucket", "Resource": arn})
            statements.append({"Effect": "Allow", "Action": _OBJECTS[way], "Resource": f"{arn}/*"})
        if "table" in types:
            services.add("dynamodb")
            arn = types["table"]["arn"]
            statements.append({"Effect": "Allow", "Action": _ITEMS[way], "Resource": [arn, f"{arn}/index/*"]})
    if key and statements:
        via = [f"{service}.{region}.amazonaws.com" for service in sorted(services)]
        using = {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], "Resource": key}
        statements.append({**using, "Condition": {"StringEquals": {"kms:ViaService": via}}})
    return statements


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"data_statements": data_statements}
