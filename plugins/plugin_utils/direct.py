# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Direct execution: a module runs in a fork of the worker instead of in an interpreter of its own.

Starting a Python, importing boto3 and reading its service models is what a module run costs; here that was done once, before
the workers were forked (C(prepare)). Each module has a fork to itself, so nothing that it leaves behind (globals, a changed
environment, an C(os._exit)) reaches the next one, and its standard output and error, exit code included, go back as they would
from an interpreter, to be read by Ansible itself.
"""

from __future__ import annotations

import atexit
import gc
import gzip
import inspect
import json
import logging
import os
import signal
import sys
import tempfile
import threading
import types
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader
from io import TextIOWrapper
from typing import Any, BinaryIO, ClassVar, NoReturn

from ansible.executor.module_common import _BuiltModule
from ansible.module_utils import _internal, basic
from ansible.module_utils._internal import _traceback
from ansible.module_utils._internal._ansiballz import _loader
from ansible.module_utils.common import warnings as module_warnings
from ansible.module_utils.common.json import Direction, get_module_decoder, get_module_encoder
from ansible.module_utils.common.text.converters import to_text

from . import calls
from .calls import Call

COLLECTIONS = ("amazon.aws", "community.aws", "groundwork.cloud")
INTERPRETER = sys.executable
PROFILE = "legacy"
# Variables of the environment that count when Python or a library starts: a fork is too late for them.
READ_AT_START = ("BOTO_", "LANG", "LC_", "LD_", "OPENSSL_", "PYTHON", "TZ")
OFTEN_IMPORTED = (
    "amazon.aws.plugins.module_utils.ec2",
    "amazon.aws.plugins.module_utils.iam",
    "amazon.aws.plugins.module_utils.waiters",
    "groundwork.cloud.plugins.module_utils.stack_readers",
)
_SHARED: set[str] = set()  # what every fork keeps of what was imported of collections


@dataclass(frozen=True)
class Module:
    """A module: its name in Python, and its file."""

    name: str
    path: str

    @property
    def package(self) -> str:
        return self.name.rpartition(".")[0]

    @property
    def fqcn(self) -> str:
        """C(amazon.aws.ec2_key)."""
        _root, namespace, collection, *_plugins, name = self.name.split(".")
        return f"{namespace}.{collection}.{name}"


def module(name: str, path: str) -> Module | None:
    """The module of that full name (C(ansible_collections.amazon.aws.plugins.modules.ec2_key)), if it is one to run directly."""
    _root, *collection = name.split(".")[:3]
    return Module(name, path) if ".".join(collection) in COLLECTIONS and path.endswith(".py") else None


def built(arguments: Mapping[str, Any]) -> _BuiltModule:
    """What stands for the archive of a module: its arguments alone, in the form in which it reads them."""
    encoder = get_module_encoder(PROFILE, Direction.CONTROLLER_TO_MODULE)
    encoded = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}, cls=encoder).encode()
    return _BuiltModule(b_module_data=encoded, module_style="new", shebang=f"#!{INTERPRETER}", serialization_profile=PROFILE)


def run(
    target: Module,
    arguments: bytes,
    environment: Mapping[str, Any],
    directory: str,
    *,
    plan: bool,
    tell: Callable[[Sequence[Call]], None],
) -> dict[str, Any]:
    """Run a module in a fork, in a plan up to its first write: what Ansible's shell would tell of it.

    What it asked of AWS is told however it ended.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as trace:
        child = os.fork()
        if child == 0:
            _in_fork(target, arguments, environment, directory, output, errors, trace, plan)
        try:
            status = os.waitpid(child, 0)[1]
        except BaseException:  # the task's time is up, or the run was interrupted
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise
        finally:
            tell(calls.read(trace))
        code = os.waitstatus_to_exitcode(status)
        said, complained = (_text(stream) for stream in (output, errors))
    if code < 0 and code != -signal.SIGINT:
        complained += f"{signal.strsignal(-code)}\n"  # so a shell tells that what it ran was killed
    return {
        "rc": code if code >= 0 else 128 - code,
        "stdout": said,
        "stdout_lines": said.splitlines(),
        "stderr": complained,
        "stderr_lines": complained.splitlines(),
    }


