# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.groundwork.cloud.plugins.plugin_utils import variables
from ansible_collections.groundwork.cloud.plugins.plugin_utils.specification import UNKNOWN
from ansible_collections.groundwork.cloud.plugins.plugin_utils.variables import Names, Variables, file_of, locate, names_in

VARIABLES = """\
plain: text
number: 4
nothing: null
omitted: "{{ omit }}"
made: "{{ plain }}/{{ number }}"
address: "{{ found.postgres.address }}"
url: "postgres://{{ address }}"
hidden: "{{ (found | default({})).postgres.address }}"
environment_of_task: {HOST: "{{ url }}", PORT: "{{ number }}", LEFT_OUT: "{{ omit }}"}
sizes:
  - "{{ number }}"
  - "{{ found.size }}"
misspelt: "{{ plian }}"
misspelt_twice: ["{{ plian }}", "{{ zzzzzz }}"]
on_misspelt: "{{ misspelt }}"
broken: "{{ plain"
no_filter: "{{ plain | nofilter }}"
no_key: "{{ {'a': 1}.b }}"
other: "{{ secret_of_run }}"
loop_a: "{{ loop_b }}"
loop_b: "{{ loop_a }}"
internal: "{{ __web_parts.first }}"
internal_of_file: "{{ __file }}"
__file: here
image: "{{ found.repository }}:{{ tag }}"
half_known: "{{ address }}/{{ zzzzzz }}/{{ tag | default('') }}{{ range(2) }}{{ lookup('env', 'HOME') }}"
of_other_host: "{{ elsewhere.hidden }}"
"""


@pytest.fixture
def raw(tmp_path: Path) -> dict[str, Any]:
    file = tmp_path / "stack.yml"
    file.write_text(VARIABLES)
    return dict(DataLoader().load_from_file(str(file), trusted_as_template=True))


@pytest.fixture
def read(raw):
    def read(*names: str, home: str = "") -> tuple[dict[str, Any], list[str]]:
        reader = Variables(raw, Templar(variables=raw).template, ["found", "secret_of_run"])
        values, problems = reader.read("web", names, home)
        return values, [f"{problem.setting} {problem.message}" for problem in problems]

    return read


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("plain", "text"),
        ("made", "text/4"),
        ("address", UNKNOWN),
        ("url", UNKNOWN),
        ("hidden", UNKNOWN),
        ("other", UNKNOWN),
        ("internal", UNKNOWN),
        ("internal_of_file", "here"),
        ("environment_of_task", {"HOST": UNKNOWN, "PORT": 4}),
        ("sizes", [4, UNKNOWN]),
    ],
)
def test_values_are_worked_out_as_far_as_they_are_known(read, name, value):
    assert read(name) == ({name: value}, [])


def test_what_is_not_declared_has_no_value(read):
    assert read("nothing", "omitted", "never_heard_of") == ({}, [])


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("misspelt", ["misspelt needs plian, which is not defined; did you mean plain?"]),
        (
            "misspelt_twice",
            [
                "misspelt_twice[0] needs plian, which is not defined; did you mean plain?",
                "misspelt_twice[1] needs zzzzzz, which is not defined; define it",
            ],
        ),
        ("broken", ["broken can't be worked out: Syntax error in template"]),
        ("no_filter", ["no_filter can't be worked out: Syntax error in template"]),
        ("no_key", ["no_key can't be worked out: object of type 'dict' has no attribute 'b'"]),
        ("loop_a", ["loop_a can't be worked out: Recursive loop detected"]),
    ],
)
def test_what_can_t_be_worked_out_is_told(read, name, wrong):
    _values, told = read(name)
    assert [sentence[: len(start)] for sentence, start in zip(told, wrong, strict=True)] == wrong


def test_what_is_partly_known_only_at_run_time_must_be_defined_else(read):
    assert read("image", "tag", home="group_vars/ecs.yml")[1] == [
        "image needs tag, which has no default; set it in group_vars/ecs.yml"
    ]
    assert read("image", "tag") == ({"image": UNKNOWN}, ["image needs tag, which has no default; set it"])
    assert read("half_known") == ({"half_known": UNKNOWN}, ["half_known needs zzzzzz, which is not defined; define it"])


