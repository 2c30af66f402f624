# The bucket with the pages, everything that configures it, and what is in it.

resource "aws_s3_bucket" "pages" {
  bucket        = "tf-pages-123456789012-eu-west-2"
  force_destroy = var.changed
  tags          = local.team
}

resource "aws_s3_bucket" "logs" {
  bucket_prefix = "tf-logs-"
}

resource "aws_s3_bucket_ownership_controls" "pages" {
  bucket = aws_s3_bucket.pages.id
  rule {
    object_ownership = var.changed ? "BucketOwnerEnforced" : "BucketOwnerPreferred"
  }
}

resource "aws_s3_bucket_ownership_controls" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    object_ownership = "BucketOwnerPreferred"
  }
}

resource "aws_s3_bucket_acl" "logs" {
  bucket     = aws_s3_bucket.logs.id
  acl        = var.changed ? "private" : "log-delivery-write"
  depends_on = [aws_s3_bucket_ownership_controls.logs]
}

resource "aws_s3_bucket_public_access_block" "pages" {
  bucket                  = aws_s3_bucket.pages.id
  block_public_acls       = true
  block_public_policy     = false
  ignore_public_acls      = var.changed
  restrict_public_buckets = false
}

resource "aws_s3_bucket_versioning" "pages" {
  bucket = aws_s3_bucket.pages.id
  versioning_configuration {
    status = var.changed ? "Suspended" : "Enabled"
  }
}

resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id
  versioning_configuration {
    status = "Disabled"
  }
}

resource "aws_s3_bucket_cors_configuration" "pages" {
  bucket = aws_s3_bucket.pages.id
  cors_rule {
    id              = "panel"
    allowed_headers = ["*"]
    allowed_methods = var.changed ? ["GET", "HEAD"] : ["GET"]
    allowed_origins = ["https://acme-support.my.connect.aws"]
    expose_headers  = ["ETag"]
    max_age_seconds = var.changed ? 600 : 3000
  }
  dynamic "cors_rule" {
    for_each = var.changed ? ["https://crm.example.com"] : []
    content {
      allowed_methods = ["PUT"]
      allowed_origins = [cors_rule.value]
    }
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "pages" {
  bucket = aws_s3_bucket.pages.id
  rule {
    bucket_key_enabled = var.changed
    apply_server_side_encryption_by_default {
      sse_algorithm     = var.changed ? "aws:kms" : "AES256"
      kms_master_key_id = var.changed ? "arn:aws:kms:eu-west-2:123456789012:key/0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f" : null
    }
  }
}

resource "aws_s3_bucket_website_configuration" "pages" {
  bucket = aws_s3_bucket.pages.id
  index_document {
    suffix = "index.html"
  }
  error_document {
    key = var.changed ? "oops.html" : "error.html"
  }
  routing_rule {
    condition {
      key_prefix_equals = "old/"
    }
    redirect {
      replace_key_prefix_with = "new/"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "pages" {
  bucket = aws_s3_bucket.pages.id
  rule {
    id     = "old-versions"
    status = "Enabled"
    filter {
      prefix = "desktop/"
    }
    noncurrent_version_expiration {
      noncurrent_days = var.changed ? 7 : 30
    }
  }
  rule {
    id     = "uploads"
    status = var.changed ? "Disabled" : "Enabled"
    filter {}
    abort_incomplete_multipart_upload {
      days_after_initiation = 2
    }
  }
}

resource "aws_s3_bucket_logging" "pages" {
  bucket        = aws_s3_bucket.pages.id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = var.changed ? "pages/" : "log/"
}

resource "aws_s3_bucket_accelerate_configuration" "pages" {
  bucket = aws_s3_bucket.pages.id
  status = var.changed ? "Suspended" : "Enabled"
}

resource "aws_s3_bucket_request_payment_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id
  payer  = var.changed ? "BucketOwner" : "Requester"
}

data "aws_iam_policy_document" "pages" {
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"]
    resources = var.changed ? ["${aws_s3_bucket.pages.arn}/local/*", "${aws_s3_bucket.pages.arn}/desktop/*"] : ["${aws_s3_bucket.pages.arn}/local/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.pages.arn}/*"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
    condition {
      test     = "StringNotEquals"
      variable = "aws:PrincipalAccount"
      values   = ["123456789012"]
    }
  }
}

resource "aws_s3_bucket_policy" "pages" {
  bucket     = aws_s3_bucket.pages.id
  policy     = data.aws_iam_policy_document.pages.json
  depends_on = [aws_s3_bucket_public_access_block.pages]
}

resource "aws_s3_object" "inline" {
  bucket              = aws_s3_bucket.pages.id
  key                 = "local/index.html"
  content             = var.changed ? "<h1>grüß dich</h1>" : "<h1>hello</h1>"
  content_type        = "text/html; charset=utf-8"
  content_language    = "en"
  content_disposition = "inline"
  cache_control       = var.changed ? "no-cache" : "max-age=60"
  metadata            = { version = var.changed ? "two" : "one" }
  tags                = local.team
  depends_on          = [aws_s3_bucket_versioning.pages, aws_s3_bucket_server_side_encryption_configuration.pages, aws_s3_bucket_ownership_controls.pages]
}

resource "aws_s3_object" "file" {
  bucket             = aws_s3_bucket.pages.id
  key                = "desktop/a page+more/ü.html"
  source             = "${path.module}/page.html"
  source_hash        = filemd5("${path.module}/page.html")
  checksum_algorithm = "SHA256"
  website_redirect   = var.changed ? "/local/index.html" : null
  depends_on         = [aws_s3_bucket_versioning.pages, aws_s3_bucket_server_side_encryption_configuration.pages, aws_s3_bucket_ownership_controls.pages]
}

resource "aws_s3_object" "hashed" {
  bucket         = aws_s3_bucket.logs.id
  key            = "hashed"
  content_base64 = base64encode(var.changed ? "two" : "one")
  etag           = md5(var.changed ? "two" : "one")
  storage_class  = var.changed ? "STANDARD_IA" : "STANDARD"
  acl            = "private"
  depends_on     = [aws_s3_bucket_acl.logs]
}

resource "aws_s3_object_copy" "copy" {
  bucket = aws_s3_bucket.logs.id
  key    = "copy"
  source = "${aws_s3_object.hashed.bucket}/${aws_s3_object.hashed.key}"
  tags   = local.team
  # Without it, the source's tags are copied.
  tagging_directive = "REPLACE"
}

data "aws_s3_object" "inline" {
  bucket = aws_s3_bucket.pages.id
  key    = aws_s3_object.inline.key
}

data "aws_s3_objects" "pages" {
  bucket     = aws_s3_bucket.pages.id
  prefix     = "desktop/"
  depends_on = [aws_s3_object.file]
}

data "aws_s3_bucket" "pages" {
  bucket = aws_s3_bucket.pages.id
}

output "checks" {
  value = {
    region  = data.aws_s3_bucket.pages.region == "eu-west-2"
    type    = data.aws_s3_object.inline.content_type == "text/html; charset=utf-8"
    data    = data.aws_s3_object.inline.metadata["version"] == (var.changed ? "two" : "one")
    tags    = data.aws_s3_object.inline.tags["team"] == "support"
    keys    = data.aws_s3_objects.pages.keys == tolist(["desktop/a page+more/ü.html"])
    website = aws_s3_bucket_website_configuration.pages.website_endpoint == "tf-pages-123456789012-eu-west-2.s3-website.eu-west-2.amazonaws.com"
  }
}
