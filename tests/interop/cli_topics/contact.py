"""Amazon Connect, by the AWS CLI."""
from checks import same, until
from shell import aws, holds, refused


def center():
    made = aws("connect create-instance", instance_alias="cli-center", identity_management_type="SAML",
               inbound_calls_enabled=True, outbound_calls_enabled=False, tags="team=a,cost=1",
               client_token="4f0e1f6e-0000-4000-8000-000000000001")
    instance, arn = made["Id"], made["Arn"]
    until(lambda: aws("connect describe-instance", instance_id=instance, query="Instance.InstanceStatus"),
          "ACTIVE", "instance")
    read = aws("connect describe-instance", instance_id=instance)["Instance"]
    holds(read, {"Id": instance, "Arn": arn, "InstanceAlias": "cli-center", "IdentityManagementType": "SAML",
                 "InboundCallsEnabled": True, "OutboundCallsEnabled": False, "Tags": {"team": "a", "cost": "1"}},
          "instance")
    listed = aws("connect list-instances", query=f"InstanceSummaryList[?Id=='{instance}'].InstanceAlias")
    same(listed, ["cli-center"], "listed instance")
    refused("DuplicateResourceException|ResourceConflictException|InvalidRequestException", "connect create-instance",
            instance_alias="cli-center", identity_management_type="SAML", inbound_calls_enabled=True,
            outbound_calls_enabled=True)

    attributes = {"INBOUND_CALLS": "true", "OUTBOUND_CALLS": "true", "CONTACTFLOW_LOGS": "true", "CONTACT_LENS": "true",
                  "AUTO_RESOLVE_BEST_VOICES": "false", "EARLY_MEDIA": "false"}
    for attribute, value in attributes.items():
        aws("connect update-instance-attribute", instance_id=instance, attribute_type=attribute, value=value)
        same(aws("connect describe-instance-attribute", instance_id=instance, attribute_type=attribute),
             {"Attribute": {"AttributeType": attribute, "Value": value}}, "attribute")
    listed = aws("connect list-instance-attributes", instance_id=instance, page_size=3, query="Attributes")
    holds({a["AttributeType"]: a["Value"] for a in listed}, attributes, "attributes")
    refused("ResourceNotFoundException|InvalidParameterException", "connect update-instance-attribute",
            instance_id="00000000-0000-4000-8000-000000000000", attribute_type="CONTACTFLOW_LOGS", value="true")

    origins = [f"https://pages{n}.example.com" for n in range(3)]
    for origin in origins:
        aws("connect associate-approved-origin", instance_id=instance, origin=origin)
    same(sorted(aws("connect list-approved-origins", instance_id=instance, page_size=1, query="Origins")), origins,
         "origins")
    for origin in origins:
        aws("connect disassociate-approved-origin", instance_id=instance, origin=origin)
    same(aws("connect list-approved-origins", instance_id=instance, query="Origins"), [], "origins")

    agents(instance)
    contents(instance)
    aws("connect untag-resource", resource_arn=arn, tag_keys=("cost",))
    aws("connect tag-resource", resource_arn=arn, tags={"team": "b"})
    same(aws("connect list-tags-for-resource", resource_arn=arn, query="tags"), {"team": "b"}, "instance tags")
    aws("connect delete-instance", instance_id=instance)
    until(lambda: aws("connect list-instances", query=f"InstanceSummaryList[?Id=='{instance}'].Id"), [],
          "instances after the deletion")
    refused("ResourceNotFoundException", "connect describe-instance", instance_id=instance)


