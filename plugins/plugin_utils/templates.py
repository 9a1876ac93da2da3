# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What templates need, made once for all workers of a run: the code they compile to, and the filters and tests they name.

A worker compiles every template and condition that its task needs, and ends with its task: a stack of fifty services compiled
four hundred texts eighteen thousand times, a fifth of all that such a run took. The code depends on the text and on how it is
read, so the first worker that compiles a text does so for all. Jinja keeps the code, as it does for templates in files.
"""

from __future__ import annotations

from pathlib import Path
from pkgutil import iter_modules
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
from jinja2 import FileSystemBytecodeCache, defaults, nodes
from jinja2.utils import internalcode

_compiled = AnsibleEnvironment.compile


def keep(directory: Path) -> None:
    """Compile each text once from now on, in this process and in what it forks; the code goes to files of that directory."""
    directory.mkdir(mode=0o700, exist_ok=True)
    cache = FileSystemBytecodeCache(str(directory), "%s.code")

    @internalcode
    def kept(environment: AnsibleEnvironment, source: str | nodes.Template, *args: Any, **options: Any) -> Any:
        if args or options or environment.overlayed:  # of a file, or in other words than usual
            return _compiled(environment, source, *args, **options)
        context = _TemplateCompileContext.current(optional=True)
        how = "escaped" if context and context.escape_backslashes else "plain"
        bucket = cache.get_bucket(environment, f"{how} {source!a}", None, "")
        if bucket.code is None:
            bucket.code = _compiled(environment, source)
            cache.set_bucket(bucket)
        return bucket.code

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
