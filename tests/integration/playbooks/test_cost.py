# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.emulator import PROJECT
from support.play import Run, play

NOWHERE = "http://127.0.0.1:9"  # it asks AWS nothing
ENVIRONMENTS = sorted(
    str(file.parent.relative_to(PROJECT / "inventories"))
    for file in PROJECT.glob("inventories/*/*/hosts.yml")  # the sandbox's is not so deep
)


def priced(environment: str, directory: Path, *arguments: str) -> Run:
    inventory = f"inventories/{environment}/hosts.yml"
    return play("playbooks/cost.yml", "-i", inventory, *arguments, endpoint=NOWHERE, directory=directory)


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("costs")


def quantities(cost: dict[str, Any], component: str) -> dict[str, tuple[float, float]]:
    return {line["what"]: tuple(line["quantity"].values()) for line in cost["components"][component]["lines"]}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_environment_has_a_cost(environment: str, costs: Path):
    file = costs / f"{environment.replace('/', '-')}.json"
    run = priced(environment, costs, "-e", f"cost_file={file}")
    assert run.failures == []
    cost = json.loads(file.read_text())
    assert cost["complete"], run.output
    assert 0 < cost["least"] <= cost["most"]
    (total,) = [line.split() for line in run.output.splitlines() if line.startswith("  total")]  # beside no component
    assert total == ["total", f"{cost['least']:,.2f}", f"{cost['most']:,.2f}"]
    assert "  ?" not in run.output


def test_settings_become_quantities(costs: Path):
    """Of settings of an inventory, of a profile and of role defaults."""
    production, development = (json.loads((costs / f"nextjs-{name}.json").read_text()) for name in ("production", "development"))
    assert quantities(production, "main")["NAT gateways"] == (2 * 730, 2 * 730)
    assert quantities(development, "main")["NAT gateways"] == (730, 730)
    assert quantities(production, "web")["vCPUs of tasks"] == (2 * 730, 10 * 730)
    (instance, *_rest) = production["components"]["postgres"]["lines"]
    assert instance["price"] == "database db.t4g.small Multi-AZ"
    simple = json.loads((costs / "simple-production.json").read_text())
    assert quantities(simple, "web")["disks"] == (2 * 20, 6 * 20)
    assert "public addresses" not in quantities(simple, "internal")
    assert simple["components"]["landing"]["by_use"] == ["Cloudflare's plan of the account"]


def test_a_changed_setting_shows_what_it_costs(costs: Path):
    before = json.loads((costs / "nextjs-production.json").read_text())
    run = priced("nextjs/production", costs, "-e", f"cost_against={costs}/nextjs-production.json", "-e", "ecs_max_tasks=11")
    assert run.failures == []
    web = before["components"]["web"]
    changed = [line for line in run.output.splitlines() if f"+0.00..+{(web['most'] - web['least']) / 8:.2f}" in line]
    assert [line.split()[0] for line in changed] == ["web", "total"]
    assert any(line.split()[:1] == ["postgres"] and line.endswith("=") for line in run.output.splitlines())


PLAYS = """\
- hosts: stack
  gather_facts: false
  tasks:
    - groundwork.cloud.cost: {tiers: "{{ stack_tiers }}", assumptions: {transfr_gb: 1}}
      ignore_errors: true
    - groundwork.cloud.cost: {tiers: "{{ stack_tiers }}", against: {namespace: groundwork}}
      ignore_errors: true
    - groundwork.cloud.cost: {tiers: "{{ stack_tiers }}"}
      register: good
    - ansible.builtin.debug: {msg: "of {{ good.cost.components | join(', ') }}"}
"""


def test_bad_input_is_refused_and_a_limit_leaves_out_the_rest(tmp_path: Path):
    (tmp_path / "plays.yml").write_text(PLAYS)
    (tmp_path / "group_vars").symlink_to(PROJECT / "group_vars")
    arguments = ("-i", "inventories/nextjs/development", "--limit", "postgres")
    run = play(str(tmp_path / "plays.yml"), *arguments, endpoint=NOWHERE, directory=tmp_path)
    assert "assumptions: transfr_gb is no assumption; did you mean transfer_gb?" in run.output
    assert "against is no cost; give it what an earlier run returned as cost" in run.output
    assert "of postgres" in run.output


def test_a_wrong_inventory_is_refused(tmp_path: Path):
    run = priced("nextjs/development", tmp_path, "-e", "database_storage=many")
    assert run.code != 0
    assert "mend the inventory first; playbooks/validate.yml says more" in run.output
    assert "database_storage" in run.output