def test_a_failure_is_told_where_it_begins(read):
    _values, told = read("misspelt", "on_misspelt", "plain")
    assert told == ["misspelt needs plian, which is not defined; did you mean plain?"]


def test_what_another_host_knows_only_at_run_time_is_unknown(raw):
    def template(text: Any) -> Any:
        return Templar(variables={"elsewhere": {"hidden": raw["address"]}}).template(text)

    assert Variables(raw, template, ["found"]).read("web", ["of_other_host"]) == ({"of_other_host": UNKNOWN}, [])


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("{{ plain }}", 1),
        ("{{ plain }}{{ never_set | default('') }}", 1),
        ("{{ own }}", 2),
        ("{{ hostvars.web.own }}", 3),
        ("{{ lookup('vars', 'own') }}", 3),
        ("{{ lookup('ansible.builtin.vars', 'own') }}", 3),
    ],
)
def test_what_is_made_from_the_same_values_is_rendered_once(text, times):
    asked = []
    rendered: dict[tuple[str, ...], Any] = {}
    for own in ("a", "b", "b"):
        raw = {"setting": text, "plain": "text", "own": own, "hostvars": {"web": {"own": own}}}
        Variables(raw, lambda text: asked.append(text) or "x", [], rendered).read("web", ["setting"])
    assert len(asked) == times


@pytest.mark.parametrize(
    ("text", "read", "needed"),
    [
        ("{{ a.b[c] | default(d) }}", {"a", "c", "d"}, {"a", "c", "d"}),
        ("{{ a | default(b) }}{{ c if c is defined }}", {"a", "b", "c"}, {"b"}),
        ("{% for x in xs %}{{ x | some.own.filter }}{% endfor %}", {"xs"}, {"xs"}),
        ("{{ a", set(), set()),
        ("a", set(), set()),
    ],
)
def test_names_in(text, read, needed):
    assert names_in(text) == Names(frozenset(read), frozenset(needed))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("plain",), 1),
        (("nothing",), 3),
        (("environment_of_task", "PORT"), 9),
        (("sizes",), 10),
        (("sizes", 1), 12),
        (("sizes", 7), 10),
        (("made", "inner"), 5),
    ],
)
def test_locate(raw, tmp_path, path, line):
    assert locate(raw, path) == f"{tmp_path}/stack.yml:{line}"
    assert file_of("plain", raw["plain"]) == f"{tmp_path}/stack.yml"


def test_what_is_below_the_working_directory_is_told_from_there(raw, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path.parent)
    assert locate(raw, ("plain",)) == os.path.join(tmp_path.name, "stack.yml:1")


def test_a_value_counts_more_than_a_key_that_an_earlier_file_set(tmp_path):
    for name in ("one.yml", "two.yml"):
        (tmp_path / name).write_text(f"# {name}\nport: 4\n")
    first, second = (DataLoader().load_from_file(str(tmp_path / name)) for name in ("one.yml", "two.yml"))
    assert locate(first | second, ("port",)) == f"{tmp_path}/two.yml:2"


def test_places_without_a_file(monkeypatch):
    assert locate({"a": "x"}, ("a",)) == ""
    assert locate({"a": "x"}, ("b",)) == ""
    assert file_of("a", "x") == ""
    described = variables.Origin(description="<CLI option '-e'>")
    assert locate({"a": described.tag("x")}, ("a",)) == "<CLI option '-e'>"
    assert file_of("a", described.tag("x")) == ""
    whole = variables.Origin(path="/etc/hosts.ini")
    assert locate({"a": whole.tag("x")}, ("a",)) == "/etc/hosts.ini"


def test_without_ansible_s_origins_nothing_is_located(raw, monkeypatch):
    monkeypatch.setitem(sys.modules, "ansible._internal._datatag._tags", None)
    module = importlib.reload(variables)
    assert module.locate(raw, ("sizes", 1)) == ""
    assert module.file_of("plain", raw["plain"]) == ""
    monkeypatch.undo()
    importlib.reload(variables)
