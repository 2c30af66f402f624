# What only Terraform knows: how to delete.
resource "aws_iam_role" "agents" {
  lifecycle {
    ignore_changes = [force_detach_policies]
  }
}
