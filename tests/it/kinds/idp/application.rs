//! Applications of other identity providers, which people make there.

use headset_aws::Aws;
use serde_json::json;

use crate::invariants::conformance::{Case, ExternalChange, address};

pub(crate) fn case() -> Case {
    Case {
        before: vec![],
        subject: (
            address("idp.application/acme"),
            json!({
                "product": "entra", "name": "acme", "description": "Sign-in",
                "acs_url": "https://eu-west-2.signin.aws.amazon.com/saml",
                "audience": "https://signin.aws.amazon.com/saml#acme",
                "relay_state": "https://eu-west-2.console.aws.amazon.com/connect/federate/11111111-1111-4111-8111-111111111111",
                "session": 43200, "session_name": "email",
                "role_arn": "arn:aws:iam::123456789012:role/acme-connect",
                "provider_arn": "arn:aws:iam::123456789012:saml-provider/acme-idp",
                "session_tags": { "department": "user.department" },
                "groups": ["agents"], "users": ["admin@example.com"], "answers_at": "sign_in.idp.entra",
            }),
        ),
        changes: vec![],
        unchanged: vec![],
    }
}

pub(crate) async fn change(_aws: &Aws, field: &str, _way: usize) -> ExternalChange {
    panic!("idp.application: nothing here changes from outside `{field}`")
}
