"""Paginators and waiters of what a contact center needs, and the order in which things go, by boto3."""
import json
import uuid

from checks import ACCOUNT, client, fails, same, skip, until

WEST = "eu-west-1"
BASE = "AppStream-WinServer2022-05-12-2026"
ANYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "connect:*", "Resource": "*"}]})
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Principal": {"Service": "appstream.amazonaws.com"}, "Action": "sts:AssumeRole"}]})


def gathered(service, operation, key, size=1, **arguments):
    """All entries, from pages of one; and the number of pages."""
    pages = list(service.get_paginator(operation).paginate(PaginationConfig={"PageSize": size}, **arguments))
    return [entry for page in pages for entry in page[key]], len(pages)


def roles():
    iam = client("iam")
    for number, path in enumerate(("/", "/boto/", "/boto/inner/")):
        iam.create_role(RoleName=f"boto-page-{number}", Path=path, AssumeRolePolicyDocument=TRUST)
        iam.create_policy(PolicyName=f"boto-page-{number}", Path=path, PolicyDocument=ANYTHING)
    found, pages = gathered(iam, "list_roles", "Roles", PathPrefix="/boto/")
    same(([r["RoleName"] for r in found], pages), (["boto-page-1", "boto-page-2"], 2), "roles below a path")
    same("Description" in found[0] or "Tags" in found[0], False, "what ListRoles leaves out")
    found, _ = gathered(iam, "list_policies", "Policies", Scope="Local", PathPrefix="/boto/")
    same([p["PolicyName"] for p in found], ["boto-page-1", "boto-page-2"], "policies below a path")
    arns = [f"arn:aws:iam::{ACCOUNT}:policy{path}boto-page-{n}" for n, path in enumerate(("/", "/boto/", "/boto/inner/"))]
    iam.get_waiter("role_exists").wait(RoleName="boto-page-0")
    iam.get_waiter("policy_exists").wait(PolicyArn=arns[0])
    for arn in arns:
        iam.attach_role_policy(RoleName="boto-page-0", PolicyArn=arn)
    iam.attach_role_policy(RoleName="boto-page-0", PolicyArn=arns[0])
    for name in ("one", "two"):
        iam.put_role_policy(RoleName="boto-page-0", PolicyName=name, PolicyDocument=ANYTHING)
    iam.tag_role(RoleName="boto-page-0", Tags=[{"Key": "a", "Value": ""}, {"Key": "b", "Value": "x"}])
    role = {"RoleName": "boto-page-0"}
    for operation, key, arguments, count in (
            ("list_attached_role_policies", "AttachedPolicies", role, 3), ("list_role_policies", "PolicyNames", role, 2),
            ("list_role_tags", "Tags", role, 2), ("list_instance_profiles_for_role", "InstanceProfiles", role, 0),
            ("list_entities_for_policy", "PolicyRoles", {"PolicyArn": arns[0]}, 1),
            ("list_policy_versions", "Versions", {"PolicyArn": arns[0]}, 1)):
        found, pages = gathered(iam, operation, key, **arguments)
        same((len(found), pages), (count, max(count, 1)), operation)
    same(iam.list_attached_role_policies(PathPrefix="/boto/inner/", **role)["AttachedPolicies"][0]["PolicyArn"], arns[2],
         "attached below a path")
    fails("EntityAlreadyExists", iam.create_role, RoleName="BOTO-PAGE-0", AssumeRolePolicyDocument=TRUST)
    fails("NoSuchEntity", iam.get_role, RoleName="BOTO-PAGE-0")
    fails("ValidationError", iam.create_role, RoleName="boto-page-9", Path="nowhere", AssumeRolePolicyDocument=TRUST)
    fails("ValidationError", iam.update_role, MaxSessionDuration=43201, **role)
    fails("NoSuchEntity", iam.delete_role_permissions_boundary, **role)
    iam.put_role_permissions_boundary(PermissionsBoundary=arns[0], **role)
    same(iam.get_policy(PolicyArn=arns[0])["Policy"]["PermissionsBoundaryUsageCount"], 1, "use as a boundary")
    iam.delete_role_permissions_boundary(**role)
    fails("MalformedPolicyDocument", iam.update_assume_role_policy, PolicyDocument="{", **role)
    # The order: what hangs on the role, then the role; what uses a policy, then the policy.
    fails("DeleteConflict", iam.delete_policy, PolicyArn=arns[1])
    fails("DeleteConflict", iam.delete_role, **role)
    for arn in arns:
        iam.detach_role_policy(PolicyArn=arn, **role)
        iam.delete_policy(PolicyArn=arn)
    fails("DeleteConflict", iam.delete_role, **role)
    for name in ("one", "two"):
        iam.delete_role_policy(PolicyName=name, **role)
    for number in range(3):
        iam.delete_role(RoleName=f"boto-page-{number}")
    iam.create_service_linked_role(AWSServiceName="connect.amazonaws.com", CustomSuffix="boto")
    service = {"RoleName": "AWSServiceRoleForAmazonConnect_boto"}
    fails("UnmodifiableEntity", iam.delete_role, **service)
    fails("UnmodifiableEntity", iam.update_role, MaxSessionDuration=7200, **service)
    task = iam.delete_service_linked_role(**service)["DeletionTaskId"]
    until(lambda: iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"], "SUCCEEDED", "deletion")


def center():
    connect = client("connect")
    token = str(uuid.uuid4())
    wanted = dict(ClientToken=token, InstanceAlias="boto-pages", IdentityManagementType="CONNECT_MANAGED",
                  InboundCallsEnabled=True, OutboundCallsEnabled=True)
    instance = connect.create_instance(**wanted)["Id"]
    same(connect.create_instance(**wanted)["Id"], instance, "the same token is the same call")
    fails("InvalidRequestException", connect.create_user, InstanceId=instance, Username="early",
          PhoneConfig={"PhoneType": "SOFT_PHONE"}, SecurityProfileIds=["a"], RoutingProfileId="b")
    until(lambda: connect.describe_instance(InstanceId=instance)["Instance"]["InstanceStatus"], "ACTIVE", "instance")
    security = {p["Name"]: p["Id"] for p in gathered(
        connect, "list_security_profiles", "SecurityProfileSummaryList", InstanceId=instance)[0]}
    routing = gathered(connect, "list_routing_profiles", "RoutingProfileSummaryList", InstanceId=instance)[0][0]["Id"]
    base = dict(InstanceId=instance, SecurityProfileIds=[security["Agent"]], RoutingProfileId=routing)
    desk = {"PhoneType": "DESK_PHONE", "DeskPhoneNumber": "+442079460000", "AutoAccept": False,
            "AfterContactWorkTimeLimit": 0}
    users = [connect.create_user(
        Username=f"agent{n}", Password="Secret123!", PhoneConfig=desk if n == 0 else {"PhoneType": "SOFT_PHONE"},
        IdentityInfo={"FirstName": "A", "LastName": "B", "Email": "a@example.com", "Mobile": "+442079460001"},
        Tags={"n": str(n)}, **base)["UserId"] for n in range(3)]
    user = connect.describe_user(InstanceId=instance, UserId=users[0])["User"]
    same((user["PhoneConfig"]["DeskPhoneNumber"], user["IdentityInfo"]["Mobile"]), ("+442079460000", "+442079460001"),
         "telephone numbers")
    fails("InvalidParameterException", connect.create_user, Username="weak", Password="short",
          PhoneConfig={"PhoneType": "SOFT_PHONE"}, IdentityInfo={"FirstName": "A", "LastName": "B"}, **base)
    fails("InvalidParameterException", connect.update_user_phone_config, InstanceId=instance, UserId=users[1],
          PhoneConfig={"PhoneType": "DESK_PHONE", "DeskPhoneNumber": "123"})
    for operation, key, count in (
            ("list_users", "UserSummaryList", 3), ("search_users", "Users", 3), ("list_queues", "QueueSummaryList", None),
            ("list_hours_of_operations", "HoursOfOperationSummaryList", None),
            ("search_security_profiles", "SecurityProfiles", None), ("search_routing_profiles", "RoutingProfiles", None),
            ("search_queues", "Queues", None), ("search_hours_of_operations", "HoursOfOperations", None),
            ("list_instance_attributes", "Attributes", None), ("list_approved_origins", "Origins", 0)):
        found, pages = gathered(connect, operation, key, InstanceId=instance)
        same((len(found), pages), (len(found) if count is None else count, max(len(found), 1)), operation)
    same([u["Username"] for u in connect.search_users(InstanceId=instance, SearchFilter={
        "TagFilter": {"TagCondition": {"TagKey": "n", "TagValue": "1"}}})["Users"]], ["agent1"], "found by a tag")
    for user in users:
        connect.delete_user(InstanceId=instance, UserId=user)
    fails("ResourceNotFoundException", connect.delete_user, InstanceId=instance, UserId=users[0])
    connect.delete_instance(InstanceId=instance)
    until(lambda: [i for i in connect.list_instances()["InstanceSummaryList"] if i["Id"] == instance], [], "instances")


def desktops():
    app = client("appstream", WEST)
    quick = {"Delay": 1, "MaxAttempts": 60}
    for number in range(2):
        app.create_fleet(Name=f"boto-page-{number}", ImageName=BASE, InstanceType="stream.standard.small",
                         ComputeCapacity={"DesiredInstances": 1})
        app.create_stack(Name=f"boto-page-{number}")
        app.associate_fleet(FleetName="boto-page-0", StackName=f"boto-page-{number}")
    fleet, stack = {"Name": "boto-page-0"}, {"StackName": "boto-page-0"}
    # A stack has one fleet; a fleet may have several stacks.
    fails("OperationNotPermittedException|LimitExceededException|ResourceInUseException|InvalidParameterCombinationException",
          app.associate_fleet, FleetName="boto-page-1", **stack)
    same(sorted(n for page in app.get_paginator("list_associated_stacks").paginate(FleetName="boto-page-0")
                for n in page["Names"]), ["boto-page-0", "boto-page-1"], "stacks by pages")
    same([n for page in app.get_paginator("list_associated_fleets").paginate(**stack) for n in page["Names"]],
         ["boto-page-0"], "fleets by pages")
    for operation, key in (("describe_fleets", "Fleets"), ("describe_stacks", "Stacks"), ("describe_images", "Images"),
                           ("describe_image_builders", "ImageBuilders"), ("describe_directory_configs", "DirectoryConfigs")):
        every = [entry for page in app.get_paginator(operation).paginate() for entry in page[key]]
        same(len(every), len({entry.get("Name", entry.get("DirectoryName")) for entry in every}), operation)
    fails("ResourceNotFoundException", app.describe_fleets, Names=["boto-page-0", "absent"])
    app.start_fleet(**fleet)
    skip(60)
    app.get_waiter("fleet_started").wait(Names=["boto-page-0"], WaiterConfig=quick)
    fails("ResourceInUseException", app.delete_fleet, **fleet)
    same([s for page in app.get_paginator("describe_sessions").paginate(FleetName="boto-page-0", **stack)
          for s in page["Sessions"]], [], "sessions by pages")
    app.stop_fleet(**fleet)
    skip(60)
    app.get_waiter("fleet_stopped").wait(Names=["boto-page-0"], WaiterConfig=quick)
    fails("ResourceInUseException", app.delete_fleet, **fleet)

    person = {"UserName": "boto-page@example.com", "AuthenticationType": "USERPOOL"}
    app.create_user(MessageAction="SUPPRESS", **person)
    skip(2)
    links = [{"StackName": f"boto-page-{n}", **person} for n in range(2)]
    same(app.batch_associate_user_stack(UserStackAssociations=links)["errors"], [], "associations")
    same(app.batch_associate_user_stack(UserStackAssociations=links)["errors"], [], "the same again")
    pages = app.get_paginator("describe_user_stack_associations").paginate(**person)
    same(sorted(a["StackName"] for page in pages for a in page["UserStackAssociations"]),
         ["boto-page-0", "boto-page-1"], "associations by pages")
    errors = app.batch_associate_user_stack(UserStackAssociations=[
        {**links[0], "StackName": "absent"}, {**links[0], "UserName": "absent@example.com"}])["errors"]
    same([e["ErrorCode"] for e in errors], ["STACK_NOT_FOUND", "USER_NAME_NOT_FOUND"], "errors of a batch")
    # A fleet that is linked holds the stack; so does a user who may open it.
    fails("ResourceInUseException", app.delete_stack, Name="boto-page-1")
    for number in range(2):
        app.disassociate_fleet(FleetName="boto-page-0", StackName=f"boto-page-{number}")
    fails("ResourceNotFoundException", app.disassociate_fleet, FleetName="boto-page-0", **stack)
    app.batch_disassociate_user_stack(UserStackAssociations=links)
    app.delete_user(**person)
    errors = app.batch_disassociate_user_stack(UserStackAssociations=links[:1])["errors"]
    same([e["ErrorCode"] for e in errors], ["USER_NAME_NOT_FOUND"], "a link without a user")

    directory = {"DirectoryName": "boto.example.com"}
    unit = "OU=Desktops,DC=boto,DC=example,DC=com"
    app.create_directory_config(OrganizationalUnitDistinguishedNames=[unit], ServiceAccountCredentials={
        "AccountName": "BOTO\\join", "AccountPassword": "Example-1"}, **directory)
    app.update_directory_config(ServiceAccountCredentials={"AccountName": "BOTO\\other", "AccountPassword": "Example-2"},
                                **directory)
    read = app.describe_directory_configs(DirectoryNames=["boto.example.com"])["DirectoryConfigs"][0]
    same((read["OrganizationalUnitDistinguishedNames"], read["ServiceAccountCredentials"]["AccountName"],
          "Example-2" in str(read)), ([unit], "BOTO\\other", False), "directory, without its password")
    app.create_fleet(Name="boto-joined", ImageName=BASE, InstanceType="stream.standard.small",
                     ComputeCapacity={"DesiredInstances": 1}, VpcConfig={"SubnetIds": ["subnet-0a1b2c3d4e5f60718"]},
                     DomainJoinInfo={"OrganizationalUnitDistinguishedName": unit, **directory})
    fails("ResourceInUseException", app.delete_directory_config, **directory)
    app.delete_fleet(Name="boto-joined")
    app.delete_directory_config(**directory)
    fails("ResourceNotFoundException", app.update_directory_config, **directory)
    for number in range(2):
        app.delete_stack(Name=f"boto-page-{number}")
        app.delete_fleet(Name=f"boto-page-{number}")
