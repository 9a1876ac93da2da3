# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which services there are: moto looks through its folders at every request, a millisecond; here it does so once."""

from __future__ import annotations

from moto import backends


def apply() -> None:
    services = tuple(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: services
