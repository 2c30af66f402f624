#!/usr/bin/env python3
"""A contact center that boto3 makes and Headset takes over, as adopt.yaml describes it.

    adopt.py http://127.0.0.1:4566 make              prints the addresses that Headset gives to what was made, its
                                                     ids, and what the application's page shows
    adopt.py http://127.0.0.1:4566 read APPLICATION  after Headset has taken it over and applied its blueprint
    adopt.py http://127.0.0.1:4566 gone APPLICATION  after Headset has destroyed it
"""
import json
import sys

import checks
import identity_provider
from checks import ACCOUNT, REGION, client, fails, same, skip, until

BASE = "AppStream-WinServer2022-05-12-2026"
BUCKET = f"boto-made-ccp-{ACCOUNT}-{REGION}"
FLEET, POOL = "boto-made-agents", {"UserName": "agent1@example.com", "AuthenticationType": "USERPOOL"}
TARGET = {"ServiceNamespace": "appstream", "ResourceId": f"fleet/{FLEET}",
          "ScalableDimension": "appstream:fleet:DesiredCapacity"}


def instances(connect):
    return [i["Id"] for i in connect.list_instances()["InstanceSummaryList"] if i["InstanceAlias"] == "boto-made"]


PROVIDER, ROLE = f"arn:aws:iam::{ACCOUNT}:saml-provider/boto-made-idp", "boto-made"
MADE_BY = [{"Key": "made-by", "Value": "boto3"}]


def group(name):
    """The id of a group in the directory of Identity Center."""
    instance = client("sso-admin", "us-east-1").list_instances()["Instances"][0]
    return client("identitystore", "us-east-1").get_group_id(
        IdentityStoreId=instance["IdentityStoreId"], AlternateIdentifier={
            "UniqueAttribute": {"AttributePath": "displayName", "AttributeValue": name}})["GroupId"]


def assigned(application):
    listed = client("sso-admin", "us-east-1").list_application_assignments(ApplicationArn=application)
    return sorted(one["PrincipalId"] for one in listed["ApplicationAssignments"])


def sign_in(instance):
    """A whole sign-in: the application by hand, the rest by API, all of it a little other than the blueprint has it."""
    iam, sso = client("iam"), client("sso-admin", "us-east-1")
    application = identity_provider.application("boto-made", provider="boto-made-idp")
    metadata = identity_provider.metadata_of(application)
    iam.create_saml_provider(Name="boto-made-idp", SAMLMetadataDocument=metadata, Tags=MADE_BY)
    trust = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Federated": PROVIDER}, "Action": "sts:AssumeRoleWithSAML",
        "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}}]}
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(trust), Description="By hand", Tags=MADE_BY)
    iam.put_role_policy(RoleName=ROLE, PolicyName="federate", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": "connect:GetFederationToken", "Resource": "*", "Condition": {
                "StringEquals": {"connect:InstanceId": [instance]}}}]}))
    arn = application["application_arn"]
    for name in ("agents", "supervisors"):
        sso.create_application_assignment(ApplicationArn=arn, PrincipalId=group(name), PrincipalType="GROUP")
    ids = {"iam.saml_provider/idp": PROVIDER, "iam.role/connect": ROLE,
           "identity_center.application/boto-made": arn,
           "identity_center.assignment/GROUP:agents": f"{arn} GROUP {group('agents')}"}
    start_url = identity_provider.link_of(application)
    return ids, {"application_arn": arn, "start_url": start_url, "metadata": metadata}


def make():
    connect, s3 = client("connect"), client("s3")
    app, scaling = client("appstream", "eu-west-1"), client("application-autoscaling", "eu-west-1")
    instance = connect.create_instance(InstanceAlias="boto-made", IdentityManagementType="SAML",
                                       InboundCallsEnabled=True, OutboundCallsEnabled=True, Tags={"made-by": "boto3"})["Id"]
    until(lambda: connect.describe_instance(InstanceId=instance)["Instance"]["InstanceStatus"], "ACTIVE", "instance")
    security = next(p["Id"] for p in connect.list_security_profiles(InstanceId=instance)["SecurityProfileSummaryList"]
                    if p["Name"] == "Agent")
    routing = connect.list_routing_profiles(InstanceId=instance)["RoutingProfileSummaryList"][0]["Id"]
    user = connect.create_user(
        InstanceId=instance, Username="agent1@example.com", IdentityInfo={"FirstName": "Agent", "LastName": "Uno"},
        PhoneConfig={"PhoneType": "SOFT_PHONE", "AutoAccept": False, "AfterContactWorkTimeLimit": 0},
        SecurityProfileIds=[security], RoutingProfileId=routing, Tags={"made-by": "boto3"})["UserId"]
    origin = f"https://{BUCKET}.s3.{REGION}.amazonaws.com"
    connect.associate_approved_origin(InstanceId=instance, Origin=origin)

    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": [{"Key": "made-by", "Value": "boto3"}]})
    s3.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [
        {"AllowedMethods": ["GET"], "AllowedOrigins": ["https://intranet.example.com"]}]})
    s3.put_object(Bucket=BUCKET, Key="in-session.html", Body=b"<h1>soon</h1>", ContentType="text/html")

    app.create_fleet(Name=FLEET, ImageName=BASE, InstanceType="stream.standard.medium", FleetType="ON_DEMAND",
                     ComputeCapacity={"DesiredInstances": 1}, StreamView="DESKTOP", MaxUserDurationInSeconds=36000,
                     DisconnectTimeoutInSeconds=600, IdleDisconnectTimeoutInSeconds=900, Description="By hand",
                     VpcConfig={"SubnetIds": ["subnet-0a1b2c3d4e5f60718"], "SecurityGroupIds": ["sg-0a1b2c3d4e5f60718"]})
    app.create_stack(Name=FLEET, DisplayName="Old", Tags={"made-by": "boto3"})
    app.associate_fleet(FleetName=FLEET, StackName=FLEET)
    app.start_fleet(Name=FLEET)
    until(lambda: app.describe_fleets(Names=[FLEET])["Fleets"][0]["State"], "RUNNING", "fleet")
    scaling.register_scalable_target(MinCapacity=1, MaxCapacity=2, **TARGET)
    app.create_fleet(Name="boto-outside", ImageName=BASE, InstanceType="stream.standard.small",
                     ComputeCapacity={"DesiredInstances": 1})
    app.create_user(FirstName="Agent", LastName="One", MessageAction="SUPPRESS", **POOL)
    skip(2)
    errors = app.batch_associate_user_stack(UserStackAssociations=[{"StackName": FLEET, **POOL}])["errors"]
    same(errors, [], "errors")
    ids, answers = sign_in(instance)
    ids |= {
        "connect.instance/main": instance, "connect.user/agent1@example.com": user, "s3.bucket/ccp": BUCKET,
        "appstream.fleet/agents": FLEET, "appstream.stack/agents": FLEET,
        "appstream.fleet_association/agents:agents": f"{FLEET}/{FLEET}"}
    print(json.dumps({"ids": ids, "answers": answers}))


