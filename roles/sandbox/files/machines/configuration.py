# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What HAProxy is told of the load balancers: its configuration from what Elastic Load Balancing answers of them.

Follows the user guide of Application Load Balancers: "Listener rules", "Condition types", "Action types", "Health checks"
(a target passes one check to be healthy at first; where no target is healthy, all are asked) and "HTTP headers".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

HEAD = """\
global
    stats socket {place}/haproxy.sock mode 600 level admin expose-fd listeners
    server-state-file {place}/servers
    max-spread-checks 1000
    hard-stop-after 300s
    maxconn 1000
defaults
    mode http
    load-server-state-from-file global
    timeout connect 10s
    timeout client 60s
    timeout server 60s
    retries 0
"""
# What a rule's conditions and redirects are made of; a query of a redirect is there with its question mark, or not at all.
REQUEST = (
    "set-var(txn.host) req.hdr(host),field(1,:),lower",
    "set-var(txn.path) path,bytes(1)",
    "set-var(txn.query) str()",
    "set-var-fmt(txn.query) ?%[query] if { query -m len gt 0 }",
    "set-var(txn.pick) rand(1000000)",
    "set-var(txn.before) req.fhdr(x-forwarded-for) if { req.fhdr(x-forwarded-for) -m found }",
    'set-header X-Forwarded-For "%[var(txn.before)], %[src]" if { var(txn.before) -m found }',
    "set-header X-Forwarded-For %[src] if !{ var(txn.before) -m found }",
)
PLACEHOLDERS = {"#{host}": "%[var(txn.host)]", "#{path}": "%[var(txn.path)]", "#{query}": "%[query]"}

Passed = Collection[tuple[str, str]]


@dataclass(frozen=True)
class Target:
    id: str
    address: str
    port: int


@dataclass(frozen=True)
class Group:
    """A target group: what DescribeTargetGroups says of it, and its registered targets that have an address."""

    settings: Mapping[str, Any]
    targets: tuple[Target, ...]

    @property
    def name(self) -> str:
        return "-".join(self.settings["TargetGroupArn"].split("/")[1:])


@dataclass(frozen=True)
class Listener:
    port: int
    rules: Sequence[Mapping[str, Any]]
    sources: tuple[str, ...]
    certificates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Balancer:
    arn: str
    name: str
    address: str
    listeners: tuple[Listener, ...]


def configuration(
    balancers: Sequence[Balancer], groups: Mapping[str, Group], passed: Collection[tuple[str, str]], place: str
) -> str:
    """HAProxy's configuration; C(passed) are the targets, by backend and id, that have passed a health check before."""
    frontends = [line for one in balancers for listener in one.listeners for line in frontend(one, listener, groups)]
    backends = [line for _arn, group in sorted(groups.items()) for line in backend(group, passed)]
    return HEAD.format(place=place) + "\n".join([*frontends, *backends, ""])


def frontend(balancer: Balancer, listener: Listener, groups: Mapping[str, Group]) -> list[str]:
    crt = "".join(f" crt {quoted(file)}" for file in listener.certificates)
    scheme = "https" if crt else "http"
    rules = sorted(listener.rules, key=lambda rule: (rule["IsDefault"], int(rule["Priority"]) if not rule["IsDefault"] else 0))
    allowed = f" unless {{ src {' '.join(listener.sources)} }}" if listener.sources else ""
    lines = [
        f"frontend {balancer.name}-{listener.port}",
        f"    bind {balancer.address}:{listener.port}" + (f" ssl{crt} alpn h2,http/1.1" if crt else ""),
        f"    tcp-request connection reject{allowed}",
        *(f"    http-request {one}" for one in REQUEST),
        f"    http-request set-header X-Forwarded-Proto {scheme}",
        f"    http-request set-header X-Forwarded-Port {listener.port}",
    ]
    # Which rule it is comes first: HAProxy looks at all that answers by itself before it looks at any backend.
    for number, rule in enumerate(rules):
        conditions = " ".join(condition(one) for one in rule["Conditions"])
        lines.append(f"    http-request set-var(txn.rule) int({number}) if !{{ var(txn.rule) -m found }} {conditions}".rstrip())
    for number, rule in enumerate(rules):
        chosen = f"if {{ var(txn.rule) -m int {number} }}"
        final = max(rule["Actions"], key=lambda action: action.get("Order", 1))
        lines += [f"    {line}" for line in action(final, chosen, scheme, listener.port, groups)]
    return lines


def condition(given: Mapping[str, Any]) -> str:
    """One of a rule's conditions, which all have to be met; any of its values meets it."""
    field = given["Field"]
    values = given.get("Values") or next((one["Values"] for name, one in given.items() if name.endswith("Config")), [])
    if field == "source-ip":
        return f"{{ src {' '.join(values)} }}"
    if field == "http-request-method":
        return f"{{ method {' '.join(values)} }}"
    if field == "query-string":
        pairs = (f"{wildcards(one['Key']) if one.get('Key') else '[^&]*'}={wildcards(one['Value'])}" for one in values)
        return f"{{ query -m reg -i {' '.join(quoted(f'(^|&){pair}(&|$)') for pair in pairs)} }}"
    patterns = " ".join(quoted(f"^{wildcards(value)}$") for value in values)
    if field == "host-header":
        return f"{{ var(txn.host) -m reg -i {patterns} }}"
    if field == "http-header":
        return f"{{ req.fhdr({given['HttpHeaderConfig']['HttpHeaderName']}) -m reg -i {patterns} }}"
    return f"{{ path -m reg {patterns} }}"


