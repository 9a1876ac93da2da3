# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What holds for every role, module, playbook and document of this project."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.plugins import loader
from ansible_collections.groundwork.cloud.plugins.plugin_utils.cost import COSTS
from ansible_collections.groundwork.cloud.plugins.plugin_utils.diagram_tiers import KINDS
from ansible_collections.groundwork.cloud.plugins.plugin_utils.specification import check_options
from jinja2 import Environment, nodes

PROJECT = Path(__file__).resolve().parents[2]
MODULES = sorted(path.stem for path in (PROJECT / "plugins/modules").glob("*.py"))
ON_THE_CONTROLLER = {"cost", "diagram", "parallel", "validate"}  # action plugins: tests/integration/{runtime,playbooks}
ROLES = sorted(path.name for path in (PROJECT / "roles").iterdir())
ON_MACHINES = ["agent", "hardening", "node_app"]  # their inventory has machines, not components: tests/machines
TIERS: list[str] = yaml.safe_load((PROJECT / "group_vars/all/tiers.yml").read_text())["stack_tiers"]


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    return [PROJECT / name for name in listing.split("\0") if name and (PROJECT / name).is_file()]


def waves(playbook: str) -> list[tuple[str, list[str]]]:
    """The name of each wave and what it runs."""
    plays = yaml.safe_load((PROJECT / "playbooks" / playbook).read_text())
    return [(play["vars"]["wave"], play["vars"]["wave_tiers"]) for play in plays if "wave_tiers" in play.get("vars", {})]


def read(role: str, file: str) -> Any:
    path = PROJECT / "roles" / role / file
    return yaml.safe_load(path.read_text()) if path.exists() else None


def test_every_tier_is_a_role_and_every_role_a_tier():
    assert sorted(TIERS) == [role for role in ROLES if role not in ("sandbox", *ON_MACHINES)]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_whole(role: str):
    files = ["README.md", "defaults/main.yml", "meta/argument_specs.yml", "tasks/main.yml"]
    files += ["tasks/absent.yml"] if role in (*TIERS, *ON_MACHINES) else []
    files += ["tasks/present.yml"] if role in TIERS else []
    assert [file for file in files if not (PROJECT / "roles" / role / file).exists()] == []


@pytest.mark.parametrize("tier", TIERS)
def test_a_tier_alone_does_what_its_state_says(tier: str):
    assert [task["ansible.builtin.include_tasks"] for task in read(tier, "tasks/main.yml")] == [f"{{{{ {tier}_state }}}}.yml"]


@pytest.mark.parametrize("role", ROLES)
def test_defaults_and_spec_agree(role: str):
    defaults, options = (
        read(role, "defaults/main.yml") or {},
        read(role, "meta/argument_specs.yml")["argument_specs"]["main"]["options"],
    )
    required = {name for name, option in options.items() if option.get("required")}
    either = {name for name, option in options.items() if "required unless" in str(option["description"])}
    assert set(defaults) == set(options) - required - either
    assert [name for name in options if not name.startswith(f"{role}_")] == []