def _text(stream: BinaryIO) -> str:
    stream.seek(0)
    text: str = to_text(stream.read(), errors="surrogate_then_replace")
    return text


def _in_fork(
    target: Module,
    arguments: bytes,
    environment: Mapping[str, Any],
    directory: str,
    output: BinaryIO,
    errors: BinaryIO,
    trace: BinaryIO,
    plan: bool,
) -> NoReturn:
    """Be the interpreter of one module, and end like one. Nothing of the worker above this is ever returned to."""
    code = 1
    try:
        gc.freeze()  # what it inherits it need not look through
        atexit._clear()  # what the worker would do at its end is not this process's business
        for number, handler in (
            (signal.SIGINT, signal.default_int_handler),
            (signal.SIGTERM, signal.SIG_DFL),
            (signal.SIGALRM, signal.SIG_DFL),
        ):
            signal.signal(number, handler)
        _open_streams(output, errors)
        os.chdir(directory)
        os.environ.update({"PWD": os.getcwd(), **{name: str(value) for name, value in environment.items()}})
        _leave_the_controller()
        calls.watch(target.fqcn, trace, plan=plan)
        code = _exit_code(target, arguments)
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(BaseException):  # the module may have closed it
                stream.flush()
        os._exit(code)


def _open_streams(output: BinaryIO, errors: BinaryIO) -> None:
    """Standard output and error go to files, and the worker closed its input; all are as Python opens them without a terminal."""
    os.dup2(output.fileno(), 1)
    os.dup2(errors.fileno(), 2)
    # What the environment says of them is kept in these two alone; either may be closed. Ansible insists on UTF-8.
    on_error, unbuffered = getattr(sys.__stdin__, "errors", "strict"), getattr(sys.__stdout__, "write_through", False)
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        data = open(descriptor, "wb" if descriptor else "rb", 0 if descriptor and unbuffered else -1, closefd=False)  # noqa: SIM115
        handler = "backslashreplace" if name == "stderr" else on_error
        by_line = name == "stderr" and not unbuffered
        text = TextIOWrapper(data, "utf-8", handler, line_buffering=by_line, write_through=unbuffered)
        setattr(sys, name, text)
        setattr(sys, f"__{name}__", text)


def _exit_code(target: Module, arguments: bytes) -> int:
    try:
        _execute(target, arguments)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
    except BaseException as error:
        sys.excepthook(*sys.exc_info())
        return 128 + signal.SIGINT if isinstance(error, KeyboardInterrupt) else 1  # Python dies of it, as a shell tells it
    return 1


def _execute(target: Module, arguments: bytes) -> None:
    """Run a module as a script, as Ansible's own loader of modules (C(_ansiballz._loader)) does; exceptions become failures."""
    basic._ANSIBLE_ARGS, basic._ANSIBLE_PROFILE = arguments, PROFILE
    loader = SourceFileLoader(target.name, target.path)
    main = types.ModuleType("__main__")
    vars(main).update(
        __file__=target.path,
        __loader__=loader,
        __package__=target.package,
        __spec__=ModuleSpec(target.name, loader, origin=target.path),
        _module_fqn=target.name,
        _modlib_path=os.path.dirname(target.path),
    )
    sys.modules["__main__"], sys.argv = main, [target.path]
    try:
        exec(loader.get_code(target.name), vars(main))  # type: ignore[arg-type]  # noqa: S102
        raise RuntimeError("New-style module did not handle its own exit.")  # noqa: TRY301 (it is to be reported like the others)
    except Exception as error:
        _loader._handle_exception(error, PROFILE)


def _leave_the_controller() -> None:
    """Undo what importing Ansible's controller changed in the code that modules share with it."""
    _internal.is_controller = False
    _internal.import_controller_module = lambda name, /: None
    _internal.get_controller_serialize_map = dict
    _traceback._is_traceback_enabled = _traceback._is_module_traceback_enabled
    _traceback._module_tracebacks_enabled_events = None
    logging.root.handlers.clear()  # what a module logs, bodies of requests at worst, is not for ansible.log
    logging.root.setLevel(logging.WARNING)
    module_warnings._global_warnings.clear()
    module_warnings._global_deprecations.clear()
    for name in _module_utils() - _SHARED:
        del sys.modules[name]  # some plugin of the controller imported it, and it may keep something of that
    sys.meta_path.insert(0, _CompiledModuleUtils())  # type: ignore[arg-type]


