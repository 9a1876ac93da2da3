# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Corrections of moto, one module per AWS service; each has C(apply()) and names the API pages that it follows."""

from __future__ import annotations

import importlib
import pkgutil


def apply() -> None:
    """Apply every correction in this package."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}").apply()
