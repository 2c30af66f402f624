# Who may do what: the identity provider, roles and policies, and who sees the application.

variable "application" {
  type        = string
  description = "The ARN of an application that was made in the console of IAM Identity Center."
}

variable "metadata" {
  type        = string
  description = "The application's SAML metadata."
}

variable "renewed_metadata" {
  type        = string
  description = "What the metadata becomes."
}

data "aws_caller_identity" "me" {}
data "aws_partition" "here" {}
data "aws_region" "here" {}

resource "aws_iam_saml_provider" "agents" {
  name                   = "tf-agents"
  saml_metadata_document = var.changed ? var.renewed_metadata : var.metadata
  tags                   = local.team
}

data "aws_iam_saml_provider" "agents" {
  arn = aws_iam_saml_provider.agents.arn
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = var.changed ? ["sts:AssumeRoleWithSAML", "sts:TagSession"] : ["sts:AssumeRoleWithSAML"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_saml_provider.agents.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "SAML:aud"
      values   = ["https://signin.aws.amazon.com/saml"]
    }
  }
}

data "aws_iam_policy_document" "federation" {
  statement {
    sid       = "SignIn"
    actions   = var.changed ? ["connect:GetFederationToken", "connect:DescribeInstance"] : ["connect:GetFederationToken"]
    resources = ["arn:${data.aws_partition.here.partition}:connect:${data.aws_region.here.name}:${data.aws_caller_identity.me.account_id}:instance/0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f/user/$${aws:userid}"]
  }
}

resource "aws_iam_policy" "boundary" {
  name   = "tf-boundary"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}

resource "aws_iam_policy" "federation" {
  name        = "tf-federation"
  path        = "/contact-center/"
  description = "Lets agents sign in to the instance"
  policy      = data.aws_iam_policy_document.federation.json
  tags        = local.team
}

resource "aws_iam_policy" "prefixed" {
  name_prefix = "tf-many-"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = {
      Effect   = "Allow"
      Action   = ["appstream:Stream"]
      Resource = ["*"]
      Condition = {
        StringEquals = { "appstream:userId" = "$${saml:sub}" }
      }
    }
  })
}

resource "aws_iam_role" "agents" {
  name                  = "tf-agents"
  path                  = "/contact-center/"
  description           = var.changed ? "Agents of two shifts" : "Agents"
  assume_role_policy    = data.aws_iam_policy_document.trust.json
  max_session_duration  = var.changed ? 43200 : 3600
  permissions_boundary  = var.changed ? null : aws_iam_policy.boundary.arn
  force_detach_policies = true
  tags                  = local.team
}

resource "aws_iam_role" "desktop" {
  name_prefix = "tf-desktop-"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "appstream.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
  permissions_boundary = var.changed ? aws_iam_policy.boundary.arn : null
}

resource "aws_iam_instance_profile" "desktop" {
  name = "tf-desktop"
  path = "/contact-center/"
  role = aws_iam_role.desktop.name
  tags = local.team
}

# Policies as blocks of the role, which many modules still write.
resource "aws_iam_role" "all_in_one" {
  name               = "tf-all-in-one"
  assume_role_policy = aws_iam_role.desktop.assume_role_policy
  managed_policy_arns = var.changed ? [aws_iam_policy.prefixed.arn] : [
    aws_iam_policy.prefixed.arn, "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
  ]
  inline_policy {
    name   = "stream"
    policy = data.aws_iam_policy_document.federation.json
  }
  dynamic "inline_policy" {
    for_each = var.changed ? ["second"] : ["first"]
    content {
      name   = inline_policy.value
      policy = data.aws_iam_policy_document.federation.json
    }
  }
}

resource "aws_iam_role_policy_attachment" "federation" {
  role       = aws_iam_role.agents.name
  policy_arn = aws_iam_policy.federation.arn
}

resource "aws_iam_role_policy_attachment" "aws" {
  role       = aws_iam_role.desktop.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
}

resource "aws_iam_role_policy" "stream" {
  name = "stream"
  role = aws_iam_role.agents.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "appstream:Stream"
      Resource = var.changed ? ["*"] : ["arn:aws:appstream:eu-west-1:123456789012:stack/agents"]
    }]
  })
}

resource "aws_iam_role_policy" "unnamed" {
  role   = aws_iam_role.desktop.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Deny", Action = "iam:*", Resource = "*" }] })
}

data "aws_iam_role" "agents" {
  name = aws_iam_role.agents.name
}

data "aws_iam_policy" "federation" {
  arn = aws_iam_policy.federation.arn
}

data "aws_iam_policy" "by_name" {
  name = aws_iam_policy.federation.name
}

data "aws_iam_policy" "managed_by_aws" {
  arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
}

# IAM Identity Center

data "aws_ssoadmin_instances" "all" {
  provider = aws.identity
}

locals {
  store = one(data.aws_ssoadmin_instances.all.identity_store_ids)
}

data "aws_identitystore_group" "agents" {
  provider          = aws.identity
  identity_store_id = local.store
  alternate_identifier {
    unique_attribute {
      attribute_path  = "DisplayName"
      attribute_value = "agents"
    }
  }
}

data "aws_identitystore_user" "agent" {
  provider          = aws.identity
  identity_store_id = local.store
  alternate_identifier {
    unique_attribute {
      attribute_path  = "UserName"
      attribute_value = "agent1@example.com"
    }
  }
}

