# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Verification fails for what stands and is not ready, names it, and says nothing of it in a plan."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from support.small_stack import written

HOSTS = """\
stack:
  children:
    kms: {hosts: {good: , bad: }}
"""
STACK = """\
stack_name: shop
stack_environment: test
stack_region: us-east-1
"""


def test_what_is_not_ready_fails_its_component(
    endpoint: str, aws_environment: dict[str, str], aws: Callable[[str], Any], tmp_path: Path
) -> None:
    verify = partial(written(tmp_path, endpoint, HOSTS, STACK), "playbooks/verify.yml")
    kms = aws("kms")
    for component in ("good", "bad"):
        tags = {"Name": f"shop-test-{component}", "groundwork:stack": "shop"}
        tags |= {"groundwork:environment": "test", "groundwork:component": component}
        key = kms.create_key(Tags=[{"TagKey": name, "TagValue": value} for name, value in tags.items()])
        kms.create_alias(AliasName=f"alias/shop-test-{component}", TargetKeyId=key["KeyMetadata"]["KeyId"])
    assert verify().code == 0
    kms.disable_key(KeyId=key["KeyMetadata"]["KeyId"])
    done = verify()
    assert done.code == 2, done.output
    assert done.failures == ["bad: Everything that stands is ready: Not ready: alias/shop-test-bad"]
    assert verify("--check").code == 0
