#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: acm_certificate
version_added: 0.1.0
short_description: Request an AWS Certificate Manager certificate and have it validated by DNS
description:
  - Requests a public certificate, writes its validation records in Route 53, waits until it is issued, and deletes it.
  - Follows the AWS Certificate Manager API reference, actions RequestCertificate, DescribeCertificate and DeleteCertificate,
    and the section "DNS validation" of its user guide.
notes:
  - Certificates have no names. This module's certificates are those that ACM issued for O(domain_name) and that carry the
    tag C(Name) with the value of O(name); it writes that tag, and never touches another certificate of the domain.
  - The names and the key of a certificate can't change. When O(subject_alternative_names) or O(key_algorithm) differ from
    what stands, a new certificate is requested beside the old one, which goes on serving until RV(certificate.arn) has taken
    its place. O(purge_superseded) then deletes it. A request that failed is deleted by the next run, which makes a new one.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the certificate, kept in its tag C(Name).
    type: str
    required: true
  domain_name:
    description: The name that the certificate is for, C(example.org) or C(*.example.org).
    type: str
    required: true
  subject_alternative_names:
    description: Other names that the certificate is for; O(domain_name) need not be among them.
    type: list
    elements: str
  key_algorithm:
    description: Kind of key. Left out, a new certificate has an RSA key of 2048 bits.
    type: str
    choices: [RSA_2048, EC_prime256v1, EC_secp384r1]
  hosted_zone:
    description:
      - Id or name of the public Route 53 hosted zone in which the validation records are written.
      - Left out, nothing is written; create RV(certificate.validation_records) where the domain's DNS is.
    type: str
  keep_records:
    description:
      - Whether the validation records of a deleted certificate stay in O(hosted_zone), for one of another region that needs them.
      - Those that another certificate of this region needs stay anyway.
    type: bool
    default: false
  purge_superseded:
    description: Whether other certificates of this name, made obsolete by a change, are deleted once nothing uses them.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the certificate is issued, and when it is deleted, until nothing uses it any more.
      - Left out, it is waited for if O(hosted_zone) is given.
    type: bool
  wait_timeout:
    description: How long to wait, in seconds. ACM may take half an hour.
    type: int
    default: 1800
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A certificate for the site, validated in its zone
  groundwork.cloud.acm_certificate:
    name: shop-production-site
    domain_name: example.org
    subject_alternative_names: [www.example.org]
    hosted_zone: example.org

- name: A certificate whose domain has its DNS elsewhere
  groundwork.cloud.acm_certificate:
    name: shop-production-api
    domain_name: api.example.net

- name: Remove the certificate and its validation records
  groundwork.cloud.acm_certificate:
    name: shop-production-site
    domain_name: example.org
    hosted_zone: example.org
    state: absent
"""

RETURN = r"""
certificate:
  description: The certificate; empty when it is absent.
  returned: always
  type: dict
  contains:
    arn:
      description: Its ARN. Known once it is requested.
      type: str
      sample: arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012
    subject_alternative_names:
      description: All names that it is for, O(domain_name) among them, sorted.
      type: list
      elements: str
      sample: [example.org, www.example.org]
    key_algorithm:
      description: The kind of its key.
      type: str
      sample: RSA_2048
    status:
      description: Its status, C(ISSUED) when it can be used.
      type: str
      sample: ISSUED
    in_use_by:
      description: ARNs of what uses it.
      type: list
      elements: str
      sample: []
    validation_records:
      description: The DNS records that prove that the domain is yours. Known once the certificate is requested.
      type: list
      elements: dict
      contains:
        name:
          description: Its name.
          type: str
          sample: _1a2b.example.org.
        type:
          description: Its type.
          type: str
          sample: CNAME
        value:
          description: What it says.
          type: str
          sample: _3c4d.acm-validations.aws.
    zone_records:
      description: Those of them that stand in O(hosted_zone), by name.
      returned: when O(hosted_zone) is given
      type: dict
      sample: {"_1a2b.example.org.": "_3c4d.acm-validations.aws."}
    superseded:
      description: The other certificates of this name, by ARN, each with its C(status) and what it is C(in_use_by).
      returned: when there are any
      type: dict
      sample: {}
    tags:
      description: The tags.
      type: dict
      sample: {"Name": "shop-production-site"}
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, AwsError, Service, converge, tag_dict, tag_list, tags_part
from ..module_utils.naming import NAME_TAG
from ..module_utils.plan import Exact, Plan, declared, plan
from ..module_utils.route53 import delete_record, values_of, write_records, zone_id

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "domain_name": {"type": "str", "required": True},
    "subject_alternative_names": {"type": "list", "elements": "str"},
    "key_algorithm": {"type": "str", "choices": ["RSA_2048", "EC_prime256v1", "EC_secp384r1"]},
    "hosted_zone": {"type": "str"},
    "keep_records": {"type": "bool", "default": False},
    "purge_superseded": {"type": "bool", "default": False},
    "wait": {"type": "bool"},
    "wait_timeout": {"type": "int", "default": 1800},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
