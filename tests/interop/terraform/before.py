"""What has to be there before a topic's first apply: things that people make by hand, which no API makes."""
import atexit
import datetime
import pathlib
import tempfile
import urllib.request

ACCOUNT = "123456789012"


def application(simulator, name):
    """A SAML application in IAM Identity Center, as typed in its console; with its metadata document."""
    made = simulator.control("console/identity-center/applications/create", {
        "display_name": name, "description": "", "acs_url": "https://eu-west-2.signin.aws.amazon.com/saml",
        "audience": "urn:amazon:webservices", "relay_state": "", "session_duration": "12 hours",
        "attribute_mappings": [
            {"attribute": "Subject", "value": "${user:email}", "format": "emailAddress"},
            {"attribute": "https://aws.amazon.com/SAML/Attributes/RoleSessionName", "value": "${user:email}",
             "format": "unspecified"},
            {"attribute": "https://aws.amazon.com/SAML/Attributes/Role",
             "value": f"arn:aws:iam::{ACCOUNT}:saml-provider/{name},arn:aws:iam::{ACCOUNT}:role/{name}",
             "format": "unspecified"}]})
    url = made["metadata_url"]
    return made["application_arn"], simulator.read(url[url.index("/saml/"):])


def identity(simulator):
    arn, metadata = application(simulator, "tf-one")
    _, renewed = application(simulator, "tf-two")
    return {"application": arn, "metadata": metadata, "renewed_metadata": renewed}


def bucket(_):
    """A file that the provider uploads in parts: more than five megabytes."""
    with tempfile.NamedTemporaryFile(delete=False) as large:
        large.write(bytes(range(256)) * 4096 * 6)
    atexit.register(pathlib.Path(large.name).unlink)
    return {"large": large.name}


def network(simulator):
    """What AWS and a platform team have in the region is there once EC2 was asked for it. Signatures are not checked."""
    now = datetime.datetime.now(datetime.timezone.utc)
    scope = f"AKIAIOSFODNN7EXAMPLE/{now:%Y%m%d}/eu-west-2/ec2/aws4_request"
    urllib.request.urlopen(urllib.request.Request(
        simulator.endpoint, data=b"Action=DescribeVpcs&Version=2016-11-15", headers={
            "authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=00",
            "x-amz-date": f"{now:%Y%m%dT%H%M%SZ}", "content-type": "application/x-www-form-urlencoded"}),
        timeout=30).close()
    return {}


PREPARATIONS = {"bucket": bucket, "identity": identity, "network": network}
