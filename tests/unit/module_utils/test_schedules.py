# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.schedules import check_expression, longest_gap

HOUR, DAY = 3600, 86400


@pytest.mark.parametrize(
    ("expression", "gap"),
    [
        ("rate(1 minute)", 60),
        ("rate(5 minutes)", 300),
        ("rate(1 hours)", HOUR),
        ("rate(2 days)", 2 * DAY),
        ("cron(0 3 * * ? *)", DAY),
        ("cron(0/15 * * * ? *)", 900),
        ("cron(*/15 8-18 ? * MON-FRI *)", 3 * DAY - 10 * HOUR - 45 * 60),
        ("cron(0 0,6,7 * * ? *)", 17 * HOUR),
        ("cron(30 12 ? * 2,thu *)", 4 * DAY),
        ("cron(0 0 ? * 2-6/2 *)", 3 * DAY),
        ("cron(0 12 ? * SUN *)", 7 * DAY),
        ("cron(0 0 1,8,15,22,29 * ? *)", 7 * DAY),
        # too rare, or not to be told
        ("cron(0 0 1 * ? *)", None),
        ("cron(0 0 * 1-6 ? *)", None),
        ("cron(0 0 1 1 ? *)", None),
        ("cron(0 0 29 2 ? *)", None),
        ("cron(0 0 L * ? *)", None),
        ("cron(0 0 LW * ? *)", None),
        ("cron(0 0 15W * ? *)", None),
        ("cron(0 0 ? * 6L *)", None),
        ("cron(0 0 ? * TUE#2 *)", None),
        ("cron(0 3 * * ? 2026-2030)", None),
        ("at(2026-03-01T12:00:00)", None),
    ],
)
def test_how_long_it_is_between_two_invocations(expression, gap):
    assert check_expression(expression) == ""
    assert longest_gap(expression) == gap


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("every day", "write rate(5 minutes), cron"),
        ("rate(0 minutes)", "write a number of minutes"),
        ("rate(5 seconds)", "write a number of minutes"),
        ("at(tomorrow)", "whose time is none"),
        ("cron(0 3 * * ?)", "has 5 fields and not 6"),
        ("cron(0 3 * * * *)", "write ? for either"),
        ("cron(0 3 ? * ? *)", "write ? for either"),
        ("cron(60 3 * * ? *)", "whose minutes can't be 60"),
        ("cron(0 18-8 * * ? *)", "whose hours can't be 18-8"),
        ("cron(0 3 ? * MOON *)", "whose day of week can't be MOON"),
        ("cron(0/0 3 * * ? *)", "whose minutes can't be 0/0"),
        ("cron(0 ? * * ? *)", "whose hours can't be ?"),
        ("cron(0 3 32W * ? *)", "whose day of month can't be 32W"),
        ("cron(0 3 * 13 ? *)", "whose month can't be 13"),
        ("cron(0 3 * * ? 1969)", "whose year can't be 1969"),
    ],
)
def test_what_is_no_expression_is_told(expression, said):
    assert said in check_expression(expression)
    assert longest_gap(expression) is None
