# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import os

import pytest
from ansible._internal._templating._engine import TemplateEngine, TemplateOptions
from ansible._internal._templating._jinja_bits import AnsibleEnvironment, TemplateOverrides
from ansible.errors import AnsibleError, AnsibleTemplateSyntaxError
from ansible.plugins.loader import filter_loader, test_loader
from ansible.template import trust_as_template
from ansible_collections.groundwork.cloud.plugins.plugin_utils import templates

VARIABLES = {"name": "web", "names": ["web", "worker"]}


@pytest.fixture
def kept():
    return templates.Codes()


@pytest.fixture
def compiled(monkeypatch, kept):
    """What Jinja itself was given to compile."""
    log = []

    def logged(environment, source, *arguments, **options):
        log.append(source)
        return real(environment, source, *arguments, **options)

    real = templates._compiled
    monkeypatch.setattr(templates, "_compiled", logged)
    monkeypatch.setattr(AnsibleEnvironment, "compile", real)
    templates.keep(kept)
    return log


def rendered(text, **options):
    return TemplateEngine(variables=VARIABLES).template(trust_as_template(text), options=TemplateOptions(**options))


def decided(condition):
    return TemplateEngine(variables=VARIABLES).evaluate_conditional(trust_as_template(condition))


def test_what_one_worker_compiled_the_next_one_has(compiled, kept):
    text = "{{ names | join('-') }} ({{ name }})"
    assert rendered(text) == "web-worker (web)"
    kept._known.clear()
    kept._end = 0  # as another process that has read nothing yet
    assert rendered(text) == "web-worker (web)"
    assert compiled == [text]


def test_a_condition_is_compiled_once_and_still_decides_by_its_variables(compiled):
    assert decided("name in names")
    assert decided("name in names")
    assert len(compiled) == 1
    assert not TemplateEngine(variables={"name": "x", "names": []}).evaluate_conditional(trust_as_template("name in names"))


@pytest.mark.parametrize(
    "text",
    [
        "{{ name }}",
        "{{ names }}",
        "{{ {'a': [name, 1, true]} }}",
        "{% if name %}x{% endif %}\n",
        "{{ name }}\ud800",
        "{{ '{{ name }}' }}",
    ],
)
def test_a_kept_template_gives_what_it_gave_at_first(compiled, text):
    first = rendered(text)
    assert rendered(text) == first
    assert type(rendered(text)) is type(first)
    assert len(compiled) == len(set(compiled))


def test_how_a_text_is_read_is_part_of_what_it_is(compiled):
    text = r"{{ 'x\ty' }}"
    assert rendered(text, escape_backslashes=True) == "x\\ty"
    assert rendered(text, escape_backslashes=False) == "x\ty"
    assert rendered(text, escape_backslashes=True) == "x\\ty"


def test_other_words_than_usual_are_not_kept(compiled):
    text = "<< name >> {{ name }}"
    for _time in range(2):
        assert (
            rendered(text, overrides=TemplateOverrides(variable_start_string="<<", variable_end_string=">>")) == "web {{ name }}"
        )
    assert compiled == [text] * 2
    assert rendered(text) == "<< name >> web"


def test_an_entry_that_is_being_written_is_left_for_later():
    codes = templates.Codes()
    codes.add("one", compile("1", "<one>", "eval"))
    codes.add("two", compile("2", "<two>", "eval"))
    descriptor, size = codes._file.fileno(), os.fstat(codes._file.fileno()).st_size
    rest = os.pread(descriptor, 10, size - 10)
    os.ftruncate(descriptor, size - 10)
    assert codes.get("two") is None
    assert codes.get("one").co_filename == "<one>"
    os.write(descriptor, rest)
    assert codes.get("two").co_filename == "<two>"
    assert codes.get("three") is None


def test_what_can_not_be_compiled_is_told_each_time(compiled):
    for _time in range(2):
        with pytest.raises(AnsibleTemplateSyntaxError):
            rendered("{{ name | }}")
        with pytest.raises(AnsibleError, match="no_such_filter"):
            rendered("{{ name | no_such_filter }}")


def test_what_a_template_names_is_known_without_looking_for_it():
    templates.know_plugins()
    for loader, names in (
        (filter_loader, ("groundwork.cloud.full_name", "length", "ansible.builtin.length", "ansible.builtin.combine", "default")),
        (test_loader, ("groundwork.cloud.unknown", "eq", "ansible.builtin.match")),
    ):
        for name in names:
            known = loader._cached_non_collection_wrappers[name]
            assert loader.get(name) is known
    assert rendered("{{ names | length }} {{ names | groundwork.cloud.full_name }}") == "2 web-worker"


def test_a_plugin_of_a_role_comes_before_what_was_known(monkeypatch, tmp_path):
    templates.know_plugins()
    (tmp_path / "length.py").write_text(
        "class FilterModule:\n    def filters(self):\n        return {'length': lambda value: 'of the role'}\n"
    )
    before = filter_loader._extra_dirs
    monkeypatch.setattr(filter_loader, "_extra_dirs", list(before))
    filter_loader.add_directory(str(tmp_path))
    try:
        assert rendered("{{ names | length }}") == "of the role"
    finally:
        filter_loader._extra_dirs = before
        filter_loader._clear_caches()
