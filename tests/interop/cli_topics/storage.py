"""S3 by the AWS CLI: `aws s3api`, and what people type, `aws s3`."""
import json
import os
import re
import urllib.error
import urllib.request

from checks import ACCOUNT, ENDPOINT, REGION, passed, same
from shell import HOME, aws, file, high, holds, refused

BUCKET = f"cli-pages-{ACCOUNT}-{REGION}"


def fetch(url):
    """Status and body of what a browser reads."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def buckets():
    own = {"bucket": BUCKET}
    aws("s3api create-bucket", create_bucket_configuration=f"LocationConstraint={REGION}", **own)
    aws("s3api wait bucket-exists", **own)
    refused("BucketAlreadyOwnedByYou", "s3api create-bucket",
            create_bucket_configuration=f"LocationConstraint={REGION}", **own)
    same(aws("s3api get-bucket-location", query="LocationConstraint", **own), REGION, "location")
    same(BUCKET in aws("s3api list-buckets", query="Buckets[].Name"), True, "listed bucket")

    # A new bucket: AWS blocks public access, disables ACLs, encrypts.
    blocked = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    same(aws("s3api get-public-access-block", query="PublicAccessBlockConfiguration", **own), blocked, "a new bucket")
    same(aws("s3api get-bucket-ownership-controls", query="OwnershipControls.Rules[0].ObjectOwnership", **own),
         "BucketOwnerEnforced", "a new bucket")
    same(aws("s3api get-bucket-encryption", **own, query="ServerSideEncryptionConfiguration.Rules[0]"
             ".ApplyServerSideEncryptionByDefault.SSEAlgorithm"), "AES256", "a new bucket")
    same(aws("s3api get-bucket-versioning", **own) or {}, {}, "a new bucket's versioning")
    for read, code in (("get-bucket-policy", "NoSuchBucketPolicy"), ("get-bucket-tagging", "NoSuchTagSet"),
                       ("get-bucket-cors", "NoSuchCORSConfiguration"),
                       ("get-bucket-website", "NoSuchWebsiteConfiguration"),
                       ("get-bucket-lifecycle-configuration", "NoSuchLifecycleConfiguration"),
                       ("get-bucket-replication", "ReplicationConfigurationNotFoundError"),
                       ("get-object-lock-configuration", "ObjectLockConfigurationNotFoundError")):
        refused(code, f"s3api {read}", **own)

    aws("s3api put-bucket-ownership-controls", ownership_controls="Rules=[{ObjectOwnership=BucketOwnerPreferred}]",
        **own)
    same(aws("s3api get-bucket-ownership-controls", query="OwnershipControls.Rules", **own),
         [{"ObjectOwnership": "BucketOwnerPreferred"}], "ownership")
    aws("s3api put-bucket-ownership-controls", ownership_controls="Rules=[{ObjectOwnership=BucketOwnerEnforced}]",
        **own)
    opened = {**blocked, "BlockPublicPolicy": False, "RestrictPublicBuckets": False}
    aws("s3api put-public-access-block", public_access_block_configuration=opened, **own)
    same(aws("s3api get-public-access-block", query="PublicAccessBlockConfiguration", **own), opened, "access block")
    aws("s3api put-bucket-versioning", versioning_configuration="Status=Enabled", **own)
    same(aws("s3api get-bucket-versioning", query="Status", **own), "Enabled", "versioning")
    cors = {"CORSRules": [{"AllowedOrigins": ["https://pages.example.com"], "AllowedMethods": ["GET", "HEAD"],
                           "AllowedHeaders": ["*"], "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 300}]}
    aws("s3api put-bucket-cors", cors_configuration=cors, **own)
    same(aws("s3api get-bucket-cors", **own), cors, "CORS")
    policy = {"Version": "2012-10-17", "Statement": [{
        "Sid": "Pages", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/pages/*"}]}
    aws("s3api put-bucket-policy", policy=json.dumps(policy), **own)
    same(json.loads(aws("s3api get-bucket-policy", query="Policy", **own)), policy, "policy")
    same(aws("s3api get-bucket-policy-status", query="PolicyStatus.IsPublic", **own), True, "public")
    aws("s3api put-bucket-tagging", tagging="TagSet=[{Key=team,Value=a},{Key=cost,Value=1}]", **own)
    same(sorted(t["Key"] for t in aws("s3api get-bucket-tagging", query="TagSet", **own)), ["cost", "team"], "tags")

    objects(own)
    aws("s3api delete-bucket-policy", **own)
    aws("s3api delete-bucket-cors", **own)
    aws("s3api delete-bucket-tagging", **own)
    refused("NoSuchTagSet", "s3api get-bucket-tagging", **own)
    aws("s3api delete-public-access-block", **own)
    refused("NoSuchPublicAccessBlockConfiguration", "s3api get-public-access-block", **own)
    refused("BucketNotEmpty", "s3api delete-bucket", **own)
    # Versions and delete markers hold a bucket, too.
    every = aws("s3api list-object-versions", page_size=2, **own)
    doomed = [{"Key": v["Key"], "VersionId": v["VersionId"]}
              for v in every.get("Versions", []) + every.get("DeleteMarkers", [])]
    answer = aws("s3api delete-objects", delete={"Objects": doomed}, **own)
    same(len(answer["Deleted"]), len(doomed), "deleted versions")
    aws("s3api delete-bucket", **own)
    aws("s3api wait bucket-not-exists", **own)
    refused("NoSuchBucket", "s3api get-bucket-tagging", **own)


def objects(own):
    page = {"key": "pages/ccp.html", **own}
    content = "<h1>grüß dich</h1>".encode()
    path = file("ccp.html", content)
    made = aws("s3api put-object", body=path, content_type="text/html; charset=utf-8", cache_control="no-cache",
               metadata="recipe=abc,team=a", tagging="a=b&c=d", checksum_algorithm="SHA256", **page)
    read = aws("s3api head-object", checksum_mode="ENABLED", **page)
    holds(read, {"ContentType": "text/html; charset=utf-8", "CacheControl": "no-cache", "ETag": made["ETag"],
                 "Metadata": {"recipe": "abc", "team": "a"}, "ContentLength": len(content),
                 "VersionId": made["VersionId"], "ChecksumSHA256": made["ChecksumSHA256"]}, "object")
    same(aws("s3api get-object-tagging", query="TagSet", **page), [{"Key": "a", "Value": "b"}, {"Key": "c", "Value": "d"}],
         "object tags")
    aws("s3api put-object-tagging", tagging={"TagSet": [{"Key": "a", "Value": "z"}]}, **page)
    same(aws("s3api get-object-tagging", query="TagSet", **page), [{"Key": "a", "Value": "z"}], "object tags")
    aws("s3api get-object", f"{HOME}/read.html", **page)
    same(open(f"{HOME}/read.html", "rb").read(), content, "body")
    aws("s3api get-object", f"{HOME}/part.html", range="bytes=4-8", **page)
    same(open(f"{HOME}/part.html", "rb").read(), content[4:9], "part of the body")
    refused("PreconditionFailed", "s3api put-object", body=path, if_none_match="*", **page)
    refused("PreconditionFailed", "s3api put-object", body=path, if_match='"00000000000000000000000000000000"', **page)
    second = aws("s3api put-object", body=path, if_match=made["ETag"], **page)["VersionId"]
    same(aws("s3api list-object-versions", prefix="pages/", query="Versions[].[VersionId,IsLatest]", **own),
         [[second, True], [made["VersionId"], False]], "versions")
    refused("304|NotModified", "s3api head-object", if_none_match=made["ETag"], **page)
    same(fetch(f"{ENDPOINT}/{BUCKET}/pages/ccp.html"), (200, content), "what a browser reads")
    aws("s3api put-object", bucket=BUCKET, key="private", body=path)
    same(fetch(f"{ENDPOINT}/{BUCKET}/private")[0], 403, "what a browser may not read")
    signed = high("s3", "presign", f"s3://{BUCKET}/private", "--expires-in", "300").strip()
    same(fetch(signed), (200, content), "what a signed URL reads")
    # The same URL, had it been signed years ago: its time is over.
    same(fetch(re.sub(r"X-Amz-Date=\d{8}", "X-Amz-Date=20200101", signed))[0], 403, "an expired URL")
    copy = aws("s3api copy-object", bucket=BUCKET, key="copy", copy_source=f"{BUCKET}/pages/ccp.html?versionId="
               + made["VersionId"])
    same(copy["CopyObjectResult"]["ETag"], made["ETag"], "copy")
    holds(aws("s3api head-object", bucket=BUCKET, key="copy"), {"CacheControl": "no-cache",
          "Metadata": {"recipe": "abc", "team": "a"}}, "copy")
    listed = aws("s3api list-objects-v2", delimiter="/", **own)
    same(([o["Key"] for o in listed["Contents"]], [p["Prefix"] for p in listed["CommonPrefixes"]]),
         (["copy", "private"], ["pages/"]), "listing with a delimiter")
    marker = aws("s3api delete-object", **page)
    same(marker["DeleteMarker"], True, "a marker")
    refused("404", "s3api head-object", **page)
    aws("s3api delete-object", version_id=marker["VersionId"], **page)
    aws("s3api head-object", **page)


def folders():
    """What a person does with a folder of pages."""
    name = f"s3://cli-site-{ACCOUNT}"
    high("s3", "mb", name)
    for path, content in (("site/index.html", "<h1>index</h1>"), ("site/error.html", "<h1>error</h1>"),
                          ("site/js/app.js", "start()"), ("site/notes.txt", "draft")):
        file(path, content)
    high("s3", "sync", f"{HOME}/site", name, "--exclude", "*.txt", "--cache-control", "max-age=60",
         "--metadata", "recipe=abc")
    bucket = name[5:]

    def keys():
        return [line.split()[-1] for line in high("s3", "ls", name, "--recursive").splitlines()]
    same(keys(), ["error.html", "index.html", "js/app.js"], "synchronised")
    holds(aws("s3api head-object", bucket=bucket, key="js/app.js"),
          {"CacheControl": "max-age=60", "Metadata": {"recipe": "abc"}}, "synchronised file")
    same(aws("s3api head-object", bucket=bucket, key="index.html", query="ContentType"), "text/html", "guessed type")
    same(high("s3", "sync", f"{HOME}/site", name, "--exclude", "*.txt"), "", "a second synchronisation")
    file("site/js/app.js", "start(); // longer")
    same("upload:" in high("s3", "sync", f"{HOME}/site", name, "--exclude", "*.txt"), True, "a changed file")
    os.remove(f"{HOME}/site/error.html")
    high("s3", "sync", f"{HOME}/site", name, "--delete")
    same(keys(), ["index.html", "js/app.js", "notes.txt"], "synchronised with deletions")

    # More than 8 MB go up in parts.
    large = os.urandom(9 * 1024 * 1024)
    high("s3", "cp", file("image.bin", large), f"{name}/big/image.bin")
    same(aws("s3api head-object", bucket=bucket, key="big/image.bin", query="ContentLength"), len(large), "large file")
    high("s3", "cp", f"{name}/big/image.bin", f"{name}/big/copy.bin")
    high("s3", "cp", f"{name}/big/copy.bin", f"{HOME}/copy.bin")
    same(open(f"{HOME}/copy.bin", "rb").read() == large, True, "large file there and back")
    high("s3", "mv", f"{name}/big/copy.bin", f"{name}/moved.bin")
    same("big/copy.bin" in keys(), False, "a moved file")
    high("s3", "cp", f"{name}/js", f"{HOME}/js", "--recursive")
    same(open(f"{HOME}/js/app.js").read(), "start(); // longer", "downloaded folder")
    high("s3", "rm", f"{name}/big", "--recursive")
    summary = high("s3", "ls", name, "--recursive", "--summarize", "--human-readable")
    same("Total Objects: 4" in summary, True, "summary")
    same([line.split()[-1] for line in high("s3", "ls", f"{name}/").splitlines()],
         ["js/", "index.html", "moved.bin", "notes.txt"], "a folder's listing")

    high("s3", "website", f"{name}/", "--index-document", "index.html", "--error-document", "error.html")
    holds(aws("s3api get-bucket-website", bucket=bucket), {"IndexDocument": {"Suffix": "index.html"},
          "ErrorDocument": {"Key": "error.html"}}, "website")
    rules = {"Rules": [{"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 30}}]}
    aws("s3api put-bucket-lifecycle-configuration", bucket=bucket, lifecycle_configuration=rules)
    same(aws("s3api get-bucket-lifecycle-configuration", bucket=bucket, query="Rules"), rules["Rules"], "lifecycle")
    high("s3", "rb", name, "--force")
    same(high("s3", "ls").find(bucket), -1, "removed bucket")
    passed()


def parts():
    """An upload in parts, call by call."""
    bucket = f"cli-parts-{ACCOUNT}"
    aws("s3api create-bucket", bucket=bucket, create_bucket_configuration=f"LocationConstraint={REGION}")
    key = {"bucket": bucket, "key": "large"}
    upload = {"upload_id": aws("s3api create-multipart-upload", content_type="video/mp4", **key)["UploadId"], **key}
    pieces = [os.urandom(5 * 1024 * 1024), b"tail"]
    tags = [aws("s3api upload-part", part_number=n, body=file(f"piece{n}", piece), **upload)["ETag"]
            for n, piece in enumerate(pieces, 1)]
    same(aws("s3api list-parts", query="Parts[].ETag", **upload), tags, "parts")
    same(aws("s3api list-multipart-uploads", bucket=bucket, query="Uploads[].Key"), ["large"], "uploads")
    aws("s3api complete-multipart-upload", multipart_upload={
        "Parts": [{"PartNumber": n, "ETag": tag} for n, tag in enumerate(tags, 1)]}, **upload)
    holds(aws("s3api head-object", **key), {"ContentType": "video/mp4", "ContentLength": 5 * 1024 * 1024 + 4}, "whole")
    other = aws("s3api create-multipart-upload", **key)["UploadId"]
    aws("s3api abort-multipart-upload", upload_id=other, **key)
    refused("NoSuchUpload", "s3api list-parts", upload_id=other, **key)
    aws("s3api delete-object", **key)
    aws("s3api delete-bucket", bucket=bucket)
