# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

MODULE = "db_parameter_group"
NAME = "shop-production-postgres"


def values(aws: Any) -> dict[str, tuple[str, str]] | None:
    rds = aws("rds")
    try:
        listed = rds.describe_db_parameters(DBParameterGroupName=NAME, Source="user")["Parameters"]
    except rds.exceptions.DBParameterGroupNotFoundFault:
        return None
    return {parameter["ParameterName"]: (parameter["ParameterValue"], parameter["ApplyMethod"]) for parameter in listed}


def test_lifecycle(aws, lifecycle):
    lifecycle(
        MODULE,
        present={"name": NAME, "family": "postgres16", "parameters": {"rds.force_ssl": True}, "tags": {"team": "shop"}},
        change={
            "parameters": {"rds.force_ssl": False, "max_connections": 200, "log_min_duration_statement": "250"},
            "tags": {"team": "till"},
        },
        exists=lambda: values(aws) is not None,
        changed=lambda: (
            values(aws)
            == {
                "rds.force_ssl": ("0", "immediate"),
                "max_connections": ("200", "pending-reboot"),
                "log_min_duration_statement": ("250", "immediate"),
            }
        ),
    )


def test_a_group_of_clusters(aws, lifecycle, run_module):
    rds, options = aws("rds"), {"name": NAME, "kind": "cluster", "family": "aurora-postgresql15"}

    def forced() -> str | None:
        try:
            listed = rds.describe_db_cluster_parameters(DBClusterParameterGroupName=NAME, Source="user")["Parameters"]
        except rds.exceptions.DBParameterGroupNotFoundFault:
            return None
        return {parameter["ParameterName"]: parameter["ParameterValue"] for parameter in listed}["rds.force_ssl"]

    assert "did you mean rds.force_ssl?" in run_module(MODULE, **options, parameters={"rds.force_tls": True})["msg"]
    lifecycle(
        MODULE,
        present={**options, "parameters": {"rds.force_ssl": True}, "tags": {"team": "shop"}},
        change={"parameters": {"rds.force_ssl": False}, "tags": {"team": "till"}},
        exists=lambda: forced() is not None,
        changed=lambda: forced() == "0",
    )
    assert values(aws) is None, "a group of instances by the same name is another"


def test_only_declared_parameters_are_touched(aws, run_module):
    run_module(MODULE, name=NAME, family="postgres16", parameters={"work_mem": 4096})
    run_module(MODULE, name=NAME, parameters={"jit": False})
    assert {name: value for name, (value, _) in (values(aws) or {}).items()} == {"work_mem": "4096", "jit": "0"}
    assert run_module(MODULE, name=NAME, family="postgres16", parameters={})["changed"] is False


def test_a_misspelt_parameter_is_refused_before_the_group_is_made(aws, run_module):
    refused = run_module(MODULE, name=NAME, family="postgres16", parameters={"work-mem": 4096})
    assert "did you mean work_mem?" in refused["msg"]
    assert values(aws) is None
