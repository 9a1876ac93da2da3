# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: groundwork
type: stdout
version_added: 0.1.0
short_description: Output for people, wave by wave and component by component
description:
  - Shows what changes, as it changes, one line each under the name of its play; the time that anything over a few seconds
    took; what failed and where; and a closing summary with the components that were created, updated, unchanged or failed,
    their endpoints, the time of the whole run and the location of the log.
  - On a terminal, one live line shows the tasks that take long. Elsewhere, and where E(NO_COLOR) is set or E(TERM) is C(dumb),
    plain lines do.
  - With C(-v) and above, the detail of P(ansible.builtin.default#callback) comes in addition. The options that shape that detail
    are the same.
  - It serves any playbook. What it knows of a stack, it learns from the results of M(groundwork.cloud.stack_info) and from the
    variables C(stack_name) and C(stack_environment).
author:
  - The Groundwork authors (@groundwork)
requirements:
  - Set as C(stdout_callback) in the configuration.
options:
  slow_after:
    description: Seconds after which a task shows the time it takes.
    type: float
    default: 5
    env:
      - name: GROUNDWORK_SLOW_AFTER
    ini:
      - section: callback_groundwork
        key: slow_after
  progress_every:
    description: Seconds between the lines about a slow task where there is no terminal to keep one live line on.
    type: float
    default: 30
    env:
      - name: GROUNDWORK_PROGRESS_EVERY
    ini:
      - section: callback_groundwork
        key: progress_every
extends_documentation_fragment:
  - default_callback
  - result_format_callback
"""

import atexit
import contextlib
import copy
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ansible import constants as C  # noqa: N812  (its name throughout Ansible)
from ansible import context
from ansible.errors import AnsibleError
from ansible.executor.task_result import CallbackTaskResult
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.playbook.block import Block
from ansible.playbook.task import Task
from ansible.playbook.task_include import TaskInclude
from ansible.plugins.callback.default import CallbackModule as Stock
from ansible.template import Templar
from ansible.utils import color
from ansible_collections.groundwork.cloud.plugins.plugin_utils import report
from ansible_collections.groundwork.cloud.plugins.plugin_utils.report import Line

TICK = 0.25  # seconds between two looks at what takes long
ERASE = "\r\033[K"
COLORS = {
    "created": "COLOR_DIFF_ADD",
    "updated": "COLOR_CHANGED",
    "deleted": "COLOR_DIFF_REMOVE",
    "failed": "COLOR_ERROR",
    "pardoned": "COLOR_WARN",
}
BOLD_AND_DIM = {"heading": "1", "dim": "2"}

Outcome = Mapping[str, Any]


class LiveLine:
    """The last line of a terminal, drawn over and over, and out of the way whenever anything else is shown.

    The lock is the one that Display itself writes under and that Ansible holds while it forks a worker.
    """

    def __init__(self, display: Any) -> None:
        self.shown = ""
        self._lock = display._lock
        self._owner = os.getpid()
        write = display.display

        def display_above(*args: Any, **kwargs: Any) -> None:
            if os.getpid() != self._owner:  # a worker hands what it shows to this process
                write(*args, **kwargs)
                return
            with self._lock:
                self.draw("")
                write(*args, **kwargs)

        display.display = display_above

    def draw(self, text: str) -> None:
        if text != self.shown and os.getpid() == self._owner:
            with self._lock:
                sys.stdout.write(ERASE + text)
                sys.stdout.flush()
                self.shown = text


class CallbackModule(Stock):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "groundwork.cloud.groundwork"

    def __init__(self) -> None:
        super().__init__()
        self._broken = False
        self._run = report.Run()
        self._began = time.monotonic()
        self._width = report.NARROWEST
        self._titled = False
        self._spoke = False
        self._heading = ""  # of the play, until there is something to show under it
        self._of_play: str | None = None
        self._proven: set[str] = set()  # components of this play that a task proved or worked on
        self._worked: set[str] = set()
        self._told: set[str] = set()  # components of this play that have a line of their own
        self._items_failed: set[tuple[str, str]] = set()
        self._running: dict[tuple[str, str], report.Running] = {}
        self._live: LiveLine | None = None
        self._watch: threading.Thread | None = None
        self._over = threading.Event()

    # Events without a result

    def v2_playbook_on_start(self, playbook: Any) -> None:
        self._event(super().v2_playbook_on_start, self._begin, playbook)

    def v2_playbook_on_play_start(self, play: Any) -> None:
        self._play = play  # the stock methods need it, also when they take over in the middle of a play
        self._event(super().v2_playbook_on_play_start, self._begin_play, play, ours_first=True)

    def v2_runner_on_start(self, host: Any, task: Any) -> None:
        self._event(super().v2_runner_on_start, self._begin_task, host, task)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self._event(super().v2_playbook_on_stats, self._end, stats)

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._event(super().v2_playbook_on_task_start, None, task, is_conditional)

    def v2_playbook_on_handler_task_start(self, task: Any) -> None:
        self._event(super().v2_playbook_on_handler_task_start, None, task)

    def v2_playbook_on_include(self, included_file: Any) -> None:
        self._event(super().v2_playbook_on_include, None, included_file)

    def v2_playbook_on_no_hosts_matched(self) -> None:
        self._event(super().v2_playbook_on_no_hosts_matched, None)

    def v2_playbook_on_no_hosts_remaining(self) -> None:
        self._event(super().v2_playbook_on_no_hosts_remaining, None)

    def v2_playbook_on_notify(self, handler: Any, host: Any) -> None:
        self._event(super().v2_playbook_on_notify, None, handler, host)

    # Results

    def v2_runner_on_ok(self, result: CallbackTaskResult) -> None:
        self._result(super().v2_runner_on_ok, self._ok, result)

    def v2_runner_on_failed(self, result: CallbackTaskResult, ignore_errors: bool = False) -> None:
        self._result(super().v2_runner_on_failed, self._failed, result, ignore_errors)

    def v2_runner_on_unreachable(self, result: CallbackTaskResult) -> None:
        self._result(super().v2_runner_on_unreachable, self._unreachable, result)

    def v2_runner_on_skipped(self, result: CallbackTaskResult) -> None:
        self._result(super().v2_runner_on_skipped, self._skipped, result)

    def v2_runner_item_on_ok(self, result: CallbackTaskResult) -> None:
        self._result(super().v2_runner_item_on_ok, self._item_ok, result)

    def v2_runner_item_on_failed(self, result: CallbackTaskResult) -> None:
        self._result(super().v2_runner_item_on_failed, self._item_failed, result)

    def v2_runner_item_on_skipped(self, result: CallbackTaskResult) -> None:
        self._result(super().v2_runner_item_on_skipped, None, result)

    def v2_on_file_diff(self, result: CallbackTaskResult) -> None:
        self._result(super().v2_on_file_diff, None, result)

    def v2_runner_retry(self, result: CallbackTaskResult) -> None:
        self._result(super().v2_runner_retry, None, result)

    def v2_runner_on_async_poll(self, result: CallbackTaskResult) -> None:
        self._result(super().v2_runner_on_async_poll, None, result)

    def v2_runner_on_async_ok(self, result: CallbackTaskResult) -> None:
        self._result(super().v2_runner_on_async_ok, None, result)

    def v2_runner_on_async_failed(self, result: CallbackTaskResult) -> None:
        self._result(super().v2_runner_on_async_failed, None, result)

    # The stock output beside ours

    @property
    def _detailed(self) -> bool:
        return bool(self._display.verbosity > 0)

    def _event(self, stock: Callable[..., None], ours: Callable[..., None] | None, *args: Any, ours_first: bool = False) -> None:
        """Show an event our way, and the stock way where its detail is wanted or ours has failed."""
        if ours_first:
            self._try(ours, *args)
        if self._detailed or self._broken:
            stock(*args)
        if not ours_first:
            self._try(ours, *args, instead=None if self._detailed else stock)

    def _result(
        self, stock: Callable[..., None], ours: Callable[..., None] | None, result: CallbackTaskResult, *args: Any
    ) -> None:
        """As C(_event); the stock methods change the result that they show, so ours get a copy of it."""
        outcome = result.result
        if self._detailed or self._broken:
            outcome = copy.deepcopy(outcome)
            stock(result, *args)
        elif ours:
            outcome.pop("deprecations", None)
            self._handle_warnings(outcome)
        self._try(ours, result, outcome, *args, instead=None if self._detailed else lambda *_: stock(result, *args))

    def _try(self, ours: Callable[..., None] | None, *args: Any, instead: Callable[..., None] | None = None) -> None:
        """A defect in the output must not end a run: the stock output takes over, and says why."""
        if ours is None or self._broken:
            return
        try:
            ours(*args)
        except Exception as error:
            self._broken = True
            self._stop()
            self._display.warning(f"The stock output takes over, for groundwork.cloud.groundwork failed: {error!r}")
            if instead:
                instead(*args)

    # What happened

    def _begin(self, playbook: Any) -> None:
        self._run = report.Run(planned=bool(context.CLIARGS.get("check")))
        self._began = time.monotonic()
        self._titled, self._heading, self._of_play = False, "", None
        if self._live is None and _can_draw():
            self._live = LiveLine(self._display)

    def _begin_play(self, play: Any) -> None:
        if play._uuid == self._of_play:  # the next batch of the same play
            return
        self._end_play()
        self._of_play = play._uuid
        self._heading = play.get_name().strip()
        hosts = _hosts_of(play)
        self._width = max(self._width, report.column(host.name for host in hosts))
        if hosts and not self._titled:
            self._run.planned = self._run.planned or play.check_mode is True
            self._run.stack = _stack_of(play, hosts[0])
            if self._run.stack or self._run.planned:
                self._title()

    def _begin_task(self, host: Any, task: Any) -> None:
        now = time.monotonic()
        self._running[host.name, task._uuid] = report.Running(host.name, _task_name(task, task.get_name()), now, now, now)
        if self._watch is None:
            self._over.clear()
            self._watch = threading.Thread(target=self._look, name="groundwork-progress", daemon=True)
            self._watch.start()
            atexit.register(self._stop)

    def _ok(self, result: CallbackTaskResult, outcome: Outcome) -> None:
        task, seconds = result.task, self._finished(result)
        if isinstance(task, TaskInclude):
            return
        self._take_picture(task, outcome)
        if task.loop and "results" in outcome:  # each item had its say
            self._count(result)
            return
        self._succeeded(result, outcome, seconds)

    def _item_ok(self, result: CallbackTaskResult, outcome: Outcome) -> None:
        if not isinstance(result.task, TaskInclude):
            self._succeeded(result, outcome, self._finished(result, item=True))

    def _succeeded(self, result: CallbackTaskResult, outcome: Outcome, seconds: float) -> None:
        self._count(result)
        component = result.host.get_name()
        if _action(result.task) == "debug" and not self._detailed and (text := report.message_text(outcome)):
            speaker = "" if _is_true(result.task.run_once) else component
            self._say(report.message_lines(speaker, text, self._width, _terminal_columns()))
        for one in report.results_of(outcome):
            if one.get("changed"):
                self._changed(result, one, seconds)

    def _changed(self, result: CallbackTaskResult, outcome: Outcome, seconds: float) -> None:
        component = result.host.get_name()
        sign = report.sign_of(outcome.get("diff"), self._run.is_new(component))
        change = report.Change(component, _task_name(result.task, result.task_name), sign, report.label_of(outcome), seconds)
        self._run.changes.append(change)
        self._told.add(component)
        lines = [report.change_line(change, self._width, self.get_option("slow_after"))]
        if "diff" in outcome and not self._detailed and _wants_diff(result.task):
            lines += report.diff_lines(outcome["diff"], C.DIFF_CONTEXT, self._width + 6, _terminal_columns())
        self._say(lines)

    def _failed(self, result: CallbackTaskResult, outcome: Outcome, ignored: bool = False) -> None:
        seconds = self._finished(result)
        if (result.host.name, result.task._uuid) in self._items_failed:
            return
        inner = report.results_of(outcome)
        for one in inner:
            if one is not outcome and one.get("changed"):
                self._changed(result, one, seconds)
        for one in [one for one in inner if one.get("failed")] or [outcome]:
            self._fail(result, report.failure_message(one), report.label_of(one), seconds, ignored)

    def _item_failed(self, result: CallbackTaskResult, outcome: Outcome) -> None:
        self._items_failed.add((result.host.name, result.task._uuid))
        seconds = self._finished(result, item=True)
        self._fail(
            result, report.failure_message(outcome), report.label_of(outcome), seconds, _is_true(result.task.ignore_errors)
        )

    def _unreachable(self, result: CallbackTaskResult, outcome: Outcome) -> None:
        message = f"unreachable: {report.failure_message(outcome)}"
        self._fail(result, message, report.label_of(outcome), self._finished(result), _is_true(result.task.ignore_unreachable))

    def _fail(self, result: CallbackTaskResult, message: str, item: str, seconds: float, ignored: bool) -> None:
        task, component = result.task, result.host.get_name()
        failure = report.Failure(
            component="" if _is_true(task.run_once) else component,
            task=_task_name(task, result.task_name),
            message=message,
            place=_place(task),
            item=item,
            seconds=seconds,
            pardon="ignored" if ignored else "rescued" if _is_rescued(task) else "",
        )
        if failure.pardon:
            self._count(result)
        self._run.failures.append(failure)
        self._told.add(component)
        self._say(
            report.failure_lines(failure, self._width, self.get_option("slow_after"), _terminal_columns()),
            stderr=self.get_option("display_failed_stderr"),
        )

    def _skipped(self, result: CallbackTaskResult, outcome: Outcome) -> None:
        self._finished(result)

    def _finished(self, result: CallbackTaskResult, item: bool = False) -> float:
        """How long a task took, or an item of it: since the task started or the item before was done."""
        key, now = (result.host.name, result.task._uuid), time.monotonic()
        running = self._running.get(key)
        if running is None:
            return 0.0
        if item:
            seconds = now - running.item_started
            running.item_started = now
            return seconds
        del self._running[key]
        return now - running.started

    def _count(self, result: CallbackTaskResult) -> None:
        """Note that a task was there for a component; one that runs once is there for none."""
        action = _action(result.task)
        if _is_true(result.task.run_once) or action in report.SILENT or action.endswith(("_info", "_facts")):
            return
        self._proven.add(result.host.get_name())
        if action not in report.CHECKS:
            self._worked.add(result.host.get_name())
            self._run.worked.add(result.host.get_name())

    def _take_picture(self, task: Any, outcome: Outcome) -> None:
        found, endpoints = outcome.get("found"), outcome.get("endpoints")
        if _action(task) == "stack_info" and isinstance(found, Mapping):
            self._run.picture(found, endpoints if isinstance(endpoints, Mapping) else {})

    def _end_play(self) -> None:
        """End a play with the components that nothing is to be said of."""
        names, word = (self._worked, "unchanged") if self._worked else (self._proven, "ok")
        if names - self._told:
            self._say(report.unchanged_lines(word, names - self._told, _columns()))
        self._proven, self._worked, self._told = set(), set(), set()
        self._items_failed.clear()
        self._running.clear()

    def _end(self, stats: Any) -> None:
        self._stop()
        self._end_play()
        custom = stats.custom.get("_run") if self.get_option("show_custom_stats") and not self._detailed else None
        lines = report.summary_lines(self._run, time.monotonic() - self._began, _columns(), C.DEFAULT_LOG_PATH, custom)
        self._heading = ""
        self._show([*self._gap(), *lines])

    # Showing it

    def _title(self) -> None:
        self._titled = True
        self._show(report.title_lines(self._run))

    def _say(self, lines: Iterable[Line], stderr: bool = False) -> None:
        """Show lines under the name of their play, which the stock detail has shown already."""
        with self._display._lock:
            if not self._titled:
                self._title()
            if self._heading and not self._detailed:
                self._show([*self._gap(), (report.Span(self._heading, "heading"),)])
            self._heading = ""
            self._show(lines, stderr)

    def _gap(self) -> list[Line]:
        """An empty line between what was shown and what comes next."""
        return [()] if self._spoke and not self._detailed else []

    def _show(self, lines: Iterable[Line], stderr: bool = False) -> None:
        for line in lines:
            self._spoke = True
            # The log gets the same words without the escapes of a terminal.
            self._display.display("".join(_styled(span) for span in line), screen_only=True, stderr=stderr)
            self._display.display(report.plain(line), log_only=True)
        with contextlib.suppress(BrokenPipeError):  # as when a pager was left: Ansible ends by itself
            sys.stdout.flush()

    def _look(self) -> None:
        """Until the run is over, show what takes long."""
        while not self._over.wait(TICK):
            try:
                self._show_slow(time.monotonic())
            except Exception as error:
                self._display.warning(f"Elapsed times are not shown any more: {error!r}")
                return

    def _show_slow(self, now: float) -> None:
        slow = [one for one in tuple(self._running.values()) if now - one.started >= self.get_option("slow_after")]
        if self._live:
            self._live.draw(report.status_text(slow, now, _columns()))
            return
        for one in slow:
            if now - one.told >= self.get_option("progress_every"):
                one.told = now
                self._say([report.progress_line(one, now, self._width)])

    def _stop(self) -> None:
        """End the live line cleanly, before the summary and however the process ends."""
        self._over.set()
        if self._watch:
            self._watch.join()
            self._watch = None
        if self._live:
            self._live.draw("")


def _styled(span: report.Span) -> str:
    if not span.style or not color.ANSIBLE_COLOR:
        return span.text
    code = BOLD_AND_DIM.get(span.style) or color.parsecolor(getattr(C, COLORS[span.style]))
    return f"\033[{code}m{span.text}\033[0m"


def _can_draw() -> bool:
    """Whether the screen can take a line back."""
    plain = os.environ.get("TERM", "dumb") == "dumb" or os.environ.get("NO_COLOR") or C.ANSIBLE_NOCOLOR
    return sys.stdout.isatty() and not plain


def _columns() -> int:
    return shutil.get_terminal_size((100, 24)).columns


def _terminal_columns() -> int | None:
    return _columns() if sys.stdout.isatty() else None


def _hosts_of(play: Any) -> list[Any]:
    """The hosts of a play, as the inventory knows them before it starts."""
    inventory = getattr(play.get_variable_manager(), "_inventory", None)
    return list(inventory.get_hosts(play.hosts)) if inventory else []


def _stack_of(play: Any, host: Any) -> str:
    """The name and the environment of the stack that a host is a component of, if it is of any."""
    variables = play.get_variable_manager().get_vars(play=play, host=host)
    names = [variables[name] for name in ("stack_name", "stack_environment") if variables.get(name)]
    try:
        return " ".join(str(name) for name in Templar(loader=play.get_loader(), variables=variables).template(names))
    except AnsibleError:  # it needs what is not known yet
        return ""


def _task_name(task: Task, name: str) -> str:
    return report.short_name(str(name).strip(), in_role=task._role is not None)


def _action(task: Task) -> str:
    """The last word of the action's name: whoever ships it, it does the same."""
    return str(task.action).rpartition(".")[2]


def _is_true(value: Any) -> bool:
    """A keyword of a task, of which a template may still be unresolved."""
    return bool(boolean(value, strict=False)) if isinstance(value, bool | str | int) else False


def _wants_diff(task: Task) -> bool:
    return _is_true(task.diff)


def _place(task: Task) -> str:
    """The file and the line of a task, from where the user stands if it is below."""
    path, colon, line = task.get_path().rpartition(":")
    if not path:
        return ""
    real, here = Path(path).resolve(), Path.cwd()
    return f"{real.relative_to(here) if real.is_relative_to(here) else real}{colon}{line}"


def _is_rescued(task: Task) -> bool:
    """Whether a block around the task has a rescue section that a failure leads to."""
    child, parent = task, task._parent
    while parent is not None:
        if isinstance(parent, Block) and parent.rescue and any(one._uuid == child._uuid for one in parent.block):
            return True
        child, parent = parent, parent._parent
    return False
