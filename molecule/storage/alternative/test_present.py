# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import boto3

LOGS = "molecule-storage-alternative-logs-123456789012"
UPLOADS = "molecule-storage-alternative-uploads-123456789012"
VIDEOS = "molecule-storage-alternative-videos-123456789012"


def statements(bucket: str) -> dict[str, dict[str, Any]]:
    policy = json.loads(boto3.client("s3").get_bucket_policy(Bucket=bucket)["Policy"])
    return {statement["Sid"]: statement for statement in policy["Statement"]}


def rules(bucket: str) -> dict[str, dict[str, Any]]:
    return {rule["ID"]: rule for rule in boto3.client("s3").get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_load_balancers_deliver_their_logs():
    delivery = statements(LOGS)["LoadBalancerLogs"]
    assert delivery["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert delivery["Resource"] == f"arn:aws:s3:::{LOGS}/*/AWSLogs/123456789012/*"
    encryption = boto3.client("s3").get_bucket_encryption(Bucket=LOGS)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert encryption["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"


def test_logs_are_no_archive():
    assert "Status" not in boto3.client("s3").get_bucket_versioning(Bucket=LOGS)
    assert rules(LOGS)["expiry"]["Expiration"] == {"Days": 14}
    boto3.client("s3").put_object(Bucket=LOGS, Key="public/AWSLogs/123456789012/one.gz", Body=b"log")


def test_videos():
    assert set(statements(VIDEOS)) == {"TlsOnly", "SecondAccountReads"}
    assert set(rules(VIDEOS)) == {"abandoned-uploads", "old-versions", "archive"}
    assert rules(VIDEOS)["old-versions"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert rules(VIDEOS)["archive"]["Transitions"] == [{"Days": 90, "StorageClass": "GLACIER_IR"}]


def test_uploads_are_copied_to_the_videos():
    configuration = boto3.client("s3").get_bucket_replication(Bucket=UPLOADS)["ReplicationConfiguration"]
    (rule,) = configuration["Rules"]
    key = boto3.client("kms").describe_key(KeyId="alias/molecule-storage-alternative-encryption")["KeyMetadata"]["Arn"]
    assert rule["Destination"] == {
        "Bucket": f"arn:aws:s3:::{VIDEOS}",
        "StorageClass": "STANDARD_IA",
        "EncryptionConfiguration": {"ReplicaKmsKeyID": key},
    }
    assert (rule["Filter"], rule["DeleteMarkerReplication"]) == ({"Prefix": "masters/"}, {"Status": "Enabled"})
    iam, role = boto3.client("iam"), configuration["Role"].rpartition("/")[2]
    trust = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert [statement["Principal"] for statement in trust] == [{"Service": ["s3.amazonaws.com"]}]
    policy = iam.get_role_policy(RoleName=role, PolicyName="permissions")["PolicyDocument"]["Statement"]
    allowed = {(action, statement["Resource"]) for statement in policy for action in listed(statement["Action"])}
    assert ("s3:ReplicateObject", f"arn:aws:s3:::{VIDEOS}/*") in allowed
    assert {("kms:Decrypt", key), ("kms:Encrypt", key)} <= allowed
    assert {resource for _action, resource in allowed} == {
        f"arn:aws:s3:::{UPLOADS}",
        f"arn:aws:s3:::{UPLOADS}/*",
        f"arn:aws:s3:::{VIDEOS}/*",
        key,
    }


def test_a_bucket_that_holds_anything_is_not_removed_unless_it_is_named():
    boto3.client("s3").put_object(Bucket=LOGS, Key="public/AWSLogs/123456789012/two.gz", Body=b"log")
    scenario = Path(os.environ["MOLECULE_SCENARIO_DIRECTORY"])
    project = scenario.parents[2]
    inventories = [scenario / "hosts.yml", project / "molecule/shared/inventory", project / "inventories/sandbox"]
    command = ["ansible-playbook", "--limit", "logs", "-e", '{"destroy_data": []}', project / "molecule/shared/absent.yml"]
    options = [f"--inventory={inventory}" for inventory in inventories]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    said = " ".join((done.stdout + done.stderr).split())
    assert """To destroy what a component holds, name it: -e '{"destroy_data": ["logs"]}'""" in said.replace("\\", ""), said
    boto3.client("s3").head_bucket(Bucket=LOGS)
