# What every topic shares: each is a module of one root, which gives it the providers.

terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.identity, aws.desktops]
    }
  }
}

variable "changed" {
  type        = bool
  default     = false
  description = "False: the first set of arguments. True: everything that can change in place has changed."
}

locals {
  team = var.changed ? { team = "support", stage = "second" } : { team = "support", only = "first" }
}
