#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stack_info
version_added: 0.1.0
short_description: Read a whole live stack
description:
  - Reads every resource of one environment of a stack with a handful of concurrent calls, and returns them by component and type.
  - A resource is of the stack when it carries the tags C(groundwork:stack) and C(groundwork:environment).
    The tag C(groundwork:component) says of which component it is, and the tag C(Name) which part of that.
    Dashboards and scalable targets are known by their names.
  - The services themselves are asked, because the Resource Groups Tagging API lags behind them by minutes.
  - Repositories, buckets, keys (by alias), topics, queues, rules of events, schedules, load balancers, target groups, clusters,
    task definitions, caches, subnet and parameter groups, log groups and alarms are looked for under names that begin with the
    stack and the environment, roles under the path C(/groundwork/<stack>/<environment>/).
  - Follows the API references of the services that it reads, their List and Describe actions, and for O(leftovers) the AWS
    Resource Groups Tagging API reference, action GetResources.
author:
  - The Groundwork authors (@groundwork)
options:
  stack:
    description: Name of the stack.
    type: str
    required: true
  environment:
    description: Name of the environment.
    type: str
    required: true
  components:
    description:
      - Names of the stack's components, to tell of which a resource without tags is, beside those that the tags of others name.
      - Without them a dashboard is found only when another resource of its component stands.
    type: list
    elements: str
    default: []
  tiers:
    description:
      - The tiers that the components are of. What only others make is not looked for, which saves its calls.
      - Without them, and for O(leftovers), everything is looked for.
    type: list
    elements: str
    default: []
  existing_zones:
    description:
      - Public hosted zones that the stack uses and that somebody else made, by component.
      - They are in RV(found) as if they were of the component, and neither in RV(resources) nor in RV(leftovers).
    type: dict
    default: {}
  wait_for:
    description:
      - Components that are waited for, as long as AWS is making or changing a resource of theirs. A plan waits for none.
      - What is not ready when O(wait_timeout) is over is shown as it is.
    type: list
    elements: str
    default: []
  wait_timeout:
    description: How long to wait for them, in seconds.
    type: int
    default: 900
  leftovers:
    description:
      - Whether to prove what is left of the stack, as after a teardown. The Tagging API is then asked too.
    type: bool
    default: false
extends_documentation_fragment:
  - groundwork.cloud.converge.reading
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Read the live stack
  groundwork.cloud.stack_info:
    stack: shop
    environment: production
    components: "{{ groups['stack'] | default([]) }}"
  register: picture

- name: Show where the components are reached
  ansible.builtin.debug:
    var: picture.endpoints

- name: Prove that nothing is left after a teardown
  groundwork.cloud.stack_info:
    stack: shop
    environment: production
    leftovers: true
  register: picture
  failed_when: picture.leftovers | default(true)
"""

RETURN = r"""
found:
  description:
    - The live resources by component and type; one level deeper by part for a type that a component has many of.
    - Each has C(id), C(arn), C(name), C(ready) and C(status), and the service's description in snake_case.
    - Many are subnets, NAT gateways, elastic IPs, route tables, network ACLs, VPC endpoints, flow logs, prefix lists, secrets,
      roles, listeners (by port), target groups, queues, rules of events, database instances, parameter groups and snapshots,
      log groups, alarms and dashboards.
      The part of a resource that is all of its component is C(main), as in C(found.postgres.db_instance.main).
    - A component that has several of another type, such as certificates, is shown with the one that is ready, else the newest.
  returned: success
  type: dict
  sample:
    main:
      vpc: {id: vpc-1, name: shop-production-main, ready: true, status: available}
      subnet:
        public-us-east-1a: {id: subnet-1, name: shop-production-main-public-us-east-1a, ready: true, status: available}
endpoints:
  description: Where each component is reached, by people or by others - URLs, addresses with a port, and where images are pushed.
  returned: success
  type: dict
  sample: {"public": ["https://shop-production-public-1.us-east-1.elb.amazonaws.com"]}
resources:
  description: Every resource of the stack that stands, also those of no component, and those that V(found) has no place for.
  returned: success
  type: list
  elements: dict
  sample:
    - component: main
      type: vpc
      part: ""
      id: vpc-1
      arn: arn:aws:ec2:us-east-1:111122223333:vpc/vpc-1
      name: shop-production-main
      ready: true
      status: available
pending:
  description: The components of which something that stands is not ready, sorted.
  returned: success
  type: list
  elements: str
  sample: [postgres]
