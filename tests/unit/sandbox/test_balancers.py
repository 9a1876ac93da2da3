# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import re
import struct
from typing import Any

import pytest
from machines import names
from machines.configuration import (
    Balancer,
    Group,
    Listener,
    Target,
    action,
    backend,
    condition,
    configuration,
    frontend,
    health,
    location,
    quoted,
    servers,
    wildcards,
)
from machines.live import Sources, forwarded_to, free, serves

ARN = "arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/{}/abc"
CHECK = {"HealthCheckPath": "/health", "HealthCheckPort": "traffic-port", "HealthCheckProtocol": "HTTP"}
TIMES = {
    "HealthCheckIntervalSeconds": 30,
    "HealthCheckTimeoutSeconds": 5,
    "HealthyThresholdCount": 4,
    "UnhealthyThresholdCount": 2,
}


def group(name: str, *targets: Target, **settings: Any) -> Group:
    return Group({"TargetGroupArn": ARN.format(name), "Protocol": "HTTP", **CHECK, **TIMES, **settings}, targets)


WEB, API = group("web", Target("i-1", "10.0.0.4", 3000)), group("api")
GROUPS = {ARN.format("web"): WEB, ARN.format("api"): API}
CHOSEN = "if { var(txn.rule) -m int 0 }"


def rule(priority: str, *conditions: dict[str, Any], **final: Any) -> dict[str, Any]:
    return {"Priority": priority, "IsDefault": priority == "default", "Conditions": list(conditions), "Actions": [final]}


def test_rules_are_asked_by_priority_whatever_they_do():
    path = {"Field": "path-pattern", "Values": ["/api/*"]}
    host = {"Field": "host-header", "Values": ["*.example.org"]}
    rules = [
        rule("default", Type="forward", TargetGroupArn=ARN.format("web")),
        rule("20", path, host, Type="fixed-response", FixedResponseConfig={"StatusCode": "404"}),
        rule("3", path, Type="forward", TargetGroupArn=ARN.format("api")),
    ]
    listener = Listener(80, rules, ("10.0.0.0/8", "192.0.2.1"))
    lines = [line.strip() for line in frontend(Balancer("arn", "front", "10.0.0.250", ()), listener, GROUPS)]
    assert lines[:3] == [
        "frontend front-80",
        "bind 10.0.0.250:80",
        "tcp-request connection reject unless { src 10.0.0.0/8 192.0.2.1 }",
    ]
    first = "http-request set-var(txn.rule) int({}) if !{{ var(txn.rule) -m found }}"
    assert lines[-6:] == [
        f'{first.format(0)} {{ path -m reg "^/api/.*\\$" }}',
        f'{first.format(1)} {{ path -m reg "^/api/.*\\$" }} {{ var(txn.host) -m reg -i "^.*\\\\.example\\\\.org\\$" }}',
        first.format(2),
        "use_backend api-abc if { var(txn.rule) -m int 0 }",
        "http-request return status 404 if { var(txn.rule) -m int 1 }",
        "use_backend web-abc if { var(txn.rule) -m int 2 }",
    ]


def test_a_listener_with_certificates_is_https_and_one_without_sources_takes_nobody():
    listener = Listener(443, [], (), ("/a.pem", "/b.pem"))
    lines = [line.strip() for line in frontend(Balancer("arn", "front", "10.0.0.250", ()), listener, {})]
    assert lines[1:3] == [
        'bind 10.0.0.250:443 ssl crt "/a.pem" crt "/b.pem" alpn h2,http/1.1',
        "tcp-request connection reject",
    ]
    assert "http-request set-header X-Forwarded-Proto https" in lines


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8", "192.0.2.0/24"]}}, "src 10.0.0.0/8 192.0.2.0/24"),
        ({"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET", "PUT"]}}, "method GET PUT"),
        (
            {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "v", "Value": "1?"}, {"Value": "x"}]}},
            'query -m reg -i "(^|&)v=1.(&|\\$)" "(^|&)[^&]*=x(&|\\$)"',
        ),
        (
            {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "User-Agent", "Values": ["*Bot*"]}},
            'req.fhdr(User-Agent) -m reg -i "^.*Bot.*\\$"',
        ),
        ({"Field": "host-header", "HostHeaderConfig": {"Values": ["a.org"]}}, 'var(txn.host) -m reg -i "^a\\\\.org\\$"'),
        ({"Field": "path-pattern", "Values": []}, "path -m reg "),
    ],
)
def test_conditions(given: dict[str, Any], text: str):
    assert condition(given) == f"{{ {text} }}"


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        (
            {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503", "MessageBody": 'say "no"'}},
            [f'http-request return status 503 content-type text/plain string "say \\"no\\"" {CHOSEN}'],
        ),
        (
            {"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_302", "Host": "b.org", "Path": "/", "Query": ""}},
            [f'http-request redirect code 302 location "http://b.org:80/" {CHOSEN}'],
        ),
        (
            {"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": ARN.format("api")}]}},
            [f"use_backend api-abc {CHOSEN}"],
        ),
        (
            {
                "Type": "forward",
                "ForwardConfig": {
                    "TargetGroups": [
                        {"TargetGroupArn": ARN.format("web"), "Weight": 1},
                        {"TargetGroupArn": ARN.format("api"), "Weight": 3},
                        {"TargetGroupArn": ARN.format("web"), "Weight": 0},
                    ]
                },
            },
            [f"use_backend web-abc {CHOSEN} {{ var(txn.pick) -m int lt 250000 }}", f"use_backend api-abc {CHOSEN}"],
        ),
    ],
)
def test_actions(given: dict[str, Any], lines: list[str]):
    assert action(given, CHOSEN, "http", 80, GROUPS) == lines


