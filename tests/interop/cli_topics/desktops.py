"""AppStream and the scaling of its fleets, by the AWS CLI."""
from checks import ACCOUNT, same, skip, until
from shell import aws, holds, refused

WEST = {"region": "eu-west-1"}
BASE = "AppStream-WinServer2022-05-12-2026"
NETWORK = "SubnetIds=subnet-0a1b2c3d4e5f60718,SecurityGroupIds=sg-0a1b2c3d4e5f60718"


def state(command, key, name):
    """The state of one thing, or None where AppStream no longer knows it."""
    try:
        found = aws(f"appstream {command}", names=(name,), query=f"{key}[0].State", **WEST)
    except AssertionError as error:
        if "ResourceNotFoundException" not in str(error):
            raise
        return None
    return found


def fleets():
    name = {"name": "cli-fleet", **WEST}
    asked = {"ImageName": BASE, "InstanceType": "stream.standard.medium", "FleetType": "ON_DEMAND",
             "MaxUserDurationInSeconds": 43200, "DisconnectTimeoutInSeconds": 900,
             "IdleDisconnectTimeoutInSeconds": 900, "StreamView": "DESKTOP", "EnableDefaultInternetAccess": False,
             "Description": "Agents", "DisplayName": "Agents"}
    made = aws("appstream create-fleet", image_name=BASE, instance_type="stream.standard.medium",
               fleet_type="ON_DEMAND", compute_capacity="DesiredInstances=1", vpc_config=NETWORK,
               max_user_duration_in_seconds=43200, disconnect_timeout_in_seconds=900,
               idle_disconnect_timeout_in_seconds=900, stream_view="DESKTOP", enable_default_internet_access=False,
               description="Agents", display_name="Agents", tags="team=a", **name)["Fleet"]

    def read():
        return aws("appstream describe-fleets", names=("cli-fleet",), **WEST)["Fleets"][0]
    holds(read(), {**asked, "Arn": made["Arn"], "State": "STOPPED"}, "fleet")
    refused("ResourceAlreadyExistsException", "appstream create-fleet", image_name=BASE,
            instance_type="stream.standard.medium", compute_capacity="DesiredInstances=1", **name)
    aws("appstream create-stack", name="cli-stack", display_name="Desktop", tags="team=a", **WEST, user_settings=(
        "Action=FILE_UPLOAD,Permission=DISABLED", "Action=CLIPBOARD_COPY_TO_LOCAL_DEVICE,Permission=DISABLED"))
    pair = {"fleet_name": "cli-fleet", "stack_name": "cli-stack", **WEST}
    aws("appstream associate-fleet", **pair)
    same(aws("appstream list-associated-stacks", fleet_name="cli-fleet", query="Names", **WEST), ["cli-stack"], "stacks")
    aws("appstream start-fleet", **name)
    # It may have arrived already: a command takes simulated minutes where the machine is busy.
    same(read()["State"] in ("STARTING", "RUNNING"), True, "a started fleet")
    refused("ResourceInUseException|OperationNotPermittedException", "appstream delete-fleet", **name)
    aws("appstream wait fleet-started", names=("cli-fleet",), **WEST)
    same(read()["State"], "RUNNING", "the fleet after the wait")
    aws("appstream update-fleet", compute_capacity="DesiredInstances=2", display_name="Desktops", **name)
    holds(read(), {"DisplayName": "Desktops", "State": "RUNNING"}, "changed fleet")
    same(read()["ComputeCapacityStatus"]["Desired"], 2, "capacity")
    refused("ResourceInUseException", "appstream update-fleet", stream_view="APP", **name)
    url = aws("appstream create-streaming-url", user_id="agent1", validity=60, query="StreamingURL", **pair)
    same(url.startswith("http"), True, "streaming URL")
    same(aws("appstream describe-sessions", query="Sessions", **pair), [], "sessions")
    scaling()
    aws("appstream stop-fleet", **name)
    until(lambda: state("describe-fleets", "Fleets", "cli-fleet"), "STOPPED", "fleet")
    aws("appstream wait fleet-stopped", names=("cli-fleet",), **WEST)
    aws("appstream update-fleet", attributes_to_delete=("VPC_CONFIGURATION_SECURITY_GROUP_IDS",), stream_view="APP",
        **name)
    holds(read(), {"StreamView": "APP", "VpcConfig": {"SubnetIds": ["subnet-0a1b2c3d4e5f60718"]}}, "changed fleet")
    refused("ResourceInUseException", "appstream delete-stack", name="cli-stack", **WEST)
    refused("ResourceInUseException", "appstream delete-fleet", **name)
    aws("appstream disassociate-fleet", **pair)
    aws("appstream delete-stack", name="cli-stack", **WEST)
    refused("ResourceNotFoundException", "appstream describe-stacks", names=("cli-stack",), **WEST)
    aws("appstream delete-fleet", **name)
    until(lambda: state("describe-fleets", "Fleets", "cli-fleet"), None, "fleet")


