# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from ansible_collections.groundwork.cloud.plugins.modules.secret_values_info import STAGES


def test_the_value_of_today_comes_first():
    assert STAGES == ("AWSCURRENT", "AWSPREVIOUS")
