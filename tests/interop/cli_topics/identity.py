"""IAM, STS, IAM Identity Center and the stores of secrets, by the AWS CLI."""
import json

from checks import ACCOUNT, REGION, same
from identity_provider import application, metadata_of
from shell import aws, file, holds, refused


def trust(provider):
    return {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithSAML",
        "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}}]}


def permissions(*actions):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}


def roles():
    metadata = file("metadata.xml", metadata_of(application("cli-roles")))
    provider = aws("iam create-saml-provider", name="cli", saml_metadata_document=f"file://{metadata}",
                   tags="Key=team,Value=a")["SAMLProviderArn"]
    same(provider, f"arn:aws:iam::{ACCOUNT}:saml-provider/cli", "provider")
    holds(aws("iam get-saml-provider", saml_provider_arn=provider),
          {"SAMLMetadataDocument": open(metadata).read(), "Tags": [{"Key": "team", "Value": "a"}]}, "provider")
    same(provider in aws("iam list-saml-providers", query="SAMLProviderList[].Arn"), True, "listed provider")
    aws("iam tag-saml-provider", saml_provider_arn=provider, tags=("Key=cost,Value=1",))
    same(sorted(t["Key"] for t in aws("iam list-saml-provider-tags", saml_provider_arn=provider, query="Tags")),
         ["cost", "team"], "provider tags")
    aws("iam update-saml-provider", saml_provider_arn=provider, saml_metadata_document=f"file://{metadata}")

    boundary = aws("iam create-policy", policy_name="cli-boundary", path="/boundaries/",
                   policy_document=json.dumps(permissions("connect:*")))["Policy"]["Arn"]
    made = aws("iam create-role", role_name="cli-agents", path="/headset/", description="Agents sign in",
               max_session_duration=43200, permissions_boundary=boundary, tags=("Key=a,Value=1", "Key=b,Value=2"),
               assume_role_policy_document=json.dumps(trust(provider)))["Role"]
    same(made["Arn"], f"arn:aws:iam::{ACCOUNT}:role/headset/cli-agents", "role")
    asked = {"RoleName": "cli-agents", "Path": "/headset/", "Description": "Agents sign in",
             "MaxSessionDuration": 43200, "AssumeRolePolicyDocument": trust(provider),
             "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}],
             "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary}}
    holds(aws("iam get-role", role_name="cli-agents")["Role"], asked, "role")
    aws("iam wait role-exists", role_name="cli-agents")
    same(aws("iam list-roles", path_prefix="/headset/", query="Roles[].RoleName"), ["cli-agents"], "roles of a path")
    aws("iam update-role", role_name="cli-agents", description="", max_session_duration=3600)
    read = aws("iam get-role", role_name="cli-agents")["Role"]
    same((read.get("Description", ""), read["MaxSessionDuration"]), ("", 3600), "changed role")
    aws("iam update-assume-role-policy", role_name="cli-agents",
        policy_document=json.dumps(dict(trust(provider), Statement=trust(provider)["Statement"] * 1)))
    aws("iam delete-role-permissions-boundary", role_name="cli-agents")
    aws("iam untag-role", role_name="cli-agents", tag_keys=("b",))
    same(aws("iam list-role-tags", role_name="cli-agents", query="Tags"), [{"Key": "a", "Value": "1"}], "role tags")

    policy = aws("iam create-policy", policy_name="cli-federation", description="d", tags="Key=t,Value=u",
                 policy_document=json.dumps(permissions("connect:GetFederationToken")))["Policy"]["Arn"]
    aws("iam wait policy-exists", policy_arn=policy)
    for number in range(2, 6):
        version = aws("iam create-policy-version", policy_arn=policy, set_as_default=True,
                      policy_document=json.dumps(permissions(f"connect:Get{number}")))["PolicyVersion"]
        holds(version, {"VersionId": f"v{number}", "IsDefaultVersion": True}, "version")
    refused("LimitExceeded", "iam create-policy-version", policy_arn=policy,
            policy_document=json.dumps(permissions("connect:Get6")))
    same(aws("iam list-policy-versions", policy_arn=policy, query="length(Versions)"), 5, "five versions")
    aws("iam set-default-policy-version", policy_arn=policy, version_id="v3")
    refused("DeleteConflict", "iam delete-policy-version", policy_arn=policy, version_id="v3")
    same(aws("iam get-policy-version", policy_arn=policy, version_id="v3", query="PolicyVersion.Document"),
         permissions("connect:Get3"), "document of a version")
    aws("iam attach-role-policy", role_name="cli-agents", policy_arn=policy)
    holds(aws("iam get-policy", policy_arn=policy)["Policy"],
          {"AttachmentCount": 1, "DefaultVersionId": "v3", "Description": "d", "Path": "/"}, "policy")
    same(aws("iam list-attached-role-policies", role_name="cli-agents", query="AttachedPolicies"),
         [{"PolicyName": "cli-federation", "PolicyArn": policy}], "attached")
    same(aws("iam list-entities-for-policy", policy_arn=policy, query="PolicyRoles[].RoleName"), ["cli-agents"],
         "entities")
    aws("iam put-role-policy", role_name="cli-agents", policy_name="inline",
        policy_document=json.dumps(permissions("appstream:Stream")))
    same(aws("iam list-role-policies", role_name="cli-agents", query="PolicyNames"), ["inline"], "inline policies")

    refused("DeleteConflict", "iam delete-policy", policy_arn=policy)
    refused("DeleteConflict", "iam delete-role", role_name="cli-agents")
    aws("iam delete-role-policy", role_name="cli-agents", policy_name="inline")
    aws("iam detach-role-policy", role_name="cli-agents", policy_arn=policy)
    refused("NoSuchEntity", "iam detach-role-policy", role_name="cli-agents", policy_arn=policy)
    refused("DeleteConflict", "iam delete-policy", policy_arn=policy)
    for version in ("v1", "v2", "v4", "v5"):
        aws("iam delete-policy-version", policy_arn=policy, version_id=version)
    aws("iam delete-policy", policy_arn=policy)
    aws("iam delete-role", role_name="cli-agents")
    aws("iam delete-policy", policy_arn=boundary)
    aws("iam delete-saml-provider", saml_provider_arn=provider)
    refused("NoSuchEntity", "iam get-role", role_name="cli-agents")
    refused("NoSuchEntity", "iam get-policy", policy_arn=policy)


def single_sign_on():
    home = {"region": "us-east-1"}
    made = application("cli-assigned")["application_arn"]
    instance = aws("sso-admin list-instances", query="Instances[0]", **home)
    store = instance["IdentityStoreId"]
    same(made in aws("sso-admin list-applications", instance_arn=instance["InstanceArn"],
                     query="Applications[].ApplicationArn", **home), True, "listed application")
    holds(aws("sso-admin describe-application", application_arn=made, **home), {"Name": "cli-assigned"}, "application")
    group = aws("identitystore get-group-id", identity_store_id=store, query="GroupId", **home, alternate_identifier={
        "UniqueAttribute": {"AttributePath": "displayName", "AttributeValue": "agents"}})
    same(aws("identitystore list-groups", identity_store_id=store, query="Groups[].GroupId",
             filters="AttributePath=DisplayName,AttributeValue=agents", **home), [group], "filtered groups")
    user = aws("identitystore create-user", identity_store_id=store, user_name="cli@example.com", query="UserId",
               display_name="C L", name="GivenName=C,FamilyName=L",
               emails="Value=cli@example.com,Primary=true", **home)
    same(aws("identitystore list-users", identity_store_id=store, query="Users[].UserId",
             filters="AttributePath=UserName,AttributeValue=cli@example.com", **home), [user], "filtered users")
    membership = aws("identitystore create-group-membership", identity_store_id=store, group_id=group,
                     member_id=f"UserId={user}", query="MembershipId", **home)
    same(aws("identitystore is-member-in-groups", identity_store_id=store, group_ids=(group,),
             member_id=f"UserId={user}", query="Results[].MembershipExists", **home), [True], "member")

    for principal, kind in ((group, "GROUP"), (user, "USER")):
        assignment = {"application_arn": made, "principal_id": principal, "principal_type": kind, **home}
        aws("sso-admin create-application-assignment", **assignment)
        aws("sso-admin describe-application-assignment", **assignment)
    refused("ConflictException", "sso-admin create-application-assignment", **assignment)
    listed = aws("sso-admin list-application-assignments", application_arn=made, page_size=1,
                 query="ApplicationAssignments[].PrincipalId", **home)
    same(sorted(listed), sorted([group, user]), "assignments")
    for principal, kind in ((group, "GROUP"), (user, "USER")):
        assignment = {"application_arn": made, "principal_id": principal, "principal_type": kind, **home}
        aws("sso-admin delete-application-assignment", **assignment)
    refused("ResourceNotFoundException", "sso-admin describe-application-assignment", **assignment)
    aws("identitystore delete-group-membership", identity_store_id=store, membership_id=membership, **home)
    aws("identitystore delete-user", identity_store_id=store, user_id=user, **home)
    aws("sso-admin delete-application", application_arn=made, **home)
    refused("ResourceNotFoundException", "sso-admin describe-application", application_arn=made, **home)


def secrets():
    same(aws("sts get-caller-identity", query="Account"), ACCOUNT, "account")
    same(aws("sts get-caller-identity", query="Account", account="111122223333"), "111122223333", "another account")
    arn = aws("secretsmanager create-secret", name="cli/crm", secret_string="first", query="ARN",
              tags="Key=a,Value=b")
    same(aws("secretsmanager get-secret-value", secret_id="cli/crm", query="SecretString"), "first", "secret")
    aws("secretsmanager put-secret-value", secret_id=arn, secret_string="second")
    holds(aws("secretsmanager get-secret-value", secret_id=arn), {"SecretString": "second",
          "VersionStages": ["AWSCURRENT"]}, "new secret")
    aws("secretsmanager delete-secret", secret_id=arn, force_delete_without_recovery=True)
    refused("ResourceNotFoundException", "secretsmanager get-secret-value", secret_id="cli/crm")
    aws("ssm put-parameter", name="/cli/crm", value="hidden", type="SecureString")
    holds(aws("ssm get-parameter", name="/cli/crm", with_decryption=True)["Parameter"],
          {"Value": "hidden", "Type": "SecureString", "Version": 1,
           "ARN": f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/cli/crm"}, "parameter")
    aws("ssm delete-parameter", name="/cli/crm")
    refused("ParameterNotFound", "ssm get-parameter", name="/cli/crm")