def agents(instance):
    security = {p["Name"]: p["Id"] for p in aws("connect list-security-profiles", instance_id=instance, page_size=1,
                                                 query="SecurityProfileSummaryList")}
    routing = aws("connect list-routing-profiles", instance_id=instance,
                  query="RoutingProfileSummaryList[?Name=='Basic Routing Profile'].Id | [0]")
    person = {"username": "agent@example.com", "security_profile_ids": (security["Agent"],),
              "routing_profile_id": routing, "instance_id": instance}
    user = aws("connect create-user", identity_info="FirstName=Agent,LastName=One,SecondaryEmail=one@example.com",
               phone_config="PhoneType=SOFT_PHONE,AutoAccept=true,AfterContactWorkTimeLimit=15", tags={"a": "b"},
               **person)["UserId"]
    refused("DuplicateResourceException", "connect create-user", identity_info="FirstName=Agent,LastName=One",
            phone_config="PhoneType=SOFT_PHONE", **person)

    def read():
        return aws("connect describe-user", instance_id=instance, user_id=user)["User"]
    holds(read(), {"Username": "agent@example.com", "SecurityProfileIds": [security["Agent"]],
                   "RoutingProfileId": routing, "Tags": {"a": "b"}}, "user")
    holds(read()["PhoneConfig"], {"PhoneType": "SOFT_PHONE", "AutoAccept": True, "AfterContactWorkTimeLimit": 15},
          "phone")
    who = {"instance_id": instance, "user_id": user}
    aws("connect update-user-identity-info", identity_info={"FirstName": "A", "LastName": "B"}, **who)
    aws("connect update-user-phone-config", phone_config={
        "PhoneType": "DESK_PHONE", "DeskPhoneNumber": "+442079460000", "AutoAccept": False,
        "AfterContactWorkTimeLimit": 0}, **who)
    aws("connect update-user-security-profiles", security_profile_ids=(security["Admin"], security["Agent"]), **who)
    aws("connect update-user-routing-profile", routing_profile_id=routing, **who)
    holds(read()["IdentityInfo"], {"FirstName": "A", "LastName": "B"}, "identity")
    holds(read()["PhoneConfig"], {"PhoneType": "DESK_PHONE", "DeskPhoneNumber": "+442079460000"}, "phone")
    same(sorted(read()["SecurityProfileIds"]), sorted([security["Admin"], security["Agent"]]), "profiles")
    same(aws("connect list-users", instance_id=instance, query="UserSummaryList[].Username"), ["agent@example.com"],
         "users")
    same(aws("connect search-users", instance_id=instance, query="Users[].Username", search_criteria={
        "StringCondition": {"FieldName": "Username", "Value": "agent", "ComparisonType": "STARTS_WITH"}}),
        ["agent@example.com"], "found users")
    refused("InvalidParameterException|InvalidRequestException|ResourceNotFoundException",
            "connect update-user-routing-profile",
            routing_profile_id="00000000-0000-4000-8000-000000000000", **who)
    aws("connect delete-user", **who)
    refused("ResourceNotFoundException", "connect describe-user", **who)


def contents(instance):
    hours = aws("connect create-hours-of-operation", instance_id=instance, name="Weekdays", time_zone="Europe/London",
                config=[{"Day": "MONDAY", "StartTime": {"Hours": 8, "Minutes": 0},
                         "EndTime": {"Hours": 18, "Minutes": 30}}])["HoursOfOperationId"]
    queue = aws("connect create-queue", instance_id=instance, name="Support", hours_of_operation_id=hours,
                description="First line", max_contacts=20)["QueueId"]
    holds(aws("connect describe-queue", instance_id=instance, queue_id=queue)["Queue"],
          {"Name": "Support", "Description": "First line", "HoursOfOperationId": hours, "MaxContacts": 20,
           "Status": "ENABLED"}, "queue")
    profile = aws("connect create-routing-profile", instance_id=instance, name="Voice", description="d",
                  default_outbound_queue_id=queue, media_concurrencies="Channel=VOICE,Concurrency=1",
                  queue_configs=f"QueueReference={{QueueId={queue},Channel=VOICE}},Priority=1,Delay=0",
                  )["RoutingProfileId"]
    holds(aws("connect describe-routing-profile", instance_id=instance, routing_profile_id=profile)["RoutingProfile"],
          {"Name": "Voice", "DefaultOutboundQueueId": queue, "NumberOfAssociatedQueues": 1}, "routing profile")
    same(aws("connect list-routing-profile-queues", instance_id=instance, routing_profile_id=profile,
             query="RoutingProfileQueueConfigSummaryList[].QueueId"), [queue], "queues of the profile")
    security = aws("connect create-security-profile", instance_id=instance, security_profile_name="Wallboard",
                   description="reads", permissions=("BasicAgentAccess",))["SecurityProfileId"]
    same(aws("connect list-security-profile-permissions", instance_id=instance, security_profile_id=security,
             query="Permissions"), ["BasicAgentAccess"], "permissions")
    aws("connect update-security-profile", instance_id=instance, security_profile_id=security, description="looks")
    holds(aws("connect describe-security-profile", instance_id=instance, security_profile_id=security)
          ["SecurityProfile"], {"SecurityProfileName": "Wallboard", "Description": "looks"}, "security profile")
    aws("connect delete-security-profile", instance_id=instance, security_profile_id=security)
    refused("ResourceInUseException|InvalidRequestException", "connect delete-queue", instance_id=instance,
            queue_id=queue)
    aws("connect delete-routing-profile", instance_id=instance, routing_profile_id=profile)
    aws("connect delete-queue", instance_id=instance, queue_id=queue)
    aws("connect delete-hours-of-operation", instance_id=instance, hours_of_operation_id=hours)
