#!/usr/bin/env python3
"""A contact center by boto3: builds, re-reads, changes and removes each kind on the simulator.

    suite.py http://127.0.0.1:4566 [PART...]      PART: storage.copies, pages.center, ...

Every check compares what AWS's own client reads with what it asked for. The last line counts them.
"""
import json
import sys
import time
import urllib.error
import urllib.request

import account
import checks
import desktops
import edge
import identity_provider
import networks
import pages
import scaling
import storage
import vault
from checks import ACCOUNT, ENDPOINT, REGION, client, control, fails, same, until


def connect_instance():
    connect = client("connect")
    made = connect.create_instance(
        InstanceAlias="boto-center", IdentityManagementType="SAML", InboundCallsEnabled=True,
        OutboundCallsEnabled=False, Tags={"team": "a"})
    instance = made["Id"]
    until(lambda: connect.describe_instance(InstanceId=instance)["Instance"]["InstanceStatus"], "ACTIVE", "instance")
    read = connect.describe_instance(InstanceId=instance)["Instance"]
    same(read["InstanceAlias"], "boto-center", "alias")
    same((read["InboundCallsEnabled"], read["OutboundCallsEnabled"]), (True, False), "calls")
    same(read["Tags"], {"team": "a"}, "tags")
    same(read["InstanceAccessUrl"], "https://boto-center.my.connect.aws", "URL")
    connect.update_instance_attribute(InstanceId=instance, AttributeType="OUTBOUND_CALLS", Value="true")
    connect.update_instance_attribute(InstanceId=instance, AttributeType="CONTACTFLOW_LOGS", Value="true")
    pages = connect.get_paginator("list_instance_attributes").paginate(InstanceId=instance)
    attributes = {a["AttributeType"]: a["Value"] for page in pages for a in page["Attributes"]}
    same((attributes["OUTBOUND_CALLS"], attributes["CONTACTFLOW_LOGS"]), ("true", "true"), "attributes")
    same(connect.describe_instance(InstanceId=instance)["Instance"]["OutboundCallsEnabled"], True, "outbound calls")
    fails("InvalidRequestException|InvalidParameterException", connect.create_instance, InstanceAlias="d-no",
          IdentityManagementType="SAML", InboundCallsEnabled=True, OutboundCallsEnabled=True)

    connect.associate_approved_origin(InstanceId=instance, Origin="https://pages.example.com")
    fails("ResourceConflictException", connect.associate_approved_origin, InstanceId=instance,
          Origin="https://pages.example.com")
    same(connect.list_approved_origins(InstanceId=instance)["Origins"], ["https://pages.example.com"], "origins")
    connect.disassociate_approved_origin(InstanceId=instance, Origin="https://pages.example.com")
    same(connect.list_approved_origins(InstanceId=instance)["Origins"], [], "origins")

    profiles = {p["Name"]: p["Id"] for p in
                connect.list_security_profiles(InstanceId=instance)["SecurityProfileSummaryList"]}
    routing = {p["Name"]: p["Id"] for p in
               connect.list_routing_profiles(InstanceId=instance)["RoutingProfileSummaryList"]}
    same({"Admin", "Agent"} <= set(profiles), True, "built-in security profiles")
    wanted = dict(
        InstanceId=instance, Username="agent@example.com", IdentityInfo={"FirstName": "A", "LastName": "B"},
        PhoneConfig={"PhoneType": "SOFT_PHONE", "AutoAccept": False, "AfterContactWorkTimeLimit": 30},
        SecurityProfileIds=[profiles["Agent"]], RoutingProfileId=routing["Basic Routing Profile"])
    fails("InvalidRequestException|InvalidParameterException", connect.create_user, Password="Secret123!", **wanted)
    user = connect.create_user(**wanted)["UserId"]
    fails("DuplicateResourceException", connect.create_user, **wanted)
    read = connect.describe_user(InstanceId=instance, UserId=user)["User"]
    same(read["Username"], "agent@example.com", "user name")
    same(read["PhoneConfig"]["AfterContactWorkTimeLimit"], 30, "after contact work")
    connect.update_user_security_profiles(InstanceId=instance, UserId=user, SecurityProfileIds=[profiles["Admin"]])
    connect.update_user_identity_info(InstanceId=instance, UserId=user,
                                      IdentityInfo={"FirstName": "C", "LastName": "D"})
    read = connect.describe_user(InstanceId=instance, UserId=user)["User"]
    same(read["SecurityProfileIds"], [profiles["Admin"]], "security profiles")
    same(read["IdentityInfo"]["FirstName"], "C", "first name")
    connect.tag_resource(resourceArn=read["Arn"], tags={"x": "y"})
    same(connect.list_tags_for_resource(resourceArn=read["Arn"])["tags"]["x"], "y", "user tags")
    phone_numbers(connect, instance, read["Arn"].split("/agent/")[0])
    queues(connect, instance, user)
    hours_of_operation(connect, instance)
    connect.delete_user(InstanceId=instance, UserId=user)
    fails("ResourceNotFoundException|UserNotFoundException", connect.describe_user, InstanceId=instance, UserId=user)
    connect.delete_instance(InstanceId=instance)

    def gone():
        return all(i["Id"] != instance for i in connect.list_instances()["InstanceSummaryList"])
    until(gone, True, "instance gone")


