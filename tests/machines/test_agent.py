# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The agent on a real machine, from a package that has the names, files, user and programs of Amazon's, which can't be had here.

Its programs keep to what the agent's sources say: the translator refuses what is wrong, the start program translates, gives its
folders to the user that is declared and becomes that user with its groups, and the agent reads journals by journalctl. What they
do not do is talk to CloudWatch.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.machines import Machines, tasks, until
from support.play import Run

HOME = "/opt/aws/amazon-cloudwatch-agent"
CONFIGURATION = f"{HOME}/etc/amazon-cloudwatch-agent.json"
TRANSLATOR = """#!/usr/bin/python3
import argparse, json, pathlib, sys
parser = argparse.ArgumentParser()
for name in ("input", "input-dir", "output", "mode", "config"):
    parser.add_argument(f"--{name}", required=True)
given = parser.parse_args()
assert pathlib.Path(given.config).is_file() and pathlib.Path(given.input_dir).is_dir()
told = json.loads(pathlib.Path(given.input).read_text())
for source, metric in told.get("metrics", {}).get("metrics_collected", {}).items():
    if "measurement" not in metric:
        sys.exit(f"E! metrics_collected.{source}: measurement is required")
made = pathlib.Path(given.output)
made.write_text(f'[agent]\\n  run_as_user = "{told["agent"]["run_as_user"]}"\\n')
made.with_suffix(".yaml").write_text(json.dumps(told.get("logs", {})))
(made.parent / "env-config.json").write_text("{}")
"""
START = f"""#!/usr/bin/python3
import os, pathlib, pwd, subprocess
home = pathlib.Path("{HOME}")
with (home / "logs/amazon-cloudwatch-agent.log").open("a") as log:
    subprocess.run(
        [home / "bin/config-translator", "--output", home / "etc/amazon-cloudwatch-agent.toml", "--mode", "auto",
         "--input", home / "etc/amazon-cloudwatch-agent.json", "--input-dir", home / "etc/amazon-cloudwatch-agent.d",
         "--config", home / "etc/common-config.toml"], stdout=log, stderr=log, check=True)
user = pwd.getpwnam((home / "etc/amazon-cloudwatch-agent.toml").read_text().split('"')[1])
for folder in ("logs", "etc", "var"):
    for path in (home / folder, *(home / folder).rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid)
os.setgroups(os.getgrouplist(user.pw_name, user.pw_gid)[1:])
os.setgid(user.pw_gid)
os.setuid(user.pw_uid)
os.execv(home / "bin/amazon-cloudwatch-agent", ["amazon-cloudwatch-agent"])
"""
AGENT = f"""#!/usr/bin/python3
import json, pathlib, subprocess, sys, time
if "-schematest" in sys.argv:
    sys.exit("run_as_user" not in pathlib.Path(sys.argv[sys.argv.index("-config") + 1]).read_text())
home = pathlib.Path("{HOME}")
logs = json.loads((home / "etc/amazon-cloudwatch-agent.yaml").read_text()).get("logs_collected", {{}})
while True:
    for number, entry in enumerate(logs.get("journald", {{}}).get("collect_list", [])):
        command = ["journalctl", "--utc", "--output=json", "--no-pager", "--priority", entry["priority"]]
        command += [word for unit in entry["units"] for word in ("--unit", unit)]
        subprocess.run(command, stdout=(home / f"logs/journal-{{number}}").open("w"))
    time.sleep(1)
"""
CONTROL = f"""#!/bin/sh
set -e
agent=amazon-cloudwatch-agent
case "$2" in
  prep-restart) if systemctl is-active $agent >/dev/null; then touch {HOME}/etc/restart; fi ;;
  cond-restart) if [ -f {HOME}/etc/restart ]; then rm {HOME}/etc/restart; systemctl daemon-reload; systemctl restart $agent; fi ;;
  stop) systemctl stop $agent ;;
  preun) systemctl stop $agent; systemctl disable $agent; systemctl daemon-reload ;;
esac
"""
UNIT = f"""[Unit]
Description=Amazon CloudWatch Agent
After=network.target

[Service]
Type=simple
ExecStart={HOME}/bin/start-amazon-cloudwatch-agent
KillMode=process
Restart=on-failure
RestartSec=60s

[Install]
WantedBy=multi-user.target
"""
SCRIPTS = {
    "preinst": f"""#!/bin/sh
control={HOME}/bin/amazon-cloudwatch-agent-ctl
if [ "$1" = upgrade ]; then $control -a prep-restart; $control -a stop; fi
grep "^cwagent:" /etc/group >/dev/null 2>&1 || groupadd -r cwagent
id cwagent >/dev/null 2>&1 || useradd -r -M cwagent -d /home/cwagent -g cwagent -s /usr/sbin/nologin
""",
    "postinst": f"#!/bin/sh\n{HOME}/bin/amazon-cloudwatch-agent-ctl -a cond-restart\n",
    "prerm": f'#!/bin/sh\nif [ "$1" = remove ]; then {HOME}/bin/amazon-cloudwatch-agent-ctl -a preun; fi\n',
}


