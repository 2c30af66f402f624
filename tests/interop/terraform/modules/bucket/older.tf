# A bucket as modules wrote it before its parts were resources of their own, and an object too large for one call.

variable "large" {
  type        = string
  description = "The path of a file of some megabytes."
}

resource "aws_s3_bucket" "older" {
  bucket        = "tf-older-123456789012"
  force_destroy = true
  tags          = local.team

  versioning {
    enabled = true
  }
  cors_rule {
    allowed_headers = ["*"]
    allowed_methods = var.changed ? ["GET"] : ["GET", "PUT"]
    allowed_origins = ["https://crm.example.com"]
    max_age_seconds = 60
  }
  lifecycle_rule {
    id      = "old"
    enabled = !var.changed
    prefix  = "tmp/"
    expiration {
      days = 30
    }
    noncurrent_version_expiration {
      days = 7
    }
  }
  server_side_encryption_configuration {
    rule {
      bucket_key_enabled = var.changed
      apply_server_side_encryption_by_default {
        sse_algorithm     = "aws:kms"
        kms_master_key_id = "arn:aws:kms:eu-west-2:123456789012:key/0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f"
      }
    }
  }
  website {
    index_document = "index.html"
    error_document = var.changed ? "oops.html" : "error.html"
  }
  logging {
    target_bucket = aws_s3_bucket.logs.id
    target_prefix = "older/"
  }
}

resource "aws_s3_object" "large" {
  bucket      = aws_s3_bucket.older.id
  key         = "large.bin"
  source      = var.large
  source_hash = var.changed ? "second" : "first"
}

# A public page by ACL, as it was done before bucket policies were.
resource "aws_s3_bucket" "open" {
  bucket = "tf-open-123456789012"
}

resource "aws_s3_bucket_ownership_controls" "open" {
  bucket = aws_s3_bucket.open.id
  rule {
    object_ownership = "ObjectWriter"
  }
}

resource "aws_s3_bucket_public_access_block" "open" {
  bucket = aws_s3_bucket.open.id
}

resource "aws_s3_bucket_acl" "open" {
  bucket     = aws_s3_bucket.open.id
  acl        = var.changed ? "authenticated-read" : "public-read"
  depends_on = [aws_s3_bucket_ownership_controls.open, aws_s3_bucket_public_access_block.open]
}

resource "aws_s3_object" "open" {
  bucket     = aws_s3_bucket.open.id
  key        = "index.html"
  content    = "hello"
  acl        = var.changed ? "private" : "public-read"
  depends_on = [aws_s3_bucket_acl.open]
}
