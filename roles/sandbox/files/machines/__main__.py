# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The keeper's command line: C(python -m machines --aws http://127.0.0.1:4566 --directory DIR) keeps them until it is stopped."""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from service import command
from service.background import Service, TakenError, fingerprint
from service.foreground import listen, serve_until_stopped

from .podman import MachinesError, missing

NAME = "groundwork.cloud machines"


class Machines(Service):
    package = "machines"
    noun = "machines program"
    name = NAME
    control = "/machines/"
    emptying = "/machines/empty"
    variable = "GROUNDWORK_MACHINES_ENDPOINT"
    another_port = 4579
    modules = ("boto3", "cryptography")
    requirement = "boto3 cryptography"

    def __init__(self, host: str, port: int, directory: Path, timeout: float, aws: str, cloudflare: str) -> None:
        super().__init__(host, port, directory, timeout)
        self._aws = aws
        self._cloudflare = cloudflare

    def options(self) -> Mapping[str, object]:
        return {"--aws": self._aws, "--cloudflare": self._cloudflare, "--directory": self._directory.absolute()}

    def lacking(self) -> str:
        return missing()

    def status(self) -> dict[str, Any] | None:
        found = super().status()
        if found and found["aws"] != self._aws:
            raise TakenError(
                f"{self.url} keeps the machines of {found['aws']}; "
                f"stop that, or name another port: {self.variable}=http://127.0.0.1:{self.another_port}"
            )
        return found

    def is_empty(self, status: Mapping[str, Any]) -> bool:
        return not (status["machines"] or status["balancers"])


def main() -> None:
    parser = command.parser("machines", "EC2 instances and load balancers of the emulator on this machine.", 4568)
    parser.add_argument("--aws", default="http://127.0.0.1:4566", help="the emulator")
    parser.add_argument("--cloudflare", default="", help="the Cloudflare simulator, whose edge may ask load balancers")
    given = parser.parse_args()
    if given.directory is None:
        parser.error("machines need --directory: the place of their key, and of the log")
    if given.state != "serve":
        service = Machines(given.host, given.port, given.directory, given.timeout, given.aws, given.cloudflare)
        command.see_to(service, given.state, check=given.check)
        return
    if reason := missing():
        sys.exit(f"no machines: {reason}")
    # Not before: they import what the background looks for.
    from .control import Server
    from .keeper import Keeper

    keeper = Keeper(given.aws, given.directory, given.cloudflare)
    try:
        held = keeper.begin()
    except MachinesError as error:
        sys.exit(f"no machines: {error}")
    keeping = threading.Thread(target=keeper.keep)
    with held, listen(given.host, given.port) as listener:
        server = Server(listener, keeper, NAME, fingerprint(Machines.package))
        keeping.start()

        def finish() -> None:
            server.server_close()
            keeper.stop()
            keeping.join()

        serve_until_stopped(server, f"{NAME} of {given.aws} listen at http://{given.host}:{given.port}", given.pid_file, finish)


if __name__ == "__main__":
    main()
