# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: presigned_url
version_added: 0.1.0
short_description: A URL by which anyone can read an object of Amazon S3 for a while
description:
  - Signs, here and without asking Amazon S3, the request that reads an object, so that who has no credentials, a new machine for
    instance, can download it.
  - The URL is a secret for as long as it holds. Hand it to a task with C(no_log), and keep it in no file.
  - It is another one each time. A task that must not change because of it looks first whether it needs the object at all.
author:
  - The Groundwork authors (@groundwork)
options:
  _terms:
    description: The keys of the objects.
    type: list
    elements: str
    required: true
  bucket:
    description: The bucket that they are in.
    type: str
    required: true
  environment:
    description:
      - How AWS is reached, in the variables of AWS's tools, as C(stack_aws) has it for a stack. A play's C(environment) does not
        reach a lookup.
      - C(AWS_REGION) must be the bucket's region. Credentials that AWS does not find here it finds in the user's own environment.
    type: dict
    default: {}
  expires_seconds:
    description: For how long the URL holds, at most a week. With credentials that end sooner it ends with them.
    type: int
    default: 900
requirements:
  - boto3
"""

EXAMPLES = r"""
- name: Download a release
  ansible.builtin.get_url:
    url: "{{ lookup('groundwork.cloud.presigned_url', 'web/1.0.0.tar.gz', bucket='shop-artifacts', environment=stack_aws) }}"
    dest: /opt/web.tar.gz
    mode: "0600"
  no_log: true
"""

RETURN = r"""
_raw:
  description: The URLs.
  type: list
  elements: str
"""

import os
from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ..plugin_utils.environment import surrounded

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError
except ImportError:
    boto3 = None

WEEK = 7 * 24 * 3600  # the longest that version 4 of the signature allows
# Amazon S3 reads what a KMS key encrypts by version 4 alone. Left to itself, boto3 signs for the name of S3 in all regions, which
# redirects to another name, with another signature, as long as a bucket is new.
CONFIG: dict[str, Any] = {
    "signature_version": "s3v4",
    "s3": {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
}


def presigned_urls(keys: list[str], bucket: str, environment: Mapping[str, Any], expires_seconds: int) -> list[str]:
    doing = f"sign a URL of {bucket}"
    if boto3 is None:
        raise AnsibleLookupError(f"{doing}: boto3 is missing here; install it for the Python that runs Ansible")
    if not 0 < expires_seconds <= WEEK:
        raise AnsibleLookupError(f"{doing}: expires_seconds is {expires_seconds}; give 1 to {WEEK}, which is a week")
    if not all(keys):
        raise AnsibleLookupError(f"{doing}: a key is empty; give the object's key")
    with surrounded(environment):
        try:
            s3 = boto3.session.Session().client("s3", region_name=os.environ.get("AWS_REGION"), config=Config(**CONFIG))
            asked = ({"Bucket": bucket, "Key": key} for key in keys)
            return [s3.generate_presigned_url("get_object", Params=params, ExpiresIn=expires_seconds) for params in asked]
        except (BotoCoreError, ValueError) as error:
            raise AnsibleLookupError(f"{doing}: {error}; check AWS_REGION and the credentials in environment") from error


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: Any = None, **kwargs: Any) -> list[str]:
        self.set_options(var_options=variables, direct=kwargs)
        options = {name: self.get_option(name) for name in ("bucket", "environment", "expires_seconds")}
        return presigned_urls(terms, **options)
