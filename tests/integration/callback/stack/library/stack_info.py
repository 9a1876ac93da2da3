#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A live picture of a stack that is not there."""

from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule


def main() -> None:
    module = AnsibleModule({"found": {"type": "dict"}, "endpoints": {"type": "dict"}}, supports_check_mode=True)
    module.exit_json(found=module.params["found"], endpoints=module.params["endpoints"], resources=[])


if __name__ == "__main__":
    main()