def scaling():
    target = {"service_namespace": "appstream", "resource_id": "fleet/cli-fleet",
              "scalable_dimension": "appstream:fleet:DesiredCapacity", **WEST}
    arn = aws("application-autoscaling register-scalable-target", min_capacity=1, max_capacity=4, tags="team=a",
              query="ScalableTargetARN", **target)
    holds(aws("application-autoscaling describe-scalable-targets", service_namespace="appstream",
              resource_ids=("fleet/cli-fleet",), **WEST)["ScalableTargets"][0],
          {"MinCapacity": 1, "MaxCapacity": 4, "ScalableTargetARN": arn}, "target")
    tracking = {"TargetValue": 75.0, "ScaleInCooldown": 300, "ScaleOutCooldown": 120, "DisableScaleIn": False,
                "PredefinedMetricSpecification": {"PredefinedMetricType": "AppStreamAverageCapacityUtilization"}}
    made = aws("application-autoscaling put-scaling-policy", policy_name="cli", policy_type="TargetTrackingScaling",
               target_tracking_scaling_policy_configuration=tracking, **target)
    steps = {"AdjustmentType": "ChangeInCapacity", "Cooldown": 60, "MetricAggregationType": "Average",
             "StepAdjustments": [{"MetricIntervalLowerBound": 0.0, "ScalingAdjustment": 1}]}
    aws("application-autoscaling put-scaling-policy", policy_name="cli-steps", policy_type="StepScaling",
        step_scaling_policy_configuration=steps, **target)
    read = {p["PolicyName"]: p for p in aws("application-autoscaling describe-scaling-policies",
                                            service_namespace="appstream", query="ScalingPolicies", **WEST)}
    same(read["cli"]["PolicyARN"], made["PolicyARN"], "policy")
    holds(read["cli"]["TargetTrackingScalingPolicyConfiguration"], tracking, "target tracking")
    holds(read["cli-steps"]["StepScalingPolicyConfiguration"], steps, "step scaling")
    shift = {"scheduled_action_name": "shift", **target}
    aws("application-autoscaling put-scheduled-action", schedule="cron(0 8 ? * MON-FRI *)", timezone="Europe/London",
        scalable_target_action="MinCapacity=2,MaxCapacity=6", **shift)
    holds(aws("application-autoscaling describe-scheduled-actions", service_namespace="appstream",
              query="ScheduledActions[0]", **WEST),
          {"Schedule": "cron(0 8 ? * MON-FRI *)", "Timezone": "Europe/London", "ScheduledActionName": "shift",
           "ScalableTargetAction": {"MinCapacity": 2, "MaxCapacity": 6}}, "scheduled action")
    aws("application-autoscaling put-scheduled-action", schedule="at(2035-01-01T08:00:00)",
        scalable_target_action="MinCapacity=0", **shift)
    aws("application-autoscaling delete-scheduled-action", **shift)
    refused("ObjectNotFoundException", "application-autoscaling delete-scheduled-action", **shift)
    aws("application-autoscaling delete-scaling-policy", policy_name="cli-steps", **target)
    # A target takes its policies along.
    aws("application-autoscaling deregister-scalable-target", **target)
    same(aws("application-autoscaling describe-scaling-policies", service_namespace="appstream",
             query="ScalingPolicies", **WEST), [], "policies")