def action(given: Mapping[str, Any], chosen: str, scheme: str, port: int, groups: Mapping[str, Group]) -> list[str]:
    """What answers a request that has come to a rule."""
    if given["Type"] == "redirect":
        redirect = given["RedirectConfig"]
        code = redirect["StatusCode"].removeprefix("HTTP_")
        return [f"http-request redirect code {code} location {quoted(location(redirect, scheme, port))} {chosen}"]
    if given["Type"] == "fixed-response":
        fixed = given["FixedResponseConfig"]
        body = fixed.get("MessageBody")
        content = f" content-type {fixed.get('ContentType') or 'text/plain'} string {quoted(body)}" if body else ""
        return [f"http-request return status {fixed['StatusCode']}{content} {chosen}"]
    several = given.get("ForwardConfig", {}).get("TargetGroups") or [{"TargetGroupArn": given["TargetGroupArn"]}]
    weights = [(groups[one["TargetGroupArn"]].name, int(one.get("Weight", 1))) for one in several]
    return forward([one for one in weights if one[1]], chosen)


def forward(weights: Sequence[tuple[str, int]], chosen: str) -> list[str]:
    total, below, lines = sum(weight for _name, weight in weights), 0, []
    for name, weight in weights:
        below += weight
        share = "" if below == total else f" {{ var(txn.pick) -m int lt {below * 1_000_000 // total} }}"
        lines.append(f"use_backend {name} {chosen}{share}")
    return lines


def location(redirect: Mapping[str, Any], scheme: str, port: int) -> str:
    """Where a redirect leads, with HAProxy's expressions for what is taken from the request."""
    places = {"#{protocol}": scheme, "#{port}": str(port), **PLACEHOLDERS}

    def filled(text: str) -> str:
        for placeholder, expression in (("%", "%%"), *places.items()):
            text = text.replace(placeholder, expression)
        return text

    given = {name: redirect.get(name) or f"#{{{name.lower()}}}" for name in ("Protocol", "Host", "Port")}
    protocol, host, to = filled(given["Protocol"]).lower(), filled(given["Host"]), filled(given["Port"])
    query = redirect.get("Query", "#{query}")
    asked = "%[var(txn.query)]" if query == "#{query}" else f"?{filled(query)}" if query else ""
    return f"{protocol}://{host}:{to}{filled(redirect.get('Path') or '/#{path}')}{asked}"


def backend(group: Group, passed: Passed) -> list[str]:
    told = group.settings
    tls = " ssl verify none" if told["Protocol"] == "HTTPS" else ""
    check_tls = " check-ssl verify none" if told["HealthCheckProtocol"] == "HTTPS" else " no-check-ssl"
    lines = [
        f"backend {group.name}",
        "    balance roundrobin",
        "    option allbackups",
        "    option httpchk",
        f"    http-check send meth GET uri {quoted(told.get('HealthCheckPath') or '/')} ver HTTP/1.1"
        " hdr Host health-check.invalid hdr User-Agent ELB-HealthChecker/2.0 hdr Connection close",
        f"    http-check expect status {told.get('Matcher', {}).get('HttpCode', '200')}",
        f"    timeout check {told['HealthCheckTimeoutSeconds']}s",
    ]
    for target in group.targets:
        place = f"{target.address}:{target.port}{tls}"
        port = target.port if told["HealthCheckPort"] == "traffic-port" else told["HealthCheckPort"]
        rise = told["HealthyThresholdCount"] if (group.name, target.id) in passed else 1
        every = f"inter {told['HealthCheckIntervalSeconds']}s rise {rise} fall {told['UnhealthyThresholdCount']}"
        lines.append(f"    server {target.id} {place} check port {port}{check_tls} {every}")
    # Asked only where none above is healthy: these are not checked.
    lines += [f"    server {one.id}-open {one.address}:{one.port}{tls} backup" for one in group.targets]
    return lines


def servers(text: str, groups: Mapping[str, Group]) -> str:
    """HAProxy's file of server states, from what it says of those that run: a target that is new waits for its first check."""
    rows = [line for line in text.splitlines() if line and line[0].isdigit() and " " in line]
    known = {tuple(row.split(" ")[1:4:2]) for row in rows}
    for group in groups.values():
        for number, target in enumerate(group.targets, 1):
            if (group.name, target.id) not in known:
                # Its state is 0, stopped; nothing else is forced.
                rows.append(
                    f"0 {group.name} {number} {target.id} {target.address} 0 0 1 1 0 1 0 0 6 0 0 0 - {target.port} - 0 0 - - 0"
                )
    return "\n".join(["1", f"# {COLUMNS}", *rows, ""])


COLUMNS = (
    "be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change "
    "srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn "
    "srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port"
)


def health(row: Mapping[str, str]) -> tuple[str, str | None, str | None]:
    """State, reason and description of a target, in Elastic Load Balancing's words, from a row of HAProxy's statistics."""
    if row["status"].startswith("UP"):
        return "healthy", None, None
    if row["check_status"].lstrip("* ") in ("", "INI", "UNK"):
        return "initial", "Elb.InitialHealthChecking", "Initial health checks in progress"
    if row["check_status"].endswith("L7STS"):
        return "unhealthy", "Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{row['check_code']}]"
    if row["check_status"].endswith(("L4TOUT", "L6TOUT", "L7TOUT")):
        return "unhealthy", "Target.Timeout", "Request timed out"
    return "unhealthy", "Target.FailedHealthChecks", "Health checks failed"


def wildcards(pattern: str) -> str:
    """A pattern of a condition as a regular expression: C(*) is any characters, C(?) is one."""
    return "".join({"*": ".*", "?": "."}.get(character) or re.escape(character) for character in pattern)


def quoted(text: str) -> str:
    """One word of HAProxy's configuration."""
    for character, escaped in (("\\", "\\\\"), ('"', '\\"'), ("$", "\\$"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(character, escaped)
    return f'"{text}"'
