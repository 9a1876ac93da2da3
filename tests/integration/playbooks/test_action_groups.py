# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""C(module_defaults) of a group say something once for many modules."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from support.cloudflare import Cloudflare
from support.play import play

CONNECTION = {"access_key": "test", "secret_key": "test", "region": "eu-west-1"}


def playbook(endpoint: str, group: str) -> str:
    upstream = [{"amazon.aws.aws_caller_info": None}] if group == "aws" else []
    tasks = [
        *upstream,
        {"groundwork.cloud.ecr_repository": {"name": "shop/web"}, "register": "made"},
        {"ansible.builtin.assert": {"that": "':eu-west-1:' in made.repository.arn"}},
    ]
    settings = {"hosts": "localhost", "connection": "local", "gather_facts": False}
    defaults = {f"group/groundwork.cloud.{group}": {**CONNECTION, "endpoint_url": endpoint}}
    interpreter = {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    return yaml.safe_dump([{**settings, "vars": interpreter, "module_defaults": defaults, "tasks": tasks}])


@pytest.mark.parametrize("group", ["aws", "all"])
def test_defaults_of_a_group(endpoint: str, tmp_path: Path, group: str):
    """The group aws reaches the modules of amazon.aws, too."""
    file = tmp_path / "playbook.yml"
    file.write_text(playbook(endpoint, group))
    done = play(str(file), "-i", "localhost,", endpoint=endpoint, directory=tmp_path)
    assert done.code == 0, done.output


def test_defaults_of_the_group_cloudflare(cloudflare: Cloudflare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in cloudflare.environment:
        monkeypatch.delenv(name)
    cloudflare.create_zone("example.org")
    settings = {"hosts": "localhost", "connection": "local", "gather_facts": False}
    defaults = {"group/groundwork.cloud.cloudflare": {"api_url": cloudflare.url, "api_token": cloudflare.token}}
    interpreter = {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    tasks = [
        {"groundwork.cloud.cloudflare_ip_ranges_info": None},
        {"groundwork.cloud.cloudflare_zone_settings": {"zone": "example.org", "settings": {"ssl": "strict"}}},
    ]
    file = tmp_path / "playbook.yml"
    file.write_text(yaml.safe_dump([{**settings, "vars": interpreter, "module_defaults": defaults, "tasks": tasks}]))
    done = play(str(file), "-i", "localhost,", endpoint=cloudflare.url, directory=tmp_path)
    assert done.code == 0, done.output
