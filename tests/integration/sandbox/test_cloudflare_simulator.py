# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The simulator of the Cloudflare API as a program of the sandbox; what it answers is in tests/integration/cloudflare."""

from __future__ import annotations

import http.server
import socket
import subprocess
import sys
import threading
from pathlib import Path

from support.cloudflare import Cloudflare
from support.programs import FILES, See, told

PROGRAM = "cloudflare_simulator"


def test_it_is_started_once_emptied_and_stopped(see_to: See):
    check = told(see_to("present", "--check"))
    assert (check["changed"], check["did"], check["status"]) == (True, ["start"], None)
    first = told(see_to("present"))
    assert (first["changed"], first["outdated"]) == (True, False)
    assert Path(first["pid_file"]).read_text() == f"{first['status']['pid']}\n"
    again = told(see_to("present"))
    assert (again["changed"], again["status"]["pid"]) == (False, first["status"]["pid"])

    cloudflare = Cloudflare(first["endpoint"])
    cloudflare.create_zone("example.org")
    assert told(see_to("empty", "--check"))["did"] == ["empty"]
    assert cloudflare.get("/zones"), "check mode emptied it"
    assert told(see_to("empty"))["did"] == ["empty"]
    assert not told(see_to("empty"))["changed"]
    assert not cloudflare.get("/zones")

    assert told(see_to("absent", "--check"))["did"] == ["stop"]
    assert told(see_to("absent"))["status"] is None
    assert not Path(first["pid_file"]).exists()
    assert Path(first["log"]).read_text().endswith("Stopped.\n")
    assert not told(see_to("absent"))["changed"]


def test_a_connection_that_is_kept_open_does_not_keep_it(see_to: See):
    started = told(see_to("present"))
    with socket.create_connection(("127.0.0.1", int(started["endpoint"].rpartition(":")[2]))) as connection:
        connection.sendall(b"GET /client/v4/ips HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK")
        assert told(see_to("absent", "--timeout", "5"))["status"] is None


def test_what_is_not_ours_is_left_alone(see_to: See):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as stranger:
        threading.Thread(target=stranger.serve_forever, daemon=True).start()
        port = str(stranger.server_port)
        run = see_to("present", "--port", port)
        assert run.returncode == 1
        assert run.stderr.strip() == (
            f"http://127.0.0.1:{port} is taken by something that is not the groundwork Cloudflare simulator; "
            "stop that, or name another port: GROUNDWORK_CLOUDFLARE_ENDPOINT=http://127.0.0.1:4578"
        )
        stranger.shutdown()


def test_a_python_without_its_engine_is_told_what_to_install(tmp_path: Path):
    # -S: without the installed packages.
    words = ["cloudflare_simulator", "present", "--directory", str(tmp_path)]
    script = f"import runpy, sys; sys.argv, sys.path[:0] = {words}, [{str(FILES)!r}]"
    script += "; runpy.run_module('cloudflare_simulator', run_name='__main__', alter_sys=True)"
    run = subprocess.run([sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert f"cryptography is not there; install the Cloudflare simulator's engine: {sys.executable} -m pip install" in run.stderr


def test_another_address_is_refused(see_to: See):
    run = see_to("present", "--host", "0.0.0.0")  # noqa: S104  (that it is refused is the test)
    assert run.returncode == 2
    assert "0.0.0.0 is not a loopback address" in run.stderr
