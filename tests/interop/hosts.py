#!/usr/bin/env python3
"""Tell where AWS's services are, and what they are called, by botocore's own rules.

    hosts.py SERVICE...

prints one JSON document: of each service what its model says of it, and for every region that
botocore knows, with and without FIPS and dual stack, the URL (null where there is none) and the
region that a request is signed for.
"""
import json
import re
import sys

import botocore.exceptions
import botocore.session
from botocore.endpoint_provider import EndpointProvider

# Services with a host name for each account.
OF_AN_ACCOUNT = {"s3control": {"AccountId": "123456789012", "RequiresAccountId": True}}
LOADER = botocore.session.Session().get_component("data_loader")
PARTITIONS = LOADER.load_data("partitions")


def regions():
    for partition in PARTITIONS["partitions"]:
        for region in partition["regions"]:
            # `aws-global` and the like are names for what is everywhere in a partition.
            if re.fullmatch(partition["regionRegex"], region):
                yield partition["id"], region


def place(provider, service, region, fips, dual_stack):
    try:
        endpoint = provider.resolve_endpoint(
            Region=region, UseFIPS=fips, UseDualStack=dual_stack, **OF_AN_ACCOUNT.get(service, {})
        )
    except botocore.exceptions.EndpointProviderError:
        return None, None
    schemes = endpoint.properties.get("authSchemes", [{}])
    return endpoint.url, schemes[0].get("signingRegion", region)


def hosts(service):
    provider = EndpointProvider(LOADER.load_service_model(service, "endpoint-rule-set-1"), PARTITIONS)
    for partition, region in regions():
        for fips in (False, True):
            for dual_stack in (False, True):
                url, signed = place(provider, service, region, fips, dual_stack)
                yield {
                    "partition": partition, "region": region, "fips": fips, "dual_stack": dual_stack,
                    "url": url, "signing_region": signed,
                }


def described(service):
    metadata = LOADER.load_service_model(service, "service-2")["metadata"]
    return {
        "id": metadata["serviceId"],
        "signing_name": metadata.get("signingName", metadata["endpointPrefix"]),
        "version": metadata["apiVersion"],
        "protocols": metadata.get("protocols", [metadata["protocol"]]),
        "json_version": metadata.get("jsonVersion"),
        "target": metadata.get("targetPrefix"),
        "hosts": list(hosts(service)),
    }


print(json.dumps({service: described(service) for service in sys.argv[1:]}))
