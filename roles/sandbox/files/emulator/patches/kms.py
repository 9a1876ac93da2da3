# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Keys are enabled, disabled and deleted by their ARN too.

Follows the AWS KMS API reference: ScheduleKeyDeletion, CancelKeyDeletion, EnableKey, DisableKey.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.kms.models import KmsBackend

BY_ID_ONLY = ("schedule_key_deletion", "cancel_key_deletion", "enable_key", "disable_key")


def apply() -> None:
    for name in BY_ID_ONLY:
        setattr(KmsBackend, name, _by_any_id(getattr(KmsBackend, name)))


def _by_any_id(call: Callable[..., Any]) -> Callable[..., Any]:
    def with_key_id(self: KmsBackend, key_id: str, *args: Any, **kwargs: Any) -> Any:
        return call(self, self.any_id_to_key_id(key_id), *args, **kwargs)

    return with_key_id
