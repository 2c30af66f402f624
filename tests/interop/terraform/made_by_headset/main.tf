# What blueprints/split-ccp.yaml says, in Terraform's words. Headset made it; everything is imported, and Terraform must
# find nothing to change. Only identifiers come from outside; every value is what the blueprint means.

variable "instance" {
  type        = string
  description = "The id of the Connect instance."
}

variable "users" {
  type        = map(string)
  description = "Ids of its users by name."
}

variable "application" {
  type        = string
  description = "The ARN of the application in IAM Identity Center."
}

variable "metadata" {
  type        = string
  description = "The application's SAML metadata."
}

variable "group" {
  type        = string
  description = "The id of the group `agents`."
}

variable "recipe" {
  type        = string
  description = "The name of the image, which ends in a hash of its recipe."
}

variable "proof" {
  type        = map(string)
  description = "The tags headset:id and headset:expires."
}

locals {
  name   = "acme-support"
  tags   = merge(var.proof, { "headset:environment" = local.name, team = "support" })
  bucket = "${local.name}-ccp-123456789012-eu-west-2"
  users = {
    "admin@example.com"  = { first = "Ada", last = "Admin", security = "Admin" }
    "agent1@example.com" = { first = "Agent", last = "One", security = "Agent" }
    "agent2@example.com" = { first = "Agent", last = "Two", security = "Agent", auto_accept = true, after_call = 30 }
  }
}

import {
  to = aws_connect_instance.main
  id = var.instance
}

resource "aws_connect_instance" "main" {
  instance_alias            = "acme-support"
  identity_management_type  = "SAML"
  inbound_calls_enabled     = true
  outbound_calls_enabled    = true
  contact_flow_logs_enabled = true
  tags                      = local.tags
}

data "aws_connect_security_profile" "each" {
  for_each    = toset(["Admin", "Agent"])
  instance_id = var.instance
  name        = each.key
}

data "aws_connect_routing_profile" "basic" {
  instance_id = var.instance
  name        = "Basic Routing Profile"
}

import {
  for_each = var.users
  to       = aws_connect_user.each[each.key]
  id       = "${var.instance}:${each.value}"
}

resource "aws_connect_user" "each" {
  for_each             = local.users
  instance_id          = var.instance
  name                 = each.key
  routing_profile_id   = data.aws_connect_routing_profile.basic.routing_profile_id
  security_profile_ids = [data.aws_connect_security_profile.each[each.value.security].security_profile_id]
  tags                 = local.tags
  identity_info {
    first_name = each.value.first
    last_name  = each.value.last
  }
  phone_config {
    phone_type                    = "SOFT_PHONE"
    auto_accept                   = try(each.value.auto_accept, false)
    after_contact_work_time_limit = try(each.value.after_call, 0)
  }
}

import {
  to = aws_iam_saml_provider.idp
  id = "arn:aws:iam::123456789012:saml-provider/acme-support-idp"
}

resource "aws_iam_saml_provider" "idp" {
  name                   = "acme-support-idp"
  saml_metadata_document = trimspace(var.metadata)
  tags                   = local.tags
}

import {
  to = aws_iam_role.connect
  id = "acme-support-connect"
}

resource "aws_iam_role" "connect" {
  name                 = "acme-support-connect"
  description          = "Federates agents of acme-support into Amazon Connect"
  max_session_duration = 12 * 3600
  tags                 = local.tags
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Headset"
      Effect    = "Allow"
      Principal = { Federated = aws_iam_saml_provider.idp.arn }
      Action    = ["sts:AssumeRoleWithSAML", "sts:TagSession"]
      Condition = {
        StringEquals = {
          "SAML:aud" = ["https://signin.aws.amazon.com/saml", "https://eu-west-2.signin.aws.amazon.com/saml"]
        }
        "ForAllValues:StringEqualsIgnoreCase" = {
          "aws:TagKeys" = [
            "roles", "department", "organization", "groups", "title", "costCenter", "userType",
            "SessionContext", "UserPrincipalName", "ObjectSid", "Domain",
          ]
        }
      }
    }]
  })
}

import {
  to = aws_iam_role_policy.federation
  id = "acme-support-connect:headset-federation"
}

resource "aws_iam_role_policy" "federation" {
  role = aws_iam_role.connect.name
  name = "headset-federation"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "FederateAsOneself"
      Effect   = "Allow"
      Action   = "connect:GetFederationToken"
      Resource = "${aws_connect_instance.main.arn}/user/$${aws:userid}"
    }]
  })
}

import {
  to = aws_ssoadmin_application_assignment.agents
  id = "${var.application},${var.group},GROUP"
}

resource "aws_ssoadmin_application_assignment" "agents" {
  provider        = aws.identity
  application_arn = var.application
  principal_id    = var.group
  principal_type  = "GROUP"
}

import {
  to = aws_s3_bucket.ccp
  id = local.bucket
}

resource "aws_s3_bucket" "ccp" {
  bucket = local.bucket
  tags   = local.tags
}

import {
  to = aws_s3_bucket_ownership_controls.ccp
  id = local.bucket
}

