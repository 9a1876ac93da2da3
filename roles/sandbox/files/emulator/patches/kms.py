# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Keys are found by their ARN everywhere, refuse what their state does not allow, and have a period of rotation.

Follows the AWS KMS API reference (ScheduleKeyDeletion, CancelKeyDeletion, EnableKeyRotation, GetKeyRotationStatus) and the
developer guide, "Key states of AWS KMS keys".
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.utils import unix_time, utcnow
from moto.kms.models import Key, KmsBackend
from moto.kms.responses import KmsResponse

BY_ID_ONLY = ("schedule_key_deletion", "cancel_key_deletion", "enable_key", "disable_key", "tag_resource", "untag_resource")
NOT_WHILE_PENDING = (
    "schedule_key_deletion",
    "enable_key",
    "disable_key",
    "enable_key_rotation",
    "disable_key_rotation",
    "update_key_description",
    "tag_resource",
    "untag_resource",
    "create_alias",
    "update_alias",
)
YEAR = 365
_DAY = 24 * 60 * 60


def apply() -> None:
    for name in NOT_WHILE_PENDING:
        setattr(KmsBackend, name, _refused(getattr(KmsBackend, name), _pending))
    for name in ("enable_key_rotation", "disable_key_rotation"):
        setattr(KmsBackend, name, _refused(getattr(KmsBackend, name), _not_rotated))
    KmsBackend.cancel_key_deletion = _refused(KmsBackend.cancel_key_deletion, _not_pending)
    for name in BY_ID_ONLY:
        setattr(KmsBackend, name, _by_any_id(getattr(KmsBackend, name)))
    _rotate_by_period()


def _by_any_id(call: Callable[..., Any]) -> Callable[..., Any]:
    def with_key_id(self: KmsBackend, key_id: str, *args: Any, **kwargs: Any) -> Any:
        return call(self, self.any_id_to_key_id(key_id), *args, **kwargs)

    return with_key_id


def _refused(call: Callable[..., Any], refuse: Callable[[Key], None]) -> Callable[..., Any]:
    def unless_refused(self: KmsBackend, key_id: str, *args: Any, **kwargs: Any) -> Any:
        refuse(self.keys[self.any_id_to_key_id(key_id)])
        return call(self, key_id, *args, **kwargs)

    return unless_refused


def _pending(key: Key) -> None:
    if key.key_state == "PendingDeletion":
        raise JsonRESTError("KMSInvalidStateException", f"{key.arn} is pending deletion.")


def _not_pending(key: Key) -> None:
    if key.key_state != "PendingDeletion":
        raise JsonRESTError("KMSInvalidStateException", f"{key.arn} is not pending deletion.")


def _not_rotated(key: Key) -> None:
    if key.key_spec != "SYMMETRIC_DEFAULT":
        raise JsonRESTError("UnsupportedOperationException", f"{key.arn} key spec is {key.key_spec}, which is not rotated.")
    if key.key_state == "Disabled":
        raise JsonRESTError("DisabledException", f"{key.arn} is disabled.")


def _rotate_by_period() -> None:
    enable, status = KmsResponse.enable_key_rotation, KmsResponse.get_key_rotation_status

    def key_of(response: KmsResponse) -> Key:
        backend = response.kms_backend
        return backend.keys[backend.any_id_to_key_id(response._get_param("KeyId"))]

    def enable_key_rotation(self: KmsResponse) -> str:
        answer: str = enable(self)
        key_of(self).rotation_period = self._get_param("RotationPeriodInDays") or YEAR
        return answer

    def get_key_rotation_status(self: KmsResponse) -> str:
        answer, key = json.loads(status(self)), key_of(self)
        answer["KeyId"] = key.arn
        # Of a key that is pending deletion the status is false until the deletion is cancelled.
        answer["KeyRotationEnabled"] &= key.key_state != "PendingDeletion"
        if answer["KeyRotationEnabled"]:
            answer["RotationPeriodInDays"] = getattr(key, "rotation_period", YEAR)
            answer["NextRotationDate"] = unix_time(utcnow()) + answer["RotationPeriodInDays"] * _DAY
        return json.dumps(answer)

    KmsResponse.enable_key_rotation = enable_key_rotation
    KmsResponse.get_key_rotation_status = get_key_rotation_status
