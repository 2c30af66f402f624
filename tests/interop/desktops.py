"""What AppStream offers beyond a plain fleet and stack, by boto3."""
from checks import ACCOUNT, client, control, fails, has, same, skip, until

WEST, CENTRAL, OTHER = "eu-west-1", "eu-central-1", "111122223333"
BASE = "AppStream-WinServer2022-05-12-2026"
USER_SETTINGS = {
    "CLIPBOARD_COPY_FROM_LOCAL_DEVICE": "DISABLED", "CLIPBOARD_COPY_TO_LOCAL_DEVICE": "ENABLED",
    "FILE_UPLOAD": "DISABLED", "FILE_DOWNLOAD": "DISABLED", "PRINTING_TO_LOCAL_DEVICE": "DISABLED",
    "DOMAIN_PASSWORD_SIGNIN": "ENABLED", "DOMAIN_SMART_CARD_SIGNIN": "DISABLED",
    "AUTO_TIME_ZONE_REDIRECTION": "ENABLED", "SMART_CARD_REDIRECTION": "DISABLED",
}


def stacks():
    app = client("appstream", WEST)
    settings = [{"Action": action, "Permission": permission} for action, permission in USER_SETTINGS.items()]
    settings[1]["MaximumLength"] = 500
    wanted = {
        "Description": "d", "DisplayName": "Boto", "RedirectURL": "https://example.com/bye",
        "FeedbackURL": "https://example.com/feedback", "EmbedHostDomains": ["crm.example.com"],
        "AccessEndpoints": [{"EndpointType": "STREAMING", "VpceId": "vpce-0a1b2c3d4e5f60718"}],
        "StreamingExperienceSettings": {"PreferredProtocol": "UDP"},
        "ContentRedirection": {"HostToClient": {"Enabled": True, "AllowedUrls": ["https://*.example.com"]}},
        "StorageConnectorAuthentication": "FORCE_REAUTHENTICATION",
    }
    app.create_stack(
        Name="boto-full", UserSettings=settings, ApplicationSettings={"Enabled": True, "SettingsGroup": "boto"},
        StorageConnectors=[{"ConnectorType": "HOMEFOLDERS"},
                           {"ConnectorType": "GOOGLE_DRIVE", "Domains": ["example.com"]}], **wanted)

    def stack():
        return app.describe_stacks(Names=["boto-full"])["Stacks"][0]
    # What aws_appstream_stack reads.
    has(stack(), "Arn Name CreatedTime UserSettings ApplicationSettings StorageConnectors AccessEndpoints "
                 "EmbedHostDomains StreamingExperienceSettings FeedbackURL RedirectURL Description DisplayName", "a stack")
    same({name: stack()[name] for name in wanted}, wanted, "stack")
    same({s["Action"]: s["Permission"] for s in stack()["UserSettings"]}, USER_SETTINGS, "user settings")
    lengths = {s["Action"]: s.get("MaximumLength") for s in stack()["UserSettings"]}
    same(lengths["CLIPBOARD_COPY_TO_LOCAL_DEVICE"], 500, "clipboard length")
    same(stack()["ApplicationSettings"]["SettingsGroup"], "boto", "settings group")
    same(stack()["StorageConnectors"][0]["ResourceIdentifier"],
         f"appstream2-36fb080bb8-{WEST}-{ACCOUNT}", "home folders")
    fails("InvalidParameterCombinationException", app.update_stack, Name="boto-full",
          RedirectURL="https://example.com", AttributesToDelete=["REDIRECT_URL"])
    attributes = {
        "REDIRECT_URL": "RedirectURL", "FEEDBACK_URL": "FeedbackURL", "EMBED_HOST_DOMAINS": "EmbedHostDomains",
        "ACCESS_ENDPOINTS": "AccessEndpoints", "CONTENT_REDIRECTION": "ContentRedirection",
        "STORAGE_CONNECTOR_AUTHENTICATION": "StorageConnectorAuthentication"}
    app.update_stack(Name="boto-full", AttributesToDelete=[
        "STORAGE_CONNECTOR_GOOGLE_DRIVE", "STREAMING_EXPERIENCE_SETTINGS", *attributes])
    same([name for name in attributes.values() if name in stack()], [], "cleared members")
    same([c["ConnectorType"] for c in stack()["StorageConnectors"]], ["HOMEFOLDERS"], "storage connectors")
    app.update_stack(Name="boto-full", AttributesToDelete=["STORAGE_CONNECTORS", "USER_SETTINGS"],
                     ApplicationSettings={"Enabled": False})
    same((stack().get("StorageConnectors", []), stack()["ApplicationSettings"]["Enabled"]), ([], False), "cleared")

    theme = dict(StackName="boto-full", TitleText="Support", ThemeStyling="BLUE",
                 OrganizationLogoS3Location={"S3Bucket": "acme-brand", "S3Key": "logo.png"},
                 FaviconS3Location={"S3Bucket": "acme-brand", "S3Key": "icon.png"})
    fails("ResourceNotFoundException", app.describe_theme_for_stack, StackName="boto-full")
    app.create_theme_for_stack(FooterLinks=[{"DisplayName": "Help", "FooterLinkURL": "https://example.com"}], **theme)
    fails("ResourceAlreadyExistsException", app.create_theme_for_stack, **theme)
    read = app.describe_theme_for_stack(StackName="boto-full")["Theme"]
    same((read["State"], read["ThemeTitleText"], read["ThemeStyling"], len(read["ThemeFooterLinks"])),
         ("ENABLED", "Support", "BLUE", 1), "theme")
    app.update_theme_for_stack(StackName="boto-full", ThemeStyling="RED", State="DISABLED",
                               AttributesToDelete=["FOOTER_LINKS"])
    read = app.describe_theme_for_stack(StackName="boto-full")["Theme"]
    same((read["State"], read["ThemeStyling"], read.get("ThemeFooterLinks", [])), ("DISABLED", "RED", []), "theme")
    app.delete_theme_for_stack(StackName="boto-full")
    fails("ResourceNotFoundException", app.delete_theme_for_stack, StackName="boto-full")

    name = {"StackName": "boto-full", "Name": "support"}
    attributes = [{"Name": "department", "Value": "support"}]
    app.create_entitlement(AppVisibility="ALL", Attributes=attributes, **name)
    fails("EntitlementAlreadyExistsException", app.create_entitlement, AppVisibility="ALL", Attributes=attributes, **name)
    app.update_entitlement(Description="d", **name)
    read = app.describe_entitlements(StackName="boto-full")["Entitlements"][0]
    same((read["Description"], read["Attributes"]), ("d", attributes), "entitlement")
    app.delete_entitlement(**name)
    fails("EntitlementNotFoundException", app.describe_entitlements, **name)

    bucket = app.create_usage_report_subscription()["S3BucketName"]
    reports = app.describe_usage_report_subscriptions()["UsageReportSubscriptions"]
    same([(r["S3BucketName"], r["Schedule"]) for r in reports], [(bucket, "DAILY")], "usage report")
    app.delete_usage_report_subscription()
    fails("ResourceNotFoundException", app.delete_usage_report_subscription)
    app.delete_stack(Name="boto-full")


