# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from pathlib import Path

import botocore
import pytest
from ansible_collections.groundwork.cloud.plugins.plugin_utils.direct import _ModelFiles
from botocore.loaders import JSONFileLoader

MODELS = Path(botocore.__file__).parent / "data"


def undocumented(part):
    if isinstance(part, dict):
        return {name: "" if name == "documentation" and isinstance(of, str) else undocumented(of) for name, of in part.items()}
    return [undocumented(one) for one in part] if isinstance(part, list) else part


# Amazon GuardDuty has a parameter of the name documentation.
@pytest.mark.parametrize(
    "file", ["ec2/2016-11-15/service-2", "guardduty/2017-11-28/service-2", "s3/2006-03-01/endpoint-rule-set-1", "endpoints"]
)
def test_a_model_is_as_botocore_reads_it_without_what_is_written_of_it(file):
    path = str(MODELS / file)
    assert _ModelFiles().exists(path)
    assert JSONFileLoader().exists(path)
    assert _ModelFiles().load_file(path) == undocumented(JSONFileLoader().load_file(path))


def test_a_model_that_is_not_there():
    assert not _ModelFiles().exists(str(MODELS / "none"))
    assert _ModelFiles().load_file(str(MODELS / "none")) is None
