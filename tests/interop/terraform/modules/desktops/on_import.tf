# What AWS does not say: passwords, and whether an e-mail was wanted.

resource "aws_appstream_directory_config" "offices" {
  lifecycle {
    ignore_changes = [service_account_credentials]
  }
}

resource "aws_appstream_user" "one" {
  lifecycle {
    ignore_changes = [send_email_notification]
  }
}

resource "aws_appstream_user_stack_association" "one" {
  lifecycle {
    ignore_changes = [send_email_notification]
  }
}

# The provider reads back the ARN of the image, never its name.
resource "aws_appstream_image_builder" "desktop" {
  lifecycle {
    ignore_changes = [image_name]
  }
}
