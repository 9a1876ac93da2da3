# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.aws import AwsError
from ansible_collections.groundwork.cloud.plugins.module_utils.vpc import by_name, cidr, item_tags, name_in, only


def test_a_name_is_one_of_a_kind():
    assert by_name([{"name": "a"}, {"name": "b"}]) == {"a": {"name": "a"}, "b": {"name": "b"}}
    with pytest.raises(AwsError, match=r"plan a: two are called so; give each a name of its own"):
        by_name([{"name": "a"}, {"name": "a"}])


@pytest.mark.parametrize(
    ("tags", "expected"),
    [(None, {"Name": "a"}), ({"cost": 7}, {"Name": "a", "cost": "7"}), ({"Name": "shop-a"}, {"Name": "shop-a"})],
)
def test_what_has_no_tag_name_is_called_by_its_name(tags, expected):
    assert item_tags({"name": "a", "tags": tags}) == expected


@pytest.mark.parametrize(
    ("described", "name"),
    [({}, ""), ({"Tags": [{"Key": "team", "Value": "b"}, {"Key": "Name", "Value": "a"}]}, "a"), ({"Tags": []}, "")],
)
def test_the_tag_name(described, name):
    assert name_in(described) == name


def test_of_several_it_is_not_guessed_which_is_meant():
    assert only("subnet a", [], "Id") is None
    assert only("subnet a", [{"Id": "1"}], "Id") == {"Id": "1"}
    with pytest.raises(AwsError, match="read subnet a: there are several, 1, 2;"):
        only("subnet a", [{"Id": "2"}, {"Id": "1"}], "Id")


@pytest.mark.parametrize(
    ("given", "expected"),
    [("10.0.0.1/24", "10.0.0.0/24"), ("2001:DB8:0::/48", "2001:db8::/48"), ("pl-1", "pl-1"), ("(unknown)", "(unknown)")],
)
def test_ranges_are_written_as_aws_writes_them(given, expected):
    assert cidr(given) == expected
