"""CloudFront before a private bucket, and what S3 blocks for a whole account, by boto3."""
import re

from checks import ACCOUNT, REGION, client, fails, same, until

CACHE = "658327ea-f89d-4fab-a63d-7e88639e58f6"


def account_block():
    control = client("s3control")

    # The account stands before the host's name, which loopback does not have.
    def on_loopback(request, **_):
        request.url = re.sub(r"//\d{12}\.", "//", request.url)
    control.meta.events.register("before-sign.s3-control", on_loopback)
    whose = {"AccountId": ACCOUNT}
    fails("NoSuchPublicAccessBlockConfiguration", control.get_public_access_block, **whose)
    fails("AccessDenied", control.get_public_access_block, AccountId="111122223333")
    control.put_public_access_block(PublicAccessBlockConfiguration={"BlockPublicPolicy": True}, **whose)
    same(control.get_public_access_block(**whose)["PublicAccessBlockConfiguration"],
         {"BlockPublicAcls": False, "IgnorePublicAcls": False, "BlockPublicPolicy": True, "RestrictPublicBuckets": False},
         "what the account blocks")
    control.delete_public_access_block(**whose)
    fails("NoSuchPublicAccessBlockConfiguration", control.get_public_access_block, **whose)


def distributions():
    front = client("cloudfront", "us-east-1")
    control = front.create_origin_access_control(OriginAccessControlConfig={
        "Name": "boto-pages", "SigningProtocol": "sigv4", "SigningBehavior": "always",
        "OriginAccessControlOriginType": "s3"})
    control_id = control["OriginAccessControl"]["Id"]
    fails("OriginAccessControlAlreadyExists", front.create_origin_access_control,
          OriginAccessControlConfig=control["OriginAccessControl"]["OriginAccessControlConfig"])
    headers = front.create_response_headers_policy(ResponseHeadersPolicyConfig={
        "Name": "boto-pages",
        "SecurityHeadersConfig": {
            "ContentTypeOptions": {"Override": True},
            "StrictTransportSecurity": {"Override": True, "AccessControlMaxAgeSec": 63072000},
            "ContentSecurityPolicy": {"Override": True, "ContentSecurityPolicy": "frame-ancestors 'none'"}},
        "CustomHeadersConfig": {"Quantity": 1, "Items": [
            {"Header": "Permissions-Policy", "Value": "microphone=()", "Override": True}]}})
    policy = headers["ResponseHeadersPolicy"]["Id"]
    same([p["ResponseHeadersPolicy"]["Id"] for p in front.list_response_headers_policies(Type="custom")[
        "ResponseHeadersPolicyList"]["Items"]], [policy], "custom policies")
    behavior = {"TargetOriginId": "s3", "ViewerProtocolPolicy": "redirect-to-https", "CachePolicyId": CACHE,
                "ResponseHeadersPolicyId": policy, "Compress": True}
    config = {
        "CallerReference": "boto-1", "Comment": "boto pages", "Enabled": True, "DefaultCacheBehavior": behavior,
        "CacheBehaviors": {"Quantity": 1, "Items": [dict(behavior, PathPattern="/page.html")]},
        "Origins": {"Quantity": 1, "Items": [{
            "Id": "s3", "DomainName": f"boto-pages.s3.{REGION}.amazonaws.com", "OriginAccessControlId": control_id,
            "S3OriginConfig": {"OriginAccessIdentity": ""}}]}}
    both = {"DistributionConfig": config, "Tags": {"Items": [{"Key": "a", "Value": "b"}]}}
    made = front.create_distribution_with_tags(DistributionConfigWithTags=both)
    one, arn = made["Distribution"]["Id"], made["Distribution"]["ARN"]
    same(made["Distribution"]["DomainName"].endswith(".cloudfront.net"), True, "host name")
    fails("DistributionAlreadyExists", front.create_distribution, DistributionConfig=config)
    fails("InvalidViewerCertificate", front.create_distribution, DistributionConfig=dict(
        config, CallerReference="boto-2", Aliases={"Quantity": 1, "Items": ["ccp.example.com"]}))
    same(front.list_tags_for_resource(Resource=arn)["Tags"]["Items"], [{"Key": "a", "Value": "b"}], "tags")
    front.tag_resource(Resource=arn, Tags={"Items": [{"Key": "c", "Value": "d"}]})
    front.untag_resource(Resource=arn, TagKeys={"Items": ["a"]})
    same(front.list_tags_for_resource(Resource=arn)["Tags"]["Items"], [{"Key": "c", "Value": "d"}], "other tags")
    until(lambda: front.get_distribution(Id=one)["Distribution"]["Status"], "Deployed", "distribution")
    batch = {"Paths": {"Quantity": 1, "Items": ["/page.html"]}, "CallerReference": "boto-1"}
    cleared = front.create_invalidation(DistributionId=one, InvalidationBatch=batch)["Invalidation"]["Id"]
    same(front.create_invalidation(DistributionId=one, InvalidationBatch=batch)["Invalidation"]["Id"], cleared,
         "the same reference is the same invalidation")
    until(lambda: front.get_invalidation(DistributionId=one, Id=cleared)["Invalidation"]["Status"], "Completed",
          "invalidation")
    fails("OriginAccessControlInUse", front.delete_origin_access_control, Id=control_id, IfMatch=control["ETag"])
    fails("ResponseHeadersPolicyInUse", front.delete_response_headers_policy, Id=policy, IfMatch=headers["ETag"])
    now = front.get_distribution_config(Id=one)
    fails("DistributionNotDisabled", front.delete_distribution, Id=one, IfMatch=now["ETag"])
    off = dict(now["DistributionConfig"], Enabled=False)
    fails("InvalidIfMatchVersion", front.update_distribution, Id=one, DistributionConfig=off)
    fails("PreconditionFailed", front.update_distribution, Id=one, DistributionConfig=off, IfMatch="E0")
    etag = front.update_distribution(Id=one, DistributionConfig=off, IfMatch=now["ETag"])["ETag"]
    fails("DistributionNotDisabled", front.delete_distribution, Id=one, IfMatch=etag)
    until(lambda: front.get_distribution(Id=one)["Distribution"]["Status"], "Deployed", "distribution")
    front.delete_distribution(Id=one, IfMatch=etag)
    fails("NoSuchDistribution", front.get_distribution, Id=one)
    front.delete_response_headers_policy(Id=policy, IfMatch=headers["ETag"])
    front.delete_origin_access_control(Id=control_id, IfMatch=control["ETag"])
    same(front.list_distributions()["DistributionList"]["Quantity"], 0, "distributions")
