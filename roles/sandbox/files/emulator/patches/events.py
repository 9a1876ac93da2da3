# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Amazon EventBridge: the Tagging API lists rules, too; patterns look into arrays of objects, and can be tried.

AWS Resource Groups Tagging API reference: "Services that support the Resource Groups Tagging API". Amazon EventBridge API
reference: TestEventPattern; user guide: "Creating event patterns", arrays. Services tell rules nothing here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from moto.core.resource_tagging import TaggedResource
from moto.events.models import EventPattern, EventsBackend
from moto.events.responses import EventsHandler


def apply() -> None:
    iter_buses = EventsBackend.iter_tagged_resources

    def iter_tagged_resources(self: EventsBackend) -> Iterator[TaggedResource]:
        yield from iter_buses(self)
        for bus in self.event_buses.values():
            for rule in bus.rules.values():
                tags = self.tagger.get_tag_dict_for_resource(rule.arn)
                yield TaggedResource(arn=rule.arn, tags=tags, resource_type="events:rule")

    EventsBackend.iter_tagged_resources = iter_tagged_resources  # type: ignore[method-assign]
    EventPattern._flatten_dict = staticmethod(_flattened)  # type: ignore[assignment]
    EventsHandler.test_event_pattern = test_event_pattern


def test_event_pattern(self: EventsHandler) -> tuple[str, dict[str, Any]]:
    pattern = EventPattern.load(self._get_param("EventPattern"))
    return self._create_response({"Result": pattern.matches_event(json.loads(self._get_param("Event")))})


def _flattened(node: Any, prefix: str = "") -> dict[str, Any]:
    """The values by their paths; of an array of objects, those of all of them."""
    if isinstance(node, dict) and node:
        inner = [_flattened(value, f"{prefix}.{key}" if prefix else key) for key, value in node.items()]
        return {path: value for found in inner for path, value in found.items()}
    if isinstance(node, list) and any(isinstance(one, dict) for one in node):
        found: dict[str, Any] = {}
        for one in node:
            for path, value in _flattened(one, prefix).items():
                found[path] = [*found.get(path, []), *(value if isinstance(value, list) else [value])]
        return found
    return {prefix: node}
