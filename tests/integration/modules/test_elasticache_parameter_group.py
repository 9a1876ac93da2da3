# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

MODULE = "elasticache_parameter_group"
NAME = "shop-production-redis"


def values(aws: Any) -> dict[str, str] | None:
    cache = aws("elasticache")
    try:
        listed = cache.describe_cache_parameters(CacheParameterGroupName=NAME, Source="user")["Parameters"]
    except cache.exceptions.CacheParameterGroupNotFoundFault:
        return None
    return {parameter["ParameterName"]: parameter["ParameterValue"] for parameter in listed}


def test_lifecycle(aws, lifecycle):
    lifecycle(
        MODULE,
        present={"name": NAME, "family": "redis7", "parameters": {"maxmemory-policy": "allkeys-lru"}, "tags": {"team": "shop"}},
        change={
            "parameters": {"maxmemory-policy": "allkeys-lfu", "cluster-enabled": True, "timeout": 60},
            "tags": {"team": "till"},
        },
        exists=lambda: values(aws) is not None,
        changed=lambda: values(aws) == {"maxmemory-policy": "allkeys-lfu", "cluster-enabled": "yes", "timeout": "60"},
    )


def test_only_declared_parameters_are_touched(aws, run_module):
    run_module(MODULE, name=NAME, family="valkey8", parameters={"timeout": 60})
    assert run_module(MODULE, name=NAME, parameters={"tcp-keepalive": 300})["changed"] is False, "the default is a value too"
    run_module(MODULE, name=NAME, parameters={"maxmemory-policy": "noeviction"})
    assert values(aws) == {"timeout": "60", "maxmemory-policy": "noeviction"}
    assert run_module(MODULE, name=NAME, family="valkey8", parameters={})["changed"] is False


def test_a_misspelt_parameter_is_refused_before_the_group_is_made(aws, run_module):
    refused = run_module(MODULE, name=NAME, family="redis7", parameters={"maxmemory_policy": "allkeys-lru"})
    assert "did you mean maxmemory-policy?" in refused["msg"]
    assert values(aws) is None
    run_module(MODULE, name=NAME, family="redis7")
    assert "leave it out" in run_module(MODULE, name=NAME, parameters={"maxclients": 1})["msg"]
