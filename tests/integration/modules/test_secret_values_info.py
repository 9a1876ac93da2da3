# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest


@pytest.mark.parametrize("check", [True, False])
def test_the_value_and_the_one_before(aws, run_module, check):
    secrets = aws("secretsmanager")
    secrets.create_secret(Name="shop-origin-lock", SecretString="first")
    told = run_module("secret_values_info", check=check, name="shop-origin-lock")
    assert (told["secret_values"], told["changed"]) == (["first"], False)
    secrets.put_secret_value(SecretId="shop-origin-lock", SecretString="second")
    assert run_module("secret_values_info", check=check, name="shop-origin-lock")["secret_values"] == ["second", "first"]


def test_one_without_a_value_and_one_that_is_not_there(aws, run_module):
    aws("secretsmanager").create_secret(Name="empty")
    for name in ("empty", "missing"):
        told = run_module("secret_values_info", name=name)
        assert told["msg"].startswith(f"read the value of secret {name}: ")
        assert told["error_code"] == "ResourceNotFoundException"
