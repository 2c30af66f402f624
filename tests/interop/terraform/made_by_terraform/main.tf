# A contact center as somebody would have made it with Terraform, under the names that center.yaml asks for.

variable "metadata" {
  type        = string
  description = "SAML metadata of some identity provider."
}

resource "aws_connect_instance" "center" {
  instance_alias           = "tf-born"
  identity_management_type = "SAML"
  inbound_calls_enabled    = true
  outbound_calls_enabled   = true
  tags                     = { team = "platform" }
}

data "aws_connect_security_profile" "agent" {
  instance_id = aws_connect_instance.center.id
  name        = "Agent"
}

data "aws_connect_routing_profile" "basic" {
  instance_id = aws_connect_instance.center.id
  name        = "Basic Routing Profile"
}

resource "aws_connect_user" "agent" {
  instance_id          = aws_connect_instance.center.id
  name                 = "agent1@example.com"
  routing_profile_id   = data.aws_connect_routing_profile.basic.routing_profile_id
  security_profile_ids = [data.aws_connect_security_profile.agent.security_profile_id]
  identity_info {
    first_name = "Another"
    last_name  = "One"
  }
  phone_config {
    phone_type = "SOFT_PHONE"
  }
}

resource "aws_iam_saml_provider" "idp" {
  name                   = "tf-born-idp"
  saml_metadata_document = var.metadata
}

resource "aws_iam_role" "connect" {
  name = "tf-born-connect"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = aws_iam_saml_provider.idp.arn }
      Action    = "sts:AssumeRoleWithSAML"
      Condition = { StringEquals = { "SAML:aud" = "https://signin.aws.amazon.com/saml" } }
    }]
  })
}

resource "aws_s3_bucket" "ccp" {
  bucket = "tf-born-ccp-123456789012-eu-west-2"
  tags   = { team = "platform" }
}

resource "aws_s3_bucket_versioning" "ccp" {
  bucket = aws_s3_bucket.ccp.id
  versioning_configuration {
    status = "Enabled"
  }
}

data "aws_appstream_image" "base" {
  provider    = aws.desktops
  name_regex  = "^AppStream-WinServer2022"
  type        = "PUBLIC"
  most_recent = true
}

resource "aws_appstream_fleet" "agents" {
  provider      = aws.desktops
  name          = "tf-born-agents"
  image_name    = data.aws_appstream_image.base.name
  instance_type = "stream.standard.medium"
  stream_view   = "APP"
  compute_capacity {
    desired_instances = 1
  }
  vpc_config {
    subnet_ids         = ["subnet-0a1b2c3d4e5f60718"]
    security_group_ids = ["sg-0a1b2c3d4e5f60718"]
  }
}

resource "aws_appstream_stack" "agents" {
  provider     = aws.desktops
  name         = "tf-born-agents"
  display_name = "Agents"
}

resource "aws_appstream_fleet_stack_association" "agents" {
  provider   = aws.desktops
  fleet_name = aws_appstream_fleet.agents.name
  stack_name = aws_appstream_stack.agents.name
}

# Only linked to.
resource "aws_appstream_fleet" "leads" {
  provider      = aws.desktops
  name          = "tf-leads"
  image_name    = data.aws_appstream_image.base.name
  instance_type = "stream.standard.medium"
  compute_capacity {
    desired_instances = 1
  }
}

output "image" {
  value = data.aws_appstream_image.base.name
}
