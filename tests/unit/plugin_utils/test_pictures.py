# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from pathlib import Path

import pytest
from ansible import constants
from ansible_collections.groundwork.cloud.plugins.plugin_utils import pictures, planned
from ansible_collections.groundwork.cloud.plugins.test.current import is_current

QUESTION = [{"stack": "shop", "environment": "production"}, {"AWS_REGION": "us-east-1"}]
ANSWER = {"changed": False, "found": {"main": {"vpc": {"id": "vpc-1"}}}}


@pytest.fixture(autouse=True)
def _directory(monkeypatch, tmp_path):
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path), raising=False)


def test_without_the_callback_nothing_is_kept():
    pictures.keep(QUESTION, ANSWER)
    pictures.forget()
    assert pictures.kept(QUESTION) is None


def test_the_same_question_has_the_same_answer_until_something_changed():
    pictures.open_place()
    assert pictures.kept(QUESTION) is None
    pictures.keep(QUESTION, ANSWER)
    assert pictures.kept(QUESTION) == ANSWER
    assert pictures.kept([QUESTION[0], {"AWS_REGION": "eu-west-1"}]) is None
    pictures.forget()
    assert pictures.kept(QUESTION) is None


def test_a_picture_is_true_until_something_was_changed_or_planned(tmp_path):
    pictures.open_place()
    assert not is_current({})
    pictures.keep(QUESTION, ANSWER)
    assert is_current({})
    pictures.forget()
    assert not is_current({})
    pictures.keep(QUESTION, ANSWER)
    planned.remember(str(tmp_path), [planned.Planned("shop", "test", "web", "vpc", "", "new", {}, {})])
    assert not is_current({})


def test_a_picture_that_is_being_written_is_not_there_yet(tmp_path, monkeypatch):
    pictures.open_place()
    write = Path.write_text

    def slowly(file, text):
        write(file, text[:-1])
        assert (pictures.kept(QUESTION), pictures.is_true()) == (None, False)
        return write(file, text)

    monkeypatch.setattr(Path, "write_text", slowly)
    pictures.keep(QUESTION, ANSWER)
    assert pictures.kept(QUESTION) == ANSWER
