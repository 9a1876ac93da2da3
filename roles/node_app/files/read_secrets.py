#!/usr/bin/env python3
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""read_secrets.py SECRETS OUT: write the values of secrets of AWS Secrets Manager as an environment file of systemd.

SECRETS is a JSON object {variable: name or ARN of its secret}; OUT is made readable for its owner alone. Asks as the instance
profile that the metadata service (version 2) gives credentials of; curl signs the requests. AWS_ENDPOINT_URL is honoured.
"""

import json
import os
import subprocess
import sys
import urllib.request

METADATA = "http://169.254.169.254/latest"
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def metadata(path, token):
    headers = {"X-aws-ec2-metadata-token": token}
    with DIRECT.open(urllib.request.Request(f"{METADATA}/{path}", headers=headers), timeout=5) as answer:  # noqa: S310
        return answer.read().decode()


def session():
    headers = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
    with DIRECT.open(urllib.request.Request(f"{METADATA}/api/token", method="PUT", headers=headers), timeout=5) as answer:  # noqa: S310
        return answer.read().decode()


def value(secret, region, credentials):
    """The string that a secret holds. What is secret goes to curl's standard input, where no list of processes shows it."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL") or f"https://secretsmanager.{region}.amazonaws.com"
    settings = {
        "url": f"{endpoint}/",
        "aws-sigv4": f"aws:amz:{region}:secretsmanager",
        "user": f"{credentials['AccessKeyId']}:{credentials['SecretAccessKey']}",
        "data": json.dumps({"SecretId": secret}),
    }
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "secretsmanager.GetSecretValue",
        "X-Amz-Security-Token": credentials["Token"],
    }
    lines = [f"{name} = {json.dumps(text)}" for name, text in settings.items()]
    lines += [f"header = {json.dumps(f'{name}: {text}')}" for name, text in headers.items()]
    command = ["curl", "--silent", "--show-error", "--fail-with-body", "--max-time", "30", "--retry", "3", "--config", "-"]
    done = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        sys.exit(f"read secret {secret}: {done.stderr.strip()} {done.stdout.strip()[:200]}; may the instance profile read it?")
    return json.loads(done.stdout)["SecretString"]


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main():
    with open(sys.argv[1]) as file:
        secrets = json.load(file)
    token = session()
    role = metadata("meta-data/iam/security-credentials/", token).strip()
    region = metadata("meta-data/placement/region", token)
    credentials = json.loads(metadata(f"meta-data/iam/security-credentials/{role}", token))
    lines = [f"{name}={quoted(value(secret, region, credentials))}\n" for name, secret in secrets.items()]
    with open(os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.writelines(lines)


if __name__ == "__main__":
    main()
