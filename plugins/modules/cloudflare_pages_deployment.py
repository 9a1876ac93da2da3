#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cloudflare_pages_deployment
version_added: 0.1.0
short_description: Deploy a built folder to a Cloudflare Pages project
description:
  - Uploads the files that Cloudflare does not have yet and deploys the folder, unless it is what the branch shows already.
  - What was deployed is told by a mark at the beginning of the deployment's commit message, as Cloudflare does not tell it. What
    somebody else deployed, wrangler for one, is therefore deployed over.
  - Files C(_headers) and C(_redirects) are obeyed. Functions are not built by this; a folder with C(_worker.js) is refused.
  - Follows the direct upload of wrangler, and the Cloudflare API reference,
    C(/accounts/{account_id}/pages/projects/{project_name}/deployments).
author:
  - The Groundwork authors (@groundwork)
requirements:
  - The Python package blake3, for more than a small site; without it a megabyte takes two seconds.
options:
  project:
    description: The project, made by M(groundwork.cloud.cloudflare_pages_project).
    type: str
    required: true
  directory:
    description: The built folder, on the machine where the module runs.
    type: path
    required: true
  branch:
    description: The branch that is deployed; by default that of production. Any other makes a preview.
    type: str
  commit_hash:
    description: The commit that the folder was built of, to be shown beside the deployment.
    type: str
  commit_message:
    description: What to show beside it, after the mark.
    type: str
  wait:
    description: Whether to wait until the deployment is served.
    type: bool
    default: true
  wait_timeout:
    description: For how many seconds to wait.
    type: int
    default: 600
notes:
  - The token needs B(Cloudflare Pages Read) and, to deploy, B(Cloudflare Pages Write), both of the account.
extends_documentation_fragment:
  - groundwork.cloud.converge.stateless
  - groundwork.cloud.cloudflare
  - groundwork.cloud.cloudflare.account
"""

EXAMPLES = r"""
- name: Publish the landing page
  groundwork.cloud.cloudflare_pages_deployment:
    account: 01234567890abcdef01234567890abcd
    project: shop-landing
    directory: "{{ playbook_dir }}/landing/dist"

- name: Show a proposal of it
  groundwork.cloud.cloudflare_pages_deployment:
    account: 01234567890abcdef01234567890abcd
    project: shop-landing
    directory: "{{ playbook_dir }}/landing/dist"
    branch: summer-sale
