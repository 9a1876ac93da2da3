# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.groundwork.cloud.plugins.filter.secret_references import FilterModule

FOUND = {
    "web": {"secret": {"session": {"arn": "arn:session"}}},
    "managed": {"db_instance": {"main": {"master_user_secret": {"secret_arn": "arn:managed"}}}},
    "generated": {"secret": {"master": {"arn": "arn:generated"}}, "db_instance": {"main": {}}},
    "cluster": {
        "db_cluster": {"master_user_secret": {"secret_arn": "arn:of-cluster"}},
        "db_instance": {"member-1": {"id": "one"}},
    },
    "own": {"secret": {"master": {"arn": "arn:own"}}, "db_cluster": {"master_user_secret": None}},
    "empty": {},
}
secret_references = FilterModule().filters()["secret_references"]


@pytest.mark.parametrize(
    ("secret", "arn", "value_from"),
    [
        ({"component": "web", "secret": "session"}, "arn:session", "arn:session"),
        ({"component": "managed", "key": "password"}, "arn:managed", "arn:managed:password::"),
        ({"component": "cluster", "key": "username"}, "arn:of-cluster", "arn:of-cluster:username::"),
        ({"component": "own"}, "arn:own", "arn:own"),
        ({"component": "generated", "key": "username", "secret": ""}, "arn:generated", "arn:generated:username::"),
    ],
)
def test_where_a_secret_lives(secret, arn, value_from):
    assert secret_references([{"name": "A", **secret}], FOUND) == [{"name": "A", "arn": arn, "value_from": value_from}]


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        ({"component": "web", "secret": "token"}, "A: web has no secret token; it has session"),
        ({"component": "empty"}, "A: empty has no secret of a master user; it has none"),
        ({"component": "nowhere"}, "A: nowhere has no secret of a master user; it has none"),
    ],
)
def test_a_secret_that_is_not_there(secret, said):
    with pytest.raises(AnsibleFilterError, match=said):
        secret_references([{"name": "A", **secret}], FOUND)
