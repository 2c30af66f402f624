# Two instances, and what a contact center keeps in them.

resource "aws_connect_instance" "saml" {
  identity_management_type         = "SAML"
  instance_alias                   = "tf-center"
  inbound_calls_enabled            = true
  outbound_calls_enabled           = var.changed
  contact_flow_logs_enabled        = true
  contact_lens_enabled             = var.changed
  early_media_enabled              = !var.changed
  auto_resolve_best_voices_enabled = !var.changed
  multi_party_conference_enabled   = var.changed
  tags                             = local.team
}

resource "aws_connect_instance" "managed" {
  identity_management_type = "CONNECT_MANAGED"
  instance_alias           = "tf-managed"
  inbound_calls_enabled    = !var.changed
  outbound_calls_enabled   = true
}

data "aws_connect_instance" "by_id" {
  instance_id = aws_connect_instance.saml.id
}

data "aws_connect_instance" "by_alias" {
  instance_alias = aws_connect_instance.managed.instance_alias
}

data "aws_connect_security_profile" "agent" {
  instance_id = aws_connect_instance.saml.id
  name        = "Agent"
}

data "aws_connect_security_profile" "by_id" {
  instance_id         = aws_connect_instance.saml.id
  security_profile_id = data.aws_connect_security_profile.agent.security_profile_id
}

data "aws_connect_security_profile" "managed_agent" {
  instance_id = aws_connect_instance.managed.id
  name        = "Agent"
}

data "aws_connect_routing_profile" "basic" {
  instance_id = aws_connect_instance.saml.id
  name        = "Basic Routing Profile"
}

data "aws_connect_routing_profile" "managed_basic" {
  instance_id = aws_connect_instance.managed.id
  name        = "Basic Routing Profile"
}

data "aws_connect_queue" "basic" {
  instance_id = aws_connect_instance.saml.id
  name        = "BasicQueue"
}

data "aws_connect_hours_of_operation" "basic" {
  instance_id = aws_connect_instance.saml.id
  name        = "Basic Hours"
}

resource "aws_connect_hours_of_operation" "office" {
  instance_id = aws_connect_instance.saml.id
  name        = var.changed ? "Office hours" : "Office"
  description = var.changed ? "Longer on Tuesdays" : "Weekdays"
  time_zone   = var.changed ? "Europe/Berlin" : "EST"
  tags        = local.team

  config {
    day = "MONDAY"
    start_time {
      hours   = 8
      minutes = 0
    }
    end_time {
      hours   = 17
      minutes = 30
    }
  }
  config {
    day = "TUESDAY"
    start_time {
      hours   = 9
      minutes = 0
    }
    end_time {
      hours   = var.changed ? 20 : 17
      minutes = 0
    }
  }
}

resource "aws_connect_queue" "support" {
  instance_id           = aws_connect_instance.saml.id
  name                  = var.changed ? "Support" : "Help"
  description           = var.changed ? "Second line" : "First line"
  hours_of_operation_id = var.changed ? data.aws_connect_hours_of_operation.basic.hours_of_operation_id : aws_connect_hours_of_operation.office.hours_of_operation_id
  max_contacts          = var.changed ? 5 : 10
  status                = var.changed ? "DISABLED" : "ENABLED"
  quick_connect_ids     = var.changed ? [aws_connect_quick_connect.duty.quick_connect_id, aws_connect_quick_connect.second_line.quick_connect_id] : [aws_connect_quick_connect.duty.quick_connect_id]
  tags                  = local.team

  outbound_caller_config {
    outbound_caller_id_name = var.changed ? "Acme Support" : "Acme"
  }
}

resource "aws_connect_queue" "plain" {
  instance_id           = aws_connect_instance.saml.id
  name                  = "Plain"
  hours_of_operation_id = data.aws_connect_hours_of_operation.basic.hours_of_operation_id
}

