# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The output of real runs, with and without a terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent / "stack"
PROJECT = HERE.parents[3]
PLUGIN = PROJECT / "plugins/callback/groundwork.py"
ERASE = "\r\033[K"
COLOR = re.compile(r"\033\[[0-9;]*m")


@dataclass
class Ran:
    code: int
    raw: str
    errors: str = ""

    @property
    def screen(self) -> str:
        """What stands on the terminal in the end: without colours and without what was erased."""
        lines = COLOR.sub("", self.raw.replace("\r\n", "\n")).split("\n")
        return "\n".join(line.rpartition(ERASE)[2] for line in lines)

    def under(self, heading: str) -> list[str]:
        """The lines of a play; components run at once, so their order is not told."""
        return sorted(self.screen.partition(f"\n{heading}\n")[2].partition("\n\n")[0].splitlines())

    @property
    def summary(self) -> list[str]:
        *_, last = self.screen.rstrip().split("\n\n")
        return [re.sub(r"  \([\d a-z]+\)$", "", line) for line in last.splitlines()]


Play = Callable[..., Ran]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Run ansible-playbook on a playbook of the folder beside this file."""

    def run(playbook: str, *arguments: str, terminal: bool = False, **variables: str) -> Ran:
        tools = Path(sys.executable).parent
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "NO_COLOR", "COLUMNS"))}
        environment = {
            **kept,
            "PATH": f"{tools}:{kept['PATH']}",
            "TERM": "xterm",
            "ANSIBLE_COLLECTIONS_PATH": str(PROJECT / ".collections"),
            "ANSIBLE_STDOUT_CALLBACK": "groundwork.cloud.groundwork",
            "ANSIBLE_LOCAL_TEMP": str(tmp_path / "ansible"),
            **variables,
        }
        command = [str(tools / "ansible-playbook"), "-i", "hosts.yml", playbook, *arguments]
        if not terminal:
            done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, timeout=120)
            return Ran(done.returncode, done.stdout, done.stderr)
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
        process = subprocess.Popen(command, cwd=HERE, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 65536):
                shown += chunk
        except OSError:  # the other end is closed
            pass
        finally:
            os.close(ours)
        return Ran(process.wait(10), shown.decode())

    return run


def test_apply_without_a_terminal(play):
    ran = play("site.yml")
    assert ran.code == 0, ran.errors
    assert "\033" not in ran.raw
    assert "\r" not in ran.raw
    assert ran.raw.startswith("nextjs production\n\nFoundations\n")
    assert ran.under("Foundations") == [
        "  main             + Subnet: public-a",
        "  main             + Subnet: public-b",
        "  main             + VPC",
        "  unchanged: app.example.org, postgres, public, redis, web",
    ]
    assert ran.under("Data and front doors") == [
        "                   https://app.example.org",
        "  postgres         ~ Instance",
        "  public           - Alarm",
        "  public           The site answers at",
        "  unchanged: redis",
        "  web              + Secret",
    ]
    assert ran.under("Watch") == ["  unchanged: app.example.org, main, postgres, public, redis, web"]
    assert ran.summary == [
        "Done: 2 created, 2 updated, 2 unchanged",
        "  created    main, web",
        "  updated    postgres, public",
        "  changes    4 created, 1 updated, 1 deleted",
        "  endpoints  postgres  db.example.org:5432",
        "             public    https://app.example.org",
    ]
    assert "live picture" not in ran.raw
    assert "RECAP" not in ran.raw


def test_plan_with_differences(play):
    ran = play("site.yml", "--check", "--diff")
    assert ran.code == 0, ran.errors
    assert ran.raw.startswith("Plan for nextjs production (nothing is changed)\n\nFoundations\n")
    assert ran.raw.count("nothing is changed") == 1
    assert (
        "  postgres         ~ Instance\n"
        "                     ~ instance.class: db.t4g.small -> db.t4g.medium\n"
        "                     - instance.old: true\n"
        '                     + instance.zones: ["a", "b"]\n'
    ) in ran.raw
    assert "  main             + Subnet: public-b\n                     + subnet.az: a\n" in ran.raw
    assert ran.summary[:4] == [
        "Plan: 2 to create, 2 to update, 2 unchanged",
        "  would create  main, web",
        "  would update  postgres, public",
        "  changes       4 to create, 1 to update, 1 to delete",
    ]
    assert "hunter" not in ran.raw + ran.errors


def test_terminal_with_a_task_that_takes_long(play, tmp_path):
    log = tmp_path / "ansible.log"
    ran = play("site.yml", "-e", "postgres_seconds=4", terminal=True, GROUNDWORK_SLOW_AFTER="2", ANSIBLE_LOG_PATH=str(log))
    assert ran.code == 0, ran.raw
    assert f"{ERASE}  ... postgres: Instance 2 s" in ran.raw
    assert f"{ERASE}  ... postgres: Instance 3 s" in ran.raw
    assert "..." not in ran.screen
    assert "\r" not in ran.screen
    assert re.search(r"^  postgres         ~ Instance  \([45] s\)$", ran.screen, re.MULTILINE)
    assert "\033[0;32m+\033[0m VPC" in ran.raw
    assert ran.summary[-1] == f"  log        {log}"
    written = log.read_text()
    assert "postgres         ~ Instance  (" in written
    assert "\033" not in written
    assert "\r" not in written


@pytest.mark.parametrize("variables", [{"TERM": "dumb"}, {"NO_COLOR": "1"}])
def test_terminal_that_wants_plain_lines(play, variables):
    pace = {"GROUNDWORK_SLOW_AFTER": "0.5", "GROUNDWORK_PROGRESS_EVERY": "1"}
    ran = play("slow.yml", "-e", "seconds=3", terminal=True, **pace, **variables)
    assert ran.code == 0, ran.raw
    assert ERASE not in ran.raw
    assert "\n  localhost  ... Bucket  (1 s)\n" in ran.screen
    assert "\n  localhost  ... Bucket  (2 s)\n" in ran.screen


def test_failures(play):
    ran = play("failures.yml", ANSIBLE_FORKS="10")
    assert ran.code == 2
    where = "                     {}, failures.yml:{}"
    for lines in (
        [
            "  web              ! create ECS service web: the task role lacks iam:PassRole.",
            "                     Add it to the deployer's policy.",
            where.format("Service", 24),
        ],
        ["  main             ! the optional thing is not there", where.format("Optional thing", 7) + "  ignored"],
        ["  public           ! the first way is closed", where.format("First way", 16) + "  rescued"],
        ["  redis            ! what went wrong is hidden, for the task says no_log", where.format("Hidden", 31)],
        ["  postgres         ! the part two is broken", where.format("Parts: two", 38)],
        ["                     nothing works", where.format("Command", 45)],
        [
            "                   ! some failed in an earlier wave, so this wave was not begun",
            where.format("Every component is still in the run", 54),
        ],
    ):
        assert "\n".join(lines) + "\n" in ran.raw
    assert ran.raw.count("the part two is broken") == 2  # when it happens and in the summary
    assert ran.summary[0] == "Failed: 4 failed, 1 created, 1 unchanged"
    assert "  created    public" in ran.summary
    assert ran.summary[5].startswith("             Every component is still in the run: some failed")
    assert "hunter2" not in ran.raw + ran.errors


def test_playbook_that_knows_no_stacks(play):
    ran = play("any.yml", "--diff", ANSIBLE_SHOW_CUSTOM_STATS="1")
    assert ran.code == 4
    assert ran.raw.startswith("Machines\n  elsewhere  ! unreachable: ")
    assert ran.raw.partition("any.yml:9\n")[2].rpartition("\n\n")[0].splitlines() == [
        "  localhost  answer: {",
        '               "to": "everything",',
        '               "is": 42',
        "             }",
        "  localhost  item one",
        "  localhost  item two",
        "  localhost  ~ Thing",
        "               ~ thing: old -> new",
        "  localhost  ~ Keys",
        "  localhost  ~ Keys",
        "  localhost  ~ Restart it",
    ]
    assert ran.summary[0] == "Failed: 1 failed, 1 updated"
    assert ran.summary[1].startswith("  failed     elsewhere: Reach it: unreachable: ")
    assert ran.summary[-1] == "  stats      built: 7"
    assert ran.errors.count("the thing is worn") == 1
    assert "the thing goes away" not in ran.errors
    assert "hunter" not in ran.raw + ran.errors


def test_verbose_adds_the_stock_detail(play):
    ran = play("any.yml", "-v", "--diff")
    stock = play("any.yml", "-v", "--diff", ANSIBLE_STDOUT_CALLBACK="default")
    ours = [line for line in ran.raw.splitlines() if line]
    detail = [line for line in stock.raw.splitlines() if line and not re.search(r"delta", line)]
    assert [line for line in detail if line not in ours] == []
    assert "  localhost  ~ Thing\n" in ran.raw
    assert "PLAY RECAP" in ran.raw
    assert "\nMachines\n" not in ran.raw
    assert ran.raw.count("item one") == 1
    assert "the thing goes away" in ran.errors
    assert ran.summary[0] == "Failed: 1 failed, 1 updated"
    assert "hunter" not in ran.raw + ran.errors


def test_lists_are_those_of_ansible(play):
    ours, stock = (
        play("site.yml", "--list-tasks", ANSIBLE_STDOUT_CALLBACK=name) for name in ("groundwork.cloud.groundwork", "default")
    )
    assert ours.raw == stock.raw
    assert "VPC" in ours.raw


@pytest.mark.parametrize("defect", ["_changed", "_begin_play", "_show_slow", "_end"])
def test_a_defect_hands_over_to_the_stock_output(play, tmp_path, defect):
    broken = f"\n\ndef _broken(*_):\n    raise ValueError('on purpose')\n\n\nCallbackModule.{defect} = _broken\n"
    (tmp_path / "broken.py").write_text(PLUGIN.read_text().replace("name: groundwork\n", "name: broken\n") + broken)
    ran = play("slow.yml", "-e", "seconds=1", ANSIBLE_STDOUT_CALLBACK="broken", ANSIBLE_CALLBACK_PLUGINS=str(tmp_path))
    assert ran.code == 0, ran.errors
    assert "ValueError('on purpose')" in ran.errors
    assert "Traceback" not in ran.errors
    if defect == "_show_slow":
        assert ran.summary[0].startswith("Done: 1 created")
    else:
        assert "PLAY RECAP" in ran.raw


def test_an_action_that_does_many_things_at_once(play):
    ran = play("many.yml", "--diff")
    assert ran.code == 2
    assert ran.raw.splitlines()[:8] == [
        "Rules",
        "  localhost  ~ All at once: http",
        "               ~ port: 81 -> 80",
        "  localhost  - All at once: ssh",
        "               - port: 22",
        "  localhost  + Not all of them: one",
        "               + one: 1",
        "  localhost  ! the second is broken",
    ]
    assert "one of them failed" not in ran.raw
