#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ecs_task_run
version_added: 0.1.0
short_description: Run one task on Amazon ECS to its end
description:
  - Starts one task of a task definition, waits until it has stopped, and fails unless its container ended with exit code 0.
    A failure shows the exit code or why it never started, such as an image that can't be pulled, and the end of its log.
  - For work that is done once, as a database migration before a deployment. Every run starts a task; what makes it due is
    for the playbook to say.
  - Two runs with the same O(started_by) never work at the same time. A task that an interrupted run left running is waited
    for, and is taken for this run's own when it does the same.
  - Follows the Amazon ECS API reference, actions RunTask, ListTasks and DescribeTasks, and the Amazon CloudWatch Logs API
    reference, action GetLogEvents.
author:
  - The Groundwork authors (@groundwork)
options:
  cluster:
    description: Name or ARN of the cluster.
    type: str
    required: true
  task_definition:
    description: What to run, as a family (then its latest revision), V(family:revision) or an ARN.
    type: str
    required: true
  container:
    description: The container that gets the overrides and whose exit code counts; by default the first essential one.
    type: str
  command:
    description: Command that takes the place of the container's own.
    type: list
    elements: str
  environment:
    description:
      - Variables added to the container's environment.
      - AWS shows them to everyone who may describe the task, so they are no place for secrets, and a variable that the task
        definition has in its C(secrets) is refused.
    type: dict
  cpu:
    description: CPU units of the task, in place of the task definition's.
    type: int
  memory:
    description: MiB of memory of the task, in place of the task definition's.
    type: int
  launch_type:
    description: Where it runs.
    type: str
    choices: [FARGATE, EC2, EXTERNAL]
    default: FARGATE
  network:
    description: Where its network interface lies; required for the network mode C(awsvpc), as on Fargate.
    type: dict
    suboptions:
      subnets:
        description: Ids of the subnets.
        type: list
        elements: str
        required: true
      security_groups:
        description: Ids of the security groups.
        type: list
        elements: str
      assign_public_ip:
        description: Whether the task has a public address.
        type: bool
  started_by:
    description: A name for this kind of run, of up to 128 letters, digits, hyphens, slashes and underscores.
    type: str
  log_lines:
    description: How many of the last lines of the container's log are returned, when it logs with C(awslogs).
    type: int
    default: 20
  wait:
    description: Whether to wait until the task has stopped. Without it nothing is known of how it ends.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait. When they are over the task is left running, to be waited for by the next run.
    type: int
    default: 1800
  tags:
    description: Tags of the task.
    type: dict
attributes:
  check_mode:
    description: Says that a task would be run, and runs none.
    support: full
  diff_mode:
    description: Shows what would be run.
    support: full
  idempotent:
    description: Every run starts a task.
    support: none
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
notes:
  - What the container prints is shown, in RV(task.log_tail) and in the message of a failure.
"""

EXAMPLES = r"""
- name: Migrate the database
  groundwork.cloud.ecs_task_run:
    cluster: shop-production-web
    task_definition: shop-production-web
    command: [npx, prisma, migrate, deploy]
    network:
      subnets: [subnet-0aaa, subnet-0bbb]
      security_groups: [sg-0ccc]
    started_by: shop-production-web-migration
"""

RETURN = r"""
task:
  description: The task. In check mode, what would be run.
  returned: always, but for failures before it was started
  type: dict
  contains:
    arn:
      description: Its ARN. Known once it was started.
      type: str
      sample: arn:aws:ecs:us-east-1:111122223333:task/shop-production-web/0123456789abcdef0123456789abcdef
    task_definition:
      description: ARN of the task definition.
      type: str
      sample: arn:aws:ecs:us-east-1:111122223333:task-definition/shop-production-web:5
    container:
      description: The container whose exit code counts. Known where there is a task definition.
      type: str
      sample: web
    command:
      description: The command, empty for the container's own.
      type: list
      elements: str
      sample: [npx, prisma, migrate, deploy]
    exit_code:
      description: Its exit code; null when it never started, or was not waited for.
      type: int
      sample: 0
    stopped_reason:
      description: Why the task stopped, in the words of Amazon ECS.
      type: str
      sample: Essential container in task exited
    log_tail:
      description: The last lines of the container's log.
      type: list
      elements: str
      sample: [2 migrations applied]
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import connect_all, converge
from ..module_utils.ecs import Ecs, EcsError
from ..module_utils.ecs_services import SUBOPTIONS, stop_reason
from ..module_utils.ecs_tasks import exit_code, log_of, problem, refuse_secrets, request, same_work, watched
from ..module_utils.plan import Plan, declared

ARGUMENTS: dict[str, Any] = {
    "cluster": {"type": "str", "required": True},
    "task_definition": {"type": "str", "required": True},
    "container": {"type": "str"},
    "command": {"type": "list", "elements": "str"},
    "environment": {"type": "dict"},
    "cpu": {"type": "int"},
    "memory": {"type": "int"},
    "launch_type": {"type": "str", "choices": ["FARGATE", "EC2", "EXTERNAL"], "default": "FARGATE"},
    "network": SUBOPTIONS["network"],
    "started_by": {"type": "str"},
    "log_lines": {"type": "int", "default": 20},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 1800},
    "tags": {"type": "dict"},
}
NOT_YET = "unable to assume the role"  # what Amazon ECS says of a role that was made some seconds ago
LOG_PAGES = 10  # GetLogEvents may answer with pages that are empty though there are events before them


