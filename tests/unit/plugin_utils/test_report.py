# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.plugin_utils import report
from ansible_collections.groundwork.cloud.plugins.plugin_utils.report import Change, Failure, Run, Running, Sign, Span

FILE = {"before": {"path": "/etc/motd", "state": "absent"}, "after": {"path": "/etc/motd", "state": "file"}}


def text(lines):
    return [report.plain(line) for line in lines]


def styles(line):
    return [span.style for span in line if span.style]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.4, "0 s"),
        (32.9, "32 s"),
        (60, "1 min"),
        (150, "2 min 30 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h"),
        (3910, "1 h 5 min"),
    ],
)
def test_duration(seconds, said):
    assert report.duration(seconds) == said


@pytest.mark.parametrize(
    ("name", "in_role", "short"),
    [
        ("ecs : Service", True, "Service"),
        ("groundwork.cloud.ecs : Service", True, "Service"),
        ("ecs : Wait : long", True, "Wait : long"),
        ("Service", True, "Service"),
        ("Wait : long", False, "Wait : long"),
        ("ecs : Validating arguments against arg spec 'main' - A service", True, "Validating arguments"),
    ],
)
def test_short_name(name, in_role, short):
    assert report.short_name(name, in_role) == short


@pytest.mark.parametrize(
    ("item", "label"),
    [
        ("public-a", "public-a"),
        (80, "80"),
        ({"name": "web", "port": 80}, "web"),
        ({"name": "", "key": "tag"}, "tag"),
        ({"port": 80}, '{"port": 80}'),
        (["a", "b"], '["a", "b"]'),
        ("two\nlines", '"two\\nlines"'),
        ("x" * 100, "x" * 57 + "..."),
    ],
)
def test_item_label(item, label):
    assert report.item_label(item) == label


@pytest.mark.parametrize(
    ("result", "label"),
    [
        ({"item": "a"}, "a"),
        ({"item": {"name": "a"}, "_ansible_item_label": "the label"}, "the label"),
        ({"item": None}, ""),
        ({}, ""),
        ({"item": "hunter2", "_ansible_no_log": True}, ""),
        ({"item": "hunter2", "censored": "hidden"}, ""),
    ],
)
def test_label_of(result, label):
    assert report.label_of(result) == label


def test_column_ignores_names_that_are_too_long_for_it():
    assert report.column([]) == report.NARROWEST
    assert report.column(["web", "app.example.org"]) == 15
    assert report.column(["web", "x" * 25]) == report.NARROWEST


@pytest.mark.parametrize(
    ("diff", "new", "sign"),
    [
        ({"before": {}, "after": {"a": 1}}, False, Sign.CREATED),
        ({"before": "", "after": "text"}, None, Sign.CREATED),
        ({"before": {"a": 1}, "after": {"a": 2}}, True, Sign.UPDATED),
        ({"before": {"a": 1}, "after": {}}, True, Sign.DELETED),
        ({"before": {"a": 1}, "after": None}, None, Sign.DELETED),
        (FILE, None, Sign.CREATED),
        ([{"before": "", "after": "x"}, {"before": "a", "after": "b"}], None, Sign.UPDATED),
        ({"before": {}, "after": {}}, True, Sign.CREATED),
        ({"prepared": "+ a"}, False, Sign.UPDATED),
        (None, True, Sign.CREATED),
        (None, False, Sign.UPDATED),
        (None, None, Sign.UPDATED),
    ],
)
def test_sign_of(diff, new, sign):
    assert report.sign_of(diff, new) is sign


def test_results_of_an_action_that_does_many_things_at_once():
    one, two = {"changed": True, "item": "a"}, {"changed": False, "item": "b"}
    assert report.results_of({"changed": True, "results": [one, two]}) == [one, two]
    for alone in ({"changed": True}, {"results": []}, {"results": ["installed a"]}, {"results": [{"name": "a"}]}):
        assert report.results_of(alone) == [alone]


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ({"msg": "create service web: denied\n"}, "create service web: denied"),
        ({"msg": "Task failed: Module failed: division by zero"}, "division by zero"),
        ({}, "failed without a message"),
        ({"msg": "hunter2 is wrong", "censored": "hidden"}, "what went wrong is hidden, for the task says no_log"),
        ({"msg": "Assertion failed", "assertion": "a == b"}, "Assertion failed: a == b"),
        ({"msg": "a must be b", "assertion": "a == b"}, "a must be b"),
        ({"msg": "non-zero return code", "rc": 1, "stderr": "no such file\n"}, "non-zero return code\nno such file"),
        ({"msg": "non-zero return code", "rc": 1, "stderr": "", "stdout": "a\nb"}, "non-zero return code\na\nb"),
        ({"msg": "MODULE FAILURE", "module_stderr": "Traceback"}, "MODULE FAILURE\nTraceback"),
        ({"msg": "failed", "rc": 1}, "failed"),
    ],
)
def test_failure_message(result, message):
    assert report.failure_message(result) == message


