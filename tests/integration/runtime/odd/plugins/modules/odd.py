# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A module that ends in every way that a module can, and tells what it sees of the process it runs in."""

from __future__ import annotations

import atexit
import datetime
import locale
import logging
import os
import signal
import socket
import sys
import tempfile
import threading
import time
import warnings

from ansible.module_utils import basic
from ansible.module_utils.basic import AnsibleModule
from ansible_collections.community.aws.plugins.module_utils import odd as shared

from ..module_utils.odd import STATE

DOCUMENTATION = """
module: odd
short_description: Ends in every way that a module can
description: For the tests of this project.
options:
  how: {description: The way, type: str, required: true}
  secret: {description: Never shown, type: str}
  seconds: {description: How long to sleep, type: float, default: 0}
"""


OF_THE_TEST = {"ANSIBLE_ACTION_PLUGINS", "ANSIBLE_CALLBACKS_ENABLED"}  # they choose the way


def says_more(module):
    print("before the result")
    print('{"msg": "no result", "changed": true}'[:10])
    sys.stdout.flush()
    atexit.register(lambda: print("after the result"))
    module.exit_json(changed=True)


def says_more_by_descriptor(module):
    os.write(1, b"before the result\n")
    module.exit_json(changed=True)


def warns_twice_of_one(module):
    module.warn("take care")
    module.warn("take care")
    module.deprecate("it is old", version="99.0.0", collection_name="community.aws")
    module.deprecate("it is older", date="2099-01-01", collection_name="community.aws")
    module.exit_json(warnings=["and of this"], changed=False)


def complains(module):
    print("a complaint", file=sys.stderr)
    module.exit_json(changed=False)


def complains_and_ends(module):
    print("a complaint", file=sys.stderr)
    os.write(2, b"another \xff\xfe complaint\n")
    sys.exit(4)


def ends_silently(module):
    sys.exit(0)


def ends_with_a_text(module):
    sys.exit("a last word")


def returns(module):
    return


def says_what_is_no_json(module):
    print("hello")
    sys.exit(0)


def says_what_is_no_text(module):
    os.write(1, b"\xff\xfe hello")
    sys.exit(0)


def says_a_list(module):
    print("[1, 2]")
    sys.exit(0)


def says_it_all_itself(module):
    print('{"changed": true, "msg": "by hand", "stdout": "one\\ntwo", "rc": 0, "_ansible_hidden": 1, "results": [1]}')


def exits_at_once(module):
    print('{"changed": true}')
    sys.stdout.flush()
    os._exit(3)


def exits_with_what_is_not_flushed(module):
    print('{"changed": true}')
    os._exit(0)


def closes_its_output(module):
    print('{"changed": true}')
    sys.stdout.close()
    sys.stderr.close()
    sys.exit(0)


def closes_everything(module):
    print('{"changed": true}')
    sys.stdout.flush()
    os.closerange(0, 3)
    sys.exit(0)


def raises_what_is_no_exception(module):
    raise GeneratorExit("unusual")


def is_killed(module):
    os.kill(os.getpid(), signal.SIGKILL)


def is_terminated(module):
    os.kill(os.getpid(), signal.SIGTERM)


def is_interrupted(module):
    raise KeyboardInterrupt


def aborts(module):
    os.abort()


def raises(module):
    raise ValueError("a value that is none")


def raises_with_a_cause(module):
    try:
        raises(module)
    except ValueError as error:
        raise RuntimeError("it went wrong") from error


def raises_in_a_thread(module):
    thread = threading.Thread(target=raises, args=(module,), name="thread")
    thread.start()
    thread.join()
    module.exit_json(changed=False)


def recurses(module):
    recurses(module)


def fails(module):
    module.fail_json(msg="it can't be done", code=7, changed=True)


def fails_in_a_handler(module):
    try:
        raises(module)
    except ValueError as error:
        module.fail_json(msg="it can't be done", exception=error)


def fails_without_words(module):
    sys.stdout.write('{"failed": true}')
    sys.exit(1)


def leaves_a_thread(module):
    def late():
        time.sleep(0.3)
        print("late", file=sys.stderr)

    threading.Thread(target=late).start()
    module.exit_json(changed=False)


def leaves_a_daemon_thread(module):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    module.exit_json(changed=False)


def returns_strange_things(module):
    module.exit_json(
        data=b"bytes",
        some={"a", "b"},
        when=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
        keys={1: "one", None: "none", False: "false"},
        text="Grüße \N{GRINNING FACE}",
        numbers=[1, 1.5, True, None, 10**30],
        nested={"a": [{"b": ("c",)}]},
        ansible_facts={"odd": "fact"},
        invocation={"by": "hand"},
        diff={"before": "a\n", "after": "b\n"},
    )


def returns_what_is_no_text(module):
    module.exit_json(text="\udcff")


def returns_much(module):
    module.exit_json(much="x" * 3_000_000)


def reads(module):
    module.exit_json(said=sys.stdin.read(), terminal=sys.stdin.isatty(), descriptor=os.read(0, 10).decode())


def writes_temporary_files(module):
    _, name = tempfile.mkstemp(dir=module.tmpdir)
    module.exit_json(there=os.path.exists(name), place=os.path.basename(os.path.dirname(os.path.dirname(name))))


