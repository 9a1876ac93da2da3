# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Write each role's README.md from its argument spec and defaults; with --check, say which are out of date instead."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROLES = Path(__file__).resolve().parent.parent / "roles"


def sentences(text: str | list[str]) -> str:
    return " ".join(text) if isinstance(text, list) else text


def rows(options: dict[str, Any], defaults: dict[str, Any], parent: str = "") -> Iterator[str]:
    for name, option in options.items():
        kind = option["type"] + (f" of {option['elements']}" if "elements" in option else "")
        value = "required" if option.get("required") else written(defaults.get(name, option.get("default")))
        text = sentences(option["description"]).replace("|", "\\|")
        if choices := option.get("choices"):
            text += f" One of {', '.join(f'`{choice}`' for choice in choices)}."
        yield f"| `{parent}{name}` | {kind} | {value} | {text} |"
        yield from rows(option.get("options", {}), {}, f"{parent}{name}{'[].' if option.get('elements') == 'dict' else '.'}")


def written(value: Any) -> str:
    if value is None:
        return ""
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000).removesuffix("...\n").strip()
    return f"`{text}`".replace("|", "\\|")


def readme(role: Path) -> str:
    spec = yaml.safe_load((role / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]
    defaults_file = role / "defaults/main.yml"
    defaults = yaml.safe_load(defaults_file.read_text()) or {} if defaults_file.exists() else {}
    lines = [
        f"# {role.name}",
        "",
        f"{spec['short_description']}.",
        "",
        *spec["description"],
        "",
        "| setting | type | default | meaning |",
        "| --- | --- | --- | --- |",
        *rows(spec["options"], defaults),
        "",
        "Written by `make docs` from `meta/argument_specs.yml` and `defaults/main.yml`.",
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    stale = []
    for spec in sorted(ROLES.glob("*/meta/argument_specs.yml")):
        target, text = spec.parent.parent / "README.md", readme(spec.parent.parent)
        if not target.exists() or target.read_text() != text:
            stale.append(target)
            if "--check" not in sys.argv:
                target.write_text(text)
    if stale and "--check" in sys.argv:
        print(f"out of date: {', '.join(str(path.relative_to(ROLES.parent)) for path in stale)}; run make docs", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
