"""What the parts of the boto3 suite share: clients of the simulator, its control plane, and counted checks."""
import json
import sys
import threading
import urllib.request

import boto3
import botocore.config
import botocore.exceptions

ENDPOINT = sys.argv[1]
REGION = "eu-west-2"
ACCOUNT = "123456789012"
PASSED = 0
LOCK = threading.Lock()
# Of the simulators that the tests start.
TOKEN = "token-of-the-tests"


def client(service, region=REGION, account="AKIAIOSFODNN7EXAMPLE"):
    """A client; twelve digits as `account` are an access key of that account."""
    return boto3.client(
        service, endpoint_url=ENDPOINT, region_name=region,
        aws_access_key_id=account, aws_secret_access_key="simulated",
        config=botocore.config.Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}))


def control(path, body=None, method=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{ENDPOINT}/_sim/{path}", data=data, method=method or ("POST" if data else "GET"),
                                     headers={"content-type": "application/json", "x-headset-sim-token": TOKEN})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


def skip(minutes):
    control("clock", {"skip_seconds": minutes * 60})


def passed():
    """Counts one check; topics may run in threads."""
    global PASSED
    with LOCK:
        PASSED += 1


def same(have, want, what):
    if have != want:
        raise AssertionError(f"{what}: {have!r} is not {want!r}")
    passed()


def fails(code, call, **arguments):
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as error:
        if error.response["Error"]["Code"] not in code.split("|"):
            raise AssertionError(f"{call}: {error.response['Error']} is not {code}") from error
        passed()
    else:
        raise AssertionError(f"{call} should have failed with {code}")


def has(read, members, what):
    """Checks that an answer holds all of these members, as clients that map them one by one expect."""
    lacking = [member for member in members.split() if member not in read]
    same(lacking, [], f"members that {what} lacks")


def until(look, wanted, what):
    """Lets simulated time pass until `look` answers `wanted`: at most three simulated hours."""
    for _ in range(60):
        have = look()
        if have == wanted:
            return same(have, wanted, what)
        skip(3)
    raise AssertionError(f"{what} stays {have!r}, never {wanted!r}")