def package(directory: Path, version: str) -> Path:
    root = directory / version
    programs = {"amazon-cloudwatch-agent": AGENT, "config-translator": TRANSLATOR, "start-amazon-cloudwatch-agent": START}
    files = {
        **{f"{HOME}/bin/{name}": (text, 0o755) for name, text in programs.items()},
        f"{HOME}/bin/amazon-cloudwatch-agent-ctl": (CONTROL, 0o755),
        f"{HOME}/bin/CWAGENT_VERSION": (f"{version}\n", 0o644),
        f"{HOME}/etc/common-config.toml": ("", 0o644),
        "/etc/systemd/system/amazon-cloudwatch-agent.service": (UNIT, 0o644),
        **{f"/DEBIAN/{name}": (text, 0o755) for name, text in SCRIPTS.items()},
        "/DEBIAN/control": (
            f"Package: amazon-cloudwatch-agent\nVersion: {version}-1\nArchitecture: all\nMaintainer: A test\nDescription: Test\n",
            0o644,
        ),
        "/DEBIAN/conffiles": (f"{HOME}/etc/common-config.toml\n", 0o644),
    }
    for name, (text, mode) in files.items():
        path = root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
    for folder in ("etc/amazon-cloudwatch-agent.d", "logs", "var"):
        (root / HOME.lstrip("/") / folder).mkdir()
    made = directory / f"{version}.deb"
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", "-Znone", root, made], check=True, capture_output=True)
    return made


class Signer:
    """A key of GnuPG, and what is signed by it."""

    def __init__(self, home: Path) -> None:
        home.mkdir(mode=0o700)
        self._environment = {**os.environ, "GNUPGHOME": str(home)}
        self.run("--passphrase", "", "--quick-generate-key", "agent@example.com", "rsa2048", "sign", "never")
        listed = self.run("--with-colons", "--fingerprint").decode().splitlines()
        self.fingerprint = next(line.split(":")[9] for line in listed if line.startswith("fpr:"))

    def run(self, *words: str) -> bytes:
        command = ["gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", *words]
        return subprocess.run(command, env=self._environment, check=True, capture_output=True).stdout

    def signature(self, file: Path) -> bytes:
        return self.run("--output", "-", "--detach-sign", str(file))

    def close(self) -> None:
        subprocess.run(["gpgconf", "--kill", "all"], env=self._environment, check=True)