# ListCertificates leaves all but two kinds of key out unless they are named.
KEY_TYPES = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"]
ISSUED_BY_ACM = "AMAZON_ISSUED"
GONE = "ResourceNotFoundException"
FAILED = ("FAILED", "VALIDATION_TIMED_OUT")
DEAD = (*FAILED, "EXPIRED", "REVOKED", "INACTIVE")
# AWS names what has stopped using a certificate as its user for some minutes more.
RELEASE_TIMEOUT = 300


class CertificateError(AwsError):
    """A failed call to AWS Certificate Manager, or to Route 53 on behalf of a certificate."""


def names(params: Mapping[str, Any]) -> list[str] | None:
    """All declared names, sorted; None when none but the domain's is declared."""
    others = params["subject_alternative_names"]
    return None if others is None else sorted({params["domain_name"].lower(), *(name.lower() for name in others)})


def chosen(certificates: Iterable[dict[str, Any]], params: Mapping[str, Any]) -> dict[str, Any] | None:
    """The certificate that the options speak of: alive, with these names and this key; an issued one first, then the newest."""
    fitting = [
        one
        for one in certificates
        if one["status"] not in DEAD
        and names(params) in (None, one["subject_alternative_names"])
        and params["key_algorithm"] in (None, one["key_algorithm"])
    ]
    return max(fitting, key=lambda one: (one["status"] == "ISSUED", one["created"]), default=None)


def waits(params: Mapping[str, Any]) -> bool:
    return bool(params["hosted_zone"] if params["wait"] is None else params["wait"])


