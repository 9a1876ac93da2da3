# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The simulator's command line."""

from __future__ import annotations

from service import command
from service.background import Service, fingerprint
from service.foreground import end, listen, serve_until_stopped

from .control import NAME, PLACE


class CloudflareSimulator(Service):
    package = "cloudflare_simulator"
    noun = "Cloudflare simulator"
    name = NAME
    control = PLACE
    emptying = f"{PLACE}reset"
    variable = "GROUNDWORK_CLOUDFLARE_ENDPOINT"
    another_port = 4578
    modules = ("cryptography",)
    requirement = "cryptography"


def main() -> None:
    parser = command.parser("cloudflare_simulator", "The Cloudflare API on this machine.", 4567)
    given = parser.parse_args()
    if given.state == "serve":
        # Not before: they import what the background looks for.
        from .server import Server
        from .simulator import Simulator

        server = Server(listen(given.host, given.port), Simulator(fingerprint(CloudflareSimulator.package), end))
        serve_until_stopped(server, f"{NAME} listens at http://{given.host}:{given.port}", given.pid_file, server.finish)
        return
    if given.directory is None:
        parser.error(f"{given.state} needs --directory: the place of the log")
    command.see_to(CloudflareSimulator(given.host, given.port, given.directory, given.timeout), given.state, check=given.check)


if __name__ == "__main__":
    main()