def users():
    app = client("appstream", WEST)
    app.create_stack(Name="boto-pool")
    person = dict(UserName="agent@example.com", AuthenticationType="USERPOOL")
    app.create_user(FirstName="A", LastName="B", MessageAction="SUPPRESS", **person)
    fails("ResourceAlreadyExistsException", app.create_user, MessageAction="SUPPRESS", **person)
    fails("InvalidParameterCombinationException", app.create_user, MessageAction="SUPPRESS",
          UserName="saml@example.com", AuthenticationType="SAML")
    same(app.describe_users(AuthenticationType="USERPOOL")["Users"], [], "a new user is not listed yet")
    skip(1)
    listed = app.describe_users(AuthenticationType="USERPOOL")["Users"]
    # What aws_appstream_user reads.
    has(listed[0], "Arn UserName AuthenticationType Enabled FirstName LastName CreatedTime", "a user")
    app.disable_user(**person)
    same(app.describe_users(AuthenticationType="USERPOOL")["Users"][0]["Enabled"], False, "a disabled user")
    app.enable_user(**person)
    link = {"StackName": "boto-pool", "SendEmailNotification": False, **person}
    missing = app.batch_associate_user_stack(UserStackAssociations=[link, {**link, "StackName": "absent"}])
    same([e["ErrorCode"] for e in missing["errors"]], ["STACK_NOT_FOUND"], "errors of a batch")
    linked = app.describe_user_stack_associations(StackName="boto-pool")["UserStackAssociations"]
    same([(a["UserName"], a["StackName"]) for a in linked], [("agent@example.com", "boto-pool")], "association")
    fails("InvalidParameterCombinationException", app.describe_user_stack_associations, UserName="agent@example.com")
    same(app.batch_disassociate_user_stack(UserStackAssociations=[link])["errors"], [], "disassociated")
    same(app.describe_user_stack_associations(StackName="boto-pool")["UserStackAssociations"], [], "associations")
    app.delete_user(**person)
    fails("ResourceNotFoundException", app.delete_user, **person)
    app.delete_stack(Name="boto-pool")


