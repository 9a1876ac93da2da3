# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Amazon EventBridge: the Tagging API lists rules, too.

AWS Resource Groups Tagging API reference: "Services that support the Resource Groups Tagging API".
"""

from __future__ import annotations

from collections.abc import Iterator

from moto.core.resource_tagging import TaggedResource
from moto.events.models import EventsBackend


def apply() -> None:
    iter_buses = EventsBackend.iter_tagged_resources

    def iter_tagged_resources(self: EventsBackend) -> Iterator[TaggedResource]:
        yield from iter_buses(self)
        for bus in self.event_buses.values():
            for rule in bus.rules.values():
                tags = self.tagger.get_tag_dict_for_resource(rule.arn)
                yield TaggedResource(arn=rule.arn, tags=tags, resource_type="events:rule")

    EventsBackend.iter_tagged_resources = iter_tagged_resources  # type: ignore[method-assign]
