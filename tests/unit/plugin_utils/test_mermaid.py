# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.plugin_utils.mermaid import (
    PLACE,
    STORE,
    Edge,
    Node,
    NoPlace,
    Subgraph,
    flowchart,
    identifier,
    label,
    placed,
)


@pytest.mark.parametrize(
    ("lines", "written"),
    [
        (["web", "0.5 vCPU / 1 GB, 2-10 tasks"], "web<br/>0.5 vCPU / 1 GB, 2-10 tasks"),
        (['say "hi" & <go>'], "say #34;hi#34; #38; #60;go#62;"),
        (["/api/*", "#1 _a_ `b` [c]"], "/api/#42;<br/>#35;1 #95;a#95; #96;b#96; #91;c#93;"),
        (["é"], "#233;"),
    ],
)
def test_a_label_says_what_it_is_given(lines: list[str], written: str):
    assert label(lines) == written


def test_identifiers_are_words():
    assert identifier("dns", "example.org") == "dns_example_org"
    assert identifier("place", "10.0.0.0/8") == "place_10_0_0_0_8"


CHART = """\
flowchart TB
  accTitle: shop production
  internet(["Internet"])
  subgraph vpc["VPC<br/>10.0.0.0/16"]
    subgraph public["public"]
      front["front"]
    end
    store[("store")]
    other["other"]
  end
  internet & other -->|"443"| front
  front -.-> store
  classDef missing stroke:#c00
  class vpc,front missing
"""


def test_a_flowchart():
    public = Subgraph("public", ["public"], inner=[Node("front", ["front"], style="missing")])
    inside = [public, Node("store", ["store"], STORE), Node("other", ["other"])]
    vpc = Subgraph("vpc", ["VPC", "10.0.0.0/16"], "missing", inside)
    edges = [Edge("internet", "front", True, ["443"]), Edge("front", "store", False), Edge("other", "front", True, ["443"])]
    styles = {"missing": "stroke:#c00", "undeclared": "stroke:#c60"}
    assert flowchart("shop production", [Node("internet", ["Internet"], PLACE), vpc], edges, styles) == CHART


DOCUMENT = """\
# Shop

<!-- diagram: shop development -->
<!-- /diagram -->

<!-- diagram: shop production -->
of an earlier time
<!-- /diagram -->
The end.
"""


def test_a_chart_takes_its_place_in_a_document():
    written = placed(DOCUMENT, "shop production", "flowchart TB\n")
    fresh = "<!-- diagram: shop production -->\n```mermaid\nflowchart TB\n```\n<!-- /diagram -->"
    assert written == DOCUMENT.replace("<!-- diagram: shop production -->\nof an earlier time\n<!-- /diagram -->", fresh)
    assert placed(written, "shop production", "flowchart TB\n") == written


@pytest.mark.parametrize(
    "document",
    [
        "",
        "<!-- diagram: shop production -->",
        "<!-- /diagram -->\n<!-- diagram: shop production -->",
        "<!-- diagram: shop production -->\n<!-- diagram: shop development -->\n<!-- /diagram -->",
    ],
)
def test_a_document_without_a_place_is_refused(document: str):
    with pytest.raises(NoPlace, match="put the line <!-- diagram: shop production -->, and after it the line <!-- /diagram -->"):
        placed(document, "shop production", "flowchart TB\n")
