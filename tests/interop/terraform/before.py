"""What has to be there before a topic's first apply: things that people make by hand, which no API makes."""
import atexit
import pathlib
import tempfile

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


PREPARATIONS = {"bucket": bucket, "identity": identity}
