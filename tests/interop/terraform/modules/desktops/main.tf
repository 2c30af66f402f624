# Streamed desktops: builder, fleets, stacks, users, and how fleets scale.

locals {
  network = {
    subnets         = ["subnet-0a1b2c3d4e5f60718", "subnet-0f1e2d3c4b5a69788"]
    security_groups = ["sg-0a1b2c3d4e5f60718"]
  }
}

data "aws_appstream_image" "base" {
  name_regex  = "^AppStream-WinServer2022.*$"
  type        = "PUBLIC"
  most_recent = true
}

data "aws_appstream_image" "by_name" {
  name = data.aws_appstream_image.base.name
  type = "PUBLIC"
}

resource "aws_iam_role" "fleet" {
  name = "tf-fleet"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "appstream.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_appstream_directory_config" "offices" {
  directory_name                          = "corp.example.com"
  organizational_unit_distinguished_names = var.changed ? ["OU=Agents,DC=corp,DC=example,DC=com", "OU=Leads,DC=corp,DC=example,DC=com"] : ["OU=Agents,DC=corp,DC=example,DC=com"]
  service_account_credentials {
    account_name     = "CORP\\joiner"
    account_password = var.changed ? "Other-Passw0rd" : "Simulated-Passw0rd"
  }
}

resource "aws_appstream_image_builder" "desktop" {
  name                           = "tf-builder"
  description                    = "Builds the agents' image"
  display_name                   = "Builder"
  image_name                     = data.aws_appstream_image.base.name
  instance_type                  = "stream.standard.medium"
  enable_default_internet_access = false
  tags                           = local.team
  vpc_config {
    subnet_ids         = [local.network.subnets[0]]
    security_group_ids = local.network.security_groups
  }
}

resource "aws_appstream_image_builder" "joined" {
  name                    = "tf-joined"
  image_arn               = data.aws_appstream_image.base.arn
  instance_type           = "stream.standard.large"
  iam_role_arn            = aws_iam_role.fleet.arn
  appstream_agent_version = data.aws_appstream_image.base.appstream_agent_version
  access_endpoint {
    endpoint_type = "STREAMING"
    vpce_id       = "vpce-0a1b2c3d4e5f60718"
  }
  domain_join_info {
    directory_name                         = aws_appstream_directory_config.offices.directory_name
    organizational_unit_distinguished_name = "OU=Agents,DC=corp,DC=example,DC=com"
  }
  vpc_config {
    subnet_ids = [local.network.subnets[0]]
  }
}

resource "aws_appstream_fleet" "on_demand" {
  name                               = "tf-on-demand"
  description                        = var.changed ? "Two shifts" : "Agents"
  display_name                       = var.changed ? "All agents" : "Agents"
  fleet_type                         = "ON_DEMAND"
  image_arn                          = data.aws_appstream_image.base.arn
  instance_type                      = var.changed ? "stream.standard.large" : "stream.standard.medium"
  iam_role_arn                       = aws_iam_role.fleet.arn
  idle_disconnect_timeout_in_seconds = var.changed ? 1800 : 900
  disconnect_timeout_in_seconds      = var.changed ? 600 : 900
  max_user_duration_in_seconds       = var.changed ? 57600 : 43200
  stream_view                        = var.changed ? "APP" : "DESKTOP"
  enable_default_internet_access     = false
  tags                               = local.team
  compute_capacity {
    desired_instances = var.changed ? 3 : 2
  }
  dynamic "domain_join_info" {
    for_each = var.changed ? [aws_appstream_directory_config.offices.directory_name] : []
    content {
      directory_name                         = domain_join_info.value
      organizational_unit_distinguished_name = "OU=Agents,DC=corp,DC=example,DC=com"
    }
  }
  vpc_config {
    subnet_ids         = var.changed ? local.network.subnets : [local.network.subnets[0]]
    security_group_ids = local.network.security_groups
  }
}

# Changes only what a running fleet takes.
resource "aws_appstream_fleet" "always_on" {
  name          = "tf-always-on"
  fleet_type    = "ALWAYS_ON"
  display_name  = var.changed ? "Second" : "First"
  image_name    = data.aws_appstream_image.base.name
  instance_type = "stream.standard.medium"
  # No whole minutes: AWS answers what it was given.
  idle_disconnect_timeout_in_seconds = var.changed ? 130 : 70
  disconnect_timeout_in_seconds      = var.changed ? 120 : 60
  compute_capacity {
    desired_instances = var.changed ? 2 : 1
  }
}

resource "aws_appstream_fleet" "shared" {
  name                      = "tf-shared"
  image_name                = data.aws_appstream_image.base.name
  instance_type             = "stream.standard.xlarge"
  max_sessions_per_instance = var.changed ? 6 : 4
  compute_capacity {
    desired_sessions = var.changed ? 12 : 8
  }
}

# Neither storage connectors nor host domains change: the provider's update leaves both out (its issue 30728).
resource "aws_appstream_stack" "agents" {
  name               = "tf-agents"
  description        = var.changed ? "Closed desktops" : "Desktops"
  display_name       = "Agents"
  feedback_url       = var.changed ? "https://example.com/other" : "https://example.com/feedback"
  redirect_url       = "https://example.com/bye"
  embed_host_domains = ["crm.example.com", "www.example.com"]
  tags               = local.team

  storage_connectors {
    connector_type = "HOMEFOLDERS"
  }
  storage_connectors {
    connector_type = "ONE_DRIVE"
    domains        = ["example.com"]
  }
  access_endpoints {
    endpoint_type = "STREAMING"
    vpce_id       = var.changed ? "vpce-0f1e2d3c4b5a69788" : "vpce-0a1b2c3d4e5f60718"
  }
  application_settings {
    enabled        = true
    settings_group = var.changed ? "leads" : "agents"
  }
  streaming_experience_settings {
    preferred_protocol = var.changed ? "TCP" : "UDP"
  }
  user_settings {
    action     = "CLIPBOARD_COPY_FROM_LOCAL_DEVICE"
    permission = var.changed ? "DISABLED" : "ENABLED"
  }
  user_settings {
    action     = "CLIPBOARD_COPY_TO_LOCAL_DEVICE"
    permission = "DISABLED"
  }
  user_settings {
    action     = "FILE_UPLOAD"
    permission = "DISABLED"
  }
  user_settings {
    action     = "FILE_DOWNLOAD"
    permission = var.changed ? "ENABLED" : "DISABLED"
  }
  user_settings {
    action     = "PRINTING_TO_LOCAL_DEVICE"
    permission = "DISABLED"
  }
  user_settings {
    action     = "DOMAIN_PASSWORD_SIGNIN"
    permission = "ENABLED"
  }
  user_settings {
    action     = "DOMAIN_SMART_CARD_SIGNIN"
    permission = "DISABLED"
  }
  user_settings {
    action     = "AUTO_TIME_ZONE_REDIRECTION"
    permission = var.changed ? "ENABLED" : "DISABLED"
  }
}

resource "aws_appstream_stack" "plain" {
  name = "tf-plain"
  dynamic "application_settings" {
    for_each = var.changed ? [] : [false]
    content {
      enabled = application_settings.value
    }
  }
}

# A directory that is no directory is sent as nothing at all; the type changes by another fleet.
resource "aws_appstream_fleet" "blank" {
  name          = "tf-blank"
  fleet_type    = var.changed ? "ALWAYS_ON" : "ON_DEMAND"
  image_name    = "Amazon-AppStream2-Sample-Image-06-17-2024"
  instance_type = "stream.standard.small"
  tags          = var.changed ? null : local.team
  compute_capacity {
    desired_instances = 1
  }
  domain_join_info {
    directory_name                         = var.changed ? null : ""
    organizational_unit_distinguished_name = var.changed ? null : ""
  }
}

resource "aws_appstream_fleet_stack_association" "agents" {
  fleet_name = aws_appstream_fleet.on_demand.name
  stack_name = aws_appstream_stack.agents.name
}

resource "aws_appstream_user" "one" {
  user_name               = "agent1@example.com"
  authentication_type     = "USERPOOL"
  first_name              = "Agent"
  last_name               = "One"
  send_email_notification = false
  enabled                 = !var.changed
}

resource "aws_appstream_user_stack_association" "one" {
  user_name               = aws_appstream_user.one.user_name
  authentication_type     = aws_appstream_user.one.authentication_type
  stack_name              = aws_appstream_stack.agents.name
  send_email_notification = false
  depends_on              = [aws_appstream_fleet_stack_association.agents]
}

resource "aws_appautoscaling_target" "fleet" {
  service_namespace  = "appstream"
  resource_id        = "fleet/${aws_appstream_fleet.always_on.name}"
  scalable_dimension = "appstream:fleet:DesiredCapacity"
  # What the fleet has: nobody uses it, so that the policy scales it in as far as it may.
  min_capacity = var.changed ? 2 : 1
  max_capacity = var.changed ? 10 : 5
  tags         = local.team
  suspended_state {
    scheduled_scaling_suspended = var.changed
  }
}

resource "aws_appautoscaling_policy" "tracking" {
  name               = "utilization"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.fleet.service_namespace
  resource_id        = aws_appautoscaling_target.fleet.resource_id
  scalable_dimension = aws_appautoscaling_target.fleet.scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value       = var.changed ? 60 : 75
    scale_in_cooldown  = 360
    scale_out_cooldown = var.changed ? 180 : 120
    disable_scale_in   = var.changed
    predefined_metric_specification {
      predefined_metric_type = "AppStreamAverageCapacityUtilization"
    }
  }
}

