# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..plugin_utils import cost
from ..plugin_utils.components import KNOWN_AT_RUN, Components
from ..plugin_utils.cost_report import report
from ..plugin_utils.problems import merged

PRICES = Path(cost.__file__).parent / "prices.yml"
ARGUMENTS: dict[str, Any] = {
    "tiers": {"type": "list", "elements": "str", "required": True},
    "assumptions": {"type": "dict", "default": {}},
    "against": {"type": "dict"},
    "known_at_run": {"type": "list", "elements": "str", "default": list(KNOWN_AT_RUN)},
}


class ActionModule(ActionBase):
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        _result, options = self.validate_argument_spec(ARGUMENTS)
        inventory = Components(task_vars or {}, self._templar, self._loader, options["tiers"], unknown=options["known_at_run"])
        hosts = inventory.hosts
        if problems := merged([host.located(problem) for host in hosts for problem in host.problems], inventory.names):
            lines = ["mend the inventory first; playbooks/validate.yml says more", *map(str, problems)]
            raise AnsibleActionFail("\n".join(lines))
        try:
            assumed = cost.assumptions(options["assumptions"])
        except ValueError as error:
            raise AnsibleActionFail(f"assumptions: {error}") from error
        table = self._loader.load_from_file(str(PRICES))
        told = cost.cost((host.component for host in hosts), cost.price_table(table), assumed, inventory.chosen)
        against = options["against"]
        if against and not told.keys() <= against.keys():
            raise AnsibleActionFail("against is no cost; give it what an earlier run returned as cost")
        checked = str(table["checked"])
        result = {"changed": False, "cost": {"checked": checked, **told}, "report": report(told, checked, against)}
        return {**result, "difference": cost.difference(against, told)} if against else result