def test_failure_message_keeps_the_end_of_a_long_output():
    message = report.failure_message({"msg": "failed", "rc": 1, "stderr": "\n".join(map(str, range(50)))})
    assert message.splitlines() == ["failed", *map(str, range(40, 50))]


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({"msg": "ready", "changed": False}, "ready"),
        ({"msg": ["one", "two"]}, "one\ntwo"),
        ({"msg": 42}, "42"),
        ({"answer": {"is": 42}, "changed": False, "_ansible_verbose_always": True}, 'answer: {\n  "is": 42\n}'),
        ({"censored": "hidden", "changed": False}, ""),
        ({"changed": False}, ""),
    ],
)
def test_message_text(result, said):
    assert report.message_text(result) == said


@pytest.mark.parametrize(
    ("run", "title"),
    [
        (Run(planned=True, stack="nextjs production"), ["Plan for nextjs production (nothing is changed)"]),
        (Run(planned=True), ["Plan (nothing is changed)"]),
        (Run(stack="nextjs production"), ["nextjs production"]),
        (Run(), []),
    ],
)
def test_title_lines(run, title):
    assert text(report.title_lines(run)) == title


def test_change_line():
    change = Change("web", "Service", Sign.CREATED, seconds=32)
    assert report.plain(report.change_line(change, 8, 5)) == "  web       + Service  (32 s)"
    assert styles(report.change_line(change, 8, 5)) == ["created", "dim"]
    assert report.plain(report.change_line(change, 8, 60)) == "  web       + Service"
    change = Change("web", "Rule", Sign.DELETED, item="/api")
    assert report.plain(report.change_line(change, 8, 5)) == "  web       - Rule: /api"
    assert report.plain(report.change_line(Change("x" * 10, "Rule", Sign.UPDATED), 8, 5)) == "  xxxxxxxxxx  ~ Rule"


def test_failure_lines():
    failure = Failure("web", "Service", "denied\nask for more", "roles/ecs/tasks/service.yml:12", seconds=9)
    assert text(report.failure_lines(failure, 8, 5)) == [
        "  web       ! denied",
        "              ask for more",
        "              Service, roles/ecs/tasks/service.yml:12  (9 s)",
    ]
    assert styles(report.failure_lines(failure, 8, 5)[0]) == ["failed"]


def test_failure_lines_of_a_pardoned_failure():
    lines = report.failure_lines(Failure("web", "Service", "", item="api", pardon="ignored"), 8, 5)
    assert text(lines) == ["  web       ! ", "              Service: api  ignored"]
    assert styles(lines[0]) == ["pardoned"]


def test_failure_lines_are_folded_on_a_terminal():
    failure = Failure(
        "web", "Service", "one two three four five six seven eight nine ten eleven", "roles/ecs/tasks/service_and_more.yml:1"
    )
    assert text(report.failure_lines(failure, 8, 5, columns=60)) == [
        "  web       ! one two three four five six seven eight nine",
        "              ten eleven",
        "              Service,",
        "              roles/ecs/tasks/service_and_more.yml:1",
    ]


def test_message_lines():
    assert text(report.message_lines("web", "one\n\ntwo", 8)) == ["  web       one", "            ", "            two"]
    assert text(report.message_lines("web", "one\n\ntwo", 8, columns=80)) == [
        "  web       one",
        "            ",
        "            two",
    ]
    assert text(report.message_lines("web", "", 8)) == ["  web       "]
    assert text(report.message_lines("", "one\ntwo", 8)) == ["  one", "  two"]


def test_unchanged_lines_wrap_under_the_first_name():
    names = [f"component-{number:02}" for number in range(20)]
    lines = text(report.unchanged_lines("unchanged", reversed(names), 60))
    assert lines[0] == "  unchanged: component-00, component-01, component-02,"
    assert lines[1] == "             component-03, component-04, component-05,"
    assert " ".join(line.strip() for line in lines) == f"unchanged: {', '.join(names)}"


