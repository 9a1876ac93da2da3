# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The image of all machines: Debian with systemd, SSH and Python, made from Debian's packages where no registry is reached."""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import tempfile
from pathlib import Path

from .podman import MachinesError, Podman

RELEASE = "bookworm"
PACKAGES = (
    "ca-certificates",
    "curl",
    "dbus",
    "iproute2",
    "openssh-server",
    "python3",
    "sudo",
    "systemd",
    "systemd-sysv",
    "xz-utils",
)
# The two services that an instance finds at fixed addresses are on the gateway; the machine's own systemd leads there.
FILES = {
    "etc/systemd/system/groundwork-link-local.service": """\
[Unit]
Description=The address of the metadata service
DefaultDependencies=no
Before=sockets.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/ip address replace 169.254.169.254/32 dev lo

[Install]
WantedBy=sockets.target
""",
    "etc/systemd/system/groundwork-metadata.socket": """\
[Socket]
ListenStream=169.254.169.254:80
FreeBind=yes

[Install]
WantedBy=sockets.target
""",
    "etc/systemd/system/groundwork-metadata.service": """\
[Unit]
Requires=groundwork-metadata.socket

[Service]
EnvironmentFile=/etc/groundwork-machine
ExecStart=/lib/systemd/systemd-socket-proxyd ${METADATA}
""",
    "etc/systemd/system/groundwork-aws.socket": """\
[Unit]
Description=The AWS API, at the address at which this machine's host has it; the port is in port.conf

[Install]
WantedBy=sockets.target
""",
    "etc/systemd/system/groundwork-aws.service": """\
[Unit]
Requires=groundwork-aws.socket

[Service]
EnvironmentFile=/etc/groundwork-machine
ExecStart=/lib/systemd/systemd-socket-proxyd ${AWS}
""",
    "etc/systemd/system/groundwork-user-data.service": """\
[Unit]
Description=User data, once
After=network.target groundwork-metadata.socket
ConditionPathExists=/var/lib/cloud/user-data
ConditionPathExists=!/var/lib/cloud/user-data.ran

[Service]
Type=oneshot
ExecStart=/var/lib/cloud/user-data
ExecStartPost=/bin/touch /var/lib/cloud/user-data.ran

[Install]
WantedBy=multi-user.target
""",
}
ENABLED = {
    "groundwork-link-local.service": "sockets.target",
    "groundwork-metadata.socket": "sockets.target",
    "groundwork-aws.socket": "sockets.target",
    "groundwork-user-data.service": "multi-user.target",
}
NAME = "localhost/groundwork-machine"


def tag() -> str:
    """The image's name with a digest of all that it is made of."""
    recipe = repr((RELEASE, PACKAGES, sorted(FILES.items()), ENABLED))
    return f"{NAME}:{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"


def build(podman: Podman, wanted: str) -> None:
    """Make the image unless it is there: about a minute, and 120 MB from Debian's mirror. Who comes second waits."""
    with Path(tempfile.gettempdir(), "groundwork-machine.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not any(wanted in (image.get("Names") or ()) for image in podman.listed("images")):
            _build(podman, wanted)


def _build(podman: Podman, wanted: str) -> None:
    with tempfile.TemporaryDirectory(prefix="groundwork-machine-") as place:
        root = Path(place, "root")
        made = subprocess.run(  # noqa: S603
            ["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", RELEASE, str(root)],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise MachinesError(f"debootstrap: {' '.join((made.stdout + made.stderr).splitlines()[-2:])}")
        for file, content in FILES.items():
            (root / file).write_text(content)
        for unit, target in ENABLED.items():
            wants = root / f"etc/systemd/system/{target}.wants"
            wants.mkdir(exist_ok=True)
            (wants / unit).symlink_to(f"/etc/systemd/system/{unit}")
        archive = Path(place, "image.tar")
        subprocess.run(["tar", "-C", str(root), "-cf", str(archive), "."], check=True)  # noqa: S603, S607
        podman("import", "--quiet", str(archive), wanted)
