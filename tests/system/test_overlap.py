# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What is independent overlaps, whatever the machine does. How long it all takes, C(make benchmark) tells."""

from __future__ import annotations

import pytest
from support.critical_path import Run, Span
from support.slow_apply import slow_apply

pytestmark = [pytest.mark.system, pytest.mark.nightly]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return slow_apply(tmp_path_factory.mktemp("overlap"))


def overlap(one: Span, other: Span) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])


class TestOverlap:
    def test_the_longest_chain_is_the_one_with_the_database(self, run: Run):
        chain = run.critical_path().chain
        assert [link.rpartition(" ")[0].rpartition(" ")[0] for link in chain] == [
            *("ground", "database", "database/db_instance", "database there", "service", "service/service", "service there")
        ]

    def test_while_the_database_is_made_all_else_is(self, run: Run):
        [database] = run.made("database/db_instance")
        for other in ("cache/replication_group", "certificate/certificate", "front door/load_balancer"):
            assert all(overlap(database, made) for made in run.made(other)), other
        for step in ("certificate", "front door", "roles"):
            assert run.spans[step][1] < database[1], step

    def test_while_a_service_comes_up_alarms_are_set(self, run: Run):
        assert overlap(run.spans["watch"], run.spans["service there"])