def queues(connect, instance, user):
    hours = {h["Name"]: h["Id"] for h in
             connect.list_hours_of_operations(InstanceId=instance)["HoursOfOperationSummaryList"]}
    flows = {f["Name"]: f["Id"] for f in connect.list_contact_flows(InstanceId=instance)["ContactFlowSummaryList"]}
    wanted = dict(InstanceId=instance, Name="Sales", HoursOfOperationId=hours["Basic Hours"])
    fails("ResourceNotFoundException", connect.create_queue, **{**wanted, "HoursOfOperationId": flows["Default outbound"]})
    fails("InvalidRequestException|InvalidParameterException", connect.create_queue, **{**wanted, "Name": "x" * 128})
    made = connect.create_queue(Description="Orders", MaxContacts=20, Tags={"line": "orders"}, **wanted)
    fails("DuplicateResourceException", connect.create_queue, **wanted)
    queue = dict(InstanceId=instance, QueueId=made["QueueId"])

    def read():
        return connect.describe_queue(**queue)["Queue"]
    same((read()["Description"], read()["MaxContacts"], read()["Status"], read()["Tags"]),
         ("Orders", 20, "ENABLED", {"line": "orders"}), "queue")
    connect.update_queue_name(Name="Support", Description="Returns", **queue)
    connect.update_queue_status(Status="DISABLED", **queue)
    connect.update_queue_max_contacts(MaxContacts=0, **queue)
    connect.update_queue_hours_of_operation(HoursOfOperationId=hours["Basic Hours"], **queue)
    caller = {"OutboundCallerIdName": "Acme", "OutboundFlowId": flows["Default outbound"]}
    connect.update_queue_outbound_caller_config(OutboundCallerConfig=caller, **queue)
    same((read()["Name"], read()["Description"], read()["MaxContacts"], read()["Status"], read()["OutboundCallerConfig"]),
         ("Support", "Returns", 0, "DISABLED", caller), "changed queue")
    fails("DuplicateResourceException", connect.update_queue_name, Name="BasicQueue", **queue)
    fails("InvalidRequestException|InvalidParameterException", connect.update_queue_name, **queue)
    pages = connect.get_paginator("list_queues").paginate(InstanceId=instance, PaginationConfig={"PageSize": 1})
    listed = [(one["QueueType"], one.get("Name"), one["Arn"].split("/")[-1]) for page in pages
              for one in page["QueueSummaryList"]]
    basic = connect.list_queues(InstanceId=instance, QueueTypes=["STANDARD"])["QueueSummaryList"][0]
    same(listed, [("STANDARD", "BasicQueue", basic["Id"]), ("STANDARD", "Support", made["QueueId"]), ("AGENT", None, user)],
         "queues, with those of agents")
    tagged = connect.search_queues(InstanceId=instance, SearchFilter={"TagFilter": {"TagCondition": {"TagKey": "line"}}})
    same([one["Name"] for one in tagged["Queues"]], ["Support"], "queues by tag")
    profiles = connect.search_routing_profiles(InstanceId=instance)["RoutingProfiles"]
    same([(one["Name"], one["AssociatedQueueIds"]) for one in profiles], [("Basic Routing Profile", [basic["Id"]])],
         "queues of routing profiles")
    fails("ResourceInUseException", connect.delete_queue, InstanceId=instance, QueueId=basic["Id"])
    connect.delete_queue(**queue)
    fails("ResourceNotFoundException", connect.describe_queue, **queue)