def read_sign_in(application):
    iam = client("iam")
    role = iam.get_role(RoleName=ROLE)["Role"]
    same(role["MaxSessionDuration"], 8 * 3600, "session")
    actions = role["AssumeRolePolicyDocument"]["Statement"][0]["Action"]
    same("sts:TagSession" in actions, True, "the trust is Headset's now")
    tags = {t["Key"]: t["Value"] for t in role["Tags"]}
    same((tags["made-by"], tags["headset:environment"]), ("boto3", "boto-made"), "role tags")
    # A role has the inline policies that the blueprint says, and no others.
    same(iam.list_role_policies(RoleName=ROLE)["PolicyNames"], ["headset-federation"], "inline policies")
    provider = iam.get_saml_provider(SAMLProviderArn=PROVIDER)
    tags = {t["Key"]: t["Value"] for t in provider["Tags"]}
    same((tags["made-by"], tags["headset:environment"]), ("boto3", "boto-made"), "provider tags")
    # Users that others have assigned stay assigned.
    same(assigned(application), sorted([group("agents"), group("supervisors")]), "assignments")


def read(application):
    read_sign_in(application)
    connect, s3, app = client("connect"), client("s3"), client("appstream", "eu-west-1")
    instance = instances(connect)[0]
    user = next(u["Id"] for u in connect.list_users(InstanceId=instance)["UserSummaryList"]
                if u["Username"] == "agent1@example.com")
    user = connect.describe_user(InstanceId=instance, UserId=user)["User"]
    same((user["IdentityInfo"]["LastName"], user["PhoneConfig"]["AfterContactWorkTimeLimit"]), ("One", 30), "user")
    same((user["Tags"]["made-by"], user["Tags"]["headset:environment"]), ("boto3", "boto-made"), "user tags")
    fleet = app.describe_fleets(Names=[FLEET])["Fleets"][0]
    same((fleet["DisconnectTimeoutInSeconds"], fleet["State"]), (900, "RUNNING"), "fleet")
    same(app.describe_stacks(Names=[FLEET])["Stacks"][0]["DisplayName"], "Desktop", "stack")
    tags = {t["Key"]: t["Value"] for t in s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"]}
    same((tags["made-by"], tags["headset:environment"]), ("boto3", "boto-made"), "bucket tags")
    page = s3.get_object(Bucket=BUCKET, Key="in-session.html")["Body"].read().decode()
    same("boto-made.my.connect.aws" in page, True, "the page is Headset's now")
    target = client("application-autoscaling", "eu-west-1").describe_scalable_targets(
        ServiceNamespace="appstream", ResourceIds=[f"fleet/{FLEET}"])["ScalableTargets"][0]
    same((target["MinCapacity"], target["MaxCapacity"]), (1, 3), "limits")
    same(app.list_associated_fleets(StackName="boto-made-outside")["Names"], ["boto-outside"], "a link to what is outside")
    same(app.list_tags_for_resource(ResourceArn=app.describe_fleets(Names=["boto-outside"])["Fleets"][0]["Arn"])["Tags"],
         {}, "what is outside is not marked")


def gone(application):
    iam = client("iam")
    fails("NoSuchEntity", iam.get_role, RoleName=ROLE)
    fails("NoSuchEntity", iam.get_saml_provider, SAMLProviderArn=PROVIDER)
    # A person made the application, and a person deletes it.
    same(assigned(application), [group("supervisors")], "assignments")
    connect, s3, app = client("connect"), client("s3"), client("appstream", "eu-west-1")
    same(instances(connect), [], "instances")
    fails("404", s3.head_bucket, Bucket=BUCKET)
    fails("ResourceNotFoundException", app.describe_fleets, Names=[FLEET])
    fails("ResourceNotFoundException", app.describe_stacks, Names=[FLEET])
    # What was only linked to is still there.
    same(app.describe_fleets(Names=["boto-outside"])["Fleets"][0]["State"], "STOPPED", "what is outside")
    same(app.list_associated_stacks(FleetName="boto-outside")["Names"], [], "links")


if __name__ == "__main__":
    {"make": make, "read": read, "gone": gone}[sys.argv[2]](*sys.argv[3:])
    print(f"{checks.PASSED} checks", file=sys.stderr)
