# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the program itself is asked: what stands, to look now, and to stop."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from service.foreground import end

from .keeper import Keeper

PLACE = "/machines/"


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, listener: socket.socket, keeper: Keeper, name: str, code: str) -> None:
        def status() -> dict[str, Any]:
            return {"name": name, "pid": os.getpid(), "code": code, **keeper.status()}

        calls: dict[str, Callable[[], Any]] = {"GET status": dict, "POST empty": keeper.look, "POST stop": end}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                call = calls.get(f"{self.command} {self.path.removeprefix(PLACE)}")
                if call:
                    call()
                body = json.dumps(status() if call else {"error": f"there is no {self.command} {self.path}"}).encode()
                self.send_response(200 if call else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815  (a name of http.server)

            def log_message(self, *_: Any) -> None:
                """Nothing: the log is for what runs, and what does not."""

        address = listener.getsockname()
        self.address_family = listener.family
        super().__init__(address, Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