def hours_of_operation(connect, instance):
    def at(hours, minutes=0):
        return {"Hours": hours, "Minutes": minutes}
    monday = {"Day": "MONDAY", "StartTime": at(8), "EndTime": at(18, 30)}
    wanted = dict(InstanceId=instance, Name="Office", TimeZone="Europe/London", Config=[monday])
    fails("InvalidRequestException|InvalidParameterException", connect.create_hours_of_operation,
          **{**wanted, "Config": [{**monday, "EndTime": at(24)}]})
    fails("InvalidParameterException", connect.create_hours_of_operation, **{**wanted, "TimeZone": "Europe/Nowhere"})
    made = connect.create_hours_of_operation(Description="Orders", Tags={"line": "orders"}, **wanted)
    fails("DuplicateResourceException", connect.create_hours_of_operation, **wanted)
    hours = dict(InstanceId=instance, HoursOfOperationId=made["HoursOfOperationId"])

    def read():
        return connect.describe_hours_of_operation(**hours)["HoursOfOperation"]
    same((read()["Name"], read()["Config"], read()["Tags"]), ("Office", [monday], {"line": "orders"}), "hours")
    midnight = {"Day": "SUNDAY", "StartTime": at(0), "EndTime": at(0)}
    connect.update_hours_of_operation(Config=[midnight], **hours)
    same((read()["Name"], read()["TimeZone"], read()["Config"]), ("Office", "Europe/London", [midnight]), "changed hours")
    connect.update_hours_of_operation(Name="Round the clock", **hours)
    fails("DuplicateResourceException", connect.update_hours_of_operation, Name="Basic Hours", **hours)
    found = connect.search_hours_of_operations(
        InstanceId=instance, SearchFilter={"TagFilter": {"TagCondition": {"TagKey": "line"}}})["HoursOfOperations"]
    same([(one["Name"], one["Config"]) for one in found], [("Round the clock", [midnight])], "hours by tag")
    dates = dict(EffectiveFrom="2027-01-01", EffectiveTill="2027-12-31")
    fails("InvalidParameterException", connect.create_hours_of_operation_override, Name="Backwards", Config=[],
          EffectiveFrom="2027-01-02", EffectiveTill="2027-01-01", **hours)
    pattern = {"Frequency": "MONTHLY", "Interval": 1, "ByMonthDay": [-1]}
    fails("InvalidParameterException", connect.create_hours_of_operation_override, Name="Both", Config=[],
          RecurrenceConfig={"RecurrencePattern": {**pattern, "ByWeekdayOccurrence": [1]}}, **dates, **hours)
    override = connect.create_hours_of_operation_override(
        Name="Month's end", Config=[monday], OverrideType="CLOSED", RecurrenceConfig={"RecurrencePattern": pattern},
        **dates, **hours)["HoursOfOperationOverrideId"]
    fails("DuplicateResourceException", connect.create_hours_of_operation_override, Name="Month's end", Config=[],
          **dates, **hours)
    connect.update_hours_of_operation_override(HoursOfOperationOverrideId=override, EffectiveTill="2028-12-31", **hours)
    listed = connect.list_hours_of_operation_overrides(**hours)["HoursOfOperationOverrideList"]
    same([(one["Name"], one["EffectiveTill"], one["OverrideType"], one["RecurrenceConfig"]["RecurrencePattern"])
          for one in listed], [("Month's end", "2028-12-31", "CLOSED", pattern)], "overrides")
    one = connect.describe_hours_of_operation_override(HoursOfOperationOverrideId=override, **hours)
    same(one["HoursOfOperationOverride"], listed[0], "an override")
    connect.delete_hours_of_operation_override(HoursOfOperationOverrideId=override, **hours)
    fails("ResourceNotFoundException", connect.delete_hours_of_operation_override,
          HoursOfOperationOverrideId=override, **hours)
    connect.delete_hours_of_operation(**hours)
    fails("ResourceNotFoundException", connect.describe_hours_of_operation, **hours)


