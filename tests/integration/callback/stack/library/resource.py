#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A resource that changes, fails, warns and takes its time as it is told to."""

from __future__ import annotations

import time

from ansible.module_utils.basic import AnsibleModule


def main() -> None:
    module = AnsibleModule(
        {
            "before": {"type": "dict", "default": {}},
            "after": {"type": "dict", "default": {}},
            "password": {"type": "str", "no_log": True},
            "warning": {"type": "str"},
            "deprecation": {"type": "str"},
            "failure": {"type": "str"},
            "seconds": {"type": "float", "default": 0},
        },
        supports_check_mode=True,
    )
    wanted = module.params
    time.sleep(wanted["seconds"])
    if wanted["warning"]:
        module.warn(wanted["warning"])
    if wanted["deprecation"]:
        module.deprecate(wanted["deprecation"], version="9.0.0", collection_name="groundwork.cloud")
    if wanted["failure"]:
        module.fail_json(msg=wanted["failure"])
    diff = {"before": wanted["before"], "after": wanted["after"]}
    module.exit_json(changed=wanted["before"] != wanted["after"], diff=diff, password=wanted["password"])


if __name__ == "__main__":
    main()
