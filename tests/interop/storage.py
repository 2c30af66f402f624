"""S3 beyond a bucket with pages, by boto3: conditions, ranges, copies, versions, parts, signed URLs, listings."""
import io
import urllib.error
import urllib.request

import boto3
from checks import ACCOUNT, ENDPOINT, REGION, client, fails, same

BUCKET = f"boto-corners-{ACCOUNT}"


def made(name=BUCKET):
    s3 = client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.get_waiter("bucket_exists").wait(Bucket=name)
    return s3


def emptied(s3, name=BUCKET):
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
        for version in page.get("Versions", []) + page.get("DeleteMarkers", []):
            s3.delete_object(Bucket=name, Key=version["Key"], VersionId=version["VersionId"])
    s3.delete_bucket(Bucket=name)
    s3.get_waiter("bucket_not_exists").wait(Bucket=name)


def places():
    for region in ("us-east-1", "eu-west-1", "ap-southeast-2"):
        name, s3 = f"boto-place-{region}-{ACCOUNT}", client("s3", region)
        where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=name, **where)
        # us-east-1 is the region without a name.
        same(s3.get_bucket_location(Bucket=name)["LocationConstraint"], None if region == "us-east-1" else region, "place")
        same(client("s3").head_bucket(Bucket=name)["BucketRegion"], region, "the region that HEAD tells")
        fails("BucketAlreadyExists", client("s3", region, "111122223333").create_bucket, Bucket=name, **where)
        fails("403", client("s3", region, "111122223333").head_bucket, Bucket=name)
        s3.delete_bucket(Bucket=name)
    s3, name = client("s3"), f"boto-nowhere-{ACCOUNT}"
    fails("IllegalLocationConstraintException", s3.create_bucket, Bucket=name)
    fails("IllegalLocationConstraintException", s3.create_bucket, Bucket=name,
          CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for nowhere in ("us-east-1", "mars-north-1"):
        fails("InvalidLocationConstraint", client("s3", "us-east-1").create_bucket, Bucket=name,
              CreateBucketConfiguration={"LocationConstraint": nowhere})
    fails("InvalidBucketName", s3.create_bucket, Bucket="Upper_Case",
          CreateBucketConfiguration={"LocationConstraint": REGION})


def conditions():
    s3 = made()
    one = s3.put_object(Bucket=BUCKET, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    fails("PreconditionFailed", s3.put_object, Bucket=BUCKET, Key="k", Body=b"2", IfNoneMatch="*")
    fails("PreconditionFailed", s3.put_object, Bucket=BUCKET, Key="k", Body=b"2", IfMatch='"other"')
    two = s3.put_object(Bucket=BUCKET, Key="k", Body=b"2", IfMatch=one)["ETag"]
    fails("NoSuchKey", s3.put_object, Bucket=BUCKET, Key="absent", Body=b"2", IfMatch=one)
    fails("304", s3.get_object, Bucket=BUCKET, Key="k", IfNoneMatch=two)
    fails("PreconditionFailed", s3.get_object, Bucket=BUCKET, Key="k", IfMatch=one)
    fails("PreconditionFailed", s3.copy_object, Bucket=BUCKET, Key="c", CopySource=f"{BUCKET}/k", CopySourceIfMatch=one)
    fails("PreconditionFailed", s3.delete_object, Bucket=BUCKET, Key="k", IfMatch=one)
    s3.delete_object(Bucket=BUCKET, Key="k", IfMatch=two)
    fails("404", s3.head_object, Bucket=BUCKET, Key="k")
    s3.put_object(Bucket=BUCKET, Key="r", Body=b"0123456789")
    for wanted, part in (("bytes=0-3", b"0123"), ("bytes=-2", b"89"), ("bytes=8-100", b"89"), ("bytes=5-", b"56789")):
        read = s3.get_object(Bucket=BUCKET, Key="r", Range=wanted)
        same((read["Body"].read(), read["ResponseMetadata"]["HTTPStatusCode"]), (part, 206), wanted)
        same(s3.head_object(Bucket=BUCKET, Key="r", Range=wanted)["ContentLength"], len(part), f"HEAD {wanted}")
    fails("InvalidRange", s3.get_object, Bucket=BUCKET, Key="r", Range="bytes=10-")
    read = s3.get_object(Bucket=BUCKET, Key="r", ResponseContentType="text/x", ResponseCacheControl="no-store")
    same((read["ContentType"], read["CacheControl"]), ("text/x", "no-store"), "overridden headers")
    # XML that the schema does not allow has a code of its own.
    fails("MalformedXML", s3.put_bucket_versioning, Bucket=BUCKET, VersioningConfiguration={"Status": "On"})
    fails("BadRequest", s3.put_object, Bucket=BUCKET, Key="t", Body=b"", Tagging="&".join(f"k{n}=v" for n in range(11)))
    fails("InvalidTag", s3.put_bucket_tagging, Bucket=BUCKET,
          Tagging={"TagSet": [{"Key": "a", "Value": ""}, {"Key": "a", "Value": "1"}]})
    emptied(s3)


def listings():
    s3 = made()
    keys = [f"a/{n}" for n in range(7)] + ["b", "c/1/2", "c/3", "d e+f&g=ü/ö", "z"]
    for key in keys:
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")
    read = s3.list_objects_v2(Bucket=BUCKET, Delimiter="/")
    same(([o["Key"] for o in read["Contents"]], [p["Prefix"] for p in read["CommonPrefixes"]], read["KeyCount"]),
         (["b", "z"], ["a/", "c/", "d e+f&g=ü/"], 5), "folders")
    read = s3.list_objects_v2(Bucket=BUCKET, StartAfter="a/3", MaxKeys=2)
    same(([o["Key"] for o in read["Contents"]], read["IsTruncated"]), (["a/4", "a/5"], True), "start after")
    for operation in ("list_objects", "list_objects_v2"):
        pages = s3.get_paginator(operation).paginate(Bucket=BUCKET, PaginationConfig={"PageSize": 5})
        same([o["Key"] for page in pages for o in page["Contents"]], keys, operation)
        folded = s3.get_paginator(operation).paginate(Bucket=BUCKET, Delimiter="/", PaginationConfig={"PageSize": 1})
        same([p["Prefix"] for page in folded for p in page.get("CommonPrefixes", [])], ["a/", "c/", "d e+f&g=ü/"], operation)
    fails("InvalidArgument", s3.list_objects_v2, Bucket=BUCKET, ContinuationToken="nonsense")
    fails("InvalidArgument", s3.list_objects_v2, Bucket=BUCKET, MaxKeys=-1)
    same(s3.list_objects_v2(Bucket=BUCKET, MaxKeys=0)["KeyCount"], 0, "a page of nothing")
    names = [b["Name"] for page in s3.get_paginator("list_buckets").paginate(PaginationConfig={"PageSize": 1})
             for b in page["Buckets"]]
    same(BUCKET in names, True, "buckets by pages")
    read = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": key} for key in keys] + [{"Key": "absent"}]})
    same((len(read["Deleted"]), "Errors" in read), (len(keys) + 1, False), "deleted, what was not there as well")
    emptied(s3)


def copies():
    s3 = made()
    s3.put_object(Bucket=BUCKET, Key="source ü+1", Body=b"abc", Metadata={"Case": "b"}, Tagging="k=v", CacheControl="x")
    s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": "source ü+1"})
    head = s3.head_object(Bucket=BUCKET, Key="copy")
    same((head["Metadata"], head["CacheControl"]), ({"case": "b"}, "x"), "a copy's headers")
    same(s3.get_object_tagging(Bucket=BUCKET, Key="copy")["TagSet"], [{"Key": "k", "Value": "v"}], "a copy's tags")
    fails("InvalidRequest", s3.copy_object, Bucket=BUCKET, Key="copy", CopySource=f"{BUCKET}/copy")
    s3.copy_object(Bucket=BUCKET, Key="copy", CopySource=f"{BUCKET}/copy", MetadataDirective="REPLACE",
                   Metadata={"n": "1"}, TaggingDirective="REPLACE", Tagging="q=1")
    head = s3.head_object(Bucket=BUCKET, Key="copy")
    same((head["Metadata"], "CacheControl" in head), ({"n": "1"}, False), "replaced headers")
    fails("NoSuchKey", s3.copy_object, Bucket=BUCKET, Key="copy", CopySource=f"{BUCKET}/absent")
    large = bytes(range(256)) * 4096 * 9
    s3.upload_fileobj(io.BytesIO(large), BUCKET, "large", ExtraArgs={"ContentType": "video/mp4"})
    # Managed copies of large objects go part by part.
    s3.copy({"Bucket": BUCKET, "Key": "large"}, BUCKET, "twin")
    there = io.BytesIO()
    s3.download_fileobj(BUCKET, "twin", there)
    same((there.getvalue() == large, s3.head_object(Bucket=BUCKET, Key="twin")["ContentType"]), (True, "video/mp4"), "twin")
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="parts")["UploadId"]
    part = {"Bucket": BUCKET, "Key": "parts", "UploadId": upload}
    fails("InvalidArgument", s3.upload_part_copy, PartNumber=1, CopySource=f"{BUCKET}/copy", CopySourceRange="bytes=0-9", **part)
    tag = s3.upload_part_copy(PartNumber=1, CopySource=f"{BUCKET}/copy", CopySourceRange="bytes=1-2", **part)
    s3.complete_multipart_upload(MultipartUpload={"Parts": [
        {"PartNumber": 1, "ETag": tag["CopyPartResult"]["ETag"]}]}, **part)
    same(s3.get_object(Bucket=BUCKET, Key="parts")["Body"].read(), b"bc", "a part of a copy")
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="left")["UploadId"]
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": key} for key in (
        "source ü+1", "copy", "large", "twin", "parts")]})
    # Whether an upload in parts that was never finished holds its bucket is not decided by any source.
    s3.abort_multipart_upload(Bucket=BUCKET, Key="left", UploadId=upload)
    emptied(s3)


