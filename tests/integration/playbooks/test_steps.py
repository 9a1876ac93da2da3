# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The steps of a component come in its own order, whatever other components of the tier take."""

from __future__ import annotations

from pathlib import Path

from support.play import play

HOSTS = [f"service-{number}" for number in range(10)]
PLAYBOOK = """\
- hosts: all
  gather_facts: false
  strategy: ansible.builtin.free
  tasks:
    - name: Steps
      ansible.builtin.include_tasks: "{{ step.file }}.yml"
      loop: "{{ steps | groundwork.cloud.component_steps(inventory_hostname) }}"
      loop_control: {loop_var: step}
      vars:
        steps:
          definition: true
          migration: "{{ inventory_hostname in ['service-0', 'service-7'] }}"
          service: true
"""


def test_each_component_takes_its_steps_in_order(endpoint: str, tmp_path: Path):
    hosts = "".join(f"    {host}:\n" for host in HOSTS)
    (tmp_path / "hosts.yml").write_text(f"all:\n  vars: {{ansible_connection: local}}\n  hosts:\n{hosts}")
    (tmp_path / "steps.yml").write_text(PLAYBOOK)
    for step in ("definition", "migration", "service"):
        (tmp_path / f"{step}.yml").write_text(f"- name: {step}\n  ansible.builtin.debug:\n    msg: {step}\n")
    done = play(f"{tmp_path}/steps.yml", "-i", f"{tmp_path}/hosts.yml", endpoint=endpoint, directory=tmp_path)
    assert done.code == 0, done.output
    tasks = [(event["component"], event["task"]) for event in done.events if event["task"] != "Steps"]
    ran = {host: [task for component, task in tasks if component == host] for host in HOSTS}
    migrating = ["definition", "migration", "service"]
    assert ran == {host: migrating if host in ("service-0", "service-7") else ["definition", "service"] for host in HOSTS}
