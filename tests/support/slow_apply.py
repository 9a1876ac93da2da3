# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""An apply of nextjs/production to an account that is as slow as AWS, in its proportions: for the tests and the benchmark.

The account answers every call 60 ms late, and what it provisions takes a twentieth of the time that it takes on AWS. What a run
adds to the longest chain of that is twenty times as large here, in proportion, as it is there.
"""

from __future__ import annotations

import json
from pathlib import Path

from . import emulator
from .critical_path import Run, Step
from .play import play

INVENTORY = "inventories/nextjs/production"
CALL_MS, SCALE = 60, 20
# What needs what, whatever the waves are. The ground is what others are built on; the exits are all else of the network.
STEPS = {
    "key": Step("encryption", "kms"),
    "zone": Step("example.org", "dns", ["zone.yml"]),
    "ground": Step("main", "network", ["vpc.yml", "subnets.yml", "security_groups.yml"]),
    "exits": Step("main", "network", needs=["ground"]),
    "logs": Step("logs", "storage", needs=["key"]),
    "repository": Step("web", "registry", needs=["key"]),
    "secrets": Step("web", "secrets", needs=["key"]),
    "cluster": Step("web", "ecs", ["cluster.yml"]),
    "certificate": Step("app.example.org", "certificate", needs=["zone"]),
    "database": Step("postgres", "database", needs=["key", "ground"]),
    "database there": Step("postgres", "database", ["ready.yml"], needs=["database/db_instance"]),
    "cache": Step("redis", "cache", needs=["key", "ground"]),
    "cache there": Step("redis", "cache", ["ready.yml"], needs=["cache/replication_group"]),
    "front door": Step(
        "public",
        "alb",
        ["target_groups.yml", "certificate.yml", "load_balancer.yml"],
        needs=["ground", "logs", "certificate/certificate"],
    ),
    "roles": Step("web", "ecs iam", ["log_group.yml", "roles.yml"], needs=["repository", "secrets", "database", "cache"]),
    "service": Step(
        "web",
        "ecs",
        needs=["database there", "cache there", "front door", "cluster", "roles", "exits/nat_gateway"],
    ),
    "service there": Step("web", "ecs", ["ready.yml"], needs=["service/service"]),
    "records": Step("example.org", "dns", ["records.yml"], needs=["front door"]),
    "watch": Step("watch", "cloudwatch", needs=["service"]),
}


def slow_apply(directory: Path) -> Run:
    """What an apply did, and when."""
    timeline = directory / "timeline.json"
    callbacks = {"ANSIBLE_CALLBACKS_ENABLED": "events,timeline,groundwork.cloud.runtime", "GROUNDWORK_TIMELINE": str(timeline)}
    with emulator.running(directory / "emulator.log") as endpoint:
        emulator.slow_down(endpoint, CALL_MS, SCALE)
        inventories = ("-i", INVENTORY, "-i", "inventories/sandbox")
        done = play("site.yml", *inventories, endpoint=endpoint, directory=directory, **callbacks)
        assert done.code == 0, done.output[-3000:]
        return Run(json.loads(timeline.read_text()), emulator.provisioned(endpoint), STEPS)
