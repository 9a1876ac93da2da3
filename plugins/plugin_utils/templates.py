# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What templates need, made once for all workers of a run: the code they compile to, and the filters and tests they name.

A worker compiles every template and condition that its task needs, and ends with its task: a stack of fifty services compiled
four hundred texts eighteen thousand times, a fifth of all that such a run took. The code depends on the text and on how it is
read, so the first worker that compiles a text does so for all.
"""

from __future__ import annotations

import fcntl
import hashlib
import marshal
import os
import tempfile
from pkgutil import iter_modules
from types import CodeType
from typing import Any

from ansible._internal._templating._jinja_bits import (
    _BUILTIN_FILTERS,
    _BUILTIN_TESTS,
    AnsibleEnvironment,
    _TemplateCompileContext,
)
from ansible.plugins.loader import filter_loader, test_loader
from ansible_collections.groundwork.cloud.plugins import filter as our_filters
from ansible_collections.groundwork.cloud.plugins import test as our_tests
from jinja2 import defaults, nodes
from jinja2.utils import internalcode

KEY_SIZE, LENGTH_SIZE = 16, 4
_compiled = AnsibleEnvironment.compile


class Codes:
    """Code by the text that it was compiled from, for this process and all that it forks.

    It is in a file that has no name, as texts may hold secrets: nobody else can open it, and it goes with the last of them.
    Each entry is written at once: the length of the code, what stands for the text, the code.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (open for as long as the process runs)
        fcntl.fcntl(self._file, fcntl.F_SETFL, fcntl.fcntl(self._file, fcntl.F_GETFL) | os.O_APPEND)
        self._known: dict[bytes, bytes] = {}
        self._end = 0

    def learn(self) -> None:
        """Take up what others have added; what is forked from now on need not."""
        begin, place = self._end, 0
        added = os.pread(self._file.fileno(), os.fstat(self._file.fileno()).st_size - begin, begin)
        while (code := place + LENGTH_SIZE + KEY_SIZE) <= len(added):
            end = code + int.from_bytes(added[place : place + LENGTH_SIZE])
            if end > len(added):  # it is being written
                break
            self._known[added[place + LENGTH_SIZE : code]] = added[code:end]
            place = end
        self._end = begin + place  # and no sum: threads may read at once

    def get(self, text: str) -> CodeType | None:
        key = self._key(text)
        if key not in self._known:
            self.learn()
        return marshal.loads(self._known[key]) if key in self._known else None  # noqa: S302 (of this run)

    def add(self, text: str, code: CodeType) -> None:
        content = marshal.dumps(code)
        os.write(self._file.fileno(), len(content).to_bytes(LENGTH_SIZE) + self._key(text) + content)

    @staticmethod
    def _key(text: str) -> bytes:
        return hashlib.blake2b(text.encode(), digest_size=KEY_SIZE).digest()


def keep(codes: Codes) -> None:
    """Compile each text once from now on, in this process and in what it forks."""

    @internalcode
    def kept(environment: AnsibleEnvironment, source: str | nodes.Template, *args: Any, **options: Any) -> Any:
        if args or options or environment.overlayed:  # of a file, or in other words than usual
            return _compiled(environment, source, *args, **options)
        context = _TemplateCompileContext.current(optional=True)
        text = f"{'escaped' if context and context.escape_backslashes else 'plain'} {source!a}"
        code = codes.get(text)
        if code is None:
            code = _compiled(environment, source)
            codes.add(text, code)
        return code

    AnsibleEnvironment.compile = kept


def know_plugins() -> None:
    """Put Jinja's own filters and tests, and ours, among those that Ansible's loaders know by name.

    A loader looks for any other in all files of a collection, for each worker again. Ansible empties what its loaders know when
    a role brings plugins of its own, which may have the same names.
    """
    for loader, of_jinja, ours in ((filter_loader, _BUILTIN_FILTERS, our_filters), (test_loader, _BUILTIN_TESTS, our_tests)):
        found = {name: loader.get(name) for name in (f"groundwork.cloud.{module.name}" for module in iter_modules(ours.__path__))}
        for plugin in of_jinja.values():
            plugin._original_path = plugin._original_path or defaults.__file__  # a loader asks for it
        known = loader._cached_non_collection_wrappers
        known.update({**of_jinja, **found, **known})
