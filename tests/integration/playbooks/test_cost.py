# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Priced:
    run: Run
    file: Path
    cost: dict[str, Any]

    def lines(self, component: str) -> dict[str, dict[str, Any]]:
        return {line["what"]: line for line in self.cost["components"][component]["lines"]}

    def quantity(self, component: str, what: str) -> tuple[float, float]:
        least, most = self.lines(component)[what]["quantity"].values()
        return least, most


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Priced]:
    """Of every environment."""
    directory, found = tmp_path_factory.mktemp("costs"), {}
    for environment in ENVIRONMENTS:
        file = directory / f"{environment.replace('/', '-')}.json"
        run = priced(environment, directory, "-e", f"cost_file={file}")
        assert run.failures == [], run.output
        found[environment] = Priced(run, file, json.loads(file.read_text()))
    return found


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_environment_has_a_cost(environment: str, costs: dict[str, Priced]):
    run, cost = costs[environment].run, costs[environment].cost
    assert cost["complete"], run.output
    assert 0 < cost["least"] <= cost["most"]
    (total,) = [line.split() for line in run.output.splitlines() if line.startswith("  total")]  # beside no component
    assert total == ["total", f"{cost['least']:,.2f}", f"{cost['most']:,.2f}"]
    assert "  ?" not in run.output
    assert not run.changed


def test_settings_become_quantities(costs: dict[str, Priced]):
    """Of settings of an inventory, of a profile and of role defaults."""
    production, simple = costs["nextjs/production"], costs["simple/production"]
    assert production.quantity("main", "NAT gateways") == (2 * 730, 2 * 730)
    assert costs["nextjs/development"].quantity("main", "NAT gateways") == (730, 730)
    assert production.quantity("web", "vCPUs of tasks") == (2 * 730, 10 * 730)
    assert production.lines("postgres")["instance"]["price"] == "database db.t4g.small Multi-AZ"
    assert simple.quantity("web", "disks") == (2 * 20, 6 * 20)
    assert "public addresses" not in simple.lines("internal")
    assert simple.cost["components"]["landing"]["by_use"] == ["Cloudflare's plan of the account"]


# What the system was planned with, where the choices are the same; docs/systems/nextjs.md says why the other lines differ.
PLANNED = [
    ("nextjs/development", "postgres", ("instance", "storage"), 15),
    ("nextjs/development", "redis", ("nodes",), 12),
    ("nextjs/development", "main", ("NAT gateways",), 32),
    ("nextjs/development", "public", ("load balancer",), 16),
    ("nextjs/development", "(stack)", ("data to the internet",), 5),
    ("nextjs/production", "redis", ("nodes",), 24),
    ("nextjs/production", "main", ("NAT gateways",), 64),
    ("nextjs/production", "public", ("load balancer",), 16),
    ("nextjs/production", "(stack)", ("data to the internet",), 20),
]


@pytest.mark.parametrize(("environment", "component", "what", "planned"), PLANNED)
def test_it_is_near_what_was_planned(
    environment: str, component: str, what: tuple[str, ...], planned: float, costs: dict[str, Priced]
):
    lines = costs[environment].lines(component)
    assert sum(lines[one]["least"] for one in what) == pytest.approx(planned, rel=0.1)


def test_a_changed_setting_shows_what_it_costs(costs: dict[str, Priced], tmp_path: Path):
    before = costs["nextjs/production"]
    run = priced("nextjs/production", tmp_path, "-e", f"cost_against={before.file}", "-e", "ecs_max_tasks=11")
    assert run.failures == []
    web = before.cost["components"]["web"]
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
