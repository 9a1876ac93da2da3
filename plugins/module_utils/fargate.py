# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The sizes of task that AWS Fargate runs."""

from __future__ import annotations

# CPU units -> MiB of memory: the Amazon ECS developer guide, "Amazon ECS task definition parameters for Fargate", Task size.
SIZES: dict[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16384 + 1, 1024)),
    4096: tuple(range(8192, 30720 + 1, 1024)),
    8192: tuple(range(16384, 61440 + 1, 4096)),
    16384: tuple(range(32768, 122880 + 1, 8192)),
}


def check_size(cpu: int, memory: int) -> str | None:
    """What is wrong with a task of this many CPU units and MiB of memory, and the nearest right choice; None when it can run."""
    if cpu not in SIZES:
        return f"Fargate has no task of {cpu} CPU units; use one of {_listed(SIZES)}"
    if memory not in SIZES[cpu]:
        larger = [units for units, sizes in SIZES.items() if memory in sizes]
        other = f", or {_listed(larger)} CPU units with {memory} MiB" if larger else ""
        return f"Fargate has no task of {cpu} CPU units with {memory} MiB of memory; use {_memory(cpu)}{other}"
    return None


def _memory(cpu: int) -> str:
    sizes = SIZES[cpu]
    if len(sizes) <= len(SIZES[256]):
        return f"{_listed(sizes)} MiB"
    return f"{sizes[0]} to {sizes[-1]} MiB in steps of {sizes[1] - sizes[0]}"


def _listed(numbers: dict[int, tuple[int, ...]] | tuple[int, ...] | list[int]) -> str:
    *first, last = [str(number) for number in numbers]
    return f"{', '.join(first)} or {last}" if first else last