def images():
    app, central = client("appstream", WEST), client("appstream", CENTRAL)
    app.create_image_builder(Name="boto-source", ImageName=BASE, InstanceType="stream.standard.medium")

    def builder():
        return app.describe_image_builders(Names=["boto-source"])["ImageBuilders"][0]["State"]
    until(builder, "RUNNING", "builder")
    control("console/image-builder/boto-source/capture", {
        "name": "boto-master", "region": WEST,
        "applications": [{"name": "crm", "absolute_app_path": "C:\\crm.exe"}]})
    until(builder, "STOPPED", "builder")
    copy = dict(SourceImageName="boto-master", DestinationImageName="boto-copy", DestinationRegion=CENTRAL)
    until(lambda: app.describe_images(Names=["boto-master"])["Images"][0]["State"], "AVAILABLE", "image")
    fails("ResourceNotFoundException", app.copy_image, **{**copy, "SourceImageName": "absent"})
    app.copy_image(DestinationImageDescription="copied", **copy)
    fails("ResourceAlreadyExistsException", app.copy_image, **copy)
    copied = central.describe_images(Names=["boto-copy"])["Images"][0]
    same((copied["State"], copied["Description"]), ("COPYING", "copied"), "a copy under way")
    until(lambda: central.describe_images(Names=["boto-copy"])["Images"][0]["State"], "AVAILABLE", "copy")

    shared = dict(Name="boto-copy", SharedAccountId=OTHER)
    central.update_image_permissions(ImagePermissions={"allowFleet": True, "allowImageBuilder": False}, **shared)
    listed = central.describe_image_permissions(Name="boto-copy")["SharedImagePermissionsList"]
    same(listed, [{"sharedAccountId": OTHER,
                   "imagePermissions": {"allowFleet": True, "allowImageBuilder": False}}], "permissions")
    other = client("appstream", CENTRAL, OTHER)
    fails("ResourceNotFoundException", other.describe_images, Names=["boto-copy"])
    same(other.describe_images(Arns=[copied["Arn"]])["Images"][0]["Visibility"], "SHARED", "a shared image")
    fails("ResourceInUseException", central.delete_image, Name="boto-copy")
    central.delete_image_permissions(**shared)
    fails("ResourceNotFoundException", central.delete_image_permissions, **shared)
    central.delete_image(Name="boto-copy")
    app.delete_image(Name="boto-master")
    app.delete_image_builder(Name="boto-source")


