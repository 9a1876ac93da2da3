# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: machines
short_description: The EC2 instances of a stack, as hosts to configure
version_added: 1.0.0
description:
  - Finds the running instances that carry the tags of a stack. They are the group C(machines), and those of a component
    the group C(machines_<component>).
  - Which stack, on which account and region, and how AWS is reached, it reads from the C(stack_) settings of the inventories of
    the run, as the playbooks do. So an overlay leads it as it leads them, and a rehearsal never lists a machine of AWS.
  - A machine is called by its component, its zone and its id. Sorted by name, machines are in the order of component and zone.
options:
  plugin:
    description: Marks a file as this plugin's.
    type: str
    required: true
    choices: [groundwork.cloud.machines]
notes:
  - The host variables are V(machine_component), V(machine_zone), V(machine_instance_id), V(machine_private_address), and the
    stack's V(stack_name), V(stack_environment), V(stack_region), V(stack_account) and V(stack_aws).
    How a machine is connected to is said in C(group_vars/machines.yml).
  - The settings are looked for in C(group_vars/all), C(group_vars/stack) and extra variables.
    With C(stack_machines=false) there are no machines.
  - When the machines can't be listed, all hosts have the reason as V(machines_problem), and C(playbooks/configure.yml) tells it.
  - Follows the Amazon EC2 API reference, action DescribeInstances.
author:
  - The Groundwork authors (@groundwork)
requirements:
  - boto3
"""

EXAMPLES = r"""
# inventories/simple/production/aws_ec2.yml
plugin: groundwork.cloud.machines

# What it finds:  ansible-inventory -i inventories/simple/production --graph machines
"""

from collections.abc import Mapping
from typing import Any

from ansible import constants, context
from ansible.errors import AnsibleParserError
from ansible.inventory.group import Group
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.inventory import BaseInventoryPlugin
from ansible.utils.vars import combine_vars, load_extra_vars
from ansible.vars.plugins import get_vars_from_inventory_sources
from ansible_collections.groundwork.cloud.plugins.module_utils.naming import COMPONENT_TAG, ENVIRONMENT_TAG, STACK_TAG
from ansible_collections.groundwork.cloud.plugins.plugin_utils import record
from ansible_collections.groundwork.cloud.plugins.plugin_utils.calls import Call
from ansible_collections.groundwork.cloud.plugins.plugin_utils.environment import surrounded

try:
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError
except ImportError as error:
    BOTO3_MISSING: ImportError | None = error
else:
    BOTO3_MISSING = None

NEEDED = ("stack_name", "stack_environment", "stack_region", "stack_account")
GROUP = "machines"


class InventoryModule(BaseInventoryPlugin):  # type: ignore[misc]
    NAME = "groundwork.cloud.machines"

    def verify_file(self, path: str) -> bool:
        return super().verify_file(path) and path.endswith((".yml", ".yaml"))

    def parse(self, inventory: Any, loader: DataLoader, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        if BOTO3_MISSING:
            raise AnsibleParserError(
                f"{path}: boto3 is missing here; install it for the Python that runs Ansible"
            ) from BOTO3_MISSING
        inventory.add_group(GROUP)
        settings = self._settings(loader, path)
        if not settings["stack_machines"]:
            return
        try:
            instances = running(settings)
        except AnsibleParserError as error:
            inventory.set_variable("all", "machines_problem", str(error))  # of an inventory's error Ansible only warns
            raise
        for instance in instances:
            name, component, variables = described(instance)
            inventory.add_group(f"{GROUP}_{component}")
            inventory.add_child(GROUP, f"{GROUP}_{component}")
            inventory.add_host(name, f"{GROUP}_{component}")
            for variable, value in (settings | variables).items():
                inventory.set_variable(name, variable, value)

    def _settings(self, loader: DataLoader, path: str) -> dict[str, Any]:
        """The C(stack_) settings of the inventories of this run, templated."""
        sources = [*(context.CLIARGS.get("inventory") or [path])]
        found = {"ansible_inventory_sources": sources, "stack_machines": True}
        for group in (Group("all"), Group("stack")):
            found = combine_vars(found, get_vars_from_inventory_sources(loader, sources, [group], "task"))
        self.templar.available_variables = combine_vars(found, load_extra_vars(loader))
        found = self.templar.available_variables
        if missing := [name for name in NEEDED if name not in found]:
            raise AnsibleParserError(f"{path} needs {', '.join(missing)}; set them in group_vars/stack.yml beside it")
        return {name: self.templar.template(found[name]) for name in (*NEEDED, "stack_aws", "stack_machines") if name in found}


def running(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The running instances of the stack on its own account, by DescribeInstances."""
    filters = {
        f"tag:{STACK_TAG}": settings["stack_name"],
        f"tag:{ENVIRONMENT_TAG}": settings["stack_environment"],
        "owner-id": settings["stack_account"],
        "instance-state-name": "running",
    }
    asked = [{"Name": name, "Values": [value]} for name, value in filters.items()]
    try:
        with surrounded(settings.get("stack_aws", {})):
            client = boto3.session.Session().client("ec2", region_name=settings["stack_region"])
            pages = [*client.get_paginator("describe_instances").paginate(Filters=asked)]
    except (BotoCoreError, ClientError) as error:
        raise AnsibleParserError(f"the machines of {settings['stack_name']} could not be listed: {error}") from error
    # The policies that are made of a run's record allow it, too.
    record.add(
        constants.DEFAULT_LOCAL_TMP, "", "groundwork.cloud.machines", [Call("ec2", "DescribeInstances") for _page in pages]
    )
    return [instance for page in pages for group in page["Reservations"] for instance in group["Instances"]]


def described(instance: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """Its name, its component, and its variables."""
    component = next(tag["Value"] for tag in instance["Tags"] if tag["Key"] == COMPONENT_TAG)
    zone = instance["Placement"]["AvailabilityZone"]
    variables = {
        "machine_component": component,
        "machine_zone": zone,
        "machine_instance_id": instance["InstanceId"],
        "machine_private_address": instance["PrivateIpAddress"],
    }
    return f"{component}-{zone}-{instance['InstanceId']}", component, variables