"""

RETURN = r"""
deployment:
  description: The deployment that the branch shows.
  returned: always
  type: dict
  contains:
    id:
      description: Its ID. Known once it is deployed.
      type: str
      sample: f64788e9-fccd-4d4a-a28a-cb84f88f6aee
    url:
      description: Where this very deployment is served. Known once it is deployed.
      type: str
      sample: https://f64788e9.shop-landing.pages.dev
    aliases:
      description: Other addresses of it. Known once it is deployed.
      type: list
      elements: str
      sample: [https://summer-sale.shop-landing.pages.dev]
    environment:
      description: V(production) or V(preview). Known once it is deployed.
      type: str
      sample: production
    branch:
      description: The branch.
      type: str
      sample: main
    commit_hash:
      description: The commit. Known once it is deployed.
      type: str
      sample: 6ef8a9f2a2d8e1a4b8a1c2a3c4d5e6f7a8b9c0d1
    digest:
      description: What is deployed, in one word; empty when somebody else deployed it.
      type: str
      sample: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
    status:
      description: How far it is. Known once it is deployed.
      type: str
      sample: success
    uploaded:
      description: How many files Cloudflare did not have before.
      returned: when something was deployed
      type: int
      sample: 12
"""

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.cloudflare import ACCOUNT_OPTION, OPTIONS, CloudflareError, CloudflareResource, Form
from ..module_utils.pages import FAILED, MOST_FILES, RUNNING, buckets, claims, described, message, served, site
from ..module_utils.plan import Plan
from ..module_utils.resource import converge

ARGUMENTS: dict[str, Any] = {
    "project": {"type": "str", "required": True},
    "directory": {"type": "path", "required": True},
    "branch": {"type": "str"},
    "commit_hash": {"type": "str"},
    "commit_message": {"type": "str"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 600},
    **ACCOUNT_OPTION,
    **OPTIONS,
}
PROJECT = "/accounts/{account}/pages/projects/{project}"
# A token that is about to run out is not begun with.
SPARE_SECONDS = 60
PAGE = 25


class Deployment(CloudflareResource):
    def __init__(self, module: AnsibleModule) -> None:
        super().__init__(module)
        self._at = {"account": self.params["account"], "project": self.params["project"]}
        self._of = f"project {self.params['project']}"
        self._made = self._token = ""
        self._uploaded = 0

    def read(self) -> dict[str, Any]:
        if self._made:
            return {"deployment": {**self._one(self._made), "uploaded": self._uploaded}}
        self._site = site(Path(self.params["directory"]))
        self._project = self.api.ask(f"read {self._of}", f"GET {PROJECT}", ignore=(404,), **self._at) or {}
        production = self._project.get("production_branch") or "main"
        self._branch = self.params["branch"] or production
        if not self._project:
            return {}
        doing, operation = f"read the deployments of {self._of}", f"GET {PROJECT}/deployments"
        if self._branch == production:  # the newest are enough: what is served the project says
            newest = self.api.ask(doing, operation, query={"env": "production", "page": 1, "per_page": PAGE}, **self._at)
            found = served(newest, self._project.get("canonical_deployment"), self._branch)
        else:
            listed = self.api.pages(doing, operation, query={"env": "preview"}, per_page=PAGE, **self._at)
            found = served(listed, None, self._branch)
        return {"deployment": found} if found else {}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return {"deployment": {"branch": self._branch, "digest": self._site.digest}}

    def apply(self, todo: Plan) -> None:
        if not self._project:
            raise self.error(f"deploy to {self._of}", "there is no such project; make it with cloudflare_pages_project first")
        self._upload()
        fields = {
            "manifest": json.dumps(self._site.manifest),
            "branch": self._branch,
            "commit_message": message(self._site.digest, self.params["commit_message"]),
            "commit_dirty": "false",
            **({"commit_hash": self.params["commit_hash"]} if self.params["commit_hash"] else {}),
        }
        form = Form(fields, self._site.rules)
        self._made = self.api.ask(f"deploy to {self._of}", f"POST {PROJECT}/deployments", form, **self._at)["id"]
        self.awaited({"deployment": self._one(self._made)})

    def awaited(self, current: dict[str, Any]) -> dict[str, Any]:
        deployment = current["deployment"]
        if not self.params["wait"] or deployment["status"] not in (*RUNNING, *FAILED):
            return current
        done = self.wait(
            f"deployment {deployment['id']} of {self._of}",
            lambda: self._one(deployment["id"]),
            lambda one: one["status"] == "success",
            state=lambda one: one["status"],
            failed=lambda one: one["status"] in FAILED,
        )
        return {"deployment": done}

    def _one(self, deployment: str) -> dict[str, Any]:
        doing = f"read deployment {deployment} of {self._of}"
        return described(self.api.ask(doing, f"GET {PROJECT}/deployments/{{deployment}}", deployment=deployment, **self._at))

    def _upload(self) -> None:
        """Give Cloudflare the files that it does not have, by their content."""
        doing, by_key = f"upload the files of {self._of}", {file.key: file for file in self._site.files.values()}
        most = claims(self._upload_token()).get("max_file_count_allowed", MOST_FILES)
        if len(self._site.files) > most:
            raise self.error(doing, f"there are {len(self._site.files)}, and Pages takes {most}; leave some out")
        missing = self._asset(doing, "check-missing", {"hashes": sorted(by_key)})
        for bucket in buckets(by_key[key] for key in missing):
            self._asset(doing, "upload", [file.asset() for file in bucket])
        self._uploaded = len(missing)
        with suppress(CloudflareError):  # it only says that they are still of use
            self._asset(doing, "upsert-hashes", {"hashes": sorted(by_key)})

    def _asset(self, doing: str, call: str, body: Any) -> Any:
        return self.api.ask(doing, f"POST /pages/assets/{call}", body, token=self._upload_token(), repeatable=True)

    def _upload_token(self) -> str:
        if claims(self._token).get("exp", 0) < time.time() + SPARE_SECONDS:
            doing = f"get a token to upload to {self._of}"
            self._token = self.api.ask(doing, f"GET {PROJECT}/upload-token", **self._at)["jwt"]
        return self._token


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Deployment(module), "deployment")


if __name__ == "__main__":
    main()
