# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Replication of a bucket by one rule: ReplicationConfiguration in the Amazon S3 API reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RULE_ID = "replication"


def wanted_replication(option: Mapping[str, Any]) -> dict[str, Any] | None:
    """The declared replication, compared whole; None when there shall be none."""
    if not option["destination"]:
        return None
    settings = {key: option[key] or "" for key in ("role", "destination", "kms_key", "prefix", "storage_class")}
    return {**settings, "delete_markers": option["delete_markers"], "enabled": True, "rules": 1}


def described_replication(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """What the first rule says, in the words of the module's options; empty when nothing is replicated."""
    rules = configuration.get("Rules", [])
    if not rules:
        return {}
    rule, destination = rules[0], rules[0]["Destination"]
    return {
        "role": configuration["Role"],
        "destination": destination["Bucket"].rpartition(":")[2],
        "kms_key": destination.get("EncryptionConfiguration", {}).get("ReplicaKmsKeyID", ""),
        "prefix": rule.get("Filter", {}).get("Prefix") or rule.get("Prefix") or "",
        "storage_class": destination.get("StorageClass", ""),
        "delete_markers": rule.get("DeleteMarkerReplication", {}).get("Status") == "Enabled",
        "enabled": rule["Status"] == "Enabled",
        "rules": len(rules),
    }


def replication_request(replication: Mapping[str, Any], partition: str) -> dict[str, Any]:
    destination: dict[str, Any] = {"Bucket": f"arn:{partition}:s3:::{replication['destination']}"}
    chosen: dict[str, Any] = {}
    if replication["storage_class"]:
        destination["StorageClass"] = replication["storage_class"]
    if replication["kms_key"]:
        destination["EncryptionConfiguration"] = {"ReplicaKmsKeyID": replication["kms_key"]}
        chosen["SourceSelectionCriteria"] = {"SseKmsEncryptedObjects": {"Status": "Enabled"}}
    markers = "Enabled" if replication["delete_markers"] else "Disabled"
    rule = {
        "ID": RULE_ID,
        "Priority": 1,
        "Status": "Enabled",
        "Filter": {"Prefix": replication["prefix"]},
        "DeleteMarkerReplication": {"Status": markers},
        "Destination": destination,
        **chosen,
    }
    return {"Role": replication["role"], "Rules": [rule]}
