# Where a contact center's secrets lie: what a blueprint names with `secret:` and `ssm:`.

resource "aws_secretsmanager_secret" "crm" {
  name                    = "tf/crm"
  description             = var.changed ? "Signs the agents in to the CRM" : "CRM"
  recovery_window_in_days = 0
  tags                    = local.team
  policy = var.changed ? null : jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::123456789012:root" }
      Action    = "secretsmanager:GetSecretValue"
      Resource  = "*"
    }]
  })
}

resource "aws_secretsmanager_secret_version" "crm" {
  secret_id     = aws_secretsmanager_secret.crm.id
  secret_string = jsonencode({ user = "crm", password = var.changed ? "second" : "first" })
}

resource "aws_secretsmanager_secret_version" "waiting" {
  secret_id      = aws_secretsmanager_secret.crm.id
  secret_string  = "later"
  version_stages = var.changed ? ["next", "tested"] : ["next"]
  depends_on     = [aws_secretsmanager_secret_version.crm]
}

data "aws_secretsmanager_secret_version" "crm" {
  secret_id  = aws_secretsmanager_secret.crm.name
  depends_on = [aws_secretsmanager_secret_version.waiting]
}

data "aws_secretsmanager_secrets" "own" {
  filter {
    name   = "name"
    values = ["tf/"]
  }
  depends_on = [aws_secretsmanager_secret.crm]
}

data "aws_secretsmanager_random_password" "fresh" {
  password_length = 24
}

resource "aws_ssm_parameter" "domain" {
  name        = "/tf/directory/password"
  description = "Joins the desktops to the domain"
  type        = "SecureString"
  value       = var.changed ? "second" : "first"
  tags        = local.team
}

resource "aws_ssm_parameter" "was_secret" {
  name  = "/tf/directory/account"
  type  = var.changed ? "String" : "SecureString"
  value = "joiner"
}

resource "aws_ssm_parameter" "offices" {
  name            = "tf-offices"
  type            = "StringList"
  tier            = var.changed ? "Advanced" : "Standard"
  allowed_pattern = "^[a-z,]+$"
  value           = var.changed ? "leeds,london" : "leeds"
}

data "aws_ssm_parameters_by_path" "directory" {
  path       = "/tf"
  recursive  = true
  depends_on = [aws_ssm_parameter.domain, aws_ssm_parameter.was_secret]
}

output "checks" {
  sensitive = true
  value = {
    current  = jsondecode(data.aws_secretsmanager_secret_version.crm.secret_string).password == (var.changed ? "second" : "first")
    listed   = toset(data.aws_secretsmanager_secrets.own.names) == toset(["tf/crm"])
    password = length(data.aws_secretsmanager_random_password.fresh.random_password) == 24
    own_key  = aws_ssm_parameter.domain.key_id == "alias/aws/ssm"
    by_path  = length(data.aws_ssm_parameters_by_path.directory.names) == 2
  }
}
