# What contacts go through: flows and their modules, quick connects, functions, where recordings go, who reports to whom.

locals {
  flow = jsonencode({
    Version     = "2019-10-30"
    StartAction = "end"
    Actions = [{
      Identifier  = "end"
      Type        = "DisconnectParticipant"
      Parameters  = {}
      Transitions = {}
    }]
  })
  longer_flow = jsonencode({
    Version     = "2019-10-30"
    StartAction = "hello"
    Actions = [
      {
        Identifier  = "hello"
        Type        = "MessageParticipant"
        Parameters  = { Text = "Welcome" }
        Transitions = { NextAction = "end", Errors = [], Conditions = [] }
      },
      { Identifier = "end", Type = "DisconnectParticipant", Parameters = {}, Transitions = {} },
    ]
  })
}

resource "aws_connect_contact_flow" "inbound" {
  instance_id = aws_connect_instance.saml.id
  name        = var.changed ? "Inbound calls" : "Inbound"
  description = var.changed ? "Says hello" : "Hangs up"
  type        = "CONTACT_FLOW"
  content     = var.changed ? local.longer_flow : local.flow
  tags        = local.team
}

resource "aws_connect_contact_flow_module" "end" {
  instance_id = aws_connect_instance.saml.id
  name        = var.changed ? "The end" : "End"
  description = "Shared by all flows"
  content     = var.changed ? local.longer_flow : local.flow
  tags        = local.team
}

data "aws_connect_contact_flow" "transfer" {
  instance_id = aws_connect_instance.saml.id
  name        = "Default queue transfer"
}

resource "aws_connect_quick_connect" "duty" {
  instance_id = aws_connect_instance.saml.id
  name        = var.changed ? "Manager on duty" : "Duty"
  description = "Rings the phone in the drawer"
  tags        = local.team
  quick_connect_config {
    quick_connect_type = "PHONE_NUMBER"
    phone_config {
      phone_number = var.changed ? "+442071838751" : "+442071838750"
    }
  }
}

resource "aws_connect_quick_connect" "second_line" {
  instance_id = aws_connect_instance.saml.id
  name        = "Second line"
  quick_connect_config {
    quick_connect_type = "QUEUE"
    queue_config {
      contact_flow_id = data.aws_connect_contact_flow.transfer.contact_flow_id
      queue_id        = aws_connect_queue.plain.queue_id
    }
  }
}

resource "aws_connect_lambda_function_association" "lookup" {
  instance_id  = aws_connect_instance.saml.id
  function_arn = "arn:aws:lambda:eu-west-2:123456789012:function:lookup"
}

resource "aws_connect_instance_storage_config" "recordings" {
  instance_id   = aws_connect_instance.saml.id
  resource_type = "CALL_RECORDINGS"
  storage_config {
    storage_type = "S3"
    s3_config {
      bucket_name   = "tf-recordings-123456789012"
      bucket_prefix = var.changed ? "calls" : "recordings"
      encryption_config {
        encryption_type = "KMS"
        key_id          = "arn:aws:kms:eu-west-2:123456789012:key/0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f"
      }
    }
  }
}

resource "aws_connect_instance_storage_config" "records" {
  instance_id   = aws_connect_instance.saml.id
  resource_type = "CONTACT_TRACE_RECORDS"
  storage_config {
    storage_type = "KINESIS_STREAM"
    kinesis_stream_config {
      stream_arn = "arn:aws:kinesis:eu-west-2:123456789012:stream/records"
    }
  }
}

resource "aws_connect_user_hierarchy_structure" "lines" {
  instance_id = aws_connect_instance.saml.id
  hierarchy_structure {
    level_one {
      name = "Site"
    }
    level_two {
      name = var.changed ? "Crew" : "Team"
    }
  }
}

resource "aws_connect_user_hierarchy_group" "london" {
  instance_id = aws_connect_instance.saml.id
  name        = var.changed ? "London City" : "London"
  tags        = local.team
  depends_on  = [aws_connect_user_hierarchy_structure.lines]
}

resource "aws_connect_user_hierarchy_group" "night" {
  instance_id     = aws_connect_instance.saml.id
  name            = "Night shift"
  parent_group_id = aws_connect_user_hierarchy_group.london.hierarchy_group_id
}
