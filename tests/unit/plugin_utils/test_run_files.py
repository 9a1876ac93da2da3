# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor

from ansible_collections.groundwork.cloud.plugins.plugin_utils import run_files


def test_what_nobody_added_to_has_no_entries(tmp_path):
    assert run_files.entries(str(tmp_path), "calls") == []


def test_entries_are_in_the_order_in_which_they_were_added(tmp_path):
    run_files.add(str(tmp_path), "calls", [{"a": 1}, {"b": "two\nlines"}])
    run_files.add(str(tmp_path), "calls", [])
    run_files.add(str(tmp_path), "calls", [{"c": None}])
    assert run_files.entries(str(tmp_path), "calls") == [{"a": 1}, {"b": "two\nlines"}, {"c": None}]
    assert (tmp_path / "calls").stat().st_mode & 0o077 == 0


def test_an_entry_that_is_being_written_is_not_read(tmp_path):
    (tmp_path / "calls").write_text('{"a": 1}\n{"b": ')
    assert run_files.entries(str(tmp_path), "calls") == [{"a": 1}]


def test_entries_of_several_workers_do_not_mix(tmp_path):
    long = "x" * 100_000
    with ProcessPoolExecutor(4) as pool:
        for number in range(40):
            pool.submit(run_files.add, str(tmp_path), "calls", [{"number": number, "text": long}])
    entries = run_files.entries(str(tmp_path), "calls")
    assert sorted(entry["number"] for entry in entries) == list(range(40))
    assert {entry["text"] for entry in entries} == {long}
