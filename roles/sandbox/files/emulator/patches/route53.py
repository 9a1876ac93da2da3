# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A batch of changes to records is made whole or not at all.

Follows the Amazon Route 53 API reference, ChangeResourceRecordSets ("Change Batches and Transactional Changes").
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from moto.route53.models import Route53Backend

from .acm import look_at_records


def apply() -> None:
    backend = Route53Backend
    backend.change_resource_record_sets = transactional(backend.change_resource_record_sets)  # type: ignore[method-assign]


def transactional(change: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(change)
    def change_all_or_none(self: Route53Backend, zoneid: str, change_list: list[dict[str, Any]]) -> None:
        zone = self.get_hosted_zone(zoneid)
        # The lists are put back themselves: the journal is of a class of its own, and records are replaced, never changed.
        before, changes = list(zone.rrsets), len(zone.rr_changes)
        try:
            change(self, zoneid, change_list)
        except Exception:
            zone.rrsets[:] = before
            del zone.rr_changes[changes:]
            raise
        look_at_records(self.account_id)

    return change_all_or_none