def phone_numbers(connect, instance, arn):
    pages = connect.get_paginator("search_available_phone_numbers").paginate(
        TargetArn=arn, PhoneNumberCountryCode="US", PhoneNumberType="TOLL_FREE")
    number = next(one["PhoneNumber"] for page in pages for one in page["AvailableNumbersList"])
    made = connect.claim_phone_number(TargetArn=arn, PhoneNumber=number, PhoneNumberDescription="Support")
    claimed = dict(PhoneNumberId=made["PhoneNumberId"])
    until(lambda: connect.describe_phone_number(**claimed)["ClaimedPhoneNumberSummary"]["PhoneNumberStatus"]["Status"],
          "CLAIMED", "number")
    listed = connect.list_phone_numbers_v2(TargetArn=arn)["ListPhoneNumbersSummaryList"]
    same([(one["PhoneNumber"], one["PhoneNumberType"], one["InstanceId"]) for one in listed],
         [(number, "TOLL_FREE", instance)], "numbers")
    fails("ResourceNotFoundException", connect.claim_phone_number, TargetArn=arn, PhoneNumber=number)
    fails("InvalidParameterException", connect.claim_phone_number, PhoneNumber="+18005550001")
    connect.tag_resource(resourceArn=made["PhoneNumberArn"], tags={"line": "support"})
    same(connect.describe_phone_number(**claimed)["ClaimedPhoneNumberSummary"]["Tags"], {"line": "support"}, "number tags")
    connect.release_phone_number(**claimed)
    same(connect.list_phone_numbers_v2(TargetArn=arn)["ListPhoneNumbersSummaryList"], [], "numbers")
    fails("ResourceNotFoundException", connect.describe_phone_number, **claimed)


