# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The key of a log group can be changed, and its tags go with it.

Follows the Amazon CloudWatch Logs API reference: AssociateKmsKey, DisassociateKmsKey, DeleteLogGroup.
"""

from __future__ import annotations

from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.models import LogGroup, LogsBackend
from moto.logs.responses import LogsResponse


def apply() -> None:
    delete_log_group = LogsBackend.delete_log_group

    def delete_log_group_with_tags(self: LogsBackend, log_group_name: str) -> None:
        group = self.groups.get(log_group_name)
        delete_log_group(self, log_group_name)
        self.tagger.delete_all_tags_for_resource(group.arn)

    def associate_kms_key(self: LogsResponse) -> str:
        _addressed(self).kms_key_id = self._get_param("kmsKeyId")
        return ""

    def disassociate_kms_key(self: LogsResponse) -> str:
        _addressed(self).kms_key_id = None
        return ""

    LogsBackend.delete_log_group = delete_log_group_with_tags
    LogsResponse.associate_kms_key = associate_kms_key
    LogsResponse.disassociate_kms_key = disassociate_kms_key


def _addressed(request: LogsResponse) -> LogGroup:
    """The log group that a request gives the name or the ARN of."""
    name = request._get_param("logGroupName") or request._get_param("resourceIdentifier", "").partition(":log-group:")[2]
    group = request.logs_backend.groups.get(name.removesuffix(":*"))
    if group is None:
        raise ResourceNotFoundException
    return group
