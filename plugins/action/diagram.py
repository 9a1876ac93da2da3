# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

from ..plugin_utils.components import Components
from ..plugin_utils.diagram import diagram, name_of
from ..plugin_utils.mermaid import NoPlace, placed

ARGUMENTS: dict[str, Any] = {
    "tiers": {"type": "list", "elements": "str", "required": True},
    "found": {"type": "dict"},
    "file": {"type": "path"},
}
RENDERER = "mmdc"


class ActionModule(ActionBase):
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        _result, options = self.validate_argument_spec(ARGUMENTS)
        inventory = Components(task_vars or {}, self._templar, self._loader, options["tiers"])
        components = [host.component for host in inventory.hosts]
        text = diagram(components, options["found"])
        result = {"changed": False, "diagram": text, "content": text, "renderer": shutil.which(RENDERER) or ""}
        if (file := Path(options["file"] or ".")).suffix == ".md":
            document = file.read_text(encoding="utf-8") if file.is_file() else ""
            try:
                result["content"] = placed(document, name_of(components), text)
            except NoPlace as error:
                raise AnsibleActionFail(f"{file} {error}") from error
        return result
