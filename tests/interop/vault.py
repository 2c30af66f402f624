"""Secrets Manager and Parameter Store, by boto3."""
from checks import client, fails, has, same


def secrets():
    store = client("secretsmanager")
    fails("ResourceNotFoundException", store.get_secret_value, SecretId="boto/crm")
    made = store.create_secret(Name="boto/crm", SecretString="first", Description="d",
                               Tags=[{"Key": "a", "Value": "b"}])
    read = store.get_secret_value(SecretId=made["ARN"])
    has(read, "ARN Name VersionId SecretString VersionStages CreatedDate", "a secret value")
    same((read["SecretString"], read["VersionId"]), ("first", made["VersionId"]), "secret")
    fails("ResourceExistsException", store.create_secret, Name="boto/crm", SecretString="other")
    store.put_secret_value(SecretId="boto/crm", SecretBinary=b"\x00\xff")
    same(store.get_secret_value(SecretId="boto/crm")["SecretBinary"], b"\x00\xff", "binary secret")
    before = store.get_secret_value(SecretId="boto/crm", VersionStage="AWSPREVIOUS")
    same(before["SecretString"], "first", "the version before")
    described = store.describe_secret(SecretId="boto/crm")
    same((described["Description"], described["Tags"]), ("d", [{"Key": "a", "Value": "b"}]), "description")
    store.update_secret(SecretId="boto/crm", SecretString="third", Description="changed")
    listed = store.list_secrets(Filters=[{"Key": "name", "Values": ["boto/"]}])["SecretList"]
    same([(one["Name"], one["Description"]) for one in listed], [("boto/crm", "changed")], "listed secrets")
    versions = store.list_secret_version_ids(SecretId="boto/crm", IncludeDeprecated=True)["Versions"]
    same(sorted(len(one.get("VersionStages", [])) for one in versions), [0, 1, 1], "labels of versions")
    fails("InvalidParameterException", store.update_secret_version_stage, SecretId="boto/crm",
          VersionStage="AWSCURRENT", MoveToVersionId=made["VersionId"])
    store.tag_resource(SecretId="boto/crm", Tags=[{"Key": "a", "Value": "c"}])
    same(store.describe_secret(SecretId="boto/crm")["Tags"], [{"Key": "a", "Value": "c"}], "tags")
    same(len(store.get_random_password(PasswordLength=20)["RandomPassword"]), 20, "a random password")
    store.delete_secret(SecretId="boto/crm", RecoveryWindowInDays=7)
    fails("InvalidRequestException", store.get_secret_value, SecretId="boto/crm")
    store.restore_secret(SecretId="boto/crm")
    store.delete_secret(SecretId="boto/crm", ForceDeleteWithoutRecovery=True)
    fails("ResourceNotFoundException", store.describe_secret, SecretId="boto/crm")


def parameters():
    store = client("ssm")
    fails("ParameterNotFound", store.get_parameter, Name="/boto/crm")
    store.put_parameter(Name="/boto/crm", Value="first", Type="SecureString")
    fails("ParameterAlreadyExists", store.put_parameter, Name="/boto/crm", Value="second", Type="SecureString")
    same(store.put_parameter(Name="/boto/crm", Value="second", Overwrite=True)["Version"], 2, "version")
    read = store.get_parameter(Name="/boto/crm", WithDecryption=True)["Parameter"]
    has(read, "Name Type Value Version LastModifiedDate ARN DataType", "a parameter")
    same((read["Value"], read["Type"]), ("second", "SecureString"), "parameter")
    same(store.get_parameter(Name="/boto/crm")["Parameter"]["Value"] == "second", False, "an encrypted value")
    same(store.get_parameter(Name="/boto/crm:1", WithDecryption=True)["Parameter"]["Value"], "first", "version 1")
    many = store.get_parameters(Names=["/boto/crm", "/boto/absent"])
    same((len(many["Parameters"]), many["InvalidParameters"]), (1, ["/boto/absent"]), "several parameters")
    fails("ValidationException", store.put_parameter, Name="aws/boto", Value="x", Type="String")
    history = store.get_parameter_history(Name="/boto/crm", WithDecryption=True)["Parameters"]
    same([one["Value"] for one in history], ["first", "second"], "history")
    pages = store.get_paginator("get_parameters_by_path").paginate(Path="/boto", Recursive=True)
    same([one["Name"] for page in pages for one in page["Parameters"]], ["/boto/crm"], "parameters by path")
    named = [{"Key": "Name", "Option": "BeginsWith", "Values": ["/boto"]}]
    (described,) = store.describe_parameters(ParameterFilters=named)["Parameters"]
    has(described, "Name Type KeyId Version Tier DataType LastModifiedDate LastModifiedUser ARN", "a description")
    fails("InvalidFilterKey", store.describe_parameters, ParameterFilters=[{"Key": "Label", "Values": ["x"]}])
    store.label_parameter_version(Name="/boto/crm", ParameterVersion=1, Labels=["old"])
    labelled = store.get_parameter(Name="/boto/crm:old", WithDecryption=True)["Parameter"]
    same(labelled["Value"], "first", "a labelled version")
    store.add_tags_to_resource(ResourceType="Parameter", ResourceId="/boto/crm", Tags=[{"Key": "a", "Value": "b"}])
    same(store.list_tags_for_resource(ResourceType="Parameter", ResourceId="/boto/crm")["TagList"],
         [{"Key": "a", "Value": "b"}], "tags of a parameter")
    store.delete_parameter(Name="/boto/crm")
    fails("ParameterNotFound", store.delete_parameter, Name="/boto/crm")
