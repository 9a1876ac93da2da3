# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""AWS Certificate Manager: issued only when the validation records resolve, kept while in use, with the key asked for.

Follows the ACM user guide, "DNS validation", and the ACM API reference: RequestCertificate (KeyAlgorithm),
CertificateDetail (InUseBy, FailureReason), DeleteCertificate (ResourceInUseException); "CAA records" in the user guide.

A certificate stays PENDING_VALIDATION until the CNAME record of each of its names is in a public hosted zone of the
emulator, and at least C(MOTO_ACM_VALIDATION_WAIT) seconds. Names that no hosted zone covers have their DNS elsewhere,
where the emulator looks only if C(EMULATOR_OUTSIDE_DNS) is the URL of a resolver that answers in the JSON form of DNS over
HTTPS, as the Cloudflare simulator does; C(valid) says that those records are taken to be there. How long it takes to be issued
when they are there is C(certificate issue) in P(provisioning).
"""

from __future__ import annotations

import functools
import json
import os
import urllib.parse
import urllib.request
from typing import Any

from moto.acm import models, responses
from moto.core.exceptions import AWSError

from .. import provisioning

AUTHORITIES = ("amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com")


class ResourceInUseError(AWSError):
    TYPE = "ResourceInUseException"


def apply() -> None:
    bundle = models.CertBundle
    bundle.check = validated(bundle.check)  # type: ignore[method-assign]
    bundle.describe = complete(bundle.describe)  # type: ignore[method-assign]
    backend = models.AWSCertificateManagerBackend
    backend.delete_certificate = unless_used(backend.delete_certificate)  # type: ignore[method-assign]
    response = responses.AWSCertificateManagerResponse
    response.request_certificate = with_key(response.request_certificate)  # type: ignore[method-assign]


def validated(check: Any) -> Any:
    @functools.wraps(check)
    def check_validation(self: Any) -> None:
        if self.type == "AMAZON_ISSUED" and self.status == "PENDING_VALIDATION":
            zones = public_zones(self)
            if any(forbidden(name, zones) for name in self.sans):
                self.status, self.failure_reason = "FAILED", "CAA_ERROR"
            if not all(stands(record, zones) for record in records_of(self)):
                return
            if not hasattr(self, "under_way"):
                provisioning.begin(self, "certificate issue", self.arn, "PENDING_VALIDATION")
            if provisioning.under_way(self):
                return
        check(self)

    return check_validation


def look_at_records(account: str) -> None:
    """The records of an account have changed: some certificates can be issued from now on."""
    for backend in models.acm_backends[account].values():
        for bundle in list(backend._certificates.values()):
            bundle.check()


def public_zones(bundle: Any) -> list[Any]:
    from moto.route53.models import route53_backends

    return [zone for zone in route53_backends[account_of(bundle)]["aws"].zones.values() if not zone.private_zone]


def records_of(bundle: Any) -> list[dict[str, str]]:
    return [option["ResourceRecord"] for option in bundle.describe()["Certificate"]["DomainValidationOptions"]]


def stands(record: dict[str, str], zones: list[Any]) -> bool:
    covering = [zone for zone in zones if f".{record['Name']}".endswith(f".{zone.name.rstrip('.')}.")]
    if not covering:
        return stands_outside(record, os.environ.get("EMULATOR_OUTSIDE_DNS", ""))
    held = [one for zone in covering for one in zone.rrsets if (one.name, one.type) == (record["Name"], "CNAME")]
    return any(value.rstrip(".") == record["Value"].rstrip(".") for one in held for value in one.records)


def stands_outside(record: dict[str, str], resolver: str) -> bool:
    if not resolver.startswith("http"):
        return resolver == "valid"
    query = urllib.parse.urlencode({"name": record["Name"], "type": "CNAME"})
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{resolver}?{query}", timeout=2) as answer:
            told = json.load(answer).get("Answer", [])
    except (OSError, ValueError):
        return False  # no answer is no record
    return any(one["data"].rstrip(".") == record["Value"].rstrip(".") for one in told)


def forbidden(name: str, zones: list[Any]) -> bool:
    """Whether the nearest CAA records of a name, its own or those of a parent, leave Amazon out."""
    labels = name.removeprefix("*.").split(".")
    for parent in (".".join(labels[start:]) + "." for start in range(len(labels))):
        held = [one for zone in zones for one in zone.rrsets if (one.name, one.type) == (parent, "CAA")]
        if held:
            return not any(authority in value for one in held for value in one.records for authority in AUTHORITIES)
    return False


def complete(describe: Any) -> Any:
    @functools.wraps(describe)
    def describe_whole(self: Any) -> dict[str, Any]:
        answer: dict[str, Any] = describe(self)
        detail = answer["Certificate"]
        detail["InUseBy"] = users(self.arn)
        detail["KeyAlgorithm"] = getattr(self, "key_algorithm", None) or detail["KeyAlgorithm"]
        if reason := getattr(self, "failure_reason", None):
            detail["FailureReason"] = reason
        if detail["Status"] in ("PENDING_VALIDATION", "FAILED"):
            for key in ("IssuedAt", "NotBefore", "NotAfter", "Serial"):
                detail.pop(key, None)
        return answer

    return describe_whole


def users(arn: str) -> list[str]:
    """The load balancers and distributions that serve a certificate now."""
    from moto.cloudfront.models import cloudfront_backends
    from moto.elb.models import elb_backends
    from moto.elbv2.models import elbv2_backends

    region, account = arn.split(":")[3:5]
    found = [
        balancer.arn
        for balancer in elbv2_backends[account][region].load_balancers.values()
        if any(arn in (listener.certificate, *listener.certificates) for listener in balancer.listeners.values())
    ]
    found += [
        f"arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/{balancer.name}"
        for balancer in elb_backends[account][region].load_balancers.values()
        if any(listener.ssl_certificate_id == arn for listener in balancer.listeners)
    ]
    found += [
        distribution.arn
        for distribution in cloudfront_backends[account]["aws"].distributions.values()
        if distribution.distribution_config.viewer_certificate.acm_certificate_arn == arn
    ]
    return found


def account_of(bundle: Any) -> str:
    return str(bundle.arn.split(":")[4])


def unless_used(delete: Any) -> Any:
    @functools.wraps(delete)
    def delete_certificate(self: Any, arn: str) -> None:
        if arn in self._certificates and users(arn):
            raise ResourceInUseError(f"Certificate {arn} in account {self.account_id} is in use.")
        delete(self, arn)

    return delete_certificate


def with_key(request: Any) -> Any:
    @functools.wraps(request)
    def request_certificate(self: Any) -> Any:
        answer = request(self)
        bundle = self.acm_backend._certificates[answer.result["CertificateArn"]]
        bundle.key_algorithm = getattr(bundle, "key_algorithm", None) or self._get_param("KeyAlgorithm", "RSA_2048")
        return answer

    return request_certificate
