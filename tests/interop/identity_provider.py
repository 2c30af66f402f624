"""SAML applications as a person makes them in IAM Identity Center's console: there is no API for that."""
import urllib.request

from checks import ACCOUNT, ENDPOINT, control


def application(name, provider=None):
    """A SAML application for AWS sign-in, for a role of its name: its ARN and the URL of its metadata."""
    arns = f"arn:aws:iam::{ACCOUNT}:saml-provider/{provider or name},arn:aws:iam::{ACCOUNT}:role/{name}"
    return control("console/identity-center/applications/create", {
        "display_name": name, "description": "", "acs_url": "https://eu-west-2.signin.aws.amazon.com/saml",
        "audience": "urn:amazon:webservices", "relay_state": "", "session_duration": "12 hours",
        "attribute_mappings": [
            {"attribute": "Subject", "value": "${user:email}", "format": "emailAddress"},
            {"attribute": "https://aws.amazon.com/SAML/Attributes/RoleSessionName", "value": "${user:email}",
             "format": "unspecified"},
            {"attribute": "https://aws.amazon.com/SAML/Attributes/Role", "value": arns, "format": "unspecified"}]})


def metadata_of(made):
    """The metadata document of an application."""
    url = made["metadata_url"]
    with urllib.request.urlopen(ENDPOINT + url[url.index("/saml/"):], timeout=30) as answer:
        return answer.read().decode()


def link_of(made):
    """Where people start: what the access portal shows once a user or group is assigned."""
    named = {"application_arn": made["application_arn"]}
    return control("console/identity-center/applications/link", named)["start_url"]