@pytest.mark.parametrize(
    ("redirect", "leads"),
    [
        ({"Protocol": "HTTPS", "Port": "443"}, "https://%[var(txn.host)]:443/%[var(txn.path)]%[var(txn.query)]"),
        ({"Host": "www.#{host}", "Path": "/new/#{path}"}, "http://www.%[var(txn.host)]:80/new/%[var(txn.path)]%[var(txn.query)]"),
        ({"Path": "/100%", "Query": "from=#{port}&#{query}"}, "http://%[var(txn.host)]:80/100%%?from=80&%[query]"),
    ],
)
def test_redirects(redirect: dict[str, str], leads: str):
    assert location(redirect, "http", 80) == leads


def test_a_target_is_checked_as_its_group_says():
    told = [line.strip() for line in backend(WEB, ())]
    assert '    http-check send meth GET uri "/health" ver HTTP/1.1'.strip() in told[4]
    assert told[5:] == [
        "http-check expect status 200",
        "timeout check 5s",
        "server i-1 10.0.0.4:3000 check port 3000 no-check-ssl inter 30s rise 1 fall 2",
        "server i-1-open 10.0.0.4:3000 backup",
    ]
    assert "rise 4 fall 2" in backend(WEB, {("web-abc", "i-1")})[-2]
    port = {
        "HealthCheckPort": "8080",
        "Protocol": "HTTPS",
        "HealthCheckProtocol": "HTTPS",
        "Matcher": {"HttpCode": "200,404"},
    }
    secure = backend(group("web", *WEB.targets, **port), ())
    assert secure[-2].strip().startswith("server i-1 10.0.0.4:3000 ssl verify none check port 8080 check-ssl verify none ")
    assert "    http-check expect status 200,404" in secure


def test_the_whole():
    text = configuration([Balancer("arn", "front", "10.0.0.250", (Listener(80, [], ()),))], GROUPS, (), "/run/x")
    assert "stats socket /run/x/haproxy.sock" in text
    assert re.findall(r"^(frontend|backend) (.*)$", text, re.MULTILINE) == [
        ("frontend", "front-80"),
        ("backend", "api-abc"),
        ("backend", "web-abc"),
    ]


def test_what_is_new_waits_for_its_first_check():
    two = group("web", Target("i-1", "10.0.0.4", 3000), Target("i-2", "10.0.0.5", 3000))
    known = "4 web-abc 1 i-1 10.0.0.4 2 0 1 1 2 15 3 2 6 0 0 0 - 3000 - 0 3000 - - 3000"
    first, _columns, *rows = servers(f"1\n# be_id\n{known}\n\n", {ARN.format("web"): two}).splitlines()
    assert first == "1"
    assert rows[0] == known
    assert rows[1].startswith("0 web-abc 2 i-2 10.0.0.5 0 ")


