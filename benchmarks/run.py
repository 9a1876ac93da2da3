# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The nextjs system in production, by this collection, by stock execution of it, and by Terraform, on emulators of the same kind.

Everything is measured in one run on one machine, so that the ratios can be compared: C(make benchmark).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "tests"))

from support import emulator  # noqa: E402
from support.play import play  # noqa: E402
from support.slow_apply import slow_apply  # noqa: E402
from support.terraform import MissingError, terraform_at  # noqa: E402

PRODUCTION = PROJECT / "inventories/nextjs/production"
fork = multiprocessing.get_context("fork")
SANDBOX = ("-i", str(PROJECT / "inventories/sandbox"))


@dataclass(frozen=True)
class Measured:
    """One run: seconds of the clock, seconds of CPU without the emulator's, calls of the API, MiB of the largest process."""

    what: str
    who: str
    seconds: float
    cpu: float
    calls: int
    memory: int

    def row(self) -> str:
        return f"| {self.what} | {self.who} | {self.seconds:.1f} | {self.cpu:.1f} | {self.calls} | {self.memory} |"


def measured(what: str, who: str, url: str, run: Callable[[], object]) -> Measured:
    """Run in a process of its own, so that only what it started is counted."""
    receiver, sender = fork.Pipe(duplex=False)

    def child() -> None:
        began = time.monotonic()
        run()
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        sender.send((time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024))

    process = fork.Process(target=child)
    with emulator.recorded_requests(url) as requests:
        process.start()
        process.join()
    if process.exitcode:
        sys.exit(process.exitcode)
    seconds, cpu, memory = receiver.recv()
    result = Measured(what, who, seconds, cpu, len(requests), memory)
    print(result.row(), flush=True)
    return result


@contextmanager
def place() -> Iterator[tuple[str, Path]]:
    """An empty emulator and an empty directory."""
    with tempfile.TemporaryDirectory() as directory, emulator.running(Path(directory, "emulator.log")) as url:
        yield url, Path(directory)


def ours(url: str, directory: Path, inventory: Path, *arguments: str, stock: bool = False) -> None:
    """A run of site.yml, which has to succeed; stock without the two lines of ansible.cfg that turn direct execution on."""
    settings = {"ANSIBLE_ACTION_PLUGINS": str(directory), "ANSIBLE_CALLBACKS_ENABLED": "events"} if stock else {}
    done = play("site.yml", "-i", str(inventory), *SANDBOX, *arguments, endpoint=url, directory=directory, **settings)
    if done.code:
        sys.exit(done.output)


def by_ansible(who: str, *, stock: bool) -> Iterator[Measured]:
    with place() as (url, directory):
        if not stock:
            yield measured("plan on an empty account", who, url, lambda: ours(url, directory, PRODUCTION, "--check", stock=stock))
        yield measured("first apply", who, url, lambda: ours(url, directory, PRODUCTION, stock=stock))
        yield measured("apply without changes", who, url, lambda: ours(url, directory, PRODUCTION, stock=stock))
        yield measured("plan without changes", who, url, lambda: ours(url, directory, PRODUCTION, "--check", stock=stock))


def by_terraform() -> Iterator[Measured]:
    with place() as (url, directory):
        terraform = terraform_at(url, directory)

        def run(*words: str) -> None:
            done = terraform(words[0], "-no-color", "-input=false", "-parallelism=20", *words[1:])
            if done.returncode:
                sys.exit(done.stdout + done.stderr)

        yield measured("plan on an empty account", "Terraform", url, lambda: run("plan"))
        yield measured("first apply", "Terraform", url, lambda: run("apply", "-auto-approve"))
        yield measured("plan without changes", "Terraform", url, lambda: run("plan", "-detailed-exitcode"))


def with_services(directory: Path, count: int) -> Path:
    """The production inventory with C(count) more services, each with an image of its own and no load balancer."""
    inventory = directory / f"production-{count}"
    shutil.copytree(PRODUCTION, inventory)
    hosts = yaml.safe_load((inventory / "hosts.yml").read_text())
    more = {f"worker-{number:02}": {"ecs_load_balancer": "", "ecs_secrets": []} for number in range(count)}
    hosts["stack"]["children"]["ecs"]["hosts"] |= more
    hosts["stack"]["children"]["registry"]["hosts"] |= dict.fromkeys(more)
    (inventory / "hosts.yml").write_text(yaml.safe_dump(hosts, sort_keys=False))
    stack = inventory / "group_vars/stack.yml"
    flows = "".join(f"  - {{from: {name}, to: internet, ports: [443]}}\n" for name in more)
    stack.write_text(stack.read_text() + flows)
    return inventory


def by_services(count: int) -> Iterator[Measured]:
    with place() as (url, directory):
        inventory = with_services(directory, count - 1)
        yield measured(f"first apply of {count} services", "Groundwork", url, lambda: ours(url, directory, inventory))
        yield measured(f"apply of {count} services without changes", "Groundwork", url, lambda: ours(url, directory, inventory))


def by_slow_account() -> None:
    """The first apply to an account as slow as AWS: its time, whole and from the network on, in critical paths."""
    with tempfile.TemporaryDirectory() as directory:
        run = slow_apply(Path(directory))
    whole, ground = run.critical_path(), run.finish("ground")
    spans = {"whole": (run.ended - run.began, whole.seconds)}
    spans["once the network stands"] = (run.ended - run.spans["ground"][1], whole.seconds - ground.seconds)
    rows = [f"| {what} | {took:.1f} | {least:.1f} | {took / least:.2f} |" for what, (took, least) in spans.items()]
    print("\n| apply | seconds | critical path | ratio |\n|---|---|---|---|", *rows, sep="\n", flush=True)
    print(f"\n{' -> '.join(whole.chain)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--services", type=int, default=0, help="measure a stack of so many services, too")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    print("| run | by | seconds | CPU seconds | API calls | MiB |\n|---|---|---|---|---|---|", flush=True)
    results = [*by_ansible("Groundwork", stock=False), *by_ansible("Groundwork, stock execution", stock=True)]
    try:
        results += by_terraform()
    except MissingError as missing:
        print(f"Terraform is left out: {missing}", file=sys.stderr)
    if options.services:
        results += by_services(options.services)
    by_slow_account()
    if options.json:
        options.json.write_text(json.dumps([vars(result) for result in results], indent=1) + "\n")


if __name__ == "__main__":
    main()
