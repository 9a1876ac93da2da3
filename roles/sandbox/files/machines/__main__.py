# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The keeper's command line: C(python -m machines --aws http://127.0.0.1:4566 --directory DIR) keeps them until it is stopped."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from .keeper import Keeper
from .podman import MachinesError, missing


def main() -> None:
    parser = argparse.ArgumentParser(prog="machines", description="EC2 instances of the emulator as containers.")
    parser.add_argument("--aws", default="http://127.0.0.1:4566", help="the emulator")
    parser.add_argument("--directory", type=Path, required=True, help="where the SSH key of the machines lies")
    parser.add_argument("--region", action="append", help="a region to look in; us-east-1 if none is given")
    arguments = parser.parse_args()
    if reason := missing():
        sys.exit(f"no machines: {reason}")
    keeper = Keeper(arguments.aws, arguments.directory)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        keeper.keep(stop, arguments.region or ["us-east-1"])
    except MachinesError as error:
        sys.exit(f"no machines: {error}")


if __name__ == "__main__":
    main()