leftovers:
  description: What still stands, by the services or by the Tagging API; each as in RV(resources).
  returned: when O(leftovers=true)
  type: list
  elements: dict
  sample: []
kept:
  description: What still stands and is meant to outlive the stack, such as snapshots; each as in RV(resources), and C(why).
  returned: when O(leftovers=true)
  type: list
  elements: dict
  sample:
    - component: postgres
      type: db_snapshot
      part: final-20260301120000
      id: shop-production-postgres-final-20260301120000
      arn: arn:aws:rds:us-east-1:111122223333:snapshot:shop-production-postgres-final-20260301120000
      name: shop-production-postgres-final-20260301120000
      ready: true
      status: available
      why: it keeps the data of a database that is gone
fading:
  description: What is deleted and only still shown by AWS; each as in RV(resources), and C(why).
  returned: when O(leftovers=true)
  type: list
  elements: dict
  sample:
    - component: main
      type: key
      part: ""
      id: 1234abcd-12ab-34cd-56ef-1234567890ab
      arn: arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab
      name: shop-production-main
      ready: false
      status: PendingDeletion
      why: AWS keeps a key until its deletion window has passed
calls:
  description: How many API calls were made.
  returned: success
  type: int
  sample: 52
"""

from collections.abc import Iterable
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import AwsError, connect_all, patiently
from ..module_utils.naming import domain_name
from ..module_utils.picture import Resource, Scope, endpoints, found, pictured
from ..module_utils.stack_calls import Calls
from ..module_utils.stack_readers import Reader, readers
from ..module_utils.stack_reading import GLOBAL_REGIONS, GLOBAL_TAGGING, TAGGING, PictureError, left, looked_at

ARGUMENTS: dict[str, Any] = {
    "stack": {"type": "str", "required": True},
    "environment": {"type": "str", "required": True},
    "components": {"type": "list", "elements": "str", "default": []},
    "tiers": {"type": "list", "elements": "str", "default": []},
    "existing_zones": {"type": "dict", "default": {}},
    "wait_for": {"type": "list", "elements": "str", "default": []},
    "wait_timeout": {"type": "int", "default": 900},
    "leftovers": {"type": "bool", "default": False},
}


def clients(module: AnsibleAWSModule, rows: Iterable[Reader]) -> dict[str, Any]:
    """One client a service, shared by all threads."""
    made = connect_all(module, [*dict.fromkeys(reader.service for reader in rows), TAGGING, "sts"])
    home = made["ec2"].meta
    if module.params["leftovers"] and (region := GLOBAL_REGIONS.get(home.partition, home.region_name)) != home.region_name:
        made[GLOBAL_TAGGING] = connect_all(module, [TAGGING], region=region)[TAGGING]
    return made


def check_borrowed(resources: Iterable[Resource]) -> None:
    """Refuse a name that two zones have: only one of them is what its parent delegates to, and AWS does not say which."""
    ids: dict[str, list[str]] = {}
    for resource in resources:
        if resource.borrowed:
            ids.setdefault(resource.name, []).append(resource.id)
    for name, several in ids.items():
        if len(several) > 1:
            cure = "remove all but the one that the parent zone delegates to"
            raise PictureError(f"look for hosted zone {name}", f"there are several public ones, {', '.join(several)}; {cure}")


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    params = module.params
    try:
        rows = readers([] if params["leftovers"] else params["tiers"])
        connected = clients(module, rows)
        home = connected["ec2"].meta
        with Calls(connected) as calls:
            scope = Scope(
                params["stack"],
                params["environment"],
                home.region_name,
                home.partition,
                components=tuple(params["components"]),
                zones={domain_name(str(zone)): component for component, zone in params["existing_zones"].items()},
            )
            awaited = [] if module.check_mode else params["wait_for"]
            for _ in patiently(params["wait_timeout"]):
                seen = pictured(*looked_at(calls, scope, rows))
                if not any(resource.is_coming and resource.component in awaited for resource in seen):
                    break
            check_borrowed(seen)
            resources = [resource for resource in seen if not resource.borrowed]
            result: dict[str, Any] = {}
            if params["leftovers"]:
                result = left(calls, scope, resources)
    except AwsError as error:
        module.fail_json(msg=str(error), error_code=error.code)
    picture = found(seen)
    standing = [resource.summary() for resource in resources if not resource.fading]
    result |= {"found": picture, "endpoints": endpoints(picture), "resources": standing, "calls": calls.made}
    module.exit_json(changed=False, pending=sorted({one["component"] for one in standing if not one["ready"]}), **result)


if __name__ == "__main__":
    main()