class TaskRun(Ecs):
    def __init__(self, module: AnsibleAWSModule) -> None:
        super().__init__(module)
        self._definition: dict[str, Any] = {}
        self._container: dict[str, Any] = {}
        self._run: dict[str, Any] = {}

    def read(self) -> dict[str, Any]:
        return {"task": self._run} if self._run else {}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        name = self.params["task_definition"]
        with self.doing(f"read task definition {name}", "ClientException"):  # there is none, yet
            self._definition = self.client.describe_task_definition(taskDefinition=name)["taskDefinition"]
            self._container = watched(self._definition, self.params["container"])
            refuse_secrets(self.params, self._container)
        run = {"task_definition": self._definition.get("taskDefinitionArn", name), "command": self.params["command"] or []}
        return {"task": declared({**run, "container": self._container.get("name")})}

    def apply(self, todo: Plan) -> None:
        if not self._definition:
            raise EcsError(
                self._doing, f"there is no active task definition {self.params['task_definition']}; register it, or name another"
            )
        self._run = dict(todo.create["task"])
        asked = request(self.params, self._run["task_definition"], self._run["container"])
        if not self.params["wait"]:
            self._publish(self._start(asked))
            return
        task = self.wait(
            f"the roles of task definition {self.params['task_definition']}",
            lambda: self._to_its_end(asked),
            lambda task: NOT_YET not in task.get("stoppedReason", ""),
            state=stop_reason,
            timeout=60,
        )
        self._publish(task)
        self._run["log_tail"] = self._log_tail(task["taskArn"])
        if said := problem(task, self._run["container"]):
            log = f"; its log ends: {' | '.join(self._run['log_tail'])}" if self._run["log_tail"] else "; it logged nothing"
            raise EcsError(self._doing, said + log, {"task": self._run})

    @property
    def _doing(self) -> str:
        return f"run task definition {self.params['task_definition']}"

    def _publish(self, task: Mapping[str, Any]) -> None:
        code = exit_code(task, self._run["container"])
        self._run |= {"arn": task["taskArn"], "exit_code": code, "stopped_reason": task.get("stoppedReason", ""), "log_tail": []}

    def _to_its_end(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        for standing in self._running():
            ended = self._ended(standing["taskArn"])
            if same_work(standing, asked):
                return ended
        return self._ended(self._start(asked)["taskArn"])

    def _running(self) -> list[dict[str, Any]]:
        """The tasks that an interrupted run left."""
        if not self.params["started_by"]:
            return []
        cluster = self.params["cluster"]
        with self.doing(f"list the tasks of {self.params['started_by']}"):
            arns = self.client.list_tasks(cluster=cluster, startedBy=self.params["started_by"])["taskArns"]
            return list(self.client.describe_tasks(cluster=cluster, tasks=arns)["tasks"]) if arns else []
        return []

    def _start(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        with self.doing(self._doing):
            run = partial(self.client.run_task, **asked)
            answer = self.persist("its roles", run, NOT_YET, timeout=60)
            if not answer["tasks"]:
                failure: dict[str, Any] = next(iter(answer.get("failures", [])), {})
                said = " ".join(str(failure[word]) for word in ("reason", "detail") if failure.get(word))
                raise EcsError(self._doing, f"no task was started: {said or 'no reason given'}")
            return dict(answer["tasks"][0])
        return {}

    def _ended(self, arn: str) -> dict[str, Any]:
        def task() -> dict[str, Any]:
            with self.doing(f"read task {arn}"):
                found = self.client.describe_tasks(cluster=self.params["cluster"], tasks=[arn])["tasks"]
                return found[0] if found else {}  # just started, and not to be seen yet
            return {}

        return self.wait(
            f"task {arn} to stop",
            task,
            lambda task: task.get("lastStatus") == "STOPPED",
            state=lambda task: task.get("lastStatus", "not to be seen"),
        )

    def _log_tail(self, task: str) -> list[str]:
        log, lines = log_of(self._container, task), self.params["log_lines"]
        if not log or lines < 1:
            return []
        here = log["region"] in ("", self.region)
        client = self.other("logs") if here else connect_all(self._module, ["logs"], region=log["region"])["logs"]
        events: list[dict[str, Any]] = []
        token: dict[str, str] = {}
        unread = ("ResourceNotFoundException", "AccessDeniedException")  # it never logged; these credentials read no logs
        with self.doing(f"read log {log['stream']} of {log['group']}", *unread):
            for _ in range(LOG_PAGES):
                stream = {"logGroupName": log["group"], "logStreamName": log["stream"], "limit": lines - len(events)}
                page = client.get_log_events(**stream, startFromHead=False, **token)
                events = [*page["events"], *events]
                if len(events) >= lines or page["nextBackwardToken"] == token.get("nextToken"):
                    break
                token = {"nextToken": page["nextBackwardToken"]}
        return [str(event["message"]) for event in events]


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, TaskRun(module), "task")


if __name__ == "__main__":
    main()