def test_progress_line():
    running = Running("postgres", "Instance", started=10, told=10, item_started=10)
    assert report.plain(report.progress_line(running, 160, 8)) == "  postgres  ... Instance  (2 min 30 s)"


@pytest.mark.parametrize(
    ("columns", "status"),
    [
        (100, "  ... postgres: Instance 1 min 30 s, redis: Replication group 1 min, web: Service 10 s"),
        (80, "  ... postgres: Instance 1 min 30 s, redis: Replication group 1 min, 1 more"),
        (60, "  ... postgres: Instance 1 min 30 s, 2 more"),
        (24, "  ... postgres: Inst..."),
    ],
)
def test_status_text_fits_the_terminal(columns, status):
    running = [
        Running("web", "Service", started=90, told=0, item_started=0),
        Running("postgres", "Instance", started=10, told=0, item_started=0),
        Running("redis", "Replication group", started=40, told=0, item_started=0),
    ]
    assert report.status_text(running, 100, columns) == status
    assert len(status) < columns


def test_status_text_of_nothing():
    assert report.status_text([], 100, 80) == ""


@pytest.mark.parametrize(
    ("diff", "lines"),
    [
        (
            {"before": {"a": {"x": 1, "y": "old", "z": [1]}}, "after": {"a": {"x": 1, "y": "new"}, "b": {}}},
            ["~ a.y: old -> new", "- a.z: [1]", "+ b: {}"],
        ),
        ({"before": None, "after": {"a": None}}, ["+ a: null"]),
        ({"before": {"a": "two\nlines"}, "after": ""}, ['- a: "two\\nlines"']),
        ({"before": [1], "after": [2]}, ["~ [1] -> [2]"]),
        ({"before": {"a": 1}, "after": {"a": 1}}, []),
        (
            {"before": {"rules": [{"port": 80, "to": "a"}]}, "after": {"rules": [{"port": 443, "to": "a"}, {"port": 80}]}},
            ["~ rules[0].port: 80 -> 443", "+ rules[1].port: 80"],
        ),
        ({"before": {"a": "x" * 80}, "after": {"a": "y" * 80}}, ["- a: " + "x" * 80, "+ a: " + "y" * 80]),
        (
            {"before": "a\nb\nc\n", "after": "a\nB\nc\n", "after_header": "/etc/motd"},
            ["/etc/motd", "@@ -2 +2 @@", "-b", "+B"],
        ),
        ({"prepared": "- old\n+ new\nsame"}, ["- old", "+ new", "same"]),
        ({"dst_binary": 1, "before": "", "after": ""}, ["not shown: the file is binary or large"]),
        ([{"before": {}, "after": {"a": 1}}, "odd", {"before": {}, "after": {"b": 2}}], ["+ a: 1", "+ b: 2"]),
        ({"before": "only"}, []),
    ],
)
def test_diff_lines(diff, lines):
    assert text(report.diff_lines(diff, context=0, indent=0)) == lines


def test_diff_lines_are_indented_coloured_and_clipped():
    (line,) = report.diff_lines({"before": {}, "after": {"a": "x" * 200}}, context=0, indent=4)
    assert line == (Span("    "), Span("+ a: " + "x" * 152 + "...", "created"))


def test_diff_lines_are_folded_on_a_terminal():
    diff = {"before": {}, "after": {"arn": "arn:" + "x" * 60, "b": {"c": 1}}}
    assert text(report.diff_lines(diff, context=0, indent=4, columns=60)) == [
        "    + arn: arn:" + "x" * 44,
        "      " + "x" * 16,
        "    + b.c: 1",
    ]


def test_diff_lines_end_somewhere():
    lines = text(report.diff_lines({"before": {}, "after": {f"{number:02}": 1 for number in range(50)}}, context=0, indent=2))
    assert len(lines) == 41
    assert lines[-1] == "  ... 10 more lines; -v shows them all"