def identity():
    application = identity_provider.application("boto")
    metadata = identity_provider.metadata_of(application)
    iam = client("iam")
    fails("InvalidInput|ValidationError", iam.create_saml_provider, Name="boto", SAMLMetadataDocument="x" * 1200)
    provider = iam.create_saml_provider(Name="boto", SAMLMetadataDocument=metadata,
                                        Tags=[{"Key": "a", "Value": "b"}])["SAMLProviderArn"]
    same(provider, f"arn:aws:iam::{ACCOUNT}:saml-provider/boto", "provider ARN")
    fails("EntityAlreadyExists", iam.create_saml_provider, Name="boto", SAMLMetadataDocument=metadata)
    read = iam.get_saml_provider(SAMLProviderArn=provider)
    same(read["SAMLMetadataDocument"], metadata, "metadata")
    same(read["Tags"], [{"Key": "a", "Value": "b"}], "provider tags")
    trust = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithSAML",
        "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}}]}
    fails("MalformedPolicyDocument", iam.create_role, RoleName="boto", AssumeRolePolicyDocument="{}")
    iam.create_role(RoleName="boto", AssumeRolePolicyDocument=json.dumps(trust), Description="d",
                    MaxSessionDuration=43200, Tags=[{"Key": "a", "Value": "b"}])
    role = iam.get_role(RoleName="boto")["Role"]
    same(role["AssumeRolePolicyDocument"], trust, "trust policy")
    same((role["Description"], role["MaxSessionDuration"], role["Tags"]),
         ("d", 43200, [{"Key": "a", "Value": "b"}]), "role")
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "connect:GetFederationToken", "Resource": "*"}]}
    iam.put_role_policy(RoleName="boto", PolicyName="p", PolicyDocument=json.dumps(policy))
    same(iam.get_role_policy(RoleName="boto", PolicyName="p")["PolicyDocument"], policy, "inline policy")
    iam.update_role(RoleName="boto", MaxSessionDuration=3600, Description="e")
    same(iam.get_role(RoleName="boto")["Role"]["MaxSessionDuration"], 3600, "session")
    fails("DeleteConflict", iam.delete_role, RoleName="boto")
    iam.delete_role_policy(RoleName="boto", PolicyName="p")
    iam.delete_role(RoleName="boto")
    fails("NoSuchEntity", iam.get_role, RoleName="boto")
    iam.delete_saml_provider(SAMLProviderArn=provider)
    fails("NoSuchEntity", iam.get_saml_provider, SAMLProviderArn=provider)
    same(client("sts").get_caller_identity()["Account"], ACCOUNT, "account")

    sso = client("sso-admin", "us-east-1")
    instance = sso.list_instances()["Instances"][0]
    same(client("sso-admin").list_instances()["Instances"], [], "no instance outside its region")
    store = client("identitystore", "us-east-1")
    group = store.get_group_id(IdentityStoreId=instance["IdentityStoreId"], AlternateIdentifier={
        "UniqueAttribute": {"AttributePath": "displayName", "AttributeValue": "agents"}})["GroupId"]
    fails("ResourceNotFoundException", store.get_user_id, IdentityStoreId=instance["IdentityStoreId"],
          AlternateIdentifier={"UniqueAttribute": {"AttributePath": "userName", "AttributeValue": "nobody"}})
    assignment = dict(ApplicationArn=application["application_arn"], PrincipalId=group, PrincipalType="GROUP")
    sso.create_application_assignment(**assignment)
    fails("ConflictException", sso.create_application_assignment, **assignment)
    listed = sso.list_application_assignments(ApplicationArn=application["application_arn"])
    same([a["PrincipalId"] for a in listed["ApplicationAssignments"]], [group], "assignments")
    sso.delete_application_assignment(**assignment)
    sso.delete_application(ApplicationArn=application["application_arn"])


