# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import Exact
from ansible_collections.groundwork.cloud.plugins.module_utils.policy import policy_part, same_policy

READ = {
    "Sid": "Read",
    "Effect": "Allow",
    "Principal": {"AWS": ["arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:role/web"]},
    "Action": ["s3:GetObject", "s3:ListBucket"],
    "Resource": "arn:aws:s3:::shop/*",
    "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}, "Bool": {"aws:SecureTransport": "true"}},
}
DENY = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}


def policy(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements), **more}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (policy(READ, DENY), policy(DENY, READ)),
        (policy(READ), {"Version": "2012-10-17", "Statement": READ}),
        (policy(READ), policy({**READ, "Action": ["s3:ListBucket", "s3:getobject", "s3:GetObject"]})),
        (policy(READ), policy({**READ, "Resource": ["arn:aws:s3:::shop/*"]})),
        (policy(READ), policy({**READ, "Principal": {"AWS": ["arn:aws:iam::111122223333:role/web", "111122223333"]}})),
        (policy(READ), policy({**READ, "Principal": {"AWS": ["arn:aws:iam::111122223333:role/web", 111122223333]}})),
        (policy(DENY), policy({**DENY, "Principal": {"AWS": "*"}})),
        (
            policy(READ),
            policy(
                {
                    **READ,
                    "Condition": {"Bool": {"AWS:SecureTransport": [True]}, "StringEquals": {"aws:sourceaccount": 111122223333}},
                }
            ),
        ),
        ({"Statement": [DENY]}, {"Version": "2008-10-17", "Statement": [DENY], "Id": ""}),
        (policy({**DENY, "Sid": ""}), policy(DENY)),
    ],
)
def test_policies_that_mean_the_same(one, other):
    assert same_policy(one, other)


@pytest.mark.parametrize(
    "other",
    [
        policy(READ, DENY),
        policy({**READ, "Effect": "Deny"}),
        policy({**READ, "Sid": "Other"}),
        policy({**READ, "Action": "s3:GetObject"}),
        policy({**READ, "Principal": {"AWS": "*"}}),
        policy({**READ, "Principal": {"Service": READ["Principal"]["AWS"]}}),
        policy({**READ, "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}),
        policy({key: value for key, value in READ.items() if key != "Condition"}),
        {"Statement": [READ]},
    ],
)
def test_policies_that_do_not(other):
    assert not same_policy(policy(READ), other)


def test_the_part_to_plan_with():
    reworded = {"Version": "2012-10-17", "Statement": DENY}
    assert policy_part({}, policy(DENY)) is None
    assert policy_part(reworded, policy(DENY)) == policy(DENY), "what means the same is no difference"
    assert policy_part(reworded, None) == reworded
    assert isinstance(policy_part(reworded, policy(READ))["Statement"], Exact)
