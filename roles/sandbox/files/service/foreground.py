# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Serve until SIGTERM or SIGINT."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from socketserver import BaseServer


def serve_until_stopped(server: BaseServer, told: str, pid_file: Path | None, finish: Callable[[], None]) -> None:
    """C(told) says in the log what listens; C(finish) waits for the calls that are being answered when the end comes."""

    def stop(*_: object) -> None:
        # In a thread: shutdown() waits for serve_forever(), which this signal has interrupted.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if pid_file:
        pid_file.write_text(f"{os.getpid()}\n")
    print(told, file=sys.stderr, flush=True)
    try:
        server.serve_forever()
    finally:
        finish()
        # Another one may have taken the port, and the file, since this one closed its listener.
        if pid_file and pid_file.exists() and pid_file.read_text().strip() == str(os.getpid()):
            pid_file.unlink()
    print("Stopped.", file=sys.stderr, flush=True)


def end() -> None:
    """Stop this process, as SIGTERM does."""
    os.kill(os.getpid(), signal.SIGTERM)


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
