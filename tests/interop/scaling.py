"""Application Auto Scaling for a fleet, by boto3."""
import datetime

from checks import client, control, fails, has, same, skip, until

FLEET = {"ServiceNamespace": "appstream", "ResourceId": "fleet/boto-scaled",
         "ScalableDimension": "appstream:fleet:DesiredCapacity"}


def targets():
    app = client("appstream", "eu-west-1")
    scaling = client("application-autoscaling", "eu-west-1")
    fails("ValidationException", scaling.register_scalable_target, MinCapacity=1, MaxCapacity=4, **FLEET)
    app.create_fleet(Name="boto-scaled", ImageName="AppStream-WinServer2022-05-12-2026",
                     InstanceType="stream.standard.medium", ComputeCapacity={"DesiredInstances": 1})
    app.create_stack(Name="boto-scaled")
    app.associate_fleet(FleetName="boto-scaled", StackName="boto-scaled")
    fails("ValidationException", scaling.register_scalable_target, MinCapacity=4, **FLEET)
    arn = scaling.register_scalable_target(MinCapacity=2, MaxCapacity=4, Tags={"team": "a"},
                                           **FLEET)["ScalableTargetARN"]

    def target():
        return scaling.describe_scalable_targets(
            ServiceNamespace="appstream", ResourceIds=["fleet/boto-scaled"])["ScalableTargets"][0]

    def desired():
        fleet = app.describe_fleets(Names=["boto-scaled"])["Fleets"][0]
        return fleet["ComputeCapacityStatus"]["Desired"]
    # What aws_appautoscaling_target reads.
    has(target(), "MaxCapacity MinCapacity ResourceId RoleARN ScalableDimension ServiceNamespace SuspendedState "
                  "ScalableTargetARN CreationTime", "a scalable target")
    same((target()["MinCapacity"], target()["MaxCapacity"], target()["ScalableTargetARN"]), (2, 4, arn), "target")
    same(target()["RoleARN"].rsplit("/", 1)[1], "AWSServiceRoleForApplicationAutoScaling_AppStreamFleet", "role")
    client("iam").get_role(RoleName="AWSServiceRoleForApplicationAutoScaling_AppStreamFleet")
    same(scaling.list_tags_for_resource(ResourceARN=arn)["Tags"], {"team": "a"}, "target tags")
    scaling.tag_resource(ResourceARN=arn, Tags={"cost": "1"})
    scaling.untag_resource(ResourceARN=arn, TagKeys=["team"])
    same(scaling.list_tags_for_resource(ResourceARN=arn)["Tags"], {"cost": "1"}, "changed target tags")
    same(desired(), 1, "capacity of a stopped fleet")
    app.start_fleet(Name="boto-scaled")
    until(lambda: app.describe_fleets(Names=["boto-scaled"])["Fleets"][0]["State"], "RUNNING", "fleet")
    scaling.register_scalable_target(MaxCapacity=5, **FLEET)
    same((target()["MaxCapacity"], desired()), (5, 2), "an active fleet is clamped")

    tracking = {"TargetValue": 50.0, "ScaleInCooldown": 120, "ScaleOutCooldown": 60,
                "PredefinedMetricSpecification": {"PredefinedMetricType": "AppStreamAverageCapacityUtilization"}}
    policy = dict(PolicyName="boto", PolicyType="TargetTrackingScaling", **FLEET)
    made = scaling.put_scaling_policy(TargetTrackingScalingPolicyConfiguration=tracking, **policy)
    same(len(made["Alarms"]), 2, "alarms")
    read = scaling.describe_scaling_policies(**FLEET)["ScalingPolicies"][0]
    # What aws_appautoscaling_policy reads.
    has(read, "PolicyARN PolicyName PolicyType ResourceId ScalableDimension ServiceNamespace Alarms "
              "TargetTrackingScalingPolicyConfiguration CreationTime", "a scaling policy")
    same(read["TargetTrackingScalingPolicyConfiguration"], tracking, "policy")
    has(read["Alarms"][0], "AlarmARN AlarmName", "an alarm")
    fails("ValidationException", scaling.put_scaling_policy, TargetTrackingScalingPolicyConfiguration=tracking,
          **{**policy, "PolicyName": "twin"})
    changed = scaling.put_scaling_policy(
        TargetTrackingScalingPolicyConfiguration={**tracking, "DisableScaleIn": True}, **policy)
    same((changed["PolicyARN"], len(changed["Alarms"])), (made["PolicyARN"], 1), "changed policy")
    skip(30)
    for number in range(2):
        control("console/image-builder/sessions/open",
                {"fleet": "boto-scaled", "stack": "boto-scaled", "user": f"agent{number}@example.com"})
    until(desired, 4, "capacity follows agents")

    start = datetime.datetime(2031, 1, 1, tzinfo=datetime.timezone.utc)
    action = dict(ScheduledActionName="shift", **FLEET)
    scaling.put_scheduled_action(Schedule="cron(0 8 ? * MON-FRI *)", Timezone="Europe/London", StartTime=start,
                                 ScalableTargetAction={"MinCapacity": 5, "MaxCapacity": 9}, **action)

    def scheduled():
        return scaling.describe_scheduled_actions(ServiceNamespace="appstream")["ScheduledActions"]
    has(scheduled()[0], "ScheduledActionARN ScheduledActionName Schedule Timezone StartTime ScalableTargetAction "
                        "ResourceId ScalableDimension ServiceNamespace CreationTime", "a scheduled action")
    same((scheduled()[0]["StartTime"], scheduled()[0]["Timezone"]), (start, "Europe/London"), "scheduled action")
    fails("ValidationException", scaling.put_scheduled_action, Schedule="cron(0 8 * * *)", **action)
    fails("ValidationException", scaling.put_scheduled_action, Timezone="Mars/Olympus", **action)
    scaling.put_scheduled_action(Schedule="rate(1 minute)", **action)
    same("StartTime" in scheduled()[0], False, "a start that was not given again")
    skip(2)
    same((target()["MinCapacity"], target()["MaxCapacity"], desired()), (5, 9, 5), "after the scheduled action")
    activities = scaling.describe_scaling_activities(ServiceNamespace="appstream")["ScalingActivities"]
    same({a["StatusCode"] for a in activities}, {"Successful"}, "activities")

    scaling.delete_scheduled_action(**action)
    fails("ObjectNotFoundException", scaling.delete_scheduled_action, **action)
    scaling.delete_scaling_policy(PolicyName="boto", **FLEET)
    fails("ObjectNotFoundException", scaling.delete_scaling_policy, PolicyName="boto", **FLEET)
    scaling.deregister_scalable_target(**FLEET)
    fails("ObjectNotFoundException", scaling.deregister_scalable_target, **FLEET)
    same(scaling.describe_scalable_targets(ServiceNamespace="appstream")["ScalableTargets"], [], "targets")
    app.stop_fleet(Name="boto-scaled")
    until(lambda: app.describe_fleets(Names=["boto-scaled"])["Fleets"][0]["State"], "STOPPED", "fleet")
    app.disassociate_fleet(FleetName="boto-scaled", StackName="boto-scaled")
    app.delete_fleet(Name="boto-scaled")
    app.delete_stack(Name="boto-scaled")