def versions():
    s3 = made()
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    ids = [s3.put_object(Bucket=BUCKET, Key="v", Body=str(n).encode())["VersionId"] for n in range(3)]
    marker = s3.delete_object(Bucket=BUCKET, Key="v")
    same(marker["DeleteMarker"], True, "a marker")
    fails("NoSuchKey", s3.get_object, Bucket=BUCKET, Key="v")
    fails("MethodNotAllowed", s3.get_object, Bucket=BUCKET, Key="v", VersionId=marker["VersionId"])
    fails("InvalidArgument", s3.get_object, Bucket=BUCKET, Key="v", VersionId="nonsense")
    fails("InvalidArgument", s3.delete_object, Bucket=BUCKET, Key="v", VersionId="nonsense")
    many = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "v", "VersionId": "nonsense"}]})
    same([e["Code"] for e in many["Errors"]], ["NoSuchVersion"], "a version that never was, among many")
    same(s3.get_object(Bucket=BUCKET, Key="v", VersionId=ids[0])["Body"].read(), b"0", "an old version")
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=BUCKET, PaginationConfig={"PageSize": 1})
    same(sum(len(p.get("Versions", [])) + len(p.get("DeleteMarkers", [])) for p in pages), 4, "versions by pages")
    fails("BucketNotEmpty", s3.delete_bucket, Bucket=BUCKET)
    s3.delete_object(Bucket=BUCKET, Key="v", VersionId=marker["VersionId"])
    same(s3.get_object(Bucket=BUCKET, Key="v")["Body"].read(), b"2", "back again")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
    same("VersionId" in s3.put_object(Bucket=BUCKET, Key="v", Body=b"n"), False, "a write while versioning is suspended")
    same(s3.head_object(Bucket=BUCKET, Key="v")["VersionId"], "null", "written while versioning is suspended")
    resource = boto3.resource("s3", endpoint_url=ENDPOINT, region_name=REGION, aws_access_key_id=ACCOUNT,
                              aws_secret_access_key="simulated")
    resource.Bucket(BUCKET).object_versions.all().delete()
    emptied(s3)


def signed():
    s3 = made()
    page = {"Bucket": BUCKET, "Key": "page"}
    url = s3.generate_presigned_url("put_object", Params={"ContentType": "text/plain", **page}, ExpiresIn=60)
    put = urllib.request.Request(url, data=b"hello", method="PUT", headers={"content-type": "text/plain"})
    same(urllib.request.urlopen(put, timeout=30).status, 200, "a signed PUT")
    url = s3.generate_presigned_url("get_object", Params={"ResponseContentDisposition": "attachment", **page})
    with urllib.request.urlopen(url, timeout=30) as answer:
        same((answer.read(), answer.headers["content-disposition"], answer.headers["content-type"]),
             (b"hello", "attachment", "text/plain"), "a signed GET")
    url = s3.generate_presigned_url("head_object", Params=page)
    with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=30) as answer:
        same(answer.headers["content-length"], "5", "a signed HEAD")
    try:
        urllib.request.urlopen(f"{ENDPOINT}/{BUCKET}/page", timeout=30)
    except urllib.error.HTTPError as error:
        same(error.code, 403, "without a signature")
    s3.get_waiter("object_exists").wait(**page)
    s3.delete_object(**page)
    s3.get_waiter("object_not_exists").wait(**page)
    emptied(s3)
