#!/usr/bin/env python3
"""What is in an account already when Headset comes: made by boto3, for the blueprints in tests/scenarios.

    fixtures.py http://127.0.0.1:4566

Prints what only this run knows: the ARN of a secret, and the metadata of an identity provider.
"""
import json

import identity_provider
from checks import ACCOUNT, client, control, until

BASE = "AppStream-WinServer2022-05-12-2026"


def image(region, name):
    """A private image, captured in a builder."""
    app = client("appstream", region)
    builder = f"{name}-builder"
    app.create_image_builder(Name=builder, ImageName=BASE, InstanceType="stream.standard.large")

    def state(of):
        def look():
            try:
                found = app.describe_images(Names=[name])["Images"] if of == "image" else \
                    app.describe_image_builders(Names=[builder])["ImageBuilders"]
            except app.exceptions.ResourceNotFoundException:
                found = []
            return found[0]["State"] if found else None
        return look
    until(state("builder"), "RUNNING", builder)
    control(f"console/image-builder/{builder}/capture", {
        "name": name, "region": region,
        "applications": [{"name": "crm", "absolute_app_path": "C:\\crm.exe"}]})
    until(state("image"), "AVAILABLE", name)
    until(state("builder"), "STOPPED", builder)
    app.delete_image_builder(Name=builder)


def main():
    iam, s3, connect = client("iam"), client("s3", "eu-west-1"), client("connect")
    anything = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    iam.create_policy(PolicyName="boundary", Path="/others/", PolicyDocument=anything)
    iam.create_role(RoleName="desktop", Path="/others/", AssumeRolePolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "appstream.amazonaws.com"}, "Action": "sts:AssumeRole"}]}))
    brand = f"others-brand-{ACCOUNT}"
    s3.create_bucket(Bucket=brand, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for key in ("logo.png", "icon.png"):
        s3.put_object(Bucket=brand, Key=key, Body=b"\x89PNG", ContentType="image/png")
    client("secretsmanager").create_secret(Name="others/agent2", SecretString="From-a-secret-1")
    client("ssm").put_parameter(Name="/others/agent3", Value="From-a-parameter-1", Type="SecureString")

    instance = connect.create_instance(InstanceAlias="others-center", IdentityManagementType="SAML",
                                       InboundCallsEnabled=True, OutboundCallsEnabled=True)["Id"]
    until(lambda: connect.describe_instance(InstanceId=instance)["Instance"]["InstanceStatus"], "ACTIVE", "instance")
    image("eu-central-1", "others-master")
    image("eu-west-1", "others-local")
    app = client("appstream", "eu-west-1")
    app.create_fleet(Name="others-fleet", ImageName="others-local", InstanceType="stream.standard.medium",
                     ComputeCapacity={"DesiredInstances": 1})
    app.create_stack(Name="others-stack")
    app.create_user(UserName="others@example.com", AuthenticationType="USERPOOL", MessageAction="SUPPRESS")
    app.create_image_builder(Name="others-builder", ImageName=BASE, InstanceType="stream.standard.medium")
    until(lambda: app.describe_image_builders(Names=["others-builder"])["ImageBuilders"][0]["State"], "RUNNING", "builder")
    print(json.dumps({
        "secret": client("secretsmanager").describe_secret(SecretId="others/agent2")["ARN"],
        "metadata": identity_provider.metadata_of(identity_provider.application("others"))}))


if __name__ == "__main__":
    main()