@pytest.mark.parametrize(
    ("status", "check", "told"),
    [
        ("UP", "L7OK", ("healthy", None, None)),
        ("UP 1/2", "L7STS", ("healthy", None, None)),
        ("DOWN", "INI", ("initial", "Elb.InitialHealthChecking", "Initial health checks in progress")),
        ("DOWN", "L7STS", ("unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [500]")),
        ("DOWN", "L4TOUT", ("unhealthy", "Target.Timeout", "Request timed out")),
        ("DOWN 1/2", "L4CON", ("unhealthy", "Target.FailedHealthChecks", "Health checks failed")),
    ],
)
def test_health(status: str, check: str, told: tuple[str, str | None, str | None]):
    assert health({"status": status, "check_status": check, "check_code": "500"}) == told


@pytest.mark.parametrize(("pattern", "text"), [("/img/*", "/img/.*"), ("/a?b.c", "/a.b\\.c"), ("/$x+", "/\\$x\\+")])
def test_wildcards(pattern: str, text: str):
    assert wildcards(pattern) == text


def test_words_of_haproxy():
    assert quoted('a "b" $c \\d\n') == '"a \\"b\\" \\$c \\\\d\\n"'


SOURCES = Sources(
    rules={
        "sg-1": [
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]},
            {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 90, "PrefixListIds": [{"PrefixListId": "pl-1"}]},
            {"IpProtocol": "udp", "FromPort": 80, "ToPort": 90, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        ],
        "sg-2": [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-3"}, {"GroupId": "sg-4"}]}],
    },
    lists={"pl-1": ["10.1.0.0/16", "10.2.0.0/16"]},
    carried={"sg-3": ["10.0.0.4"]},
)


@pytest.mark.parametrize(
    ("groups", "port", "let_in"),
    [
        (["sg-1"], 443, ("192.0.2.0/24",)),
        (["sg-1"], 85, ("10.1.0.0/16", "10.2.0.0/16")),
        (["sg-1"], 22, ()),
        (["sg-1", "sg-2"], 443, ("10.0.0.4", "192.0.2.0/24")),
        (["sg-9"], 443, ()),
    ],
)
def test_security_groups_let_in(groups: list[str], port: int, let_in: tuple[str, ...]):
    assert SOURCES.let_in(groups, port) == let_in


def test_a_balancer_has_the_last_free_address_of_its_subnet():
    assert free("10.0.0.0/24", ()) == "10.0.0.254"
    assert free("10.0.0.0/24", {"10.0.0.254", "10.0.0.253"}) == "10.0.0.252"
    with pytest.raises(ValueError, match=r"10\.0\.0\.0/29 has no address left for a load balancer"):
        free("10.0.0.0/29", {"10.0.0.4", "10.0.0.5", "10.0.0.6"})


@pytest.mark.parametrize(
    ("kind", "state", "served"),
    [("application", "active", True), ("application", "provisioning", False), ("network", "active", False)],
)
def test_active_application_balancers_serve(kind: str, state: str, served: bool):
    assert serves({"Type": kind, "State": {"Code": state}}) is served


def test_the_groups_of_all_forwards_are_found():
    several = {"TargetGroups": [{"TargetGroupArn": "a"}, {"TargetGroupArn": "b"}]}
    rules = [
        rule("1", Type="forward", ForwardConfig=several),
        rule("2", Type="redirect", RedirectConfig={}),
        rule("default", Type="forward", TargetGroupArn="c"),
    ]
    assert forwarded_to(rules) == {"a", "b", "c"}


def question(name: str, kind: int) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!HHHHHH", 7, 0x0100, 1, 0, 0, 1) + labels + b"\0" + struct.pack("!HH", kind, 1) + b"more"


@pytest.mark.parametrize(("kind", "answers", "end"), [(1, 1, b"\x0a\x00\x00\xfa"), (28, 0, struct.pack("!HH", 28, 1))])
def test_a_known_name_is_answered(kind: int, answers: int, end: bytes):
    told = names.answer(question("Front.elb.amazonaws.com", kind), {"front.elb.amazonaws.com": "10.0.0.250"}.get)
    assert told
    assert struct.unpack_from("!HHHHHH", told) == (7, 0x8180, 1, answers, 0, 0)
    assert told.endswith(end)


def test_another_name_is_for_others():
    assert names.answer(question("example.org", 1), {}.get) is None


@pytest.mark.parametrize(
    ("text", "resolver"),
    [
        ("search a\nnameserver ::1\nnameserver 192.0.2.53 \nnameserver 192.0.2.54\n", "192.0.2.53"),
        ("nameserver ::1\n", "127.0.0.1"),
    ],
)
def test_the_resolver_of_the_host(text: str, resolver: str):
    assert names.host_resolver(text) == resolver
