# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The command line of a program of the sandbox.

C(python -m emulator --port 4566) serves in the foreground. With a state (C(present), C(empty) or C(absent)) it sees to one in
the background instead, and prints as JSON what that changed.
"""

from __future__ import annotations

import argparse
import ipaddress
import json
import sys
from pathlib import Path

from .background import STATES, Service, ServiceError


def parser(program: str, description: str, port: int) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog=program, description=description)
    made.add_argument("state", nargs="?", choices=["serve", *STATES], default="serve", help="what there shall be")
    made.add_argument("--host", type=loopback, default="127.0.0.1", help="loopback address to listen on")
    made.add_argument("--port", type=int, default=port, help="port to listen on")
    made.add_argument("--pid-file", type=Path, help="file that holds the process id while it serves")
    made.add_argument("--directory", type=Path, help="where one in the background keeps its log and process id")
    made.add_argument("--timeout", type=float, default=60.0, help="seconds to wait for one in the background")
    made.add_argument("--check", action="store_true", help="only say what would be changed")
    return made


def loopback(host: str) -> str:
    try:
        if host == "localhost" or ipaddress.ip_address(host).is_loopback:
            return host
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{host} is not a loopback address: the sandbox has no locks, take 127.0.0.1")


def see_to(service: Service, state: str, *, check: bool) -> None:
    """Bring it into a state and print what that changed."""
    try:
        print(json.dumps(service.see_to(state, check=check)))
    except ServiceError as error:
        sys.exit(str(error))
