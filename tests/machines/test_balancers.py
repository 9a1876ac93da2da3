# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Load balancers are real: they take requests where they stand, to machines that are healthy, from those who are let in."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from support.certificates import issued_certificate
from support.cloudflare import Cloudflare
from support.machines import Machines, until

CIDR = "10.101.0.0/16"
GATEWAY = "10.101.0.1"  # this host, as the machines see it
HOST = "app.example.org"
SERVER = """#!/bin/sh
cat > /srv/server.py <<'END'
import http.server, socket, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(4 if self.path == "/slow" else 0)
        headers = [f"{name}: {value}" for name, value in self.headers.items()]
        body = "\\n".join([socket.gethostname(), self.path, *headers]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.ThreadingHTTPServer(("", 3000), Handler).serve_forever()
END
systemd-run --unit=web python3 /srv/server.py
"""
FIXED = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "no"}}
REDIRECT = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}


@dataclass
class Stack:
    kept: Machines
    instances: dict[str, str]  # ids, by host name
    group: str
    names: dict[str, str]  # of load balancers

    def health(self, **options: Any) -> dict[str, str]:
        told = self.kept.client("elbv2").describe_target_health(TargetGroupArn=self.group, **options)
        return {one["Target"]["Id"]: one["TargetHealth"]["State"] for one in told["TargetHealthDescriptions"]}

    def address(self, balancer: str) -> str:
        return self.kept.known().get(self.names[balancer].lower(), "")

    def get(
        self, balancer: str, path: str, host: str = "app.example.org", source: str = GATEWAY, **headers: str
    ) -> tuple[int, str, str]:
        """Status, body and where it leads."""
        connection = http.client.HTTPConnection(self.address(balancer), timeout=10, source_address=(source, 0))
        connection.request("GET", path, headers={"Host": host, **headers})
        answer = connection.getresponse()
        found = (answer.status, answer.read().decode(), answer.getheader("Location", ""))
        connection.close()
        return found

    def asked(self, times: int = 10) -> Counter[str]:
        """How often each machine answers."""
        return Counter(self.get("front", "/")[1].splitlines()[0] for _ in range(times))


def opened(kept: Machines, group: str, *sources: dict[str, Any]) -> None:
    permissions = [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 443, **source} for source in sources]
    kept.client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=permissions)