resource "aws_appautoscaling_policy" "steps" {
  name               = "steps"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.fleet.service_namespace
  resource_id        = aws_appautoscaling_target.fleet.resource_id
  scalable_dimension = aws_appautoscaling_target.fleet.scalable_dimension
  step_scaling_policy_configuration {
    adjustment_type         = var.changed ? "ChangeInCapacity" : "PercentChangeInCapacity"
    cooldown                = 120
    metric_aggregation_type = "Average"
    step_adjustment {
      metric_interval_lower_bound = 0
      metric_interval_upper_bound = 10
      scaling_adjustment          = var.changed ? 1 : 10
    }
    step_adjustment {
      metric_interval_lower_bound = 10
      scaling_adjustment          = var.changed ? 2 : 20
    }
  }
}

# In three steps below the threshold, the last of which has no end.
resource "aws_appautoscaling_policy" "fewer" {
  name               = "fewer"
  service_namespace  = aws_appautoscaling_target.fleet.service_namespace
  resource_id        = aws_appautoscaling_target.fleet.resource_id
  scalable_dimension = aws_appautoscaling_target.fleet.scalable_dimension
  step_scaling_policy_configuration {
    adjustment_type = "ChangeInCapacity"
    cooldown        = var.changed ? 60 : 120
    dynamic "step_adjustment" {
      for_each = { "-1" = ["-1", "0"], "-2" = ["-3", "-1"], "-3" = [null, "-3"] }
      content {
        scaling_adjustment          = step_adjustment.key
        metric_interval_lower_bound = step_adjustment.value[0]
        metric_interval_upper_bound = step_adjustment.value[1]
      }
    }
  }
}

