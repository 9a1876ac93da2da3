# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Amazon RDS: the key of Performance Insights.

API reference: CreateDBInstance and ModifyDBInstance, PerformanceInsightsKMSKeyId; DBInstance shows it.
"""

from __future__ import annotations

from typing import Any

from moto.rds.models import DBInstance


def apply() -> None:
    init = DBInstance.__init__
    update = DBInstance.update

    def initialize(self: Any, *arguments: Any, **settings: Any) -> None:
        init(self, *arguments, **settings)
        _keep(self, settings)

    def updated(self: Any, **settings: Any) -> None:
        update(self, **settings)
        _keep(self, settings)

    DBInstance.__init__ = initialize
    DBInstance.update = updated


def _keep(instance: Any, settings: dict[str, Any]) -> None:
    if settings.get("performance_insights_kms_key_id"):
        instance.performance_insights_kms_key_id = settings["performance_insights_kms_key_id"]
