#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cloudflare_pages_project
version_added: 0.1.0
short_description: Manage a Cloudflare Pages project
description:
  - Creates, changes and deletes a Pages project to which built folders are uploaded. It serves nothing until
    M(groundwork.cloud.cloudflare_pages_deployment) deploys something.
  - Follows the Cloudflare API reference, C(/accounts/{account_id}/pages/projects).
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the project. It is served as this name under C(pages.dev), if nobody else had the name before.
    type: str
    required: true
  production_branch:
    description: The branch whose deployments are production; V(main) for a new project.
    type: str
  production:
    description: What functions find in production.
    type: dict
    suboptions: &environment
      variables:
        description: Variables of the environment, by name.
        type: dict
      secrets:
        description: Secrets, by name. Cloudflare never tells them, so one that is there is not compared; see O(update_secrets).
        type: dict
      compatibility_date:
        description: The day, as C(2026-01-31), as of whose runtime functions run.
        type: str
      compatibility_flags:
        description: What of the runtime is otherwise than on that day.
        type: list
        elements: str
  preview:
    description: What functions find in all other deployments.
    type: dict
    suboptions: *environment
  update_secrets:
    description: Whether secrets are written when they are there already. With V(always) a project that has any always changes.
    type: str
    choices: [on_create, always]
    default: on_create
  purge_variables:
    description: Whether variables and secrets that are not declared are removed, in an environment that declares some.
    type: bool
    default: false
notes:
  - The token needs B(Cloudflare Pages Read) and, to change something, B(Cloudflare Pages Write), both of the account.
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.cloudflare
  - groundwork.cloud.cloudflare.account
"""

EXAMPLES = r"""
- name: Make the project of the landing page
  groundwork.cloud.cloudflare_pages_project:
    account: 01234567890abcdef01234567890abcd
    name: shop-landing
    production_branch: main
    production:
      variables: {API: "https://api.example.org"}

- name: Remove it with all that was deployed
  groundwork.cloud.cloudflare_pages_project:
    account: 01234567890abcdef01234567890abcd
    name: shop-landing
    state: absent
"""

RETURN = r"""
project:
  description: The project; empty when it is absent.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: shop-landing
    production_branch:
      description: The branch of production.
      type: str
      sample: main
    subdomain:
      description: Where it is served. Known once the project exists.
      type: str
      sample: shop-landing.pages.dev
    production:
      description: The variables of production and, of its secrets, that they are there.
      type: dict
      sample: {variables: {API: "https://api.example.org"}, secrets: {}}
    preview:
      description: The same of all other deployments.
      type: dict
      sample: {variables: {}, secrets: {}}
"""

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.cloudflare import ACCOUNT_OPTION, OPTIONS, CloudflareError, CloudflareResource
from ..module_utils.plan import Exact, Plan, declared
from ..module_utils.resource import STATE_OPTION, converge

ENVIRONMENTS = ("production", "preview")
ENVIRONMENT: dict[str, Any] = {
    "type": "dict",
    "options": {
        "variables": {"type": "dict"},
        "secrets": {"type": "dict", "no_log": True},
        "compatibility_date": {"type": "str"},
        "compatibility_flags": {"type": "list", "elements": "str"},
    },
}
ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "production_branch": {"type": "str"},
    "production": ENVIRONMENT,
    "preview": ENVIRONMENT,
    "update_secrets": {"type": "str", "choices": ["on_create", "always"], "default": "on_create", "no_log": False},
    "purge_variables": {"type": "bool", "default": False},
    **STATE_OPTION,
    **ACCOUNT_OPTION,
    **OPTIONS,
}
# What stands for a secret, which nobody is told.
THERE = "there"
TO_WRITE = "to be written"
SECRET = "secret_text"  # noqa: S105 (a type, not a secret)
PLAIN = "plain_text"


def wanted(params: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(project), C(production), C(preview)."""
    if params["state"] == "absent":
        return {"project": None}
    parts: dict[str, Any] = {"project": declared({key: params[key] for key in ("name", "production_branch")})}
    for name in ENVIRONMENTS:
        if params[name] is not None:
            parts[name] = _environment(params, name)
    return parts


