#!/usr/bin/env python3
"""A contact center as consoles leave it, for `headset import` to write a blueprint of.

    brownfield.py http://127.0.0.1:4566        prints the aliases and stacks that it made

One instance with a role that a managed policy lets in, a bucket that is public by its ACL, and the desktops of a user pool, on an
image that was captured by hand.
"""
import json
import pathlib
import sys

import checks
from checks import ACCOUNT, REGION, client, control, same, until

BASE = "AppStream-WinServer2022-05-12-2026"
BUCKET = "walked-pages"
NAME = "connect-integration"
METADATA = pathlib.Path(__file__).resolve().parents[2] / "crates/kinds/src/iam/samples/metadata.xml"
FLEET = {"ServiceNamespace": "appstream", "ResourceId": "fleet/walked-desk",
         "ScalableDimension": "appstream:fleet:DesiredCapacity"}
POOL = {"UserName": "agent1@example.com", "AuthenticationType": "USERPOOL"}
SUPPORT = {"team": "support"}


def listed(tags):
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def instance():
    connect = client("connect")
    made = connect.create_instance(InstanceAlias="walked", IdentityManagementType="SAML", InboundCallsEnabled=True,
                                   OutboundCallsEnabled=False, Tags=SUPPORT)["Id"]
    until(lambda: connect.describe_instance(InstanceId=made)["Instance"]["InstanceStatus"], "ACTIVE", "instance")
    # What the console makes together with an instance.
    connect.associate_instance_storage_config(InstanceId=made, ResourceType="CALL_RECORDINGS", StorageConfig={
        "StorageType": "S3", "S3Config": {"BucketName": "walked-recordings", "BucketPrefix": "connect/walked/CallRecordings"}})
    connect.update_instance_attribute(InstanceId=made, AttributeType="EARLY_MEDIA", Value="false")
    connect.associate_approved_origin(InstanceId=made, Origin=f"https://{BUCKET}.s3.{REGION}.amazonaws.com")
    return made


def sign_in(of):
    iam = client("iam")
    provider = iam.create_saml_provider(Name=NAME, SAMLMetadataDocument=METADATA.read_text(), Tags=listed(SUPPORT))
    policy = iam.create_policy(PolicyName=NAME, PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{
            "Sid": "Statement1", "Effect": "Allow", "Action": "connect:GetFederationToken", "Resource": ["*"],
            "Condition": {"StringEquals": {"connect:InstanceId": of}}}]}))["Policy"]["Arn"]
    # Indented, as the console shows and keeps it.
    trust = json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRoleWithSAML", "Principal": {"Federated": provider["SAMLProviderArn"]},
        "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}}]}, indent=4)
    iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=trust, Tags=listed(SUPPORT))
    iam.attach_role_policy(RoleName=NAME, PolicyArn=policy)


def pages():
    s3 = client("s3")
    s3.create_bucket(Bucket="walked-recordings", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION},
                     ObjectOwnership="BucketOwnerPreferred")
    s3.delete_public_access_block(Bucket=BUCKET)
    s3.put_bucket_acl(Bucket=BUCKET, ACL="public-read")
    s3.put_object(Bucket=BUCKET, Key="index.html", Body=b"<h1>Calls</h1>", ContentType="text/html", ACL="public-read")
    s3.put_bucket_website(Bucket=BUCKET, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})


def image(app):
    app.create_image_builder(Name="walked-builder", ImageName=BASE, InstanceType="stream.standard.medium")

    def state(of):
        def look():
            try:
                found = app.describe_images(Names=["walked"])["Images"] if of == "image" else \
                    app.describe_image_builders(Names=["walked-builder"])["ImageBuilders"]
            except app.exceptions.ResourceNotFoundException:
                found = []
            return found[0]["State"] if found else None
        return look
    until(state("builder"), "RUNNING", "builder")
    control("console/image-builder/walked-builder/capture", {
        "name": "walked", "region": REGION, "applications": [{"name": "crm", "absolute_app_path": "C:\\crm.exe"}]})
    until(state("image"), "AVAILABLE", "image")


def desktops():
    app, scaling = client("appstream"), client("application-autoscaling")
    image(app)
    app.create_fleet(Name="walked-desk", ImageName="walked", InstanceType="stream.standard.medium", FleetType="ALWAYS_ON",
                     ComputeCapacity={"DesiredInstances": 2}, EnableDefaultInternetAccess=True, Tags=SUPPORT)
    app.create_stack(Name="walked", Tags=SUPPORT, Description="Desks", UserSettings=[
        {"Action": "CLIPBOARD_COPY_FROM_LOCAL_DEVICE", "Permission": "ENABLED"},
        {"Action": "PRINTING_TO_LOCAL_DEVICE", "Permission": "DISABLED"}])
    app.associate_fleet(FleetName="walked-desk", StackName="walked")
    app.create_stack(Name="alone")
    app.start_fleet(Name="walked-desk")
    until(lambda: app.describe_fleets(Names=["walked-desk"])["Fleets"][0]["State"], "RUNNING", "fleet")
    scaling.register_scalable_target(MinCapacity=1, MaxCapacity=4, Tags=SUPPORT, **FLEET)
    for name, least in (("walked-desk-schedule-mornings", 2), ("evenings", 1)):
        scaling.put_scheduled_action(ScheduledActionName=name, Schedule="cron(0 8 ? * MON-FRI *)", Timezone="Europe/London",
                                     ScalableTargetAction={"MinCapacity": least}, **FLEET)
    app.create_user(FirstName="Agent", LastName="One", MessageAction="SUPPRESS", **POOL)
    checks.skip(2)
    same(app.batch_associate_user_stack(UserStackAssociations=[{"StackName": "walked", **POOL}])["errors"], [], "errors")


def main():
    sign_in(instance())
    pages()
    desktops()
    print(json.dumps({"account": ACCOUNT}))


if __name__ == "__main__":
    main()
    print(f"{checks.PASSED} checks", file=sys.stderr)
