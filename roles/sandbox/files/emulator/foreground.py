# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""moto's server, behind what corrects it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from service.foreground import end, listen, serve_until_stopped

from .front import Faults, Front

# The version that the corrections are written for.
MOTO = "moto[server]==5.2.5"
HERE = Path(__file__).parent


def serve(host: str, port: int, faults: Faults, pid_file: Path | None = None) -> None:
    """Serve the corrected AWS API; calls being answered when the end comes are answered first."""
    # Read by moto: one machine image instead of 600, certificates that are validated soon, and the policies that AWS manages.
    os.environ.setdefault("MOTO_AMIS_PATH", str(HERE / "amis.json"))
    os.environ.setdefault("MOTO_ACM_VALIDATION_WAIT", "1")
    os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    # moto writes it into the URLs that it hands out.
    os.environ["MOTO_PORT"] = str(port)
    try:
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
        from werkzeug.serving import make_server
    except ImportError as error:
        sys.exit(f"{error.name} is not there; install the emulator's engine: {sys.executable} -m pip install '{MOTO}'")

    from . import patches

    patches.apply()
    with listen(host, port) as listener:
        front = Front(DomainDispatcherApplication(create_backend_app), faults, stop=end)
        server = make_server(host, port, front, threaded=True, request_handler=MotoRequestHandler, fd=listener.fileno())
    told = f"{MOTO.partition('[')[0]} listens at http://{host}:{port}"
    serve_until_stopped(server, told, pid_file, front.finish)
