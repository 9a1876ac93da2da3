# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError


def test_a_batch_changes_all_or_nothing(aws):
    route53 = aws("route53")
    zone = route53.create_hosted_zone(Name="example.org", CallerReference="1")["HostedZone"]["Id"]

    def change(*names: str) -> None:
        values = [{"Value": "192.0.2.1"}]
        records = [{"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": values} for name in names]
        changes = [{"Action": "CREATE", "ResourceRecordSet": record} for record in records]
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})

    with pytest.raises(ClientError, match="not permitted in zone"):
        change("www.example.org", "www.elsewhere.org")
    assert len(route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]) == 2
    change("www.example.org")
    assert len(route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]) == 3
