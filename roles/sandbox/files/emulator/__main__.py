# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Run the emulator in the foreground: C(python -m emulator --port 4566)."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

HERE = Path(__file__).parent
# Read by moto when it is imported: one machine image instead of 600, and certificates that are validated soon.
os.environ.setdefault("MOTO_AMIS_PATH", str(HERE / "amis.json"))
os.environ.setdefault("MOTO_ACM_VALIDATION_WAIT", "1")


def main() -> None:
    parser = argparse.ArgumentParser(prog="emulator", description="The AWS API on this machine.")
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    parser.add_argument("--port", type=int, default=4566, help="port to listen on")
    arguments = parser.parse_args()

    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import run_simple

    from . import patches

    patches.apply()
    run_simple(arguments.host, arguments.port, DomainDispatcherApplication(create_backend_app), threaded=True)


if __name__ == "__main__":
    main()