def test_fates():
    run = Run(worked={"main", "still", "web", "postgres"})
    run.picture({"postgres": {"instance": {}}, "public": {"alarm": {}}, "old": {"service": {}}, "redis": {}}, {})
    run.changes += [
        Change("web", "Service", Sign.UPDATED),  # not there before: created, whatever the sign says
        Change("redis", "Group", Sign.CREATED),  # an empty picture is none
        Change("postgres", "Parameter", Sign.CREATED),
        Change("public", "Alarm", Sign.DELETED),
        Change("old", "Service", Sign.DELETED),
        Change("main", "VPC", Sign.CREATED),
    ]
    run.picture({"public": {"load_balancer": {}}}, {"public": ["https://app.example.org"]})
    run.failures += [Failure("main", "VPC", "denied"), Failure("web", "Try", "no", pardon="rescued"), Failure("", "All", "no")]
    assert run.fates() == {
        "main": "failed",
        "old": "deleted",
        "postgres": "updated",
        "public": "updated",
        "redis": "created",
        "still": "unchanged",
        "web": "created",
    }
    assert run.endpoints == {"public": ["https://app.example.org"]}


def test_fates_without_a_picture_follow_the_signs():
    run = Run(changes=[Change("a", "x", Sign.CREATED), Change("b", "x", Sign.CREATED), Change("b", "y", Sign.UPDATED)])
    assert run.fates() == {"a": "created", "b": "updated"}


def test_a_picture_read_before_any_change_is_not_one_of_what_stands_after():
    run = Run()
    run.picture({"a": {"x": 1}}, {})
    run.picture({"a": {"x": 1}}, {})
    run.changes.append(Change("a", "x", Sign.DELETED))
    assert run.fates() == {"a": "deleted"}


def changed_run(**facts):
    run = Run(worked={"main", "redis", "public"}, **facts)
    run.picture(
        {"postgres": {"instance": {}}, "old": {"alarm": {}}}, {"public": ["https://app.example.org", "x"], "db": "db:5432"}
    )
    run.changes += [
        Change("web", "Service", Sign.CREATED),
        Change("web", "Task definition", Sign.CREATED),
        Change("postgres", "Instance", Sign.UPDATED),
        Change("old", "Alarm", Sign.DELETED),
    ]
    return run


def test_summary_of_a_run():
    assert text(report.summary_lines(changed_run(), 750, 80, log="/var/log/ansible.log", stats={"built": 7})) == [
        "Done: 1 created, 1 updated, 1 deleted, 3 unchanged  (12 min 30 s)",
        "  created    web",
        "  updated    postgres",
        "  deleted    old",
        "  changes    2 created, 1 updated, 1 deleted",
        "  endpoints  db      db:5432",
        "             public  https://app.example.org",
        "                     x",
        "  stats      built: 7",
        "  log        /var/log/ansible.log",
    ]


def test_summary_of_a_plan():
    assert text(report.summary_lines(changed_run(planned=True), 14, 80)) == [
        "Plan: 1 to create, 1 to update, 1 to delete, 3 unchanged  (14 s)",
        "  would create  web",
        "  would update  postgres",
        "  would delete  old",
        "  changes       2 to create, 1 to update, 1 to delete",
        "  endpoints     db      db:5432",
        "                public  https://app.example.org",
        "                        x",
    ]


def test_summary_of_a_failed_run():
    run = Run(worked={"main"})
    run.failures += [
        Failure("web", "Service", "denied: " + "x" * 100, item="api"),
        Failure("web", "Try", "no", pardon="ignored"),
        Failure("", "Every component is still in the run", "web failed\nmend it"),
    ]
    lines = report.summary_lines(run, 14, 80)
    assert text(lines) == [
        "Failed: 1 failed, 1 unchanged  (14 s)",
        "  failed     web: Service: api: denied: " + "x" * 36 + "...",
        "             Every component is still in the run: web failed",
    ]
    assert all(len(line) < 80 for line in text(lines))


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (Run(), "Done: there was nothing to do  (0 s)"),
        (Run(planned=True, worked={"a", "b"}), "Plan: 2 unchanged  (0 s)"),
        (Run(failures=[Failure("", "Guard", "wrong account")]), "Failed: stopped  (0 s)"),
        (Run(worked={"a"}, failures=[Failure("", "Guard", "wrong account")]), "Failed: stopped, 1 unchanged  (0 s)"),
    ],
)
def test_summary_when_little_happened(run, said):
    assert text(report.summary_lines(run, 0, 80))[0] == said


def test_summary_wraps_many_components():
    run = Run(changes=[Change(f"component-{number:02}", "x", Sign.CREATED) for number in range(8)])
    lines = text(report.summary_lines(run, 0, 60))
    assert lines[1:4] == [
        "  created    component-00, component-01, component-02,",
        "             component-03, component-04, component-05,",
        "             component-06, component-07",
    ]
