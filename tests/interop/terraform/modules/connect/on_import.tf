# Nobody can read a password back.
resource "aws_connect_user" "managed" {
  lifecycle {
    ignore_changes = [password]
  }
}

# The provider does not read it back.
resource "aws_connect_user_hierarchy_group" "night" {
  lifecycle {
    ignore_changes = [parent_group_id]
  }
}
