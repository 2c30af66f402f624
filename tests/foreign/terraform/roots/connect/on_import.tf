# Nobody can read a password back.
resource "aws_connect_user" "managed" {
  lifecycle {
    ignore_changes = [password]
  }
}
