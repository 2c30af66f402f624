"""What is made once in an account, with boto3: policies and their versions, OpenID Connect providers, a bucket for states."""
import json

from checks import ACCOUNT, REGION, client, fails, same


def allow(action):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


def policies():
    iam = client("iam")
    made = iam.create_policy(PolicyName="boto-policy", PolicyDocument=json.dumps(allow("connect:ListUsers")),
                             Description="d", Tags=[{"Key": "a", "Value": "b"}])["Policy"]
    arn = made["Arn"]
    same(arn, f"arn:aws:iam::{ACCOUNT}:policy/boto-policy", "policy ARN")
    fails("EntityAlreadyExists", iam.create_policy, PolicyName="boto-policy",
          PolicyDocument=json.dumps(allow("connect:ListUsers")))
    long = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": [f"arn:aws:s3:::acme-{i:04}/*" for i in range(300)]}]}
    fails("LimitExceeded", iam.create_policy, PolicyName="boto-long", PolicyDocument=json.dumps(long))
    for number in range(2, 6):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(allow(f"connect:List{number}")),
                                  SetAsDefault=True)
    fails("LimitExceeded", iam.create_policy_version, PolicyArn=arn,
          PolicyDocument=json.dumps(allow("connect:ListQueues")))
    read = iam.get_policy(PolicyArn=arn)["Policy"]
    same((read["DefaultVersionId"], read["Description"], read["Tags"]), ("v5", "d", [{"Key": "a", "Value": "b"}]), "policy")
    same(iam.get_policy_version(PolicyArn=arn, VersionId="v5")["PolicyVersion"]["Document"], allow("connect:List5"),
         "version in force")
    fails("DeleteConflict", iam.delete_policy_version, PolicyArn=arn, VersionId="v5")
    iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    same(sorted(v["VersionId"] for v in iam.list_policy_versions(PolicyArn=arn)["Versions"]), ["v2", "v3", "v4", "v5"],
         "versions")
    trust = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "appstream.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    iam.create_role(RoleName="boto-bounded", AssumeRolePolicyDocument=json.dumps(trust), PermissionsBoundary=arn)
    iam.attach_role_policy(RoleName="boto-bounded", PolicyArn=arn)
    used = iam.list_entities_for_policy(PolicyArn=arn, PolicyUsageFilter="PermissionsBoundary")
    same([role["RoleName"] for role in used["PolicyRoles"]], ["boto-bounded"], "whom it bounds")
    fails("DeleteConflict", iam.delete_policy, PolicyArn=arn)
    iam.detach_role_policy(RoleName="boto-bounded", PolicyArn=arn)
    iam.delete_role(RoleName="boto-bounded")
    fails("DeleteConflict", iam.delete_policy, PolicyArn=arn)
    for version in ("v2", "v3", "v4"):
        iam.delete_policy_version(PolicyArn=arn, VersionId=version)
    iam.untag_policy(PolicyArn=arn, TagKeys=["a"])
    iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "c", "Value": "d"}])
    same(iam.list_policy_tags(PolicyArn=arn)["Tags"], [{"Key": "c", "Value": "d"}], "policy tags")
    iam.delete_policy(PolicyArn=arn)
    fails("NoSuchEntity", iam.get_policy, PolicyArn=arn)


def web_providers():
    iam = client("iam")
    url = "https://ci.example.com"
    arn = iam.create_open_id_connect_provider(Url=url, ClientIDList=["boto"], Tags=[{"Key": "a", "Value": "b"}])[
        "OpenIDConnectProviderArn"]
    same(arn, f"arn:aws:iam::{ACCOUNT}:oidc-provider/ci.example.com", "provider ARN")
    fails("EntityAlreadyExists", iam.create_open_id_connect_provider, Url=url, ClientIDList=["boto"])
    same(arn in [p["Arn"] for p in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]], True, "listed")
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="other")
    iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="boto")
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=arn, ThumbprintList=["f" * 40])
    read = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    same((read["Url"], read["ClientIDList"], read["ThumbprintList"]), ("ci.example.com", ["other"], ["f" * 40]), "provider")
    iam.untag_open_id_connect_provider(OpenIDConnectProviderArn=arn, TagKeys=["a"])
    iam.tag_open_id_connect_provider(OpenIDConnectProviderArn=arn, Tags=[{"Key": "c", "Value": "d"}])
    same(iam.list_open_id_connect_provider_tags(OpenIDConnectProviderArn=arn)["Tags"], [{"Key": "c", "Value": "d"}],
         "provider tags")
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    fails("NoSuchEntity", iam.get_open_id_connect_provider, OpenIDConnectProviderArn=arn)


def states():
    s3 = client("s3")
    name = f"boto-state-{ACCOUNT}-{REGION}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    same(s3.get_bucket_versioning(Bucket=name).get("Status"), None, "versioning of a new bucket")
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    same(s3.get_bucket_versioning(Bucket=name)["Status"], "Enabled", "versioning")
    fails("NoSuchLifecycleConfiguration", s3.get_bucket_lifecycle_configuration, Bucket=name)
    rule = {"ID": "previous", "Status": "Enabled", "Filter": {"Prefix": ""},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 90}}
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [rule]})
    same(s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"], [rule], "lifecycle")
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/6f1d0c1e-1111-4111-8111-111111111111"
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [{
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}, "BucketKeyEnabled": True}]})
    read = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
    same((read["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"], read["BucketKeyEnabled"]), (key, True), "encryption")
    s3.delete_bucket_encryption(Bucket=name)
    first = s3.put_object(Bucket=name, Key="state", Body=b"1")["VersionId"]
    marker = s3.delete_object(Bucket=name, Key="state")["VersionId"]
    # What was deleted is an earlier version: the bucket is not empty.
    fails("BucketNotEmpty", s3.delete_bucket, Bucket=name)
    for version in (first, marker):
        s3.delete_object(Bucket=name, Key="state", VersionId=version)
    s3.delete_bucket_lifecycle(Bucket=name)
    s3.delete_bucket(Bucket=name)
    fails("404", s3.head_bucket, Bucket=name)
