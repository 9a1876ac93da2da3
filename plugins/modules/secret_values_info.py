#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: secret_values_info
version_added: 0.1.0
short_description: Read the value of a secret, and the one before
description:
  - Reads the value of an AWS Secrets Manager secret, and the value that it had before, which counts too while a new one is
    brought to all that know it.
  - The task needs C(no_log), and so does each task that is given what it returns.
  - Follows the AWS Secrets Manager API reference, action GetSecretValue.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name or ARN of the secret.
    type: str
    required: true
extends_documentation_fragment:
  - groundwork.cloud.converge.reading
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Read what the origin asks for
  groundwork.cloud.secret_values_info:
    name: shop-production-origin-lock
  register: lock
  no_log: true
"""

RETURN = r"""
secret_values:
  description: The value, and then the one before, if there was one.
  returned: always
  type: list
  elements: str
  sample: ["the value", "the one before"]
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import AwsError, Service

STAGES = ("AWSCURRENT", "AWSPREVIOUS")


class SecretValues(Service):
    name = "secretsmanager"

    def read(self) -> dict[str, str]:
        """The values by stage; a secret that never changed has none before."""
        found: dict[str, str] = {}
        for stage in STAGES:
            ignored = ("ResourceNotFoundException",) if found else ()
            with self.doing(f"read the value of secret {self.params['name']}", *ignored):
                answer = self.client.get_secret_value(SecretId=self.params["name"], VersionStage=stage)
                found[stage] = str(answer.get("SecretString", ""))
        return found


def main() -> None:
    module = AnsibleAWSModule(argument_spec={"name": {"type": "str", "required": True}}, supports_check_mode=True)
    try:
        found = SecretValues(module).read()
    except AwsError as error:
        module.fail_json(msg=str(error), error_code=error.code)
    module.exit_json(changed=False, secret_values=list(found.values()))


if __name__ == "__main__":
    main()