data "aws_identitystore_user" "by_id" {
  provider          = aws.identity
  identity_store_id = local.store
  user_id           = data.aws_identitystore_user.agent.user_id
}

data "aws_identitystore_group" "by_id" {
  provider          = aws.identity
  identity_store_id = local.store
  group_id          = data.aws_identitystore_group.agents.group_id
}

resource "aws_ssoadmin_application_assignment" "group" {
  provider        = aws.identity
  application_arn = var.application
  principal_id    = data.aws_identitystore_group.agents.group_id
  principal_type  = "GROUP"
}

resource "aws_ssoadmin_application_assignment" "user" {
  provider        = aws.identity
  application_arn = var.application
  principal_id    = data.aws_identitystore_user.agent.user_id
  principal_type  = "USER"
}

resource "aws_ssoadmin_application" "portal" {
  provider                 = aws.identity
  name                     = "tf-portal"
  description              = var.changed ? "A link" : "The portal"
  application_provider_arn = "arn:aws:sso::aws:applicationProvider/custom"
  instance_arn             = one(data.aws_ssoadmin_instances.all.arns)
  status                   = var.changed ? "DISABLED" : "ENABLED"
  tags                     = local.team
  portal_options {
    visibility = "ENABLED"
    sign_in_options {
      origin          = "APPLICATION"
      application_url = var.changed ? "https://crm.example.com" : "https://portal.example.com"
    }
  }
}

resource "aws_ssoadmin_application" "bare" {
  provider                 = aws.identity
  name                     = "tf-bare"
  application_provider_arn = "arn:aws:sso::aws:applicationProvider/custom"
  instance_arn             = one(data.aws_ssoadmin_instances.all.arns)
}

resource "aws_ssoadmin_application_access_scope" "bare" {
  provider           = aws.identity
  application_arn    = aws_ssoadmin_application.bare.application_arn
  scope              = "sso:account:access"
  authorized_targets = var.changed ? null : [aws_ssoadmin_application.portal.application_arn]
}

resource "aws_ssoadmin_application_assignment_configuration" "portal" {
  provider            = aws.identity
  application_arn     = aws_ssoadmin_application.portal.application_arn
  assignment_required = var.changed
}

data "aws_ssoadmin_application_providers" "all" {
  provider = aws.identity
}

data "aws_identitystore_groups" "all" {
  provider          = aws.identity
  identity_store_id = local.store
}

data "aws_identitystore_users" "all" {
  provider          = aws.identity
  identity_store_id = local.store
}

data "aws_identitystore_group_memberships" "agents" {
  provider          = aws.identity
  identity_store_id = local.store
  group_id          = data.aws_identitystore_group.agents.group_id
}

data "aws_ssoadmin_application" "made_by_hand" {
  provider        = aws.identity
  application_arn = var.application
}

data "aws_ssoadmin_application_assignments" "all" {
  provider        = aws.identity
  application_arn = var.application
  depends_on      = [aws_ssoadmin_application_assignment.group, aws_ssoadmin_application_assignment.user]
}

resource "aws_identitystore_group" "night" {
  provider          = aws.identity
  identity_store_id = local.store
  display_name      = "tf-night-shift"
  description       = var.changed ? "From ten to six" : "At night"
}

resource "aws_identitystore_user" "new" {
  provider          = aws.identity
  identity_store_id = local.store
  display_name      = var.changed ? "Nora N." : "Nora Night"
  user_name         = "nora@example.com"
  name {
    given_name  = "Nora"
    family_name = "Night"
  }
  emails {
    value   = "nora@example.com"
    primary = true
  }
}

resource "aws_identitystore_group_membership" "new" {
  provider          = aws.identity
  identity_store_id = local.store
  group_id          = aws_identitystore_group.night.group_id
  member_id         = aws_identitystore_user.new.user_id
}

output "checks" {
  value = {
    account   = data.aws_caller_identity.me.account_id == "123456789012"
    metadata  = data.aws_iam_saml_provider.agents.saml_metadata_document == aws_iam_saml_provider.agents.saml_metadata_document
    role      = data.aws_iam_role.agents.path == "/contact-center/"
    unique    = startswith(aws_iam_role.agents.unique_id, "AROA")
    policy    = data.aws_iam_policy.by_name.arn == data.aws_iam_policy.federation.arn
    described = data.aws_iam_policy.federation.description == "Lets agents sign in to the instance"
    aws       = data.aws_iam_policy.managed_by_aws.name == "AmazonS3ReadOnlyAccess"
    group     = data.aws_identitystore_group.by_id.display_name == "agents"
    user      = data.aws_identitystore_user.by_id.user_name == "agent1@example.com"
    hand      = data.aws_ssoadmin_application.made_by_hand.name == "tf-one"
    providers = length(data.aws_ssoadmin_application_providers.all.application_providers) > 0
    groups    = contains(data.aws_identitystore_groups.all.groups[*].display_name, "agents")
    users     = length(data.aws_identitystore_users.all.users) >= 4
    members   = length(data.aws_identitystore_group_memberships.agents.group_memberships) == 2
    assigned  = length(data.aws_ssoadmin_application_assignments.all.application_assignments) == 2
  }
}
