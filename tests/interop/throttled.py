#!/usr/bin/env python3
"""AWS's rates, as boto3 meets them on a simulator with --throttle.

    throttled.py http://127.0.0.1:4566

A client that does not try again is refused with the code of the service; one that tries again as boto3 does gets
through, however much is asked at once. S3's rates are left out: no Python is fast enough for them.
"""
import concurrent.futures
import sys

import boto3
import botocore.config
import botocore.exceptions

import checks
from checks import ENDPOINT, control, same

# Service, region, a call that reads, and how more than its rate is refused: code and HTTP status.
READS = [
    ("connect", "eu-west-2", "list_instances", {}, ("TooManyRequestsException", 429)),
    ("appstream", "eu-west-1", "describe_stacks", {}, ("ThrottlingException", 400)),
    ("iam", "eu-west-2", "list_saml_providers", {}, ("Throttling", 400)),
    ("sso-admin", "us-east-1", "list_instances", {}, ("ThrottlingException", 400)),
    ("application-autoscaling", "eu-west-1", "describe_scalable_targets", {"ServiceNamespace": "appstream"},
     ("ThrottlingException", 400)),
]
MOST = 600
THREADS = 8


def client(service, region, retries):
    return boto3.client(
        service, endpoint_url=ENDPOINT, region_name=region, aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="simulated",
        config=botocore.config.Config(retries=retries, max_pool_connections=THREADS))


def refused(call, arguments):
    """How the first call of many is refused, and how many were answered until then."""
    def once(_):
        try:
            call(**arguments)
        except botocore.exceptions.ClientError as error:
            answer = error.response
            return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]
        return None

    answered = 0
    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        for _ in range(MOST // THREADS):
            for result in pool.map(once, range(THREADS)):
                if result:
                    return result, answered
                answered += 1
    raise AssertionError(f"{MOST} calls at once, and none was too many")


def main():
    rates = {rate["service"]: rate for rate in control("throttle")["rates"]}
    for service, region, name, arguments, wanted in READS:
        have, answered = refused(getattr(client(service, region, {"total_max_attempts": 1}), name), arguments)
        same(have, wanted, f"{service} refuses")
        same(answered > 0, True, f"{service} answers what is within its rate")
        same(service in rates, True, f"the rate of {service} is shown")
    shown = {one["group"].split(":")[0].split("#")[0] for one in control("throttle")["refused"]}
    same(shown >= {service for service, *_ in READS}, True, "what was refused is counted")

    # The same rush by clients that wait and try again.
    patient = client("connect", "eu-west-2", {"mode": "standard", "total_max_attempts": 12})
    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(lambda _: patient.list_instances(), range(16)))
    same(all("InstanceSummaryList" in answer for answer in answers), True, "every answer")
    tried_again = sum(answer["ResponseMetadata"]["RetryAttempts"] for answer in answers)
    same(tried_again > 0, True, "some were tried again")


if __name__ == "__main__":
    main()
    print(f"{checks.PASSED} checks", file=sys.stderr)
