# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""An application on a real machine: it serves, a release that does not is taken back, and all of it goes away."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from typing import Any

import pytest
from support.machines import Machines, get
from support.play import Run

SECRET = 'swordfish "quoted" \\ and more'
SERVER = """
const release = %s;
require("http").createServer((request, answer) => {
  if (request.url === "/health") { answer.statusCode = release.healthy ? 200 : 503; return answer.end(); }
  const { COLOUR: colour, TOKEN: secret } = process.env;
  answer.end(JSON.stringify({ release: release.name, colour, secret, uid: process.getuid() }));
}).listen(process.env.PORT);
"""


def archive(**files: bytes) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o755
            tar.addfile(entry, io.BytesIO(data))
    return content.getvalue()


@pytest.fixture(scope="module")
def machine(kept: Machines) -> dict[str, Any]:
    """A machine whose instance profile may read one secret, and a bucket of releases."""
    iam, s3 = kept.client("iam"), kept.client("s3")
    iam.create_role(RoleName="node-app", AssumeRolePolicyDocument="{}")
    iam.create_instance_profile(InstanceProfileName="node-app")
    iam.add_role_to_instance_profile(InstanceProfileName="node-app", RoleName="node-app")
    kept.client("secretsmanager").create_secret(Name="node-app/token", SecretString=SECRET)
    s3.create_bucket(Bucket="artifacts", ACL="public-read")
    (instance,) = kept.launch("10.82.0.0/16", IamInstanceProfile={"Name": "node-app"})
    return instance


@pytest.fixture(scope="module")
def configure(
    kept: Machines, machine: dict[str, Any], node: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Run]:
    """Apply the role to the machine: C(configure("1.0.0", COLOUR="green"))."""
    directory = tmp_path_factory.mktemp("node_app")

    def run(version: str, *options: str, healthy: bool = True, settings: dict[str, Any] | None = None, **environment: str) -> Run:
        server = SERVER % json.dumps({"name": version, "healthy": healthy})
        kept.client("s3").put_object(Bucket="artifacts", Key=f"{version}.tar.gz", Body=archive(**{"main.js": server.encode()}))
        where = {"Bucket": "artifacts", "Key": f"{version}.tar.gz"}
        host = {
            "node_app_component": "shop",
            "node_app_version": version,
            "node_app_archive": kept.client("s3").generate_presigned_url("get_object", Params=where),
            **node,
            "node_app_environment": environment,
            "node_app_secrets": {"TOKEN": "node-app/token"},
            "node_app_health_timeout_seconds": 10,
            **(settings or {}),
        }
        return kept.apply("node_app", machine["PrivateIpAddress"], directory, host, *options)

    return run


def served(machine: dict[str, Any]) -> dict[str, Any]:
    status, body = get(f"http://{machine['PrivateIpAddress']}:3000/")
    assert status == 200
    told: dict[str, Any] = json.loads(body)
    return told


def test_a_life(kept: Machines, machine: dict[str, Any], node: dict[str, str], configure: Callable[..., Run]):
    address = machine["PrivateIpAddress"]

    planned = configure("1.0.0", "--check", COLOUR="green")
    assert planned.code == 0, planned.output
    assert {"Node.js", "User", "Release", "Unit"} <= {task for _host, task in planned.changed}
    assert kept.ask(address, "ls /opt; getent passwd shop || true") == ""

    first = configure("1.0.0", COLOUR="green")
    assert first.code == 0, first.output
    told = served(machine)
    assert told["uid"] != 0
    assert told == {"release": "1.0.0", "colour": "green", "secret": SECRET, "uid": told["uid"]}

    again = configure("1.0.0", COLOUR="green")
    assert (again.code, again.changed) == (0, set()), again.output
    plan = configure("1.0.0", "--check", "--diff", COLOUR="green")
    assert (plan.code, plan.changed) == (0, set()), plan.output

    changed = configure("1.0.0", COLOUR="blue")
    assert {task for _host, task in changed.changed} == {
        "Environment and names of secrets",
        "Service",
    }
    assert served(machine)["colour"] == "blue"

    # As an interrupted run leaves it: written, and not started with.
    kept.ask(address, "touch -d '2 seconds' /etc/shop/environment")
    assert {task for _host, task in configure("1.0.0", COLOUR="blue").changed} == {"Service"}

    release = configure("1.1.0", "--check", "--diff", COLOUR="blue")
    assert (release.code, served(machine)["release"]) == (0, "1.0.0")
    assert {task for _host, task in release.changed} == {"Release", "This release is the current one", "Service"}

    second = configure("1.1.0", COLOUR="blue")
    assert second.code == 0, second.output
    assert served(machine)["release"] == "1.1.0"

    broken = configure("1.2.0", COLOUR="blue", healthy=False)
    assert broken.code != 0
    assert "shop 1.2.0 does not answer" in broken.failures[-1]
    assert "1.1.0 runs again" in broken.failures[-1]
    assert served(machine)["release"] == "1.1.0"

    kept.ask(address, "systemd-analyze security --threshold=25 shop.service")  # fails when more is exposed
    assert SECRET not in kept.ask(address, "cat /etc/shop/* /etc/systemd/system/shop.service")
    for run in (first, second, broken):
        assert SECRET not in run.output

    gone = configure("1.1.0", settings={"node_app_state": "absent"})
    assert gone.code == 0, gone.output
    left = kept.ask(address, "ls /opt; getent passwd shop || true; systemctl is-active shop || true")
    assert left.splitlines() == [f"node-{node['node_app_node_version']}", "inactive"]
    assert configure("1.1.0", settings={"node_app_state": "absent"}).changed == set()
