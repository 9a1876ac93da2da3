# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""HTTP: a request is read whole, and its answer is one write."""

from __future__ import annotations

import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from .answers import Answer, ApiError
from .routes import Request
from .simulator import Simulator

MOST_BYTES = 100 * 1024 * 1024


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "groundwork-cloudflare-simulator"
    # Headers and body in one packet: in two, the second may wait 40 ms for the first to be acknowledged.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Server

    def handle_any(self) -> None:
        try:
            body = self._body()
        except ValueError as error:
            self.send_error(400, str(error))
            self.close_connection = True
            return
        url = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        request = Request(self.command, unquote(url.path), query, headers, body, self.path, self.client_address[0])
        with self.server.answering():
            self._send(self.server.answer(request))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        self.wfile.flush()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = handle_any  # noqa: N815  (names of http.server)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._chunks()
        length = int(self.headers.get("Content-Length", 0))
        if not 0 <= length <= MOST_BYTES:
            raise ValueError(f"a body of {length} bytes is not taken")
        return self.rfile.read(length)

    def _chunks(self) -> bytes:
        """RFC 9112, section 7.1."""
        body = bytearray()
        while size := int(self.rfile.readline(100).partition(b";")[0], 16):
            if len(body) + size > MOST_BYTES:
                raise ValueError(f"a body of more than {MOST_BYTES} bytes is not taken")
            body += self.rfile.read(size)
            self.rfile.readline(2)
        while self.rfile.readline(10_000).strip():
            pass
        return bytes(body)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a connection that is kept open has no end

    def __init__(self, listener: socket.socket, simulator: Simulator) -> None:
        address = listener.getsockname()
        self.address_family = listener.family
        super().__init__(address, Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.server_name, self.server_port = address[:2]
        self.simulator = simulator
        self._open = 0
        self._changed = threading.Condition()

    def answer(self, request: Request) -> Answer:
        try:
            return self.simulator.answer(request)
        except Exception:  # a defect of ours: told in the log, and no reason for the caller to wait
            traceback.print_exc()
            return ApiError(500, "the simulator failed; its log says why").answer()

    @contextmanager
    def answering(self) -> Iterator[None]:
        with self._changed:
            self._open += 1
        try:
            yield
        finally:
            with self._changed:
                self._open -= 1
                self._changed.notify_all()

    def finish(self, timeout: float = 10.0) -> None:
        """Take no more connections, and wait until no call is being answered."""
        self.server_close()
        with self._changed:
            self._changed.wait_for(lambda: self._open == 0, timeout)