def _module_utils() -> set[str]:
    return {name for name in sys.modules if ".plugins.module_utils" in name}


class _CompiledModuleUtils:
    """Finds what modules import of their collections in compiled form: Ansible's own finder compiles it anew each time."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None) -> ModuleSpec | None:
        _root, *collection = name.split(".")[:3]
        if ".plugins.module_utils." not in name or ".".join(collection) not in COLLECTIONS:
            return None
        specs = (FileFinder(place, (SourceFileLoader, SOURCE_SUFFIXES)).find_spec(name, target) for place in path or ())
        return next((spec for spec in specs if spec), None)


@cache
def share() -> None:
    """Import what most modules of AWS do, for all forks.

    It is imported anew if a plugin, an inventory for one, did so for itself and keeps what it has: an exception of one copy of
    a module is none of another. What is deprecated by an import is noted, as in a module, instead of displayed. Every
    module has to note that for itself: then nothing is shared.
    """
    for name in _module_utils():
        del sys.modules[name]
    known = set(sys.modules)
    finder = _CompiledModuleUtils()
    _internal.is_controller = False
    sys.meta_path.insert(0, finder)  # type: ignore[arg-type]
    try:
        for name in OFTEN_IMPORTED:
            import_module(f"ansible_collections.{name}")
    except ImportError:
        return  # the module will say what is missing
    finally:
        _internal.is_controller = True
        sys.meta_path.remove(finder)  # type: ignore[arg-type]
    if not module_warnings._global_deprecations:
        _SHARED.update(set(sys.modules) - known)
    module_warnings._global_deprecations.clear()


class _ModelFiles:
    """Reads models as botocore does, without what people read of them: it is half of all, and every fork would inherit it."""

    OPENED: ClassVar[Mapping[str, Callable[..., Any]]] = {".json": open, ".json.gz": gzip.open}

    def exists(self, path: str) -> bool:
        return any(os.path.isfile(path + extension) for extension in self.OPENED)

    def load_file(self, path: str) -> dict[str, Any] | None:
        for extension, opened in self.OPENED.items():
            if os.path.isfile(path + extension):
                with opened(path + extension, "rb") as file:
                    model: dict[str, Any] = json.load(file, object_hook=self._undocumented)
                return model
        return None

    @staticmethod
    def _undocumented(part: dict[str, Any]) -> dict[str, Any]:
        if isinstance(part.get("documentation"), str):  # and no parameter of that name
            part["documentation"] = ""
        return part


@cache
def prepare() -> None:
    """Load boto3 and the service models that a stack needs, once, in the process that forks the workers."""
    try:
        import boto3
        import botocore.session
        from botocore.exceptions import BotoCoreError, UnknownServiceError
        from botocore.loaders import Loader, create_loader

        from ..module_utils.stack_readers import READERS
    except ImportError:
        return  # the module will say what is missing
    services = {reader.service for reader in READERS} | {"resourcegroupstaggingapi", "sts"}
    shared = Loader(file_loader=_ModelFiles())
    for service in services:
        for kind in ("service-2", "endpoint-rule-set-1", "paginators-1", "waiters-2"):
            with suppress(UnknownServiceError):  # a service without pages, or without waiters
                shared.load_service_model(service, kind)
    for data in ("endpoints", "partitions", "sdk-default-configuration", "_retry"):
        shared.load_data(data)
    botocore.session.create_loader = lambda places=None: create_loader(places) if places else shared
    with suppress(BotoCoreError):  # the module will say what is wrong with the user's settings
        # What is worked out for any client is kept by the libraries: half of what the first one costs. It asks nobody anything.
        boto3.Session("none", "none", region_name="us-east-1").client("sts")
    for codec, direction in (
        (get_module_encoder, Direction.CONTROLLER_TO_MODULE),
        (get_module_decoder, Direction.MODULE_TO_CONTROLLER),
    ):
        codec(PROFILE, direction)  # imports what it needs
    # Ansible looks at its own stack whenever a task is skipped, and Python then looks up the file of every module: here, once.
    inspect.stack()