resource "aws_appautoscaling_scheduled_action" "morning" {
  name               = "morning"
  service_namespace  = aws_appautoscaling_target.fleet.service_namespace
  resource_id        = aws_appautoscaling_target.fleet.resource_id
  scalable_dimension = aws_appautoscaling_target.fleet.scalable_dimension
  schedule           = var.changed ? "cron(0 7 ? * MON-FRI *)" : "cron(0 8 ? * MON-FRI *)"
  timezone           = var.changed ? "Europe/Berlin" : "Europe/London"
  scalable_target_action {
    min_capacity = var.changed ? 2 : 1
    max_capacity = 5
  }
}

# The sessions of a fleet that several people share scale too.
resource "aws_appautoscaling_target" "shared" {
  service_namespace  = "appstream"
  resource_id        = "fleet/${aws_appstream_fleet.shared.name}"
  scalable_dimension = "appstream:fleet:DesiredCapacity"
  min_capacity       = 1
  max_capacity       = 20
}

resource "aws_appautoscaling_policy" "shared" {
  name               = "own-metric"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.shared.service_namespace
  resource_id        = aws_appautoscaling_target.shared.resource_id
  scalable_dimension = aws_appautoscaling_target.shared.scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value = var.changed ? 2.5 : 5
    customized_metric_specification {
      metric_name = "Waiting"
      namespace   = "Acme"
      statistic   = "Average"
      unit        = "Count"
      dimensions {
        name  = "Fleet"
        value = "tf-shared"
      }
    }
  }
}

resource "aws_appautoscaling_policy" "calculated" {
  name               = "calculated"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.shared.service_namespace
  resource_id        = aws_appautoscaling_target.shared.resource_id
  scalable_dimension = aws_appautoscaling_target.shared.scalable_dimension
  target_tracking_scaling_policy_configuration {
    target_value = 80
    customized_metric_specification {
      dynamic "metrics" {
        for_each = { used = "InUseCapacity", there = "RunningCapacity" }
        content {
          id          = metrics.key
          return_data = false
          metric_stat {
            stat = "Average"
            metric {
              namespace   = "AWS/AppStream"
              metric_name = metrics.value
              dimensions {
                name  = "Fleet"
                value = "tf-shared"
              }
            }
          }
        }
      }
      metrics {
        id          = "share"
        label       = "Share in use"
        expression  = var.changed ? "used / there * 100" : "100 * used / there"
        return_data = true
      }
    }
  }
}

resource "aws_appautoscaling_scheduled_action" "once" {
  name               = "once"
  service_namespace  = aws_appautoscaling_target.shared.service_namespace
  resource_id        = aws_appautoscaling_target.shared.resource_id
  scalable_dimension = aws_appautoscaling_target.shared.scalable_dimension
  schedule           = var.changed ? "rate(1 day)" : "at(2099-01-01T08:00:00)"
  start_time         = var.changed ? "2098-01-01T00:00:00Z" : null
  end_time           = var.changed ? "2098-06-01T00:00:00Z" : null
  scalable_target_action {
    max_capacity = 3
  }
}

output "checks" {
  value = {
    image   = startswith(data.aws_appstream_image.base.name, "AppStream-WinServer2022")
    same    = data.aws_appstream_image.by_name.arn == data.aws_appstream_image.base.arn
    builder = aws_appstream_image_builder.desktop.state == "RUNNING"
    running = aws_appstream_fleet.on_demand.state == "RUNNING"
    role    = endswith(aws_appautoscaling_target.fleet.role_arn, "AWSServiceRoleForApplicationAutoScaling_AppStreamFleet")
    alarms  = length(aws_appautoscaling_policy.tracking.alarm_arns) == 2
  }
}