@pytest.fixture(scope="module")
def machine(kept: Machines, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A machine, and a mirror with two versions of the package, of which only the first is signed by whom it should be."""
    directory, s3 = tmp_path_factory.mktemp("package"), kept.client("s3")
    s3.create_bucket(Bucket="mirror", ACL="public-read")
    signers = Signer(directory / "amazon"), Signer(directory / "other")

    def put(name: str, content: bytes) -> None:
        s3.put_object(Bucket="mirror", Key=name, Body=content, ACL="public-read")

    for version, signer in (("1.1", signers[0]), ("1.2", signers[1]), ("1.3", signers[0])):
        file = package(directory, version)
        put(f"{version}.deb", file.read_bytes())
        put(f"{version}.deb.sig", signer.signature(file))
        put(f"{version}.key", signer.run("--armor", "--export"))
    put("binary.key", signers[0].run("--export"))
    for signer in signers:
        signer.close()
    (instance,) = kept.launch("10.121.0.0/16")
    # As on the images of Debian and Ubuntu.
    kept.ask(instance["PrivateIpAddress"], "apt-get update -qq && apt-get install -qq --no-install-recommends python3-apt")
    return {**instance, "fingerprint": signers[0].fingerprint}


@pytest.fixture(scope="module")
def configure(kept: Machines, machine: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Run]:
    """Apply the role to the machine: C(configure("1.1", agent_units=["shop"]))."""
    directory = tmp_path_factory.mktemp("agent")

    def run(version: str, *options: str, **settings: Any) -> Run:
        host = {
            "stack_name": "shop",
            "stack_environment": "production",
            "agent_component": "web",
            "agent_version": version,
            "agent_package": f"{kept.url}/mirror/{version}.deb",
            "agent_signer": f"{kept.url}/mirror/{version}.key",
            "agent_signer_fingerprint": machine["fingerprint"],
            **settings,
        }
        return kept.apply("agent", machine["PrivateIpAddress"], directory, host, *options)

    return run


def test_a_life(kept: Machines, machine: dict[str, Any], configure: Callable[..., Run]):
    def ask(command: str) -> str:
        return kept.ask(machine["PrivateIpAddress"], command)

    def process() -> str:
        return ask("systemctl show --property MainPID --value amazon-cloudwatch-agent")

    plan = configure("1.1", "--check", "--diff")
    assert {"Package, its signature and the key", "User", "Configuration"} <= tasks(plan)
    assert '"log_group_name": "shop-production-web"' in plan.output
    assert ask(f"test -e {HOME} || echo nothing") == "nothing"

    first = configure("1.1")
    assert first.code == 0, first.output
    assert ask("systemctl is-enabled amazon-cloudwatch-agent") == "enabled"
    assert ask(f"stat --format %U /proc/{process()}") == "cwagent"
    written = json.loads(ask(f"cat {CONFIGURATION}"))
    assert written["agent"]["run_as_user"] == "cwagent"
    (journal,) = written["logs"]["logs_collected"]["journald"]["collect_list"]
    assert (journal["units"], journal["log_group_name"]) == (["web.service"], "shop-production-web")

    # Its user may read the journal, and reads that of the unit alone.
    ask("systemd-run --quiet --wait --unit web echo taken && systemd-run --quiet --wait --unit other echo left")
    until(lambda: "taken" in ask(f"cat {HOME}/logs/journal-0"), "the agent reads what the unit says", 30)
    assert "left" not in ask(f"cat {HOME}/logs/journal-0")

    running = process()
    assert tasks(configure("1.1")) == set()
    assert process() == running

    refused = configure("1.1", agent_metrics={"mem": {}})
    assert refused.code != 0
    assert "mem: measurement is required" in refused.failures[-1]
    assert (process(), json.loads(ask(f"cat {CONFIGURATION}"))) == (running, written)
    assert ask("ls -d /tmp/tmp.* || true") == ""

    forged = configure("1.2")
    assert forged.code != 0
    assert "is not signed by" in forged.failures[-1]
    assert ask(f"cat {HOME}/bin/CWAGENT_VERSION") == "1.1"

    files = {"agent_files": [{"path": "/var/log/dpkg.log"}]}
    assert {"Configuration", "Service"} < tasks(configure("1.3", agent_signer=f"{kept.url}/mirror/binary.key", **files))
    assert process() != running
    assert "/var/log/dpkg.log" in ask(f"cat {CONFIGURATION}")
    assert ask(f"cat {HOME}/bin/CWAGENT_VERSION; stat --format %U /proc/{process()}") == "1.3\ncwagent"
    assert tasks(configure("latest", "--check", agent_package=f"{kept.url}/mirror/none.deb", **files)) == set()

    assert tasks(configure("1.3", agent_state="absent")) != set()
    left = ask(f"ls -d {HOME} || true; getent passwd cwagent || true; systemctl is-active amazon-cloudwatch-agent || true")
    assert left == "inactive"
    assert tasks(configure("1.3", agent_state="absent")) == set()
