# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Mermaid's own parser as a judge: it understands what is meant, in the documents and in labels of all kinds."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import build_app
import pytest
from ansible_collections.groundwork.cloud.plugins.plugin_utils.mermaid import BOX, PLACE, STORE, Edge, Node, Subgraph, flowchart
from support.emulator import PROJECT

PACKAGE = Path(__file__).parent / "mermaid"
LABELS = [
    "a \"b\" 'c'",
    "<b>&amp;</b> #35;",
    "[x](y) {z} |p|",
    "`*_~",
    "end",
    "1. one",
    "cron(0/5 * * * ? *)",
    "%% no",
    "é→",
    "---",
]


def understood(*charts: str) -> list[dict[str, Any]]:
    """The nodes, subgraphs and arrows of each chart."""
    judge = build_app.dependencies(PACKAGE).parent / "parse.mjs"
    shutil.copy(PACKAGE / "parse.mjs", judge)
    done = subprocess.run(
        ["node", str(judge)], input=json.dumps(charts), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    told: list[dict[str, Any]] = json.loads(done.stdout)
    return told


@pytest.fixture(autouse=True)
def _npm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")


def test_labels_say_what_they_are_given():
    shapes = (BOX, STORE, PLACE)
    nodes = [Node(f"end_{number}", ["one", text], shapes[number % 3]) for number, text in enumerate(LABELS)]
    inner = [Subgraph("graph_all", LABELS[:1], inner=[*nodes, Subgraph("graph_none", LABELS[1:2])])]
    edges = [Edge("end_0", "end_1", True, LABELS), Edge("end_2", "end_1", True, LABELS), Edge("graph_none", "end_4", False)]
    (chart,) = understood(flowchart("shop production", inner, edges, {}))
    assert chart["nodes"] == {node.id: [*node.lines] for node in nodes}
    assert chart["subgraphs"]["graph_all"] == {"lines": LABELS[:1], "inner": [*(node.id for node in nodes), "graph_none"]}
    assert chart["subgraphs"]["graph_none"]["lines"] == LABELS[1:2]
    solid = [[start, "end_1", "normal", LABELS] for start in ("end_0", "end_2")]
    assert chart["edges"] == [*solid, ["graph_none", "end_4", "dotted", []]]


DOCUMENTS = [
    document for document in sorted(PROJECT.glob("docs/systems/*.md")) if "<!-- diagram: " in document.read_text(encoding="utf-8")
]


def test_the_diagrams_of_documents_are_whole():
    texts = [text for document in DOCUMENTS for text in re.findall(r"^```mermaid\n(.*?)^```$", document.read_text(), re.S | re.M)]
    assert len(texts) >= len(DOCUMENTS) > 0
    for text, chart in zip(texts, understood(*texts), strict=True):
        # An arrow to what is not there would make it, with its id for a label.
        assert [one for one, lines in chart["nodes"].items() if lines == [one]] == []
        assert len(chart["nodes"]) == len(re.findall(r'^\s+\w+[\[(]+"', text, re.M))
        assert len(chart["subgraphs"]) == text.count("  subgraph ")
        assert {"alb", "network"} <= {one.split("_")[0] for one in (*chart["nodes"], *chart["subgraphs"])}


def test_the_lock_names_no_place_to_download_from():
    packages = json.loads((PACKAGE / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