@pytest.mark.parametrize("role", ROLES)
def test_defaults_pass_their_own_spec(role: str):
    options = read(role, "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    plain = {name: value for name, value in (read(role, "defaults/main.yml") or {}).items() if "{{" not in str(value)}
    _checked, problems = check_options(role, {name: options[name] for name in plain}, plain)
    assert problems == []


@pytest.mark.parametrize("role", ROLES)
def test_internal_variables_look_internal(role: str):
    internal = read(role, "vars/main.yml") or {}
    assert [name for name in internal if not name.startswith(f"__{role}_")] == []


# Conditions by something read of AWS. What is not known in a plan decides nothing well, so each has its reason.
DECIDED_BY_AWS = {
    "(__network_former.values() | flatten + __network_former_groups) | length > 0": "what stands is known",
    "__network_layout.nat_gateways | length > 0": "how many there are is declared",
    "not (ansible_check_mode or __asg_found.scaling_group.ready | default(false))": "not asked in a plan",
    "not (ansible_check_mode or __cache_found.replication_group.ready | default(false))": "not asked in a plan",
    "alb_certificate != '' and not (ansible_check_mode or found[alb_certificate].certificate.ready | default(true))": (
        "not asked in a plan"
    ),
    "not (ansible_check_mode or found[inventory_hostname].certificate.ready | default(false))": "not asked in a plan",
    "not (ansible_check_mode or found[inventory_hostname].service.ready | default(false))": "not asked in a plan",
    "not dns_existing and (found[inventory_hostname].hosted_zone | default({})).name | default('') != dns_zone | lower": (
        "a name is known"
    ),
    "(found[inventory_hostname].service | default({})).task_definition | default('') != __ecs_revision": (
        "a revision that is not known yet is another than that which runs"
    ),
}


def conditions(tasks: Any) -> Iterator[str]:
    for task in tasks or []:
        yield from conditions(task.get("block"))
        asserted = (task.get("ansible.builtin.assert") or {}).get("that")
        steps = [when for name, table in task.get("vars", {}).items() if name.endswith("_steps") for when in table.values()]
        chosen = [str(when).removeprefix("{{").removesuffix("}}").strip() for when in steps]
        for given in (*(task.get(key) for key in ("when", "until", "failed_when", "changed_when")), asserted, chosen):
            yield from (str(one) for one in (given if isinstance(given, list) else [given]) if one is not None)


def is_decided_by_aws(condition: str) -> bool:
    """Whether it reads more of the live picture, or of what a task told, than that something is there."""
    tree = Environment().parse(f"{{{{ {condition} }}}}")  # noqa: S701 (nothing is rendered)
    reads = list(tree.find_all((nodes.Getattr, nodes.Getitem)))
    passing = {id(test.node) for test in tree.find_all(nodes.Test) if test.name in ("defined", "skipped")}
    passing |= {id(inner) for read in reads for inner in read.node.find_all((nodes.Getattr, nodes.Getitem))}
    passing |= {id(read.node) for read in reads}
    roots = {name.name for read in reads if id(read) not in passing for name in read.find_all(nodes.Name)}
    return any(re.fullmatch(r"found|__\w+", root) for root in roots)


@pytest.mark.parametrize(
    ("condition", "decided"),
    [
        ("found[inventory_hostname].key is defined", False),
        ("found[inventory_hostname].key is not defined", False),
        ("found.main.vpc.is_default", True),
        ("(found.main.vpc | default({})).is_default", True),
        ("__made.vpc.id == 'vpc-1'", True),
        ("__made is skipped", False),
        ("network_subnets.public is defined and not network_subnets.public", False),
    ],
)
def test_conditions_are_understood(condition: str, decided: bool):
    assert is_decided_by_aws(condition) is decided


def test_no_condition_of_a_role_is_decided_by_what_a_plan_can_t_know():
    files = [path for tier in TIERS for path in (PROJECT / "roles" / tier / "tasks").glob("*.yml")]
    found = {one for path in files for one in conditions(yaml.safe_load(path.read_text())) if is_decided_by_aws(one)}
    unguarded = {one for one in found if "is groundwork.cloud.unknown" not in one}
    assert unguarded == set(DECIDED_BY_AWS)


def test_what_stands_in_subnets_is_given_those_of_declared_zones_alone():
    files = [path for tier in set(TIERS) - {"network"} for path in (PROJECT / "roles" / tier).rglob("*.yml")]
    taking = [line for path in files for line in path.read_text().splitlines() if re.search(r"found\[\w+\]\.subnet\b", line)]
    assert len(taking) == 6
    assert [line for line in taking if not re.search(r"subnet_ids\(\w+, __stack_network_zones\[\w+\]\)", line)] == []


# What is another thing than the default, and not only set differently.
OTHER_SCENARIOS = {"database": {"aurora"}}


@pytest.mark.parametrize("tier", TIERS)
def test_a_tier_has_both_scenarios(tier: str):
    scenarios = {path.parent.name for path in PROJECT.glob(f"molecule/{tier}/*/molecule.yml")}
    assert scenarios == {"default", "alternative"} | OTHER_SCENARIOS.get(tier, set())


@pytest.mark.parametrize("role", ON_MACHINES)
def test_a_role_for_machines_is_tested_on_one(role: str):
    assert (PROJECT / f"tests/machines/test_{role}.py").exists()


def test_every_tier_has_a_cost():
    assert set(TIERS) - set(COSTS) == set(), "say what it costs, or that it costs nothing, in plugins/plugin_utils/cost.py"


def test_every_tier_is_in_a_wave():
    assert sorted(TIERS) == sorted({step.split("/")[0] for _wave, steps in waves("site.yml") for step in steps})


def test_every_tier_can_be_drawn():
    assert [tier for tier in TIERS if tier not in KINDS] == []


def tiers(steps: Iterable[str]) -> set[str]:
    return {step.split("/")[0] for step in steps}


def test_teardown_is_the_mirror_of_site():
    forth, back = waves("site.yml"), waves("teardown.yml")
    assert [wave for wave, _steps in back] == [wave for wave, _steps in reversed(forth)]
    for (_wave, made), (_same, removed) in zip(reversed(forth), back, strict=True):
        assert tiers(removed) <= tiers(made)
        assert [step for step in removed if "absent" not in step] == []
    assert {tier for _wave, steps in back for tier in tiers(steps)} == {tier for _wave, steps in forth for tier in tiers(steps)}


def test_a_tier_has_one_step_in_a_wave():
    """Ansible includes a role once for all hosts that include it alike, so several steps of one would not keep their order."""
    for wave, steps in [*waves("site.yml"), *waves("teardown.yml")]:
        assert len({step.partition("/")[0] for step in steps}) == len(steps), wave


def test_files_that_not_all_components_include_keep_their_order():
    for path in (file for tier in TIERS for file in (PROJECT / "roles" / tier / "tasks").glob("*.yml")):
        for task in yaml.safe_load(path.read_text()) or []:
            if "loop" in task and {"ansible.builtin.include_tasks", "ansible.builtin.include_role"} & task.keys():
                assert "groundwork.cloud.component_steps(inventory_hostname)" in task["loop"], path


# What is begun and awaited otherwise than by a later step.
AWAITED_ELSEWHERE = {
    "certificate": "a load balancer waits for the one that it serves",
    "cloudflare": "a zone is there at once, or waits for its registrar",
    "database": "replicas are made of what is ready",
    "schedule": "it is there at once",
}


def test_what_a_wave_begins_a_later_one_awaits():
    steps = [steps for _wave, steps in waves("site.yml")]
    for place, begun in enumerate(steps):
        for tier in {step.split("/")[0] for step in begun if step.endswith("/begin")} - set(AWAITED_ELSEWHERE):
            assert any(f"{tier}/ready" in later for later in steps[place + 1 :]), f"nothing awaits {tier}"


@pytest.mark.parametrize("tier", [tier for tier in TIERS if (PROJECT / f"roles/{tier}/tasks/begin.yml").exists()])
def test_a_role_that_can_be_begun_does_alone_what_it_does_in_waves(tier: str):
    imported = [task["ansible.builtin.import_tasks"].removesuffix(".yml") for task in read(tier, "tasks/present.yml")]
    in_waves = [step.partition("/")[2] for _wave, steps in waves("site.yml") for step in steps if step.startswith(f"{tier}/")]
    assert imported == [step for step in in_waves if step != "cluster"] + ["ready"] * (tier == "certificate")


@pytest.mark.parametrize(
    "step", sorted({step for book in ("site.yml", "teardown.yml") for _wave, steps in waves(book) for step in steps})
)
def test_a_step_of_a_wave_is_there(step: str):
    role, _slash, tasks = step.partition("/")
    assert (PROJECT / "roles" / role / "tasks" / f"{tasks or 'present'}.yml").exists()


def test_every_module_is_in_its_action_groups():
    groups = yaml.safe_load((PROJECT / "meta/runtime.yml").read_text())["action_groups"]
    assert groups["all"] == MODULES
    of_cloudflare = [name for name in MODULES if name.startswith("cloudflare_")]
    of_aws = [name for name in MODULES if name not in (*ON_THE_CONTROLLER, *of_cloudflare)]
    assert [name for name in groups["aws"] if isinstance(name, str)] == of_aws
    assert groups["cloudflare"] == of_cloudflare


def test_the_changelog_lists_every_module_and_plugin_for_templates():
    releases = yaml.safe_load((PROJECT / "changelogs/changelog.yaml").read_text())["releases"].values()
    listed = {entry["name"] for release in releases for entry in release.get("modules", [])}
    kinds = ("filter", "lookup", "test")
    listed |= {entry["name"] for release in releases for kind in kinds for entry in release.get("plugins", {}).get(kind, [])}
    plugins = {path.stem for kind in kinds for path in (PROJECT / "plugins" / kind).glob("*.py")}
    assert listed == plugins | set(MODULES), "make docs"


@pytest.mark.parametrize("module", [name for name in MODULES if name not in ON_THE_CONTROLLER])
def test_a_module_has_its_tests(module: str):
    integration = (PROJECT / f"tests/integration/modules/test_{module}.py").exists()
    unit = (PROJECT / f"tests/unit/modules/test_{module}.py").exists()
    assert (integration, unit) == (True, True)


@pytest.mark.parametrize("kind", ["modules", "filter", "lookup", "test", "action", "callback", "module_utils", "plugin_utils"])
def test_plugins_are_short_and_carry_the_licence(kind: str):
    for path in (PROJECT / "plugins" / kind).glob("*.py"):
        text = path.read_text()
        assert "GNU General Public License v3.0+" in text[:300], path


# tools/lint docs resolves what is ours; reading the documents of all that we depend on would double its time.
REFERENCE = re.compile(r"M\(((?!groundwork\.)\w+\.\w+\.\w+)\)|P\(((?!groundwork\.)\w+\.\w+\.\w+)#(\w+)\)")
OF_OTHERS = {
    (kind or "module", module or plugin)
    for place in ("plugins/**/*.py", "roles/*/meta/argument_specs.yml")
    for path in PROJECT.glob(place)
    for module, plugin, kind in REFERENCE.findall(path.read_text())
}


@pytest.mark.parametrize(("kind", "name"), sorted(OF_OTHERS))
def test_a_plugin_of_others_that_is_named_in_documentation_is_there(kind: str, name: str):
    place = getattr(loader, f"{kind}_loader")
    found = place.find_plugin_with_context(name) if kind == "module" else place.get_with_context(name)
    assert getattr(found, "plugin_load_context", found).resolved


def test_links_in_documents_lead_somewhere():
    dead = []
    for document in [path for path in tracked() if path.suffix == ".md"]:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text()):
            if "://" not in target and not (document.parent / target).exists():
                dead.append(f"{document.relative_to(PROJECT)}: {target}")
    assert dead == []


def test_nothing_speaks_of_one_machine():
    """Absolute paths of a developer's machine have no place in the project."""
    homes = re.compile(r"(?<![\w.{}])/(?:work|root|home/\w+|Users/\w+)/\w")
    found = []
    for path in tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(PROJECT)}: {match[0]}" for match in homes.finditer(text)]
    assert found == []