resource "aws_s3_bucket_ownership_controls" "ccp" {
  bucket = aws_s3_bucket.ccp.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

import {
  to = aws_s3_bucket_public_access_block.ccp
  id = local.bucket
}

# The pages are public, by policy and not by ACL.
resource "aws_s3_bucket_public_access_block" "ccp" {
  bucket                  = aws_s3_bucket.ccp.id
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = false
  restrict_public_buckets = false
}

import {
  to = aws_s3_bucket_server_side_encryption_configuration.ccp
  id = local.bucket
}

resource "aws_s3_bucket_server_side_encryption_configuration" "ccp" {
  bucket = aws_s3_bucket.ccp.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

data "aws_s3_objects" "pages" {
  bucket = local.bucket
}

import {
  to = aws_s3_bucket_policy.ccp
  id = local.bucket
}

resource "aws_s3_bucket_policy" "ccp" {
  bucket = aws_s3_bucket.ccp.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "ReadPublishedPages"
        Effect    = "Allow"
        Principal = "*"
        Action    = "s3:GetObject"
        Resource  = [for key in data.aws_s3_objects.pages.keys : "arn:aws:s3:::${local.bucket}/${key}"]
      },
      {
        Sid       = "RefusePlainHttp"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = ["arn:aws:s3:::${local.bucket}", "arn:aws:s3:::${local.bucket}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

locals {
  pages = toset(["audio-only.html", "in-session.html"])
}

import {
  for_each = local.pages
  to       = aws_s3_object.page[each.key]
  id       = "${local.bucket}/${each.key}"
}

resource "aws_s3_object" "page" {
  for_each      = local.pages
  bucket        = aws_s3_bucket.ccp.id
  key           = each.key
  content_type  = "text/html; charset=utf-8"
  cache_control = "public, max-age=60, must-revalidate"
}

import {
  to = aws_appstream_image_builder.desktop
  id = "acme-support-agent-desktop"
}

data "aws_appstream_image" "base" {
  provider    = aws.desktops
  name_regex  = "^AppStream-WinServer2022"
  type        = "PUBLIC"
  most_recent = true
}

resource "aws_appstream_image_builder" "desktop" {
  provider                       = aws.desktops
  name                           = "acme-support-agent-desktop"
  description                    = "Builds the image agent-desktop of acme-support"
  image_arn                      = data.aws_appstream_image.base.arn
  instance_type                  = "stream.standard.medium"
  enable_default_internet_access = false
  tags                           = merge(local.tags, { "headset:base" = "newest:AppStream-WinServer2022" })
  vpc_config {
    subnet_ids         = ["subnet-0a1b2c3d4e5f60718"]
    security_group_ids = ["sg-0a1b2c3d4e5f60718"]
  }
}

import {
  to = aws_appstream_fleet.agents
  id = "acme-support-agents"
}

resource "aws_appstream_fleet" "agents" {
  provider                           = aws.desktops
  name                               = "acme-support-agents"
  fleet_type                         = "ON_DEMAND"
  image_name                         = var.recipe
  instance_type                      = "stream.standard.medium"
  stream_view                        = "DESKTOP"
  max_user_duration_in_seconds       = 12 * 3600
  disconnect_timeout_in_seconds      = 15 * 60
  idle_disconnect_timeout_in_seconds = 0
  enable_default_internet_access     = false
  tags                               = local.tags
  compute_capacity {
    desired_instances = 2
  }
  vpc_config {
    subnet_ids         = ["subnet-0a1b2c3d4e5f60718"]
    security_group_ids = ["sg-0a1b2c3d4e5f60718"]
  }
}

import {
  to = aws_appstream_stack.agents
  id = "acme-support-agents"
}

resource "aws_appstream_stack" "agents" {
  provider = aws.desktops
  name     = "acme-support-agents"
  tags     = local.tags

  # Provider 5.x reads SMART_CARD_REDIRECTION and does not let it be written.
  lifecycle {
    ignore_changes = [user_settings]
  }

  dynamic "user_settings" {
    for_each = {
      CLIPBOARD_COPY_FROM_LOCAL_DEVICE = "DISABLED"
      CLIPBOARD_COPY_TO_LOCAL_DEVICE   = "DISABLED"
      FILE_UPLOAD                      = "DISABLED"
      FILE_DOWNLOAD                    = "DISABLED"
      PRINTING_TO_LOCAL_DEVICE         = "DISABLED"
      AUTO_TIME_ZONE_REDIRECTION       = "DISABLED"
      DOMAIN_PASSWORD_SIGNIN           = "ENABLED"
      DOMAIN_SMART_CARD_SIGNIN         = "DISABLED"
    }
    content {
      action     = user_settings.key
      permission = user_settings.value
    }
  }
}

import {
  to = aws_appstream_fleet_stack_association.agents
  id = "acme-support-agents/acme-support-agents"
}

resource "aws_appstream_fleet_stack_association" "agents" {
  provider   = aws.desktops
  fleet_name = "acme-support-agents"
  stack_name = "acme-support-agents"
}
