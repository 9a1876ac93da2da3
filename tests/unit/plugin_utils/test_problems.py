# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.plugin_utils.problems import (
    Problem,
    did_you_mean,
    listed,
    merged,
    nearest,
)


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("web", ("ecs_cpu",), "is odd", "a.yml:4"), "a.yml:4: web: ecs_cpu is odd"),
        (Problem("web", ("ecs_cpu",), "is odd"), "web: ecs_cpu is odd"),
        (Problem("web", (), "the component is odd"), "web: the component is odd"),
        (Problem("stack", ("stack_flows", 2, "ports", 0), "is odd"), "stack: stack_flows[2].ports[0] is odd"),
    ],
)
def test_a_problem_reads_as_a_sentence(problem, text):
    assert str(problem) == text


@pytest.mark.parametrize(
    ("components", "everyone", "shown"),
    [
        (["a"], ["a", "b"], "a"),
        (["a", "a"], ["a", "b"], "a"),
        (["a"], ["a"], "a"),
        (["a", "b"], ["a", "b", "c"], "a, b"),
        (["a", "b"], ["b", "a"], "stack"),
        (["a", "stack"], ["a", "b", "c"], "stack"),
        (["a", "b", "c", "d", "e"], "abcdef", "a, b, c and 2 more"),
    ],
)
def test_one_reason_is_told_once(components, everyone, shown):
    problems = merged([Problem(name, ("x",), "is odd") for name in components], everyone)
    assert [problem.component for problem in problems] == [shown]


def test_different_reasons_stay_apart_and_in_order():
    problems = [Problem("b", ("y",), "is odd"), Problem("a", ("x",), "is odd"), Problem("a", ("x",), "is odd", "f:1")]
    assert merged(problems, ["a", "b", "c"]) == problems


def test_nearest():
    assert nearest("databse", ["database", "cache"]) == "database"
    assert nearest("zzz", ["database", "cache"]) is None


@pytest.mark.parametrize(
    ("word", "otherwise", "end"),
    [("webb", "", "; did you mean web?"), ("zzz", "", ""), ("zzz", "name web", "; name web")],
)
def test_did_you_mean(word, otherwise, end):
    assert did_you_mean(word, ["web", "api"], otherwise) == end


@pytest.mark.parametrize(("words", "text"), [([], "none"), (["a"], "a"), (["a", "b"], "a or b"), (["a", "b", 3], "a, b or 3")])
def test_listed(words, text):
    assert listed(words, "or") == text
