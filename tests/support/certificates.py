# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A certificate that can serve."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def issued_certificate(aws: Callable[[str], Any], domain: str) -> str:
    """Request a certificate, and wait until it is issued; its ARN. The zone that its record needs is gone again."""
    acm, route53 = aws("acm"), aws("route53")
    zone = route53.create_hosted_zone(Name=domain, CallerReference=domain)["HostedZone"]["Id"]
    arn: str = acm.request_certificate(DomainName=domain, ValidationMethod="DNS")["CertificateArn"]
    record = acm.describe_certificate(CertificateArn=arn)["Certificate"]["DomainValidationOptions"][0]["ResourceRecord"]
    written = {"Name": record["Name"], "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": record["Value"]}]}

    def change(action: str) -> None:
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": written}]}
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)

    change("CREATE")
    give_up = time.monotonic() + 30
    while acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"] != "ISSUED":
        assert time.monotonic() < give_up, "it is not issued"
        time.sleep(0.1)
    change("DELETE")
    route53.delete_hosted_zone(Id=zone)
    return arn