def runs_commands(module):
    ran = [module.run_command(["sh", "-c", "echo out; echo err >&2; exit 5"])]
    ran.append(module.run_command("cat", data="piped", use_unsafe_shell=True))
    ran.append(module.run_command(["env", "-i", "sh", "-c", "pwd"], cwd="/"))
    ran.append(module.run_command(["pwd"]))
    ran.append(module.run_command(["false"], check_rc=False))
    module.run_command(["sh", "-c", "echo $0 is wrong >&2; exit 9", module.params["secret"] or "-"], check_rc=True)


def keeps_secrets(module):
    secret = module.params["secret"]
    module.exit_json(said=f"the secret is {secret}", all={"a": [secret]}, changed=True)


def leaves_things_changed(module):
    """Twice in a loop: the second one finds nothing of the first."""
    found = {
        "shared": [*STATE, *shared.STATE],
        "basic": getattr(basic, "LEFT", None),
        "environment": os.environ.get("LEFT"),
        "directory": os.getcwd(),
        "umask": os.umask(0o077),
        "timeout": socket.getdefaulttimeout(),
        "filters": len(warnings.filters) if "LEFT" in os.environ else 0,
        "logging": logging.getLogger("left").level,
        "path": "/left" in sys.path,
        "limit": sys.getrecursionlimit(),
    }
    STATE.append("left")
    basic.LEFT = os.environ["LEFT"] = "left"
    os.chdir("/")
    socket.setdefaulttimeout(1)
    logging.getLogger("left").setLevel(1)
    sys.path.append("/left")
    sys.setrecursionlimit(500)
    module.exit_json(**found)


def tells_its_process(module):
    import botocore.httpsession  # noqa: F401 (it adds filters of warnings, in every module of AWS)

    found = {}
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        found[number.name] = str(signal.getsignal(number))
    module.exit_json(
        arguments=len(sys.argv),
        directory=os.getcwd(),
        environment={name: os.environ[name] for name in sorted(set(os.environ) - OF_THE_TEST)},
        flags=str(sys.flags),
        filters=[str(entry) for entry in warnings.filters],
        groups=os.getgroups(),
        handlers=[str(handler) for handler in logging.root.handlers],
        level=logging.root.level,
        limit=sys.getrecursionlimit(),
        locale=[locale.setlocale(locale.LC_ALL), locale.getpreferredencoding(False)],
        main=[__name__, __package__, __spec__.name, os.path.basename(__file__), sys.modules["__main__"].__name__],
        module=[module._name, module.check_mode, module.no_log, module._diff, module._debug, module._verbosity],
        nice=os.nice(0),
        shared=[shared.__name__, basic.__name__, type(module).__module__],
        signals=dict(sorted(found.items())),
        streams=[[stream.encoding, stream.errors, stream.line_buffering] for stream in (sys.stdin, sys.stdout, sys.stderr)],
        threads=[thread.name for thread in threading.enumerate()],
        timeout=socket.getdefaulttimeout(),
        umask=os.umask(0o022),
        zone=time.tzname,
        bytecode=sys.dont_write_bytecode,
        hooks=[sys.excepthook is sys.__excepthook__, threading.excepthook is threading.__excepthook__],
        standard=[sys.__stdout__ is sys.stdout, sys.__stdin__ is sys.stdin],
    )


def is_hung_up_on(module):
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    server = socket.create_server(("127.0.0.1", 0))

    def hang_up():
        while True:
            server.accept()[0].close()

    threading.Thread(target=hang_up, daemon=True).start()
    place = {"region_name": "us-east-1", "endpoint_url": f"http://127.0.0.1:{server.getsockname()[1]}"}
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    try:
        boto3.client("sts", **place, **keys, config=Config(retries={"total_max_attempts": 1})).get_caller_identity()
    except BotoCoreError as error:
        module.exit_json(error=type(error).__name__)


def logs(module):
    """Loudly, as botocore does when it is asked to."""
    logging.getLogger("botocore.endpoint").setLevel(logging.DEBUG)
    logging.getLogger("botocore.endpoint").debug("the password is swordfish")
    logging.getLogger("boto3").warning("a warning")
    module.exit_json(changed=False)


def warns_as_python_does(module):
    warnings.warn("it is old", DeprecationWarning, stacklevel=1)
    warnings.warn("take care", UserWarning, stacklevel=1)
    module.exit_json(changed=False)


def sleeps(module):
    time.sleep(module.params["seconds"])
    module.exit_json(changed=False)


def tells_the_way(module):
    module.exit_json(controller="ansible.cli" in sys.modules)


def counts(module):
    """Fails until it was called three times."""
    with open(os.environ["COUNT"], "a+") as file:
        file.write("x")
    times = os.path.getsize(os.environ["COUNT"])
    module.exit_json(times=times, failed=times < 3)


def tells_options(module):
    module.exit_json(options=module.params, check_mode=module.check_mode, changed=True, diff={"before": "", "after": "x\n"})


def tells_environment(module):
    kept = {name: value for name, value in sorted(os.environ.items()) if name.startswith(("ODD", "TZ"))}
    module.exit_json(environment=kept, zone=time.tzname, hour=time.localtime(0).tm_hour)


def main():
    options = {
        "how": {"type": "str", "required": True},
        "secret": {"type": "str", "no_log": True},
        "seconds": {"type": "float", "default": 0},
    }
    module = AnsibleModule(argument_spec=options, supports_check_mode=True)
    globals()[module.params["how"]](module)


if __name__ == "__main__":
    main()
