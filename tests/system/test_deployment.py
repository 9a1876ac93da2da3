# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Deployments of a standing service: a new image, migrations before traffic, and what fails leaves the revision before."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest

pytestmark = pytest.mark.system

NAME = "shop-test-web"
WEB = ("--limit", "web")
MISSING = "123456789012.dkr.ecr.us-east-1.amazonaws.com/missing:1"


def service(stack: Any) -> dict[str, Any]:
    found: dict[str, Any] = stack.aws("ecs").describe_services(cluster=NAME, services=[NAME])["services"][0]
    return found


def revision(stack: Any) -> int:
    return int(service(stack)["taskDefinition"].rpartition(":")[2])


def migrations(stack: Any) -> int:
    return len(stack.aws("ecs").list_tasks(cluster=NAME, desiredStatus="STOPPED")["taskArns"])


def extra(**settings: Any) -> tuple[str, ...]:
    return ("-e", json.dumps(settings))


class TestDeployment:
    inventory: ClassVar[str] = "tests/system/deployment/hosts.yml"

    def test_a_first_deployment_migrates(self, stack):
        stack.prepare("network", "cluster:web", "security_group:web", "repository:images")
        run = stack.wave("ecs")
        assert run.code == 0, run.output[-3000:]
        assert (revision(stack), migrations(stack)) == (1, 1)

    def test_a_new_image_changes_exactly_that(self, stack):
        image = (*WEB, "-e", "ecs_image_tag=1.0.1")
        wanted = {("web", "Task definition"), ("web", "Migration"), ("web", "Service")}
        assert stack.wave("ecs", "--check", "--diff", *image).changed == wanted
        assert (revision(stack), migrations(stack)) == (1, 1), "the plan deployed"
        run = stack.apply(*image)
        assert run.code == 0, run.output[-3000:]
        assert run.changed == wanted
        done = [event["task"] for event in run.events if event["changed"]]
        assert done == ["Task definition", "Migration", "Service"]
        assert (revision(stack), migrations(stack)) == (2, 2)

    def test_a_failed_migration_stops_the_deployment_and_is_run_again(self, stack):
        image = (*WEB, "-e", "ecs_image_tag=1.0.2")
        failed = stack.wave("ecs", *image, *extra(ecs_migration_command=["sh", "-c", "echo relation exists already; exit 3"]))
        assert failed.code != 0
        assert "its container web ended with exit code 3" in failed.failures[0]
        assert "its log ends: relation exists already" in failed.failures[0]
        assert failed.changed == {("web", "Task definition")}
        assert (revision(stack), migrations(stack)) == (2, 3)
        again = stack.wave("ecs", *image)
        assert again.changed == {("web", "Migration"), ("web", "Service")}
        assert (revision(stack), migrations(stack)) == (3, 4)

    def test_a_failed_deployment_leaves_the_revision_before(self, stack):
        failed = stack.wave("ecs", *WEB, *extra(ecs_image=MISSING, ecs_migration_command=[]))
        assert failed.code != 0
        assert "web: Service: " in failed.failures[0]
        assert "CannotPullContainerError" in failed.failures[0]
        assert revision(stack) == 3
        assert service(stack)["deployments"][0]["rolloutState"] == "COMPLETED"
