# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import boto3

PREFIX = "molecule-secrets-alternative-web"


def test_secrets():
    client = boto3.client("secretsmanager")
    session, pepper = (client.describe_secret(SecretId=f"{PREFIX}-{name}") for name in ("session", "pepper"))
    assert session["Description"] == "Signs the sessions"
    assert "KmsKeyId" not in session
    assert "KmsKeyId" not in pepper
    value = client.get_secret_value(SecretId=session["Name"])["SecretString"]
    assert len(value) == 64
    assert not value.isalnum()
    assert len(client.get_secret_value(SecretId=pepper["Name"])["SecretString"]) == 20


def test_a_secret_for_somebody_to_fill():
    client = boto3.client("secretsmanager")
    assert not client.describe_secret(SecretId=f"{PREFIX}-payments").get("VersionIdsToStages")