@pytest.fixture(scope="module")
def stack(kept: Machines, edge: Cloudflare) -> Stack:
    ec2, elb = kept.client("ec2"), kept.client("elbv2")
    made = kept.launch(CIDR, 2, UserData=SERVER)
    vpc, subnet = made[0]["VpcId"], made[0]["SubnetId"]
    zone = next(one for one in ("us-east-1a", "us-east-1b") if one != made[0]["Placement"]["AvailabilityZone"])
    subnets = [subnet, ec2.create_subnet(VpcId=vpc, CidrBlock="10.101.1.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]]
    made_for = {"VpcId": vpc, "Description": "test"}
    groups = {name: ec2.create_security_group(GroupName=name, **made_for)["GroupId"] for name in ("front", "inner", "web")}
    entries = [{"Cidr": cidr} for cidr in (f"{GATEWAY}/32", *edge.get("/ips")["ipv4_cidrs"])]
    edges = {"PrefixListName": "edge", "MaxEntries": len(entries), "AddressFamily": "IPv4", "Entries": entries}
    known = ec2.create_managed_prefix_list(**edges)["PrefixList"]["PrefixListId"]
    opened(kept, groups["front"], {"PrefixListIds": [{"PrefixListId": known}]})
    opened(kept, groups["inner"], {"UserIdGroupPairs": [{"GroupId": groups["web"]}]})
    ec2.modify_instance_attribute(InstanceId=made[0]["InstanceId"], Groups=[groups["web"]])

    checks = {"HealthCheckPath": "/health", "HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 2}
    counts = {"HealthyThresholdCount": 2, "UnhealthyThresholdCount": 2}
    settings = {"Protocol": "HTTP", "Port": 3000, "VpcId": vpc, "TargetType": "instance", **checks, **counts}
    group = elb.create_target_group(Name="web", **settings)["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": one["InstanceId"]} for one in made])
    empty = elb.create_target_group(Name="empty", **settings)["TargetGroups"][0]["TargetGroupArn"]

    names = {}
    certificate = issued_certificate(kept.client, "app.example.org")
    default = [{"Type": "forward", "TargetGroupArn": group}]
    for name, scheme, guard in (("front", "internet-facing", "front"), ("inner", "internal", "inner")):
        options = {"Subnets": subnets, "Scheme": scheme, "SecurityGroups": [groups[guard]]}
        balancer = elb.create_load_balancer(Name=name, **options)["LoadBalancers"][0]
        names[name] = balancer["DNSName"]
        arn = balancer["LoadBalancerArn"]
        listener = elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=default)["Listeners"][0]
        if name == "front":
            certificates = [{"CertificateArn": certificate}]
            secure = {"Protocol": "HTTPS", "Port": 443, "Certificates": certificates, "DefaultActions": default}
            elb.create_listener(LoadBalancerArn=arn, **secure)
            rules = [
                ([{"Field": "path-pattern", "Values": ["/empty/*"]}], {"Type": "forward", "TargetGroupArn": empty}),
                ([{"Field": "host-header", "Values": ["*.old.example.org"]}], REDIRECT),
                ([{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/private/*", "/?.env"]}}], FIXED),
            ]
            for priority, (conditions, action) in enumerate(rules, 1):
                rule = {"Conditions": conditions, "Actions": [action], "Priority": priority}
                elb.create_rule(ListenerArn=listener["ListenerArn"], **rule)
    hosts = {f"ip-{one['PrivateIpAddress'].replace('.', '-')}": one["InstanceId"] for one in made}
    running = Stack(kept, hosts, group, names)
    until(lambda: set(running.health().values()) == {"healthy"} and bool(running.address("inner")), "targets are healthy", 60)
    return running


def test_requests_reach_every_machine_and_say_where_they_come_from(stack: Stack):
    assert set(stack.asked()) == set(stack.instances)
    status, body, _location = stack.get("front", "/a/path?with=query", **{"X-Forwarded-For": "192.0.2.6, 192.0.2.7"})
    assert status == 200
    assert body.splitlines()[1] == "/a/path?with=query"
    for header in (f"x-forwarded-for: 192.0.2.6, 192.0.2.7, {GATEWAY}", "x-forwarded-proto: http", "x-forwarded-port: 80"):
        assert header in body.lower().splitlines()


def test_rules_go_by_priority(stack: Stack):
    assert stack.get("front", "/private/x") == (404, "no", "")
    assert stack.get("front", "/a.env")[0] == 404
    assert stack.get("front", "/aa.env")[0] == 200
    assert stack.get("front", "/empty/private/x")[0] == 503  # no targets
    redirected = (301, "", "https://an.old.example.org:443/private/x?y=1")
    assert stack.get("front", "/private/x?y=1", host="an.old.example.org") == redirected


def test_https_has_the_names_of_its_certificate(stack: Stack):
    trusting = ssl.create_default_context(cafile=str(stack.kept.authority))
    with (
        socket.create_connection((stack.address("front"), 443), 10, (GATEWAY, 0)) as plain,
        trusting.wrap_socket(plain, server_hostname="app.example.org") as secure,
    ):
        secure.sendall(b"GET / HTTP/1.1\r\nHost: app.example.org\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: secure.recv(65536), b"")).decode().lower()
    assert answer.split()[1] == "200"
    assert "x-forwarded-proto: https" in answer


def test_who_is_not_let_in_is_refused(stack: Stack):
    with pytest.raises(ConnectionResetError):  # closed before anything is answered
        stack.get("front", "/", source="127.0.0.1")
    machines = sorted(stack.instances)
    carrying, stranger = (host.removeprefix("ip-").replace("-", ".") for host in machines)
    command = f"curl -s -o /dev/null -w '%{{http_code}}' http://{stack.names['inner']}/ || true"
    answers = {host: stack.kept.ask(host, command) for host in (carrying, stranger)}
    assert sorted(answers.values()) == ["000", "200"]


def test_a_request_comes_all_the_way_from_the_edge(stack: Stack, edge: Cloudflare):
    zone = edge.create_zone("example.org")
    for name, balancer in (("app", "front"), ("other", "front"), ("inner", "inner")):
        record = {"type": "CNAME", "name": f"{name}.example.org", "content": stack.names[balancer], "ttl": 1, "proxied": True}
        edge.post(f"/zones/{zone}/dns_records", record)
    edge.patch(f"/zones/{zone}/settings/ssl", {"value": "strict"})
    answer = edge.request("GET", "/a%20b?c=d", headers={"X-Forwarded-For": "192.0.2.7"}, host="app.example.org")
    assert answer.status == 200
    _host, path, *headers = answer.body.decode().splitlines()
    assert path == "/a%20b?c=d"
    told = dict(line.lower().split(": ", 1) for line in headers)
    first, visitor, source = told["x-forwarded-for"].split(", ")
    assert (first, visitor, told["cf-connecting-ip"]) == ("192.0.2.7", "127.0.0.1", "127.0.0.1")
    assert ipaddress.ip_address(source) in ipaddress.ip_network(edge.get("/ips")["ipv4_cidrs"][0])
    assert told["host"] == "app.example.org"
    # The certificate has another name; that is looked at in this mode alone.
    assert edge.request("GET", "/", host="other.example.org").status == 526
    edge.patch(f"/zones/{zone}/settings/ssl", {"value": "full"})
    assert edge.request("GET", "/", host="other.example.org").status == 200
    # The internal balancer lets machines in, not the edge, and has no HTTPS.
    assert edge.request("GET", "/", host="inner.example.org").status == 521
    edge.patch(f"/zones/{zone}/settings/ssl", {"value": "flexible"})
    assert edge.request("GET", "/", host="inner.example.org").status == 520


def test_a_machine_that_stops_serving_gets_no_requests(stack: Stack):
    host = sorted(stack.instances)[0]
    address = host.removeprefix("ip-").replace("-", ".")
    stack.kept.ask(address, "systemctl stop web")
    until(lambda: stack.health()[stack.instances[host]] == "unhealthy", "it is unhealthy", 30)
    assert set(stack.asked()) == set(stack.instances) - {host}
    stack.kept.ask(address, "systemd-run --unit=web python3 /srv/server.py")
    until(lambda: stack.health()[stack.instances[host]] == "healthy", "it is healthy again", 30)
    assert set(stack.asked()) == set(stack.instances)


def test_a_target_that_is_deregistered_gets_no_requests(stack: Stack):
    host = sorted(stack.instances)[0]
    elb, target = stack.kept.client("elbv2"), [{"Id": stack.instances[host]}]
    elb.deregister_targets(TargetGroupArn=stack.group, Targets=target)
    seen = [stack.health(Targets=target)[stack.instances[host]]]
    until(lambda: stack.health(Targets=target)[stack.instances[host]] == "unused", "it is drained", 30)
    assert seen == ["draining"]
    assert set(stack.asked()) == set(stack.instances) - {host}
    elb.register_targets(TargetGroupArn=stack.group, Targets=target)
    assert stack.health()[stack.instances[host]] == "initial"
    until(lambda: stack.health()[stack.instances[host]] == "healthy", "it is back", 30)
    assert set(stack.asked()) == set(stack.instances)


def test_a_request_that_is_under_way_outlives_a_change(stack: Stack):
    elb = stack.kept.client("elbv2")
    balancer = elb.describe_load_balancers(Names=["front"])["LoadBalancers"][0]["LoadBalancerArn"]
    listeners = elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"]
    listener = next(one["ListenerArn"] for one in listeners if one["Port"] == 80)
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(stack.get, "front", "/slow")
        conditions = [{"Field": "path-pattern", "Values": ["/new"]}]
        elb.create_rule(ListenerArn=listener, Conditions=conditions, Actions=[FIXED], Priority=9)
        until(lambda: stack.get("front", "/new")[0] == 404, "the new rule", 30)
        assert not slow.done()
        assert slow.result()[0] == 200


def test_machines_have_their_services_in_aws(stack: Stack):
    address = next(iter(stack.instances)).removeprefix("ip-").replace("-", ".")
    told = stack.kept.ask(address, "systemd-run --quiet --pipe --wait env").splitlines()
    assert f"AWS_ENDPOINT_URL={stack.kept.url}" in told
    assert "AWS_REGION=us-east-1" in told