def bucket():
    s3 = client("s3")
    name = f"boto-ccp-{ACCOUNT}-{REGION}"
    fails("404", s3.head_bucket, Bucket=name)
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    fails("BucketAlreadyOwnedByYou", s3.create_bucket, Bucket=name,
          CreateBucketConfiguration={"LocationConstraint": REGION})
    same(s3.get_bucket_location(Bucket=name)["LocationConstraint"], REGION, "location")
    policy = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/page.html"}]}
    fails("AccessDenied", s3.put_bucket_policy, Bucket=name, Policy=json.dumps(policy))
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration={
        "BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": False, "RestrictPublicBuckets": False})
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))
    same(json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"][0]["Effect"], "Allow", "policy")
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    same(s3.get_bucket_tagging(Bucket=name)["TagSet"], [{"Key": "a", "Value": "b"}], "bucket tags")
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls={
        "Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]})
    s3.delete_bucket_ownership_controls(Bucket=name)
    fails("OwnershipControlsNotFoundError", s3.get_bucket_ownership_controls, Bucket=name)
    body = "<h1>gr\u00fc\u00df dich</h1>".encode()
    s3.put_object(Bucket=name, Key="page.html", Body=body, ContentType="text/html; charset=utf-8",
                  CacheControl="no-cache", Metadata={"a": "b"}, ChecksumAlgorithm="SHA256")
    read = s3.get_object(Bucket=name, Key="page.html", ChecksumMode="ENABLED")
    same(read["Body"].read(), body, "body")
    same((read["ContentType"], read["CacheControl"], read["Metadata"]),
         ("text/html; charset=utf-8", "no-cache", {"a": "b"}), "headers")
    same("ChecksumSHA256" in read, True, "checksum")
    fails("PreconditionFailed", s3.put_object, Bucket=name, Key="page.html", Body=b"x", IfNoneMatch="*")
    with urllib.request.urlopen(f"{ENDPOINT}/{name}/page.html", timeout=30) as anonymous:
        same(anonymous.read(), body, "anonymous read of what the policy allows")
    s3.put_object(Bucket=name, Key="secret", Body=b"x")
    try:
        urllib.request.urlopen(f"{ENDPOINT}/{name}/secret", timeout=30)
        raise AssertionError("an anonymous read of a private object went through")
    except urllib.error.HTTPError as error:
        same(error.code, 403, "anonymous read of what it does not")
    fails("BucketNotEmpty", s3.delete_bucket, Bucket=name)
    s3.delete_objects(Bucket=name, Delete={"Objects": [{"Key": "page.html"}, {"Key": "secret"}]})
    s3.delete_bucket(Bucket=name)
    fails("404", s3.head_bucket, Bucket=name)


def appstream():
    app = client("appstream", "eu-west-1")
    bases = app.describe_images(Type="PUBLIC", MaxResults=25)["Images"]
    base = max(i["Name"] for i in bases
               if i["Name"].startswith("AppStream-WinServer2022") and i["State"] == "AVAILABLE")
    app.create_image_builder(
        Name="boto-builder", ImageName=base, InstanceType="stream.standard.medium",
        VpcConfig={"SubnetIds": ["subnet-0a1b2c3d4e5f60718"], "SecurityGroupIds": ["sg-0a1b2c3d4e5f60718"]},
        Tags={"a": "b"})

    def builder():
        return app.describe_image_builders(Names=["boto-builder"])["ImageBuilders"][0]["State"]
    until(builder, "RUNNING", "builder")
    same(app.create_image_builder_streaming_url(Name="boto-builder")["StreamingURL"].startswith("http"), True, "URL")
    control("console/image-builder/boto-builder/capture", {
        "name": "boto-image", "description": "", "display_name": "Boto", "tags": {"c": "d"}, "region": "eu-west-1",
        "applications": [{"name": "crm", "absolute_app_path": "C:\\crm.exe", "launch_parameters": "",
                          "display_name": "CRM"}]})

    def image():
        # A captured image is not listed at once.
        try:
            listed = app.describe_images(Names=["boto-image"])["Images"]
        except app.exceptions.ResourceNotFoundException:
            listed = []
        return listed[0]["State"] if listed else None
    until(image, "AVAILABLE", "image")
    applications = app.describe_images(Names=["boto-image"])["Images"][0]["Applications"]
    same([a["Name"] for a in applications], ["crm"], "applications")
    until(builder, "STOPPED", "builder")

    fails("InvalidParameterCombinationException", app.create_fleet, Name="boto-fleet", ImageName="boto-image",
          InstanceType="stream.standard.medium", ComputeCapacity={"DesiredInstances": 1, "DesiredSessions": 1})
    app.create_fleet(
        Name="boto-fleet", ImageName="boto-image", InstanceType="stream.standard.medium", FleetType="ON_DEMAND",
        ComputeCapacity={"DesiredInstances": 2}, MaxUserDurationInSeconds=43200, DisconnectTimeoutInSeconds=900,
        IdleDisconnectTimeoutInSeconds=900, StreamView="DESKTOP",
        VpcConfig={"SubnetIds": ["subnet-0a1b2c3d4e5f60718"], "SecurityGroupIds": ["sg-0a1b2c3d4e5f60718"]})

    def fleet():
        return app.describe_fleets(Names=["boto-fleet"])["Fleets"][0]
    same(fleet()["State"], "STOPPED", "a new fleet")
    same((fleet()["StreamView"], fleet()["MaxUserDurationInSeconds"]), ("DESKTOP", 43200), "fleet")
    app.start_fleet(Name="boto-fleet")
    fails("OperationNotPermittedException|ResourceInUseException", app.update_fleet, Name="boto-fleet", Description="d")
    until(lambda: fleet()["State"], "RUNNING", "fleet")
    app.update_fleet(Name="boto-fleet", DisplayName="Boto", ComputeCapacity={"DesiredInstances": 3})
    same((fleet()["DisplayName"], fleet()["ComputeCapacityStatus"]["Desired"]), ("Boto", 3), "changed while running")
    fails("ResourceInUseException", app.update_fleet, Name="boto-fleet", StreamView="APP")

    app.create_stack(Name="boto-stack", UserSettings=[{"Action": "FILE_UPLOAD", "Permission": "DISABLED"}],
                     Tags={"a": "b"})
    stack = app.describe_stacks(Names=["boto-stack"])["Stacks"][0]
    settings = {s["Action"]: s["Permission"] for s in stack["UserSettings"]}
    same(settings["FILE_UPLOAD"], "DISABLED", "user setting")
    same(len(settings) > 5, True, "all user settings are returned")
    app.update_stack(Name="boto-stack", DisplayName="Stack", EmbedHostDomains=["crm.example.com"])
    stack = app.describe_stacks(Names=["boto-stack"])["Stacks"][0]
    same((stack["DisplayName"], stack["EmbedHostDomains"]), ("Stack", ["crm.example.com"]), "changed stack")
    app.update_stack(Name="boto-stack", AttributesToDelete=["EMBED_HOST_DOMAINS"])
    same(app.describe_stacks(Names=["boto-stack"])["Stacks"][0].get("EmbedHostDomains", []), [], "cleared")
    app.associate_fleet(FleetName="boto-fleet", StackName="boto-stack")
    same(app.list_associated_fleets(StackName="boto-stack")["Names"], ["boto-fleet"], "associated fleets")
    same(app.list_associated_stacks(FleetName="boto-fleet")["Names"], ["boto-stack"], "associated stacks")
    fails("ResourceInUseException", app.delete_stack, Name="boto-stack")
    fails("ResourceInUseException", app.delete_image, Name="boto-image")
    same(app.list_tags_for_resource(ResourceArn=stack["Arn"])["Tags"], {"a": "b"}, "stack tags")

    app.stop_fleet(Name="boto-fleet")
    until(lambda: fleet()["State"], "STOPPED", "fleet")
    app.update_fleet(Name="boto-fleet", StreamView="APP", Description="d")
    same((fleet()["StreamView"], fleet()["Description"]), ("APP", "d"), "changed while stopped")
    app.disassociate_fleet(FleetName="boto-fleet", StackName="boto-stack")
    app.delete_stack(Name="boto-stack")
    app.delete_fleet(Name="boto-fleet")
    app.delete_image(Name="boto-image")
    app.delete_image_builder(Name="boto-builder")

    def missing(describe, name, key):
        try:
            return describe(Names=[name])[key] == []
        except app.exceptions.ResourceNotFoundException:
            return True
    until(lambda: missing(app.describe_image_builders, "boto-builder", "ImageBuilders"), True, "builder gone")
    until(lambda: missing(app.describe_fleets, "boto-fleet", "Fleets"), True, "fleet gone")


def main():
    started = time.monotonic()
    parts = (connect_instance, identity, bucket, appstream, desktops.stacks, desktops.users, desktops.images,
             desktops.builders, desktops.multi_session, desktops.elastic, scaling.targets, vault.secrets,
             vault.parameters, storage.places, storage.conditions, storage.listings, storage.copies, storage.versions,
             storage.signed, pages.roles, pages.center, pages.desktops, account.policies, account.web_providers, account.states,
             edge.account_block, edge.distributions,
             networks.groups, networks.endpoints)
    wanted = [part for part in parts if f"{part.__module__}.{part.__name__}" in (sys.argv[2:] or [
        f"{part.__module__}.{part.__name__}"])]
    for part in wanted:
        part()
        print(f"{part.__name__} ok", flush=True)
    print(f"{checks.PASSED} checks in {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()