def kept(superseded: Mapping[str, Mapping[str, Any]], purge: bool) -> dict[str, Mapping[str, Any]]:
    """The other certificates of this name that stay: those in use, and unless purged, those that once were issued."""
    return {arn: one for arn, one in superseded.items() if one["in_use_by"] or not (purge or one["status"] in FAILED)}


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(certificate), C(zone_records), C(superseded), C(tags)."""
    if params["state"] == "absent":
        return {"certificate": None, "superseded": None} | ({} if params["keep_records"] else {"zone_records": None})
    if (params["tags"] or {}).get(NAME_TAG, params["name"]) != params["name"]:
        raise CertificateError(f"plan certificate {params['name']}", "its tag Name is its name; leave that tag out of the tags")
    settings = {
        "name": params["name"],
        "domain_name": params["domain_name"].lower(),
        "subject_alternative_names": names(params),
        "key_algorithm": params["key_algorithm"],
        "status": "ISSUED" if waits(params) else None,
    }
    parts: dict[str, Any] = {"certificate": declared(settings), **tags_part(params)}
    if "tags" in parts:
        parts["tags"][NAME_TAG] = params["name"]
    if params["hosted_zone"] and "certificate" in current:
        parts["zone_records"] = {one["name"]: one["value"] for one in current["certificate"]["validation_records"]}
    parts["superseded"] = Exact(kept(current.get("superseded", {}), params["purge_superseded"])) or None
    return parts


def described(certificate: Mapping[str, Any], tags: Mapping[str, str]) -> dict[str, Any]:
    """ACM's CertificateDetail in the words of this module's options."""
    options = [one.get("ResourceRecord") for one in certificate.get("DomainValidationOptions", [])]
    records = {one["Name"]: one for one in options} if all(options) else {}  # they come within seconds, one by one
    return {
        "name": tags.get(NAME_TAG, ""),
        "arn": certificate["CertificateArn"],
        "domain_name": certificate["DomainName"],
        "subject_alternative_names": sorted({certificate["DomainName"], *certificate.get("SubjectAlternativeNames", [])}),
        # The request takes RSA_2048, the description says RSA-2048.
        "key_algorithm": certificate.get("KeyAlgorithm", "").replace("-", "_"),
        "status": certificate["Status"],
        "in_use_by": certificate.get("InUseBy", []),
        "validation_records": [
            {"name": name, "type": one["Type"], "value": one["Value"]} for name, one in sorted(records.items())
        ],
        **declared({"failure_reason": certificate.get("FailureReason")}),
    }


def status(certificate: Mapping[str, Any]) -> str:
    """Its status and, when it failed, why."""
    reason = certificate.get("failure_reason")
    return f"{certificate['status']} ({reason}); correct that and run this again" if reason else str(certificate["status"])


class Certificate(Service):
    name = "acm"
    tagging = ("AddTagsToCertificate", "RemoveTagsFromCertificate")
    error = CertificateError

    def read(self) -> dict[str, Any]:
        found = self._certificates()
        certificate = chosen(found, self.params)
        others = [one for one in found if one is not certificate]
        parts: dict[str, Any] = {}
        if certificate:
            parts["tags"] = certificate.pop("tags")
            parts["certificate"] = {key: value for key, value in certificate.items() if key != "created"}
        if others:
            parts["superseded"] = {one["arn"]: {"status": one["status"], "in_use_by": one["in_use_by"]} for one in others}
        looked_at = found if self.params["state"] == "absent" else [one for one in found if one is certificate]
        records = {record["name"] for one in looked_at for record in one["validation_records"]}
        with self.doing(f"read the validation records of certificate {self.params['name']}"):
            zone = self._zone()
            if standing := values_of(self.other("route53"), zone, sorted(records), "CNAME") if zone else {}:
                parts["zone_records"] = standing
        return parts

    def awaited(self, current: dict[str, Any]) -> dict[str, Any]:
        """Wait for a certificate that was requested earlier and has yet to be issued."""
        if not self._is_pending(current):
            return current
        self._once(current["certificate"]["arn"], lambda one: one["status"] == "ISSUED")
        return self.read()

    def _is_pending(self, current: Mapping[str, Any]) -> bool:
        certificate = current.get("certificate", {})
        may_wait = self.params["state"] == "present" and waits(self.params)
        return may_wait and certificate.get("status") == "PENDING_VALIDATION" and bool(certificate["validation_records"])

    def _certificates(self) -> list[dict[str, Any]]:
        """The certificates of this name and domain, each with its tags and when it was requested."""
        found = []
        for arn in self._arns(self.params["domain_name"].lower()):
            with self.doing(f"look for certificate {self.params['name']}", GONE):
                tags = tag_dict(self.client.list_tags_for_certificate(CertificateArn=arn)["Tags"])
                if tags.get(NAME_TAG) == self.params["name"]:
                    detail = self.client.describe_certificate(CertificateArn=arn)["Certificate"]
                    found.append({**described(detail, tags), "tags": tags, "created": detail["CreatedAt"]})
        return found

    def _arns(self, domain: str | None = None) -> list[str]:
        """The certificates that ACM has issued or shall issue, of one domain or all."""
        with self.doing("list certificates"):
            found = self.pages("list_certificates", "CertificateSummaryList", Includes={"keyTypes": KEY_TYPES})
        issued = [one for one in found if one.get("Type", ISSUED_BY_ACM) == ISSUED_BY_ACM]
        return [one["CertificateArn"] for one in issued if domain in (None, one["DomainName"])]

    def _zone(self) -> str | None:
        """The id of the hosted zone; None when it is not there, as when a check comes before the zone is made."""
        zone = self.params["hosted_zone"]
        with self.doing(f"look for hosted zone {zone}"):
            return zone_id(self.other("route53"), zone) if zone else None

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        """To be issued is no change of a certificate when all else is as declared: that is only awaited."""
        declared_now = wanted(self.params, current)
        if self._module.check_mode or not self._is_pending(current):
            return declared_now
        settings = {option: value for option, value in declared_now["certificate"].items() if option != "status"}
        but_issued = {**declared_now, "certificate": settings}
        return declared_now if plan(current, but_issued).changed else but_issued

    def apply(self, todo: Plan) -> None:
        zone = self._zone()
        gone = set(todo.before("superseded")) - set(todo.after("superseded") or {})
        if self.params["state"] == "absent":
            gone |= {part["arn"] for name, part in todo.delete.items() if name == "certificate"}
        else:
            self._present(todo, zone)
        records = {record for arn in sorted(gone) for record in self._delete(arn)}
        if zone and records and not self.params["keep_records"]:
            # All certificates of a domain in an account have the same validation records.
            needed = {record["name"] for arn in self._arns() for record in self._detail(arn).get("validation_records", [])}
            with self.doing(f"delete the validation records of certificate {self.params['name']}"):
                for record in sorted(records - needed):
                    delete_record(self.other("route53"), zone, record, "CNAME")

    def _present(self, todo: Plan, zone: str | None) -> None:
        name = self.params["name"]
        if self.params["hosted_zone"] and not zone:
            missing = f"there is no public hosted zone {self.params['hosted_zone']}; create it first"
            raise CertificateError(f"validate certificate {name}", missing)
        new = todo.create.get("certificate")
        arn = self._request(new, todo.after("tags") or {NAME_TAG: name}) if new else self.read()["certificate"]["arn"]
        certificate = self._once(arn, lambda one: bool(one["validation_records"]) or one["status"] == "ISSUED")
        if zone and certificate["validation_records"]:
            with self.doing(f"write the validation records of certificate {name}"):
                write_records(self.other("route53"), zone, certificate["validation_records"])
        if waits(self.params):
            self._once(arn, lambda one: one["status"] == "ISSUED")
        if "tags" in todo.update:
            self.tag(f"certificate {name}", arn, *todo.update["tags"])

    def _request(self, certificate: Mapping[str, Any], tags: Mapping[str, str]) -> str:
        others = [name for name in certificate.get("subject_alternative_names", []) if name != certificate["domain_name"]]
        request = {"SubjectAlternativeNames": others or None, "KeyAlgorithm": certificate.get("key_algorithm")}
        with self.doing(f"request certificate {certificate['name']}"):
            answer = self.client.request_certificate(
                DomainName=certificate["domain_name"], ValidationMethod="DNS", Tags=tag_list(tags), **declared(request)
            )
            return str(answer["CertificateArn"])

    def _detail(self, arn: str) -> dict[str, Any]:
        """A certificate; empty when it is gone, or so new that AWS does not show it yet."""
        with self.doing(f"read certificate {arn}", GONE):
            return described(self.client.describe_certificate(CertificateArn=arn)["Certificate"], {})
        return {}

    def _once(self, arn: str, done: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The certificate, once it is so."""
        return self.wait(
            f"certificate {arn}",
            lambda: self._detail(arn),
            lambda one: bool(one) and done(one),
            state=lambda one: status(one) if one else "not there",
            failed=lambda one: one.get("status") in DEAD,
        )

    def _delete(self, arn: str) -> list[str]:
        """Delete a certificate that nothing uses; the names of its validation records."""
        last: dict[str, Any] = {"in_use_by": [], "validation_records": []}

        def users() -> list[str]:
            last.update(self._detail(arn) or {"in_use_by": []})
            return list(last["in_use_by"])

        timeout = 0 if self.params["wait"] is False else min(self.params["wait_timeout"], RELEASE_TIMEOUT)
        try:
            self.wait(f"certificate {arn} to be free", users, lambda found: not found, timeout=timeout)
        except CertificateError as error:
            if not last["in_use_by"]:
                raise
            used = f"it is in use by {', '.join(last['in_use_by'])}; put another certificate there first, or remove that"
            raise CertificateError(f"delete certificate {arn}", used) from error
        with self.doing(f"delete certificate {arn}", GONE):
            self.client.delete_certificate(CertificateArn=arn)
        return [record["name"] for record in last["validation_records"]]


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Certificate(module), "certificate")


if __name__ == "__main__":
    main()
