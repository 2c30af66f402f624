# What every root has: the provider, with all of its services at the simulator.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

variable "endpoint" {
  type        = string
  description = "Where the simulator listens."
}

variable "changed" {
  type        = bool
  default     = false
  description = "Given to the modules."
}

provider "aws" {
  region            = "eu-west-2"
  access_key        = "AKIAIOSFODNN7EXAMPLE"
  secret_key        = "simulated"
  s3_use_path_style = true
  # S3 lets in one change of a bucket's configuration at a time, and the provider makes many at once.
  max_retries             = 12
  skip_metadata_api_check = true

  endpoints {
    appautoscaling = var.endpoint
    appstream      = var.endpoint
    connect        = var.endpoint
    ec2            = var.endpoint
    iam            = var.endpoint
    identitystore  = var.endpoint
    s3             = var.endpoint
    secretsmanager = var.endpoint
    ssm            = var.endpoint
    ssoadmin       = var.endpoint
    sts            = var.endpoint
  }
}

# IAM Identity Center has its own region.
provider "aws" {
  alias                   = "identity"
  region                  = "us-east-1"
  access_key              = "AKIAIOSFODNN7EXAMPLE"
  secret_key              = "simulated"
  # S3 lets in one change of a bucket's configuration at a time, and the provider makes many at once.
  max_retries             = 12
  skip_metadata_api_check = true

  endpoints {
    identitystore = var.endpoint
    ssoadmin      = var.endpoint
    sts           = var.endpoint
  }
}

# Nor are Connect and AppStream in the same regions, or need be.
provider "aws" {
  alias                   = "desktops"
  region                  = "eu-west-1"
  access_key              = "AKIAIOSFODNN7EXAMPLE"
  secret_key              = "simulated"
  # S3 lets in one change of a bucket's configuration at a time, and the provider makes many at once.
  max_retries             = 12
  skip_metadata_api_check = true

  endpoints {
    appstream = var.endpoint
    sts       = var.endpoint
  }
}
