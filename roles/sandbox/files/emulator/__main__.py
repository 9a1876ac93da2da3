# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The emulator's command line."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from service import command
from service.background import Service

from . import foreground
from .front import NAME, OURS, Faults


class Emulator(Service):
    package = "emulator"
    noun = "emulator"
    name = NAME
    control = OURS
    emptying = "/moto-api/reset"
    variable = "GROUNDWORK_AWS_ENDPOINT"
    another_port = 4577
    modules = ("moto", "flask", "flask_cors", "werkzeug")
    requirement = foreground.MOTO

    def __init__(self, host: str, port: int, directory: Path, timeout: float, faults: Faults, outside_dns: str) -> None:
        super().__init__(host, port, directory, timeout)
        self._faults = asdict(faults)
        self._outside_dns = outside_dns

    def options(self) -> Mapping[str, object]:
        faults = {f"--{name.replace('_', '-')}": value for name, value in self._faults.items()}
        return {**faults, "--outside-dns": self._outside_dns}

    def environment(self) -> Mapping[str, str]:
        # moto writes a recording of requests, when one is asked for, into the directory that it runs in.
        return {"MOTO_RECORDER_FILEPATH": str(self.log.with_suffix(".recording").absolute())}

    def settings(self, status: Mapping[str, Any]) -> dict[str, Callable[[], None]]:
        same = status["faults"] == self._faults
        return {} if same else {"change faults": lambda: self.post(f"{OURS}faults", self._faults)}


def main() -> None:
    parser = command.parser("emulator", "The AWS API on this machine.", 4566)
    parser.add_argument("--delay-ms", type=int, default=0, help="delay of every answer")
    parser.add_argument(
        "--provisioning-scale", type=float, default=0.0, help="by what the times that AWS takes are divided; 0 takes none"
    )
    parser.add_argument("--throttle-share", type=float, default=0.0, help="share of the calls that fail, 0 to 1")
    parser.add_argument("--seed", type=int, default=0, help="decides which calls fail")
    parser.add_argument("--outside-dns", default="", help="URL of the resolver that knows the records of other zones")
    given = parser.parse_args()
    try:
        faults = Faults(given.delay_ms, given.provisioning_scale, given.throttle_share, given.seed)
    except ValueError as error:
        parser.error(str(error))

    if given.state == "serve":
        if given.outside_dns:
            os.environ["EMULATOR_OUTSIDE_DNS"] = given.outside_dns
        foreground.serve(given.host, given.port, faults, given.pid_file)
        return
    if given.directory is None:
        parser.error(f"{given.state} needs --directory: the place of the log")
    emulator = Emulator(given.host, given.port, given.directory, given.timeout, faults, given.outside_dns)
    command.see_to(emulator, given.state, check=given.check)


if __name__ == "__main__":
    main()
