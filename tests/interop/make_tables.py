#!/usr/bin/env python3
"""Writes the simulator's constraint tables from the service models that botocore ships.

    python tests/interop/make_tables.py           # writes crates/simulator/src/wire/tables/*.json
    python tests/interop/make_tables.py --check   # exits 1 if a committed table is out of date

A table holds what the model states as fact: operations and their bindings, shapes with their members,
required members, lengths, ranges, patterns, enums, and errors with their codes and statuses. Prose is
dropped. Every operation is named, with its method and path, so that an operation that the simulator
lacks is refused by name; where a model is very large, shapes are kept only for the operations that a
contact center needs.
"""

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
TABLES = pathlib.Path(__file__).resolve().parents[2] / "crates" / "simulator" / "src" / "wire" / "tables"

METADATA = [
    "apiVersion", "endpointPrefix", "globalEndpoint", "jsonVersion", "protocol", "protocols", "serviceId",
    "signingName", "targetPrefix", "xmlNamespace",
]
SHAPE = [
    "type", "required", "min", "max", "pattern", "enum", "payload", "locationName", "flattened",
    "timestampFormat", "error", "exception", "fault", "union", "document", "xmlNamespace", "streaming",
    "eventstream",
]
MEMBER = [
    "shape", "location", "locationName", "flattened", "timestampFormat", "xmlAttribute", "xmlNamespace",
    "streaming", "hostLabel", "idempotencyToken",
]

# Operations whose shapes are kept; every operation of a service that is not listed here keeps its shapes.
KEPT = {
    "connect": re.compile(
        r"(Create|Delete|Describe|Update|List|Replicate)Instances?$"
        r"|(Describe|Update|List)InstanceAttributes?$"
        r"|(Associate|Disassociate|Describe|Update|List)InstanceStorageConfigs?$"
        r"|(Associate|Disassociate|List)(ApprovedOrigin|SecurityKey|LambdaFunction|LexBot|Bot)s?$"
        r"|(Create|Delete|Describe|List|Search)Users?$|UpdateUser[A-Za-z]*$"
        r"|(Associate|Disassociate|List)UserProficiencies$"
        r"|(Describe|List)AuthenticationProfiles?$"
        r"|DescribeContact$"
        r"|(Create|Delete|Describe|List|Search|Update)UserHierarchy(Groups?|Structure)$"
        r"|UpdateUserHierarchyGroupName$"
        r"|(Create|Delete|Describe|List|Search|Update)SecurityProfiles?$"
        r"|List(SecurityProfilePermissions|SecurityProfileApplications|EntitySecurityProfiles)$"
        r"|(Create|Delete|Describe|List|Search|Update)(RoutingProfile|Queue|QuickConnect)[A-Za-z]*$"
        r"|(Associate|Disassociate|List)(RoutingProfile|Queue)[A-Za-z]*$"
        r"|(Create|Describe|List|Search|Update)AgentStatus(es)?$"
        r"|(Create|Delete|Describe|List|Search|Update)HoursOfOperations?$"
        r"|(Create|Delete|Describe|List|Search|Update|Get|Associate|Disassociate)"
        r"(Child|Parent|Effective)?HoursOfOperations?(Override|Overrides)?$"
        r"|(Create|Delete|Describe|List|Search)ContactFlows?$|UpdateContactFlow(Content|Metadata|Name)$"
        r"|(Create|Delete|Describe|List|Search)ContactFlowModules?$|UpdateContactFlowModule(Content|Metadata)$"
        r"|(Create|Delete|List)IntegrationAssociations?$"
        r"|(Tag|Untag)Resource$|ListTagsForResource$|SearchResourceTags$"
        r"|GetFederationToken$"
        r"|(Claim|Release|Describe|Update|Import)PhoneNumber$|ListPhoneNumbers(V2)?$"
        r"|SearchAvailablePhoneNumbers$|(Associate|Disassociate)PhoneNumberContactFlow$"
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
        r"(Create|Delete|Describe)SecurityGroups?$|DescribeSecurityGroupRules$|ModifySecurityGroupRules$"
        r"|(Authorize|Revoke)SecurityGroup(Ingress|Egress)$|(Create|Delete|Describe)Tags$"
        r"|Describe(Vpcs|VpcAttribute|Subnets|RouteTables|InternetGateways|NatGateways|NetworkInterfaces)$"
        r"|Describe(ManagedPrefixLists|PrefixLists|AvailabilityZones)$"
        r"|(Create|Modify|Delete|Describe)VpcEndpoints?$"
    ),
    "secretsmanager": re.compile(
        r"(Create|Delete|Describe|Restore|Update)Secret$|(Get|Put)SecretValue$|ListSecrets$|ListSecretVersionIds$"
        r"|UpdateSecretVersionStage$|(Tag|Untag)Resource$|(Get|Put|Delete)ResourcePolicy$|GetRandomPassword$"
    ),
    "ssm": re.compile(
        r"(Put|Get|Delete)Parameter$|(Get|Delete|Describe)Parameters$|GetParametersByPath$|GetParameterHistory$"
        r"|(Label|Unlabel)ParameterVersion$|(AddTagsTo|RemoveTagsFrom)Resource$|ListTagsForResource$"
    ),
    "s3": re.compile(r"^(?!.*(Analytics|Inventory|Metrics|IntelligentTiering|MetadataTable|"
                     r"MetadataConfiguration|MetadataInventory|MetadataJournal|Torrent|SelectObjectContent|"
                     r"RestoreObject|WriteGetObjectResponse|CreateSession|ListDirectoryBuckets|RenameObject))"),
}

