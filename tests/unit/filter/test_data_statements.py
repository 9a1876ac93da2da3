# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.filter.data_statements import FilterModule

FOUND = {"uploads": {"bucket": {"arn": "arn:b"}}, "orders": {"table": {"arn": "arn:t"}}, "web": {"service": {}}}
statements = FilterModule().filters()["data_statements"]


def allowed(access, **more):
    made = statements(access, FOUND, region="eu-west-1", **more)
    return {
        (action, resource)
        for one in made
        for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
        for resource in ([one["Resource"]] if isinstance(one["Resource"], str) else one["Resource"])
    }


def test_nothing():
    assert statements({}, FOUND, region="eu-west-1", key="arn:key") == []


def test_who_reads_a_bucket_does_not_write_it():
    assert allowed({"uploads": "read"}) == {("s3:ListBucket", "arn:b"), ("s3:GetObject", "arn:b/*")}
    assert ("s3:PutObject", "arn:b/*") in allowed({"uploads": "write"})


def test_who_reads_a_table_reads_its_indexes_and_does_not_write():
    read, write = allowed({"orders": "read"}), allowed({"orders": "write"})
    assert {("dynamodb:Query", "arn:t"), ("dynamodb:Query", "arn:t/index/*")} <= read < write
    assert ("dynamodb:PutItem", "arn:t") in write - read


@pytest.mark.parametrize(
    ("data", "services"),
    [(["orders"], ["dynamodb"]), (["uploads"], ["s3"]), (["uploads", "orders"], ["dynamodb", "s3"])],
)
def test_the_key_is_used_through_the_services_of_the_data_alone(data: list[str], services: list[str]):
    last = statements(dict.fromkeys(data, "read"), FOUND, region="eu-west-1", key="arn:key")[-1]
    assert last["Resource"] == "arn:key"
    via = [f"{service}.eu-west-1.amazonaws.com" for service in services]
    assert last["Condition"] == {"StringEquals": {"kms:ViaService": via}}


@pytest.mark.parametrize("name", ["web", "nobody"])
def test_what_holds_no_data_is_refused(name):
    with pytest.raises(ValueError, match=f"{name} has neither a bucket nor a table"):
        statements({name: "read"}, FOUND, region="eu-west-1")
