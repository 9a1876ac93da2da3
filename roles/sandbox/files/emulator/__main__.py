# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The emulator's command line.

C(python -m emulator --port 4566) serves in the foreground. With a state (C(present), C(empty) or C(absent)) it sees to an
emulator in the background instead, and prints as JSON what that changed.
"""

from __future__ import annotations

import argparse
import ipaddress
import json
import sys
from pathlib import Path

from . import background, foreground
from .front import Faults


def main() -> None:
    parser = argparse.ArgumentParser(prog="emulator", description="The AWS API on this machine.")
    parser.add_argument("state", nargs="?", choices=["serve", *background.STATES], default="serve", help="what there shall be")
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    parser.add_argument("--port", type=int, default=4566, help="port to listen on")
    parser.add_argument("--delay-ms", type=int, default=0, help="delay of every answer")
    parser.add_argument(
        "--provisioning-scale", type=float, default=0.0, help="by what the times that AWS takes are divided; 0 takes none"
    )
    parser.add_argument("--throttle-share", type=float, default=0.0, help="share of the calls that fail, 0 to 1")
    parser.add_argument("--seed", type=int, default=0, help="decides which calls fail")
    parser.add_argument("--pid-file", type=Path, help="file that holds the process id while it serves")
    parser.add_argument("--directory", type=Path, help="where an emulator in the background keeps its log and process id")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds to wait for an emulator in the background")
    parser.add_argument("--check", action="store_true", help="only say what would be changed")
    arguments = parser.parse_args()
    if not is_loopback(arguments.host):
        parser.error(f"{arguments.host} is not a loopback address: the emulator has no locks, take 127.0.0.1")
    try:
        faults = Faults(arguments.delay_ms, arguments.provisioning_scale, arguments.throttle_share, arguments.seed)
    except ValueError as error:
        parser.error(str(error))

    if arguments.state == "serve":
        foreground.serve(arguments.host, arguments.port, faults, arguments.pid_file)
        return
    if arguments.directory is None:
        parser.error(f"{arguments.state} needs --directory: the place of the log")
    emulator = background.Emulator(arguments.host, arguments.port, arguments.directory, arguments.timeout)
    try:
        print(json.dumps(emulator.see_to(arguments.state, faults, check=arguments.check)))
    except background.EmulatorError as error:
        sys.exit(str(error))


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


if __name__ == "__main__":
    main()