# Where a model contradicts AWS's own documentation and every client that works.
AMENDED = {
    # The user guide's list of canned ACLs has one more, for the bucket that access logs go to.
    ("s3", "BucketCannedACL"): {"enum": lambda values: [*values, "log-delivery-write"]},
    # The header is URL-encoded as a whole, slashes too if the client likes; the pattern is one of what it decodes to.
    ("s3", "CopySource"): {"pattern": lambda _: None},
    # Escaped twice: taken literally, no telephone number would match, and AWS's own examples would be refused.
    ("connect", "PhoneNumber"): {"pattern": lambda text: text.replace("\\\\", "\\")},
    ("connect", "PhoneNumberPrefix"): {"pattern": lambda text: text.replace("\\\\", "\\")},
}


def pick(source, names):
    return {name: source[name] for name in names if name in source and source[name] is not False and source[name] != []}


def shape_of(source):
    shape = pick(source, SHAPE)
    if "members" in source:
        shape["members"] = {name: pick(member, MEMBER) for name, member in source["members"].items()}
    for part in ("member", "key", "value"):
        if part in source:
            shape[part] = pick(source[part], MEMBER)
    return shape


def references(shape):
    for member in shape.get("members", {}).values():
        yield member["shape"]
    for part in ("member", "key", "value"):
        if part in shape:
            yield shape[part]["shape"]


def required_at(shapes, operation, location):
    """The wire names of required input members that are bound to this place: S3 routes by them."""
    shape = shapes[operation["input"]["shape"]] if "input" in operation else {}
    return [
        member.get("locationName", name)
        for name, member in shape.get("members", {}).items()
        if member.get("location") == location and name in shape.get("required", [])
    ]


def table(loader, service):
    model = loader.load_service_model(service, "service-2")
    shapes, kept = model["shapes"], KEPT.get(service)
    operations, wanted = {}, []
    for name, source in sorted(model["operations"].items()):
        http = source["http"]
        operation = {"method": http["method"], "uri": http["requestUri"]}
        if http.get("responseCode", 200) != 200:
            operation["status"] = http["responseCode"]
        for place, key in (("querystring", "needs_query"), ("header", "needs_header")):
            if model["metadata"]["protocol"] == "rest-xml" and required_at(shapes, source, place):
                operation[key] = required_at(shapes, source, place)
        if source.get("deprecated"):
            operation["deprecated"] = True
        if source.get("authtype") == "none":
            operation["unsigned"] = True
        # A deprecated operation has a twin with the same bindings, which is the one that requests mean.
        if not source.get("deprecated") and (kept is None or kept.search(name)):
            for side in ("input", "output"):
                if side in source:
                    operation[side] = source[side]["shape"]
                    wanted.append(source[side]["shape"])
            if "resultWrapper" in source.get("output", {}):
                operation["resultWrapper"] = source["output"]["resultWrapper"]
            operation["errors"] = [error["shape"] for error in source.get("errors", [])]
            checksum = source.get("httpChecksum")
            if checksum:
                operation["checksum"] = pick(checksum, ["requestAlgorithmMember", "requestChecksumRequired"])
        operations[name] = operation
    wanted += [name for name, shape in shapes.items() if shape.get("exception")]
    closed = {}
    while wanted:
        name = wanted.pop()
        if name not in closed:
            closed[name] = shape_of(shapes[name])
            for constraint, amend in AMENDED.get((service, name), {}).items():
                closed[name][constraint] = amend(closed[name].pop(constraint))
                if closed[name][constraint] is None:
                    del closed[name][constraint]
            wanted.extend(references(closed[name]))
    return {
        "botocore": botocore.__version__,
        "service": service,
        "metadata": pick(model["metadata"], METADATA),
        "operations": operations,
        "shapes": dict(sorted(closed.items())),
    }


def main():
    loader = botocore.session.get_session().get_component("data_loader")
    stale = []
    for service in SERVICES:
        text = json.dumps(table(loader, service), separators=(",", ":"), ensure_ascii=False) + "\n"
        path = TABLES / f"{service}.json"
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(path.name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if stale:
        sys.exit(f"out of date with botocore {botocore.__version__}: {', '.join(stale)}")


if __name__ == "__main__":
    main()
