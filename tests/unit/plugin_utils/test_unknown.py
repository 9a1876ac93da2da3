# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.plugin_utils.unknown import UNKNOWN, filled, is_unknown, shaped


@pytest.mark.parametrize(
    ("value", "unknown"),
    [
        (UNKNOWN, True),
        (f"https://{UNKNOWN}/", True),
        ({"id": UNKNOWN}, True),
        ({UNKNOWN: 1}, True),
        ({"a": [{"b": ("c", UNKNOWN)}]}, True),
        ("vpc-1", False),
        ("known after apply", False),
        ({"a": [{"b": ("c", 1)}]}, False),
        ([], False),
        (None, False),
        (True, False),
        (b"(known after apply)", False),
    ],
)
def test_unknown_is_what_has_something_unknown_in_it(value, unknown):
    assert is_unknown(value) is unknown


@pytest.mark.parametrize(
    ("documented", "shape"),
    [
        ({}, {}),
        ({"vpc_id": {"type": "str"}}, {"vpc_id": UNKNOWN}),
        ({"vpc_id": None}, {"vpc_id": UNKNOWN}),
        ({"changed": {"type": "bool"}, "msg": {"type": "str"}, "diff": {"type": "dict"}}, {}),
        (
            {"vpc": {"type": "dict", "contains": {"id": {"type": "str"}, "state": None}}},
            {"vpc": {"id": UNKNOWN, "state": UNKNOWN}},
        ),
        ({"vpc": {"type": "complex", "contains": {"changed": {"type": "bool"}}}}, {"vpc": {"changed": UNKNOWN}}),
        ({"endpoint": {"type": "dict", "contains": None}}, {"endpoint": UNKNOWN}),
        ({"names": {"type": "list", "elements": "str"}}, {"names": [UNKNOWN]}),
        ({"routes": {"type": "list", "contains": {"gateway_id": {"type": "str"}}}}, {"routes": [{"gateway_id": UNKNOWN}]}),
    ],
)
def test_a_shape_is_what_the_documentation_tells(documented, shape):
    assert shaped(documented) == shape


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ({"subnets": [{"name": "a"}, {"name": "b"}]}, {"a": {"id": UNKNOWN}, "b": {"id": UNKNOWN}}),
        ({"subnets": []}, {}),
        ({"subnets": ["subnet-1"]}, {"id": UNKNOWN}),
        ({}, {"id": UNKNOWN}),
    ],
)
def test_what_is_declared_by_name_is_returned_by_name(options, shape):
    assert shaped({"subnets": {"type": "dict", "contains": {"id": {"type": "str"}}}}, options) == {"subnets": shape}


@pytest.mark.parametrize(
    ("known", "shape", "result"),
    [
        ({"cidr": "10.0.0.0/16"}, {"id": UNKNOWN}, {"cidr": "10.0.0.0/16", "id": UNKNOWN}),
        ({"id": None}, {"id": UNKNOWN}, {"id": UNKNOWN}),
        ({"id": UNKNOWN}, {"id": {"address": UNKNOWN}}, {"id": {"address": UNKNOWN}}),
        ({"id": None}, {}, {"id": None}),
        ({"id": ""}, {"id": UNKNOWN}, {"id": ""}),
        ({"on": False, "count": 0}, {"on": UNKNOWN, "count": UNKNOWN}, {"on": False, "count": 0}),
        ({"vpc": {"name": "a"}}, {"vpc": {"id": UNKNOWN}}, {"vpc": {"name": "a", "id": UNKNOWN}}),
        ({"vpc": {}}, {"vpc": {"id": UNKNOWN}}, {"vpc": {"id": UNKNOWN}}),
        ({"vpc": {"name": "a"}}, {"vpc": UNKNOWN}, {"vpc": {"name": "a"}}),
        (
            {"routes": [{"to": "a"}, {"to": "b"}]},
            {"routes": [{"via": UNKNOWN}]},
            {"routes": [{"to": t, "via": UNKNOWN} for t in "ab"]},
        ),
        ({"routes": []}, {"routes": [{"via": UNKNOWN}]}, {"routes": []}),
        ({"routes": ["a"]}, {"routes": []}, {"routes": ["a"]}),
        ({"routes": ["a"]}, {"routes": UNKNOWN}, {"routes": ["a"]}),
    ],
)
def test_what_is_known_stays_and_the_rest_is_unknown(known, shape, result):
    assert filled(known, shape) == result