def builders():
    name = {"name": "cli-builder", **WEST}
    made = aws("appstream create-image-builder", image_name=BASE, instance_type="stream.standard.medium",
               vpc_config=NETWORK, display_name="Builder", description="d", enable_default_internet_access=False,
               tags={"team": "a"}, **name)["ImageBuilder"]
    same(made["State"], "PENDING", "a new builder")
    refused("OperationNotPermittedException|ResourceInUseException|ResourceNotAvailableException",
            "appstream start-image-builder", **name)
    until(lambda: state("describe-image-builders", "ImageBuilders", "cli-builder"), "RUNNING", "builder")
    holds(aws("appstream describe-image-builders", names=("cli-builder",), **WEST)["ImageBuilders"][0],
          {"DisplayName": "Builder", "Description": "d", "InstanceType": "stream.standard.medium",
           "EnableDefaultInternetAccess": False, "Platform": "WINDOWS_SERVER_2022",
           "VpcConfig": {"SubnetIds": ["subnet-0a1b2c3d4e5f60718"], "SecurityGroupIds": ["sg-0a1b2c3d4e5f60718"]}},
          "builder")
    same(aws("appstream create-image-builder-streaming-url", query="StreamingURL", **name).startswith("http"), True,
         "streaming URL")
    aws("appstream tag-resource", resource_arn=made["Arn"], tags="cost=1", **WEST)
    aws("appstream untag-resource", resource_arn=made["Arn"], tag_keys=("team",), **WEST)
    same(aws("appstream list-tags-for-resource", resource_arn=made["Arn"], query="Tags", **WEST), {"cost": "1"}, "tags")
    aws("appstream stop-image-builder", **name)
    until(lambda: state("describe-image-builders", "ImageBuilders", "cli-builder"), "STOPPED", "builder")
    aws("appstream delete-image-builder", **name)
    until(lambda: state("describe-image-builders", "ImageBuilders", "cli-builder"), None, "builder")
    images = aws("appstream describe-images", type="PUBLIC", page_size=5, **WEST,
                 query="Images[?starts_with(Name, 'AppStream-WinServer2022')].Name")
    same(BASE in images, True, "public images")


def people():
    aws("appstream create-stack", name="cli-people", **WEST)
    person = {"user_name": "Agent@example.com", "authentication_type": "USERPOOL", **WEST}
    aws("appstream create-user", first_name="A", last_name="B", message_action="SUPPRESS", **person)
    skip(2)
    link = "UserName=Agent@example.com,AuthenticationType=USERPOOL,StackName=cli-people,SendEmailNotification=false"
    same(aws("appstream batch-associate-user-stack", user_stack_associations=link, query="errors", **WEST), [], "errors")
    same(aws("appstream describe-user-stack-associations", stack_name="cli-people", **WEST,
             query="UserStackAssociations[].UserName"), ["Agent@example.com"], "association")
    same(aws("appstream describe-user-stack-associations", query="length(UserStackAssociations)", **person), 1,
         "associations of a user")
    aws("appstream disable-user", **person)
    same(aws("appstream describe-users", authentication_type="USERPOOL", **WEST,
             query="Users[?UserName=='Agent@example.com'].Enabled"), [False], "disabled")
    aws("appstream enable-user", **person)
    same(aws("appstream batch-disassociate-user-stack", user_stack_associations=link, query="errors", **WEST), [],
         "errors")
    aws("appstream delete-user", **person)
    aws("appstream delete-stack", name="cli-people", **WEST)

    directory = {"directory_name": "corp.example.com", **WEST}
    units = ["OU=Desktops,DC=corp,DC=example,DC=com"]
    aws("appstream create-directory-config", organizational_unit_distinguished_names=units,
        service_account_credentials="AccountName=CORP\\\\join,AccountPassword=Example-1", **directory)
    refused("ResourceAlreadyExistsException", "appstream create-directory-config",
            organizational_unit_distinguished_names=units, **directory)
    read = aws("appstream describe-directory-configs", directory_names=("corp.example.com",), **WEST)
    holds(read["DirectoryConfigs"][0], {"OrganizationalUnitDistinguishedNames": units}, "directory")
    units.append("OU=Builders,DC=corp,DC=example,DC=com")
    aws("appstream update-directory-config", organizational_unit_distinguished_names=units, **directory)
    same(aws("appstream describe-directory-configs", **WEST,
             query="DirectoryConfigs[0].OrganizationalUnitDistinguishedNames"), units, "changed directory")
    aws("appstream delete-directory-config", **directory)
    refused("ResourceNotFoundException", "appstream describe-directory-configs",
            directory_names=("corp.example.com",), **WEST)
    aws("appstream create-usage-report-subscription", **WEST)
    reports = aws("appstream describe-usage-report-subscriptions", query="UsageReportSubscriptions[].S3BucketName", **WEST)
    same([name.rsplit("-", 1)[0] for name in reports], [f"appstream-logs-eu-west-1-{ACCOUNT}"], "usage reports")
    aws("appstream delete-usage-report-subscription", **WEST)
