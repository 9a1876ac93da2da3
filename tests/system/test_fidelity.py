# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Of edits to a stack that stands, what is planned is what is made: each environment of each system."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from support import fidelity

pytestmark = [pytest.mark.system, pytest.mark.fidelity]


class Environment:
    inventory: ClassVar[str]
    edits: ClassVar[str]

    def test_plans_of_many_edits_are_what_the_applies_change(self, stack: Any):
        first = stack.apply()
        assert first.code == 0, first.output[-3000:]
        fidelity.hold(stack, self.edits)


class TestNextjsProduction(Environment):
    inventory = "inventories/nextjs/production"
    edits = "nextjs"


class TestSimpleProduction(Environment):
    inventory = "inventories/simple/production"
    edits = "simple"


class TestRevendisteProduction(Environment):
    inventory = "inventories/revendiste/production"
    region = "sa-east-1"
    edits = "revendiste"


# The same components in other sizes.


@pytest.mark.nightly
class TestNextjsDevelopment(Environment):
    inventory = "inventories/nextjs/development"
    edits = "nextjs"


@pytest.mark.nightly
class TestSimpleDevelopment(Environment):
    inventory = "inventories/simple/development"
    edits = "simple"