def _environment(params: Mapping[str, Any], name: str) -> dict[str, Any]:
    options = declared(params[name])
    exact = Exact if params["purge_variables"] else dict
    if twice := sorted({*options.get("variables", {})} & {*options.get("secrets", {})}):
        raise CloudflareError(
            f"plan project {params['name']}", f"{twice[0]} is both a variable and a secret of {name}; choose one"
        )
    if "variables" in options:
        options["variables"] = exact({key: str(value) for key, value in options["variables"].items()})
    if "secrets" in options:
        options["secrets"] = exact(
            dict.fromkeys(options["secrets"], THERE if params["update_secrets"] == "on_create" else TO_WRITE)
        )
    return options


def described(project: Mapping[str, Any] | None) -> dict[str, Any]:
    """Cloudflare's Project as parts."""
    if not project:
        return {}
    parts: dict[str, Any] = {"project": {key: project.get(key, "") for key in ("name", "production_branch", "subdomain")}}
    for name in ENVIRONMENTS:
        config = (project.get("deployment_configs") or {}).get(name) or {}
        variables = {key: value for key, value in (config.get("env_vars") or {}).items() if value}
        parts[name] = {
            "variables": {key: value["value"] for key, value in variables.items() if value["type"] == PLAIN},
            "secrets": {key: THERE for key, value in variables.items() if value["type"] == SECRET},
            "compatibility_date": config.get("compatibility_date", ""),
            "compatibility_flags": config.get("compatibility_flags") or [],
        }
    return parts


def request(todo: Plan, params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The plan as the body of a request; a variable is removed by the value null."""
    body: dict[str, Any] = dict(todo.after("project") or {})
    configs = {}
    for name in ENVIRONMENTS:
        after = todo.after(name)
        if after is None:
            continue
        have = current.get(name, {"variables": {}, "secrets": {}})
        values: dict[str, Any] = {
            key: {"type": PLAIN, "value": value}
            for key, value in after.get("variables", {}).items()
            if have["variables"].get(key) != value
        }
        values |= {
            key: {"type": SECRET, "value": str(params[name]["secrets"][key])}
            for key, value in after.get("secrets", {}).items()
            if have["secrets"].get(key) != value
        }
        declared_names = {*after.get("variables", {}), *after.get("secrets", {})}
        for kind in ("variables", "secrets"):
            if isinstance(after.get(kind), Exact):
                values |= dict.fromkeys(sorted({*have[kind]} - declared_names))
        rest = {key: value for key, value in after.items() if key not in ("variables", "secrets")}
        configs[name] = {**rest, **({"env_vars": values} if values else {})}
    return {**body, **({"deployment_configs": configs} if configs else {})}


class Project(CloudflareResource):
    def read(self) -> dict[str, Any]:
        self._at = {"account": self.params["account"], "project": self.params["name"]}
        doing = f"read project {self.params['name']}"
        self._current = described(
            self.api.ask(doing, "GET /accounts/{account}/pages/projects/{project}", ignore=(404,), **self._at)
        )
        return self._current

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params)

    def apply(self, todo: Plan) -> None:
        name, one = self.params["name"], "/accounts/{account}/pages/projects/{project}"
        if "project" in todo.delete:
            self.api.ask(f"delete project {name}", f"DELETE {one}", ignore=(404,), **self._at)
        elif "project" in todo.create:
            body = {"production_branch": "main", **request(todo, self.params, self._current)}
            self.api.ask(f"create project {name}", "POST /accounts/{account}/pages/projects", body, account=self._at["account"])
        else:
            body = request(todo, self.params, self._current)
            body.pop("name", None)
            self.api.ask(f"change project {name}", f"PATCH {one}", body, **self._at)


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Project(module), "project")


if __name__ == "__main__":
    main()
