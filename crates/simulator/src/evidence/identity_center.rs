//! IAM Identity Center and its identity store.

use super::entry::Evidence;

pub(super) const ENTRIES: &[Evidence] = &[
    Evidence {
        id: "identity-store.name-case",
        belief: "user and group names are unique without regard to case",
        source: "the API's text asks for uniqueness and does not say how names compare",
        fallback: None,
        signals: &["CreateUser", "CreateGroup"],
    },
    Evidence {
        id: "sso.assignment-on-saml",
        belief: "CreateApplicationAssignment takes SAML applications",
        source: "that it takes them is what Terraform's users report; it is not documented",
        fallback: Some("it refuses them with ValidationException"),
        signals: &["CreateApplicationAssignment"],
    },
    Evidence {
        id: "sso.link-form",
        belief: "an application's link ends with its display name, escaped as encodeURIComponent does it, and base64 of \
                 ACCOUNT_ins-HEX_p-HEX",
        source: "links that people have published; AWS does not document the form",
        fallback: None,
        signals: &["DescribeApplication"],
    },
    Evidence {
        id: "sso.missing-assignment-goes",
        belief: "deleting an assignment that does not exist fails with ResourceNotFoundException",
        source: "the operation declares the error and does not say what for",
        fallback: Some("it succeeds"),
        signals: &["DeleteApplicationAssignment"],
    },
    Evidence {
        id: "sso.portal-answers",
        belief: "the access portal answers a browser that is not signed in with a page, and another directory's with 404",
        source: "what anybody sees who opens such an address; AWS does not document it",
        fallback: None,
        signals: &["DescribeApplication"],
    },
    Evidence {
        id: "sso.portal-options-on-saml",
        belief: "UpdateApplication changes the portal options of a SAML application",
        source: "not documented",
        fallback: Some("it refuses them with ValidationException"),
        signals: &["UpdateApplication"],
    },
    Evidence {
        id: "sso.saml-name-and-status",
        belief: "UpdateApplication changes name, description and status of a SAML application",
        source: "documented for applications in general; not said of SAML applications, which only the console makes",
        fallback: None,
        signals: &["UpdateApplication"],
    },
    Evidence {
        id: "sso.wrong-region",
        belief: "an Identity Center instance of another region is not found, or AccessDeniedException where that error is \
                 not declared",
        source: "the operations differ in what they declare",
        fallback: None,
        signals: &["DescribeApplication", "ListApplications"],
    },
];
