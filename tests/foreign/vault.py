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
    store.delete_parameter(Name="/boto/crm")
    fails("ParameterNotFound", store.delete_parameter, Name="/boto/crm")
