# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.groundwork.cloud.plugins.filter.iam_policies import FilterModule

SHOP = {"stack": "shop", "environment": "production", "region": "eu-west-1", "account": "111122223333"}


def made(record, **options):
    return FilterModule().filters()["iam_policies"](record, **SHOP, **options)


@pytest.mark.parametrize(
    ("options", "resource"),
    [
        ({}, "arn:aws:iam::111122223333:role/groundwork/shop/production/*"),
        ({"path": "/teams/shop/"}, "arn:aws:iam::111122223333:role/teams/shop/*"),
    ],
)
def test_roles_lie_under_their_path(options, resource):
    documents = made([{"service": "iam", "operation": "DeleteRole"}], **options)["documents"]
    assert resource in documents["apply"]["Statement"][0]["Resource"]


def test_names_of_records_are_in_small_letters():
    documents = made([{"service": "route53", "operation": "ChangeResourceRecordSets"}], zones=["Example.org"])["documents"]
    condition = documents["apply"]["Statement"][0]["Condition"]["ForAllValues:StringLike"]
    assert condition == {"route53:ChangeResourceRecordSetsNormalizedRecordNames": ["example.org", "*.example.org"]}


@pytest.mark.parametrize("record", [["ec2"], [{"service": "ec2"}], {"service": "ec2", "operation": "DescribeVpcs"}])
def test_something_else_than_a_record_is_refused(record):
    with pytest.raises(AnsibleFilterError, match=r"no record of calls.*take the calls\.json of a run"):
        made(record)
