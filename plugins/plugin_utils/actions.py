# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Actions that hand their task on to another action."""

from __future__ import annotations

from ansible.plugins.action import ActionBase

DEFAULT = "ansible.legacy.normal"  # runs the module; with action_plugins in ansible.cfg it is this collection's


def handed_on(action: ActionBase, name: str = DEFAULT) -> ActionBase:
    """The action of that name, for the task of another one."""
    return action._shared_loader_obj.action_loader.get(
        name,
        task=action._task,
        connection=action._connection,
        play_context=action._play_context,
        loader=action._loader,
        templar=action._templar,
        shared_loader_obj=action._shared_loader_obj,
    )