def builders():
    app, iam = client("appstream", WEST), client("iam")
    trust = ('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":'
             '"appstream.amazonaws.com"},"Action":"sts:AssumeRole"}]}')
    role = iam.create_role(RoleName="boto-machine", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    wanted = dict(
        Name="boto-tools", ImageName=BASE, InstanceType="stream.standard.large", DisplayName="Tools",
        Description="d", IamRoleArn=role, RootVolumeConfig={"VolumeSizeInGb": 300}, DisableIMDSV1=True,
        AppstreamAgentVersion="LATEST",
        AccessEndpoints=[{"EndpointType": "STREAMING", "VpceId": "vpce-0a1b2c3d4e5f60718"}])
    fails("InvalidRoleException", app.create_image_builder, **wanted)
    skip(1)
    app.create_image_builder(**wanted)

    def builder():
        return app.describe_image_builders(Names=["boto-tools"])["ImageBuilders"][0]
    # What aws_appstream_image_builder reads.
    has(builder(), "Arn Name State CreatedTime InstanceType ImageArn IamRoleArn AppstreamAgentVersion DisplayName "
                   "Description EnableDefaultInternetAccess AccessEndpoints RootVolumeConfig", "an image builder")
    same((builder()["RootVolumeConfig"], builder()["DisableIMDSV1"], builder()["IamRoleArn"]),
         ({"VolumeSizeInGb": 300}, True, role), "image builder")
    until(lambda: builder()["State"], "RUNNING", "builder")
    fails("OperationNotPermittedException", app.update_image_builder, Name="boto-tools", Description="e")
    app.stop_image_builder(Name="boto-tools")
    until(lambda: builder()["State"], "STOPPED", "builder")
    app.update_image_builder(Name="boto-tools", Description="e", DisplayName="More tools")
    same((builder()["Description"], builder()["DisplayName"]), ("e", "More tools"), "changed builder")
    app.delete_image_builder(Name="boto-tools")
    iam.delete_role(RoleName="boto-machine")


def multi_session():
    app = client("appstream", WEST)
    fleet = dict(Name="boto-multi", ImageName=BASE, InstanceType="stream.standard.large",
                 UsbDeviceFilterStrings=["0x0951,0x1666,0,0,0,0,0,0"])
    fails("InvalidParameterCombinationException", app.create_fleet, ComputeCapacity={"DesiredSessions": 10}, **fleet)
    fails("InvalidParameterCombinationException", app.create_fleet, ComputeCapacity={"DesiredInstances": 2},
          MaxSessionsPerInstance=5, **fleet)
    app.create_fleet(ComputeCapacity={"DesiredSessions": 10}, MaxSessionsPerInstance=5,
                     RootVolumeConfig={"VolumeSizeInGb": 250}, **fleet)

    def read():
        return app.describe_fleets(Names=["boto-multi"])["Fleets"][0]
    # What aws_appstream_fleet reads.
    has(read(), "Arn Name State CreatedTime FleetType ImageName ImageArn InstanceType ComputeCapacityStatus "
                "DisconnectTimeoutInSeconds IdleDisconnectTimeoutInSeconds MaxUserDurationInSeconds "
                "EnableDefaultInternetAccess StreamView MaxSessionsPerInstance", "a fleet")
    same((read()["ComputeCapacityStatus"]["DesiredUserSessions"], read()["MaxSessionsPerInstance"]), (10, 5), "fleet")
    same(read()["RootVolumeConfig"], {"VolumeSizeInGb": 250}, "root volume")
    app.start_fleet(Name="boto-multi")
    until(lambda: read()["ComputeCapacityStatus"].get("ActualUserSessions"), 10, "sessions there are places for")
    # What other providers change in a running fleet; its volume they do not.
    app.update_fleet(Name="boto-multi", MaxSessionsPerInstance=4)
    same(read()["MaxSessionsPerInstance"], 4, "sessions per instance")
    app.update_fleet(Name="boto-multi", MaxSessionsPerInstance=5)
    fails("ResourceInUseException", app.update_fleet, Name="boto-multi", RootVolumeConfig={"VolumeSizeInGb": 300})
    app.update_fleet(Name="boto-multi", ComputeCapacity={"DesiredSessions": 15})
    same(read()["ComputeCapacityStatus"]["DesiredUserSessions"], 15, "more sessions")
    app.stop_fleet(Name="boto-multi")
    until(lambda: read()["State"], "STOPPED", "fleet")
    fails("InvalidParameterCombinationException", app.update_fleet, Name="boto-multi",
          AttributesToDelete=["MAX_SESSIONS_PER_INSTANCE"])
    app.update_fleet(Name="boto-multi", ComputeCapacity={"DesiredInstances": 1}, AttributesToDelete=[
        "MAX_SESSIONS_PER_INSTANCE", "USB_DEVICE_FILTER_STRINGS", "VOLUME_CONFIGURATION"])
    same((read()["ComputeCapacityStatus"]["Desired"], "MaxSessionsPerInstance" in read()), (1, False), "single session")
    app.delete_fleet(Name="boto-multi")


def elastic():
    app, iam = client("appstream", WEST), client("iam")
    app.create_fleet(
        Name="boto-elastic", FleetType="ELASTIC", InstanceType="stream.standard.small", Platform="WINDOWS_SERVER_2019",
        MaxConcurrentSessions=2, VpcConfig={"SubnetIds": ["subnet-0a1b2c3d4e5f60718", "subnet-0f1e2d3c4b5a69788"]})
    place = {"S3Bucket": "boto-apps", "S3Key": "tools.vhdx"}
    setup = {"ScriptS3Location": {"S3Bucket": "boto-apps", "S3Key": "mount.ps1"}, "ExecutablePath": "C:\\mount.ps1",
             "TimeoutInSeconds": 60}
    fails("OperationNotPermittedException", app.create_app_block, Name="boto-tools", SourceS3Location=place)
    block = app.create_app_block(Name="boto-tools", SourceS3Location=place, SetupScriptDetails=setup,
                                 Tags={"team": "a"})["AppBlock"]
    same(app.describe_app_blocks(Arns=[block["Arn"]])["AppBlocks"], [block], "app block")
    wanted = {"DisplayName": "Customers", "LaunchPath": "C:\\crm.exe", "LaunchParameters": "-x",
              "IconS3Location": {"S3Bucket": "boto-apps", "S3Key": "crm.png"}, "AppBlockArn": block["Arn"],
              "Platforms": ["WINDOWS_SERVER_2019"], "InstanceFamilies": ["GENERAL_PURPOSE"]}
    made = app.create_application(Name="boto-crm", Tags={"team": "a"}, **wanted)["Application"]
    same({name: made[name] for name in wanted}, wanted, "application")
    app.tag_resource(ResourceArn=made["Arn"], Tags={"cost": "1"})
    same(app.list_tags_for_resource(ResourceArn=made["Arn"])["Tags"], {"team": "a", "cost": "1"}, "application tags")
    app.update_application(Name="boto-crm", LaunchPath="C:\\new.exe", AttributesToDelete=["LAUNCH_PARAMETERS"])
    read = app.describe_applications(Arns=[made["Arn"]])["Applications"][0]
    same((read["LaunchPath"], "LaunchParameters" in read), ("C:\\new.exe", False), "changed application")
    link = {"FleetName": "boto-elastic", "ApplicationArn": made["Arn"]}
    same(app.associate_application_fleet(**link)["ApplicationFleetAssociation"], link, "association")
    same(app.describe_application_fleet_associations(FleetName="boto-elastic")["ApplicationFleetAssociations"], [link],
         "associations")
    fails("ResourceInUseException", app.delete_application, Name="boto-crm")
    fails("ResourceInUseException", app.delete_app_block, Name="boto-tools")
    app.disassociate_application_fleet(**link)

    app.create_stack(Name="boto-elastic")
    app.create_entitlement(StackName="boto-elastic", Name="leads", AppVisibility="ASSOCIATED",
                           Attributes=[{"Name": "roles", "Value": "lead"}])
    one = {"StackName": "boto-elastic", "EntitlementName": "leads"}
    app.associate_application_to_entitlement(ApplicationIdentifier="boto-crm", **one)
    same(app.list_entitled_applications(**one)["EntitledApplications"], [{"ApplicationIdentifier": "boto-crm"}],
         "entitled applications")
    app.disassociate_application_from_entitlement(ApplicationIdentifier="boto-crm", **one)
    fails("ResourceNotFoundException", app.disassociate_application_from_entitlement, ApplicationIdentifier="boto-crm",
          **one)
    fails("ResourceNotFoundException", app.drain_session_instance, SessionId="absent")
    app.delete_application(Name="boto-crm")
    app.delete_app_block(Name="boto-tools")
    app.delete_fleet(Name="boto-elastic")
    app.delete_stack(Name="boto-elastic")
    same(app.list_export_image_tasks()["ExportImageTasks"], [], "exports")
    trust = ('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":'
             '"appstream.amazonaws.com"},"Action":"sts:AssumeRole"}]}')
    role = iam.create_role(RoleName="boto-export", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    skip(1)
    fails("ResourceNotFoundException", app.create_export_image_task, ImageName="absent", AmiName="boto",
          IamRoleArn=role)
    iam.delete_role(RoleName="boto-export")
