# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.groundwork.cloud.plugins.filter import secret_references

references = secret_references.FilterModule().filters()["secret_references"]
FOUND = {
    "managed": {"db_instance": {"main": {"master_user_secret": {"secret_arn": "arn:managed"}}}, "secret": {}},
    "own": {"db_instance": {"main": {}}, "secret": {"master": {"arn": "arn:master"}, "session": {"arn": "arn:session"}}},
    "bare": {},
}


@pytest.mark.parametrize(
    ("secret", "arn", "value_from"),
    [
        ({"component": "own", "secret": "session"}, "arn:session", "arn:session"),
        ({"component": "own", "secret": "session", "key": "salt"}, "arn:session", "arn:session:salt::"),
        ({"component": "managed", "key": "password"}, "arn:managed", "arn:managed:password::"),
        ({"component": "own", "key": "password"}, "arn:master", "arn:master:password::"),
    ],
)
def test_where_a_secret_lives(secret, arn, value_from):
    assert references([{"name": "X", **secret}], FOUND) == [{"name": "X", "arn": arn, "value_from": value_from}]


@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        ({"component": "own", "secret": "other"}, "X: own has no secret other; it has master, session"),
        ({"component": "bare"}, "X: bare has no secret of a master user; it has none"),
        ({"component": "absent", "secret": "other"}, "X: absent has no secret other; it has none"),
    ],
)
def test_a_secret_that_is_not_there_is_named(secret, problem):
    with pytest.raises(AnsibleFilterError, match=problem):
        references([{"name": "X", **secret}], FOUND)
