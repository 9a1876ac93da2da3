# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import sys
from importlib import reload
from types import SimpleNamespace

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils import blake3

# By the package blake3 1.0, of bytes that count from 0 to 250 and begin anew: the official test vectors are of these.
HASHES = [
    (0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"),
    (1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"),
    (64, "4eed7141ea4a5cd4b788606bd23f46e212af9cacebacdc7d1f4c6dc7f2511b98"),
    (65, "de1e5fa0be70df6d2be8fffd0e99ceaa8eb6e8c93a63f2d8d1c30ecb6b263dee"),
    (1023, "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11"),
    (1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"),
    (1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"),
    (2048, "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a"),
    (2049, "5f4d72f40d7a5f82b15ca2b2e44b1de3c2ef86c426c95c1af0b6879522563030"),
    (3073, "7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd3"),
    (5121, "628bd2cb2004694adaab7bbd778a25df25c47b9d4155a55f8fbd79f2fe154cff"),
    (8193, "bab6c09cb8ce8cf459261398d2e7aef35700bf488116ceb94a36d0f5f1b7bc3b"),
    (31744, "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47"),
]


@pytest.mark.parametrize(("length", "digest"), HASHES)
def test_hashes(length, digest):
    assert blake3.python_hexdigest(bytes(number % 251 for number in range(length))) == digest


def test_the_package_is_taken_where_it_is_installed(monkeypatch):
    monkeypatch.setattr(blake3, "blake3", lambda data: SimpleNamespace(hexdigest=lambda: f"of {data!r}"))
    assert blake3.hexdigest(b"a") == "of b'a'"


def test_without_the_package_it_is_done_in_python(monkeypatch):
    monkeypatch.setitem(sys.modules, "blake3", None)
    assert reload(blake3).hexdigest(b"") == HASHES[0][1]
    monkeypatch.undo()
    reload(blake3)
