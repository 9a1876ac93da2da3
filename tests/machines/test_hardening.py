# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The baseline on a real machine, which stays open to whom it should; and what a kernel is told, in a network of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.machines import Machines, tasks
from support.play import Run, play

NO_KEY = [
    f"-o{option}"
    for option in ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "PubkeyAuthentication=no", "BatchMode=yes")
]
REDIRECTS = "net.ipv4.conf.all.accept_redirects"
KERNEL = {REDIRECTS: 0, "net.ipv4.ip_local_port_range": "20000 40000", "net.ipv4.no_such_parameter": 1}
KERNEL_PLAY = [
    {
        "hosts": "machines",
        "gather_facts": False,
        "tasks": [
            {
                "name": "Kernel",
                "ansible.builtin.include_role": {"name": "groundwork.cloud.hardening", "tasks_from": "sysctl"},
                "vars": {"ansible_facts": {"pkg_mgr": "apt"}},
            }
        ],
    }
]


@pytest.fixture(scope="module")
def machine(kept: Machines) -> dict[str, Any]:
    """A machine as its image is, but that anybody may log in by a password."""
    (instance,) = kept.launch("10.122.0.0/16")
    # python3-apt as on the images of Debian and Ubuntu, and the file of cloud-init that opens SSH.
    kept.ask(
        instance["PrivateIpAddress"],
        "apt-get update -qq && apt-get install -qq --no-install-recommends python3-apt"
        " && echo 'PasswordAuthentication yes' > /etc/ssh/sshd_config.d/50-cloud-init.conf && systemctl reload ssh"
        " && chmod 666 /etc/passwd",
    )
    return instance


@pytest.fixture(scope="module")
def configure(kept: Machines, machine: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Run]:
    """Apply the role to the machine: C(configure("--check", hardening_sysctl={}))."""
    directory = tmp_path_factory.mktemp("hardening")

    def run(*options: str, **settings: Any) -> Run:
        host = {
            "ansible_ssh_common_args": "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ControlMaster=no",
            **settings,
        }
        return kept.apply("hardening", machine["PrivateIpAddress"], directory, host, *options)

    return run


def test_a_life(kept: Machines, machine: dict[str, Any], configure: Callable[..., Run]):
    def ask(command: str) -> str:
        return kept.ask(machine["PrivateIpAddress"], command)

    def ssh() -> set[str]:
        return set(ask("sshd -T").splitlines())

    assert "passwordauthentication yes" in ssh()
    plan = configure("--check", "--diff")
    assert {"Options of SSH", "What installs updates", "Limits of the journal", "No core dumps", "Modes"} <= tasks(plan)
    assert "+PasswordAuthentication no" in plan.output
    assert "passwordauthentication yes" in ssh()

    assert "SSH takes them up" in tasks(configure())
    closed = {"passwordauthentication no", "kbdinteractiveauthentication no", "permitrootlogin without-password"}
    assert closed | {"x11forwarding no", "maxauthtries 4"} <= ssh()
    refused = subprocess.run(
        ["ssh", *NO_KEY, f"root@{machine['PrivateIpAddress']}", "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Permission denied (publickey)." in refused.stderr

    # It is logged in again, by the key.
    again = configure()
    assert tasks(again) == set()

    # Nothing of the kernel is this machine's own, and that is said; the next start of a machine of its own sets all of it.
    assert ask("test -w /proc/sys/kernel/sysrq || echo no") == "no"
    assert "kernel.sysrq" in again.output
    assert "left to the host" in again.output
    assert "kernel.sysrq = 0" in ask("cat /etc/sysctl.d/99-hardening.conf").splitlines()

    told = ask("unattended-upgrade --dry-run --debug 2>&1; systemctl is-active apt-daily.timer apt-daily-upgrade.timer")
    (origins,) = [line for line in told.splitlines() if line.startswith("Allowed origins are:")]
    assert "codename=bookworm-security" in origins
    assert "codename=bookworm," not in origins
    assert told.splitlines()[-2:] == ["active", "active"]

    assert "SystemMaxUse=500M" in ask("systemd-analyze cat-config systemd/journald.conf").splitlines()
    assert ask("systemd-run --quiet --pipe sh -c 'ulimit -c; ulimit -H -c'") == "0\n0"
    assert ask("stat --format %a /etc/passwd /etc/shadow") == "644\n640"

    wrong = configure(hardening_ssh={"PasswordAuthentication": "perhaps"})
    assert wrong.code != 0
    assert "unsupported option" in wrong.failures[-1]
    assert closed <= ssh()

    assert tasks(configure("--check", hardening_core_dumps=True)) == {"Core dumps again"}

    assert "Its files are gone" in tasks(configure(hardening_state="absent"))
    assert "passwordauthentication yes" in ssh()
    assert tasks(configure(hardening_state="absent")) == set()


@pytest.fixture
def namespace(tmp_path: Path) -> Iterator[list[str]]:
    """What runs a command with a network, and a folder of kernel parameters, that are not this machine's."""
    command = ["unshare", "--net", "--mount", "sh", "-c", "mount -t tmpfs tmpfs /etc/sysctl.d && echo && exec sleep 600"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"\n"
        yield ["nsenter", f"--target={holder.pid}", "--net", "--mount"]
        holder.kill()


def test_a_kernel_is_told_what_it_lets_be_decided(namespace: list[str], tmp_path: Path):
    """Of a network namespace the parameters of the network can be written."""
    real = shutil.which("ansible-playbook")
    inside = tmp_path / "bin/ansible-playbook"
    inside.parent.mkdir()
    inside.write_text(f'#!/bin/sh\nexec {" ".join(namespace)} --wd="$PWD" {real} "$@"\n')
    inside.chmod(0o755)
    (tmp_path / "play.yml").write_text(yaml.safe_dump(KERNEL_PLAY))
    inventory = tmp_path / "hosts.yml"

    def run(*options: str, **settings: Any) -> Run:
        host = {
            "ansible_connection": "local",
            "ansible_python_interpreter": "/usr/bin/python3",
            "hardening_sysctl": KERNEL,
            **settings,
        }
        inventory.write_text(yaml.safe_dump({"machines": {"hosts": {"m1": host}}}))
        path = f"{inside.parent}:{os.environ['PATH']}"
        return play(str(tmp_path / "play.yml"), f"--inventory={inventory}", *options, endpoint="", directory=tmp_path, PATH=path)

    def live() -> str:
        names = [name for name in KERNEL if "no_such" not in name]
        return subprocess.run([*namespace, "sysctl", "--values", *names], capture_output=True, text=True, check=True).stdout

    first = run()
    assert tasks(first) == {"Parameters, for each start of the machine", "Parameters of the running kernel"}
    assert "net.ipv4.no_such_parameter: left to the host" in first.output
    assert live() == "0\n20000\t40000\n"
    assert tasks(run()) == set()
    subprocess.run([*namespace, "sysctl", "--write", f"{REDIRECTS}=1"], capture_output=True, check=True)
    assert tasks(run("--check")) == {"What the running kernel would be told"}
    assert live() == "1\n20000\t40000\n"
