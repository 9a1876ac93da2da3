# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

KEY = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000001"


def test_the_key_is_kept_from_creation_on_or_from_a_change(aws: Any):
    rds = aws("rds")
    settings: dict[str, Any] = {"DBInstanceClass": "db.t4g.small", "Engine": "postgres", "AllocatedStorage": 20}
    settings |= {"MasterUsername": "app", "MasterUserPassword": "only-rehearsed"}
    insights: dict[str, Any] = {"EnablePerformanceInsights": True, "PerformanceInsightsKMSKeyId": KEY}
    rds.create_db_instance(DBInstanceIdentifier="with", **settings, **insights)
    rds.create_db_instance(DBInstanceIdentifier="without", **settings)

    def key(name: str) -> str | None:
        found = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
        return str(found["PerformanceInsightsKMSKeyId"]) if "PerformanceInsightsKMSKeyId" in found else None

    assert (key("with"), key("without")) == (KEY, None)
    rds.modify_db_instance(DBInstanceIdentifier="without", ApplyImmediately=True, **insights)
    assert key("without") == KEY
