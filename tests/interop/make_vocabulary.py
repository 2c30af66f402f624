#!/usr/bin/env python3
"""Writes the words that a recording may hold, from the service models that botocore ships.

    python tests/interop/make_vocabulary.py           # writes crates/aws/src/record/vocabulary.json
    python tests/interop/make_vocabulary.py --check   # exits 1 if the committed file is out of date

A recording (`--record`) keeps a text only if it is public. What is public stands in AWS's models: names of members
and which kinds of value they hold, values of enumerations, literal parts of paths, codes of errors, and the plain
words that AWS's own documentation uses (so that a message of an error stays readable while names in it do not).
"""

import collections
import json
import pathlib
import re
import sys

import botocore
import botocore.session

SERVICES = [
    "appstream", "application-autoscaling", "connect", "iam", "s3", "sso-admin", "identitystore", "sts",
    "secretsmanager", "ssm", "cloudtrail", "s3control",
    "cloudfront", "resourcegroupstaggingapi", "ec2",
]
OUT = pathlib.Path(__file__).resolve().parents[2] / "crates" / "aws" / "src" / "record" / "vocabulary.json"

# Of these services only what a contact center needs: the operations, and all that they refer to.
KEPT = {
    "connect": re.compile(
        r".*(Instance|Attribute|Origin|User|SecurityProfile|RoutingProfile|Queue|Hours|TagResource|UntagResource"
        r"|TagsForResource|AgentStatus|AuthenticationProfile|ContactFlow|PhoneNumber|StorageConfig|FederationToken)"
        r"[A-Za-z0-9]*$|DescribeContact$"
    ),
    "cloudtrail": re.compile(r"LookupEvents$"),
    "resourcegroupstaggingapi": re.compile(r"GetResources$"),
    "s3control": re.compile(r"(Get|Put|Delete)PublicAccessBlock$"),
    "cloudfront": re.compile(
        r"(Create|Get|Update|Delete)(Distribution|OriginAccessControl|ResponseHeadersPolicy)$"
        r"|Get(Distribution|OriginAccessControl|ResponseHeadersPolicy)Config$|CreateDistributionWithTags$"
        r"|List(Distributions|OriginAccessControls|ResponseHeadersPolicies|Invalidations)$"
        r"|(Create|Get)Invalidation$|(Tag|Untag)Resource$|ListTagsForResource$"
    ),
    "ec2": re.compile(
        r"(Create|Delete|Describe)SecurityGroups?$|(Authorize|Revoke)SecurityGroup(Ingress|Egress)$|(Create|Delete)Tags$"
        r"|Describe(ManagedPrefixLists|RouteTables|Subnets|VpcAttribute|Vpcs)$|(Create|Modify|Delete|Describe)VpcEndpoints?$"
    ),
    "secretsmanager": re.compile(r".*Secret(Value)?$"),
    "ssm": re.compile(r"(Put|Get|Delete)Parameters?$"),
}

KINDS = {
    "structure": "o", "list": "o", "map": "m", "string": "s", "boolean": "n", "integer": "n", "long": "n",
    "float": "n", "double": "n", "timestamp": "t", "blob": "b", "character": "s", "bigdecimal": "n",
}


def reachable(shapes, roots):
    seen, left = set(), list(roots)
    while left:
        name = left.pop()
        if name in seen:
            continue
        seen.add(name)
        shape = shapes[name]
        left += [member["shape"] for member in shape.get("members", {}).values()]
        left += [shape[part]["shape"] for part in ("member", "key", "value") if part in shape]
    return seen


def innermost(shapes, name):
    """The shape that a member's texts have: that of a list's entries, of a map's values."""
    shape = shapes[name]
    for part in ("member", "value"):
        if part in shape:
            return innermost(shapes, shape[part]["shape"])
    return shape


def service(session, name):
    model = session.get_service_model(name)
    raw = model._service_description
    shapes = raw["shapes"]
    kept = KEPT.get(name)
    operations, roots = {}, []
    for operation, body in raw["operations"].items():
        if kept and not kept.match(operation):
            continue
        operations[operation] = body["http"]["requestUri"]
        roots += [body[part]["shape"] for part in ("input", "output") if part in body]
        roots += [error["shape"] for error in body.get("errors", [])]
    if "rest" not in raw["metadata"]["protocol"]:
        operations = {operation: "" for operation in operations}
    members = collections.defaultdict(lambda: [set(), set()])
    # Spellings under which a model has texts that are no enumeration.
    free = set()
    errors = set()
    for one in reachable(shapes, roots):
        shape = shapes[one]
        if shape.get("exception"):
            errors |= {one, shape.get("error", {}).get("code", one)}
        for member, body in shape.get("members", {}).items():
            target = shapes[body["shape"]]
            inner = innermost(shapes, body["shape"])
            kinds = {"m"} if target.get("document") else {KINDS[target["type"]]}
            if target["type"] in ("list", "map"):
                kinds.add(KINDS[inner["type"]])
            names = {member, body.get("locationName", member)}
            if "member" in target:
                names.add(target["member"].get("locationName", member))
            for spelt in names:
                spelt = spelt.lower() if body.get("location") in ("header", "headers") else spelt
                members[spelt][0] |= kinds
                if KINDS[inner["type"]] == "s" and "enum" not in inner:
                    free.add(spelt)
                members[spelt][1] |= set(inner.get("enum", []))
                if "key" in target:
                    members[spelt][1] |= set(shapes[target["key"]["shape"]].get("enum", []))
    for spelt, (kinds, values) in members.items():
        if values and spelt not in free and "s" in kinds:
            kinds.add("e")
    signing = raw["metadata"].get("signingName", raw["metadata"]["endpointPrefix"])
    return {
        "signing": signing,
        "operations": operations,
        "errors": sorted(errors),
        "members": {
            member: ["".join(sorted(kinds)), *sorted(values)] for member, (kinds, values) in sorted(members.items())
        },
    }


def words(session):
    """Plain words that the documentation of the models writes in small letters at least five times."""
    counted = collections.Counter()

    def walk(node):
        if isinstance(node, dict):
            for key, value in node.items():
                if key == "documentation" and isinstance(value, str):
                    prose = re.sub(r"<code>.*?</code>|<[^>]*>|\S*[@/:_]\S*", " ", value)
                    counted.update(re.findall(r"(?<![A-Za-z0-9_-])[a-z]{2,18}(?![A-Za-z0-9_-])", prose))
                else:
                    walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    for name in SERVICES:
        walk(session.get_service_model(name)._service_description)
    return sorted(word for word, count in counted.items() if count >= 5)


def camel(services):
    """The words that names of members, operations and errors are made of."""
    found = set()
    for body in services.values():
        names = [*body["members"], *body["operations"], *body["errors"]]
        for name in names:
            found |= {part.lower() for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name) if len(part) > 1}
    return found


def main():
    session = botocore.session.get_session()
    services = {name: service(session, name) for name in SERVICES}
    regions = set()
    for partition in session.get_available_partitions():
        for name in ("ec2", "appstream", "connect"):
            regions |= set(session.get_available_regions(name, partition, allow_non_regional=False))
    text = json.dumps(
        {
            "botocore": botocore.__version__,
            "services": services,
            "regions": sorted(regions),
            "words": " ".join(sorted(set(words(session)) | camel(services))),
        },
        separators=(",", ":"), sort_keys=True,
    ).replace('},"', '},\n"').replace('],"', '],\n"') + "\n"
    if "--check" in sys.argv:
        sys.exit(0 if OUT.read_text() == text else f"{OUT} is out of date: run {sys.argv[0]}")
    OUT.write_text(text)


main()
