# An object does not say where its content came from.

resource "aws_s3_bucket" "pages" {
  lifecycle {
    ignore_changes = [force_destroy]
  }
}

resource "aws_s3_object" "inline" {
  lifecycle {
    ignore_changes = [content]
  }
}

resource "aws_s3_object" "file" {
  lifecycle {
    ignore_changes = [source, source_hash, checksum_algorithm]
  }
}

resource "aws_s3_object" "hashed" {
  lifecycle {
    ignore_changes = [content_base64, acl]
  }
}

resource "aws_s3_bucket" "older" {
  lifecycle {
    ignore_changes = [force_destroy]
  }
}

resource "aws_s3_object" "large" {
  lifecycle {
    ignore_changes = [source, source_hash]
  }
}

resource "aws_s3_object" "open" {
  lifecycle {
    ignore_changes = [content, acl]
  }
}
