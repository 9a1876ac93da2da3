# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A stack of a few components, for the tests of one playbook, tier or rule."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .play import Run, play


def written(directory: Path, endpoint: str, hosts: str, stack: str) -> Callable[..., Run]:
    """Write its inventory, C(shop) in the directory; what is returned runs a playbook with it in the sandbox."""
    (directory / "shop/group_vars").mkdir(parents=True)
    (directory / "shop/hosts.yml").write_text(hosts)
    (directory / "shop/group_vars/stack.yml").write_text(stack)

    def run(playbook: str, *arguments: str) -> Run:
        inventories = ("-i", f"{directory}/shop", "-i", "inventories/sandbox")
        return play(playbook, *inventories, *arguments, endpoint=endpoint, directory=directory)

    return run
