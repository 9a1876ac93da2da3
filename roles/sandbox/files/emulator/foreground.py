# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Serve until SIGTERM or SIGINT."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from pathlib import Path

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
        front = Front(DomainDispatcherApplication(create_backend_app), faults, stop=lambda: os.kill(os.getpid(), signal.SIGTERM))
        server = make_server(host, port, front, threaded=True, request_handler=MotoRequestHandler, fd=listener.fileno())

    def stop(*_: object) -> None:
        # In a thread: shutdown() waits for serve_forever(), which this signal has interrupted.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if pid_file:
        pid_file.write_text(f"{os.getpid()}\n")
    print(f"{MOTO.partition('[')[0]} listens at http://{host}:{port}", file=sys.stderr, flush=True)
    try:
        server.serve_forever()
    finally:
        front.finish()
        # Another emulator may have taken the port, and the file, since this one closed its listener.
        if pid_file and pid_file.exists() and pid_file.read_text().strip() == str(os.getpid()):
            pid_file.unlink()
    print("Stopped.", file=sys.stderr, flush=True)


def listen(host: str, port: int) -> socket.socket:
    """The listening socket; ours, so that a port that is taken is told in our words."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        sys.exit(f"cannot listen at {host}:{port}: {error.strerror}")
    return listener
