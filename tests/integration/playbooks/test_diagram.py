# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from support.play import Run, play

NOWHERE = "http://127.0.0.1:9"  # an inventory is drawn without asking AWS
HOSTS = """\
stack:
  children:
    network: {hosts: {main: }}
    storage: {hosts: {logs: , files: }}
    ecs: {hosts: {web: {ecs_cpu: 512, ecs_memory: 1024, ecs_image_tag: "1"}}}
"""
STACK = """\
stack_name: shop
stack_environment: production
stack_profile: production
stack_region: us-east-1
stack_account: "123456789012"
stack_flows:
  - {from: vpc, to: web, ports: [3000]}
network_cidr: 10.0.0.0/16
network_subnets: {private: [10.0.1.0/24, 10.0.17.0/24]}
network_nat_gateways: none
"""
WEB = 'ecs_web["web<br/>Fargate service<br/>0.5 vCPU / 1 GB<br/>1 task"]'
DOCUMENT = "# Shop\n<!-- diagram: shop production -->\n<!-- /diagram -->\nThe end.\n"


@pytest.fixture
def draw(tmp_path: Path) -> Any:
    (tmp_path / "shop/group_vars").mkdir(parents=True)
    (tmp_path / "shop/group_vars/stack.yml").write_text(STACK)
    (tmp_path / "shop/hosts.yml").write_text(HOSTS)

    def run(*arguments: str, endpoint: str = NOWHERE, **variables: str) -> Run:
        inventory = ("-i", f"{tmp_path}/shop")
        return play("playbooks/diagram.yml", *inventory, *arguments, endpoint=endpoint, directory=tmp_path, **variables)

    return run


def test_it_is_printed(draw: Any):
    run = draw()
    assert (run.failures, run.changed) == ([], set())
    lines = [line.strip() for line in run.output.splitlines()]
    assert {WEB, 'storage_logs[("logs<br/>S3 bucket")]', 'place_vpc -->|"3000"| ecs_web'} <= set(lines)


def test_it_takes_its_place_in_a_document(draw: Any, tmp_path: Path):
    document = tmp_path / "shop.md"
    document.write_text(DOCUMENT)
    plan = draw("-e", f"diagram_file={document}", "--check", "--diff")
    assert (plan.changed, document.read_text()) == ({("main", "File")}, DOCUMENT)
    assert "+flowchart TB" in plan.output
    assert draw("-e", f"diagram_file={document}").changed == {("main", "File")}
    begin, end = DOCUMENT.split("<!-- /diagram -->")
    assert document.read_text().startswith(f"{begin}```mermaid\nflowchart TB\n  accTitle: shop production\n")
    assert document.read_text().endswith(f"```\n<!-- /diagram -->{end}")


def test_without_a_renderer_there_is_no_image(draw: Any, tmp_path: Path):
    run = draw("-e", f"diagram_file={tmp_path}/shop.svg", PATH=f"{Path(sys.executable).parent}:/usr/bin:/bin")
    assert "mmdc is not on the PATH" in " ".join(run.failures)
    assert list(tmp_path.glob("shop.*")) == []


def test_an_image_is_drawn_anew_when_its_text_differs(draw: Any, tmp_path: Path):
    """By a program that takes what mmdc takes; the real one needs a browser."""
    renderer, image, source = tmp_path / "bin/mmdc", tmp_path / "shop.svg", tmp_path / "shop.mmd"
    renderer.parent.mkdir()
    renderer.write_text('#!/bin/sh\n[ "$1 $2 $3" = "--input - --output" ] && { echo "<svg>"; cat; } > "$4"\n')
    renderer.chmod(0o755)
    image.write_text("of an earlier time")
    source.write_text("of an earlier time")
    arguments, path = ("-e", f"diagram_file={image}"), f"{renderer.parent}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    for check in (("--check",), ()):
        assert image.read_text() == "of an earlier time"
        assert draw(*arguments, *check, PATH=path).changed == {("main", "Drawing"), ("main", "File")}
    assert image.read_text() == f"<svg>\n{source.read_text()}"
    assert WEB in source.read_text()
    assert draw(*arguments, PATH=path).changed == set()


def test_the_stack_as_it_stands(draw: Any, aws: Any, endpoint: str):
    """A bucket of it, another one that it does not declare, and nothing else."""
    for component in ("logs", "former"):
        aws("s3").create_bucket(Bucket=(name := f"shop-production-{component}-123456789012-us-east-1"))
        tags = {"stack": "shop", "environment": "production", "component": component}
        tags = [{"Key": f"groundwork:{key}", "Value": value} for key, value in tags.items()]
        aws("s3").put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
    run = draw("-i", "inventories/sandbox", "-e", "live=true", endpoint=endpoint)
    assert run.failures == []
    lines = {line.strip() for line in run.output.splitlines()}
    assert {'storage_logs[("logs<br/>S3 bucket")]', "class storage_former undeclared"} <= lines
    assert "class network_main,ecs_web,storage_files missing" in lines
