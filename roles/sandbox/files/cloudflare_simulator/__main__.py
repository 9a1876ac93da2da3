# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The simulator's command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

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

    def __init__(self, host: str, port: int, directory: Path, timeout: float, ways: Mapping[str, object]) -> None:
        super().__init__(host, port, directory, timeout)
        self._ways = ways

    def options(self) -> Mapping[str, object]:
        return self._ways


def main() -> None:
    parser = command.parser("cloudflare_simulator", "The Cloudflare API on this machine.", 4567)
    parser.add_argument("--origins", type=Path, help="JSON file of the addresses of load balancers by their DNS names")
    parser.add_argument("--origins-authority", type=Path, help="certificate that those of load balancers are signed with")
    given = parser.parse_args()
    if given.state == "serve":
        # Not before: they import what the background looks for.
        from .edge import Ways
        from .server import Server
        from .simulator import Simulator

        ways = Ways(given.port, given.origins, given.origins_authority)
        server = Server(listen(given.host, given.port), Simulator(fingerprint(CloudflareSimulator.package), end, ways))
        serve_until_stopped(server, f"{NAME} listens at http://{given.host}:{given.port}", given.pid_file, server.finish)
        return
    if given.directory is None:
        parser.error(f"{given.state} needs --directory: the place of the log")
    ways = {"--origins": given.origins, "--origins-authority": given.origins_authority}
    ways = {option: file.absolute() for option, file in ways.items() if file}
    service = CloudflareSimulator(given.host, given.port, given.directory, given.timeout, ways)
    command.see_to(service, given.state, check=given.check)


if __name__ == "__main__":
    main()