resource "aws_connect_routing_profile" "support" {
  instance_id               = aws_connect_instance.saml.id
  name                      = var.changed ? "Support profile" : "Support"
  description               = var.changed ? "Voice and chat" : "Voice"
  default_outbound_queue_id = var.changed ? aws_connect_queue.plain.queue_id : aws_connect_queue.support.queue_id
  tags                      = local.team

  media_concurrencies {
    channel     = "VOICE"
    concurrency = 1
  }
  dynamic "media_concurrencies" {
    for_each = var.changed ? [3] : []
    content {
      channel     = "CHAT"
      concurrency = media_concurrencies.value
    }
  }
  queue_configs {
    channel  = "VOICE"
    delay    = var.changed ? 0 : 2
    priority = 1
    queue_id = aws_connect_queue.support.queue_id
  }
  dynamic "queue_configs" {
    for_each = var.changed ? [aws_connect_queue.plain.queue_id] : []
    content {
      channel  = "CHAT"
      delay    = 0
      priority = 2
      queue_id = queue_configs.value
    }
  }
}

resource "aws_connect_security_profile" "lead" {
  instance_id = aws_connect_instance.saml.id
  name        = "Team lead"
  description = var.changed ? "Listens in" : "Sees metrics"
  permissions = var.changed ? ["BasicAgentAccess", "OutboundCallAccess"] : ["BasicAgentAccess", "AccessMetrics"]
  tags        = local.team
}

resource "aws_connect_user" "agent" {
  instance_id          = aws_connect_instance.saml.id
  name                 = "agent1@example.com"
  hierarchy_group_id   = var.changed ? aws_connect_user_hierarchy_group.night.hierarchy_group_id : null
  routing_profile_id   = var.changed ? aws_connect_routing_profile.support.routing_profile_id : data.aws_connect_routing_profile.basic.routing_profile_id
  security_profile_ids = var.changed ? [data.aws_connect_security_profile.agent.security_profile_id, aws_connect_security_profile.lead.security_profile_id] : [data.aws_connect_security_profile.agent.security_profile_id]
  tags                 = local.team

  identity_info {
    first_name = var.changed ? "Ada" : "Agent"
    last_name  = "One"
  }
  phone_config {
    phone_type                    = var.changed ? "DESK_PHONE" : "SOFT_PHONE"
    desk_phone_number             = var.changed ? "+442071838750" : null
    auto_accept                   = !var.changed
    after_contact_work_time_limit = var.changed ? 60 : 0
  }
}

resource "aws_connect_user" "managed" {
  instance_id          = aws_connect_instance.managed.id
  name                 = "operator"
  password             = "Simulated-Passw0rd"
  routing_profile_id   = data.aws_connect_routing_profile.managed_basic.routing_profile_id
  security_profile_ids = [data.aws_connect_security_profile.managed_agent.security_profile_id]

  identity_info {
    email           = var.changed ? "second@example.com" : "first@example.com"
    secondary_email = "other@example.com"
    first_name      = "Olga"
    last_name       = "Operator"
  }
  phone_config {
    phone_type  = "SOFT_PHONE"
    auto_accept = true
  }
}

data "aws_connect_user" "agent" {
  instance_id = aws_connect_instance.saml.id
  name        = aws_connect_user.agent.name
}

output "checks" {
  value = {
    alias    = data.aws_connect_instance.by_id.instance_alias == "tf-center"
    found    = data.aws_connect_instance.by_alias.id == aws_connect_instance.managed.id
    role     = startswith(aws_connect_instance.saml.service_role, "arn:aws:iam::123456789012:role/aws-service-role/connect.amazonaws.com/")
    status   = aws_connect_instance.saml.status == "ACTIVE"
    profile  = data.aws_connect_security_profile.by_id.name == "Agent"
    allowed  = length(data.aws_connect_security_profile.agent.permissions) > 0
    queue    = length(data.aws_connect_queue.basic.queue_id) == 36
    hours    = length(data.aws_connect_hours_of_operation.basic.config) > 0
    outbound = length(data.aws_connect_routing_profile.basic.default_outbound_queue_id) == 36
    user     = data.aws_connect_user.agent.user_id == aws_connect_user.agent.user_id
  }
}
