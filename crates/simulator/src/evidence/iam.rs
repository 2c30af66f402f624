//! IAM and STS.

use super::entry::Evidence;

pub(super) const ENTRIES: &[Evidence] = &[
    Evidence {
        id: "authorisation.absent-things-have-no-tags",
        belief: "a call about something that is not there is decided as if it had no tags, and refused where a policy asks \
                 for one, before the service says that it is not there",
        source: "the Service Authorization Reference does not say what comes first",
        fallback: None,
        signals: &["*"],
    },
    Evidence {
        id: "authorisation.session-policies",
        belief: "of a session, what its role or user may do counts; a policy that was given when it began is not applied",
        source: "IAM applies it (\"Session policies\"); the simulator is too generous here",
        fallback: None,
        signals: &["sts:AssumeRole", "sts:GetFederationToken"],
    },
    Evidence {
        id: "authorisation.tags-at-creation",
        belief: "what is made with tags in Connect, Identity Center or Secrets Manager needs the permission to tag such \
                 things besides",
        source: "the reference says so of AppStream, Application Auto Scaling and IAM; of the others by analogy",
        fallback: None,
        signals: &["connect:CreateInstance", "connect:CreateUser"],
    },
    Evidence {
        id: "authorisation.unlisted-actions",
        belief: "UpdateImageBuilder, DrainSessionInstance, UpdateUserConfig and the operations on authentication profiles are \
                 authorised like their neighbours",
        source: "AWS's models have them, and the Service Authorization Reference does not list them yet",
        fallback: None,
        signals: &[
            "appstream:UpdateImageBuilder",
            "appstream:DrainSessionInstance",
            "connect:DescribeAuthenticationProfile",
            "connect:ListAuthenticationProfiles",
            "connect:UpdateUserConfig",
        ],
    },
    Evidence {
        id: "iam.federated-principal-lags",
        belief: "a SAML provider that was just made can be named in a trust policy",
        source: "IAM is eventually consistent; whether that shows here is not documented",
        fallback: Some("for ten seconds it cannot"),
        signals: &["CreateRole", "UpdateAssumeRolePolicy"],
    },
    Evidence {
        id: "iam.federated-principal-may-be-missing",
        belief: "a trust policy that names a SAML provider that does not exist is refused",
        source: "that principals have to exist is documented for users and roles only",
        fallback: Some("it is taken"),
        signals: &["CreateRole", "UpdateAssumeRolePolicy"],
    },
    Evidence {
        id: "iam.foreign-principals",
        belief: "a principal in an account that this cloud does not hold is taken to exist",
        source: "AWS knows all accounts; the simulator knows its own only",
        fallback: None,
        signals: &["CreateRole", "UpdateAssumeRolePolicy", "s3:PutBucketPolicy"],
    },
    Evidence {
        id: "iam.lookup-case",
        belief: "a role is found by its exact name only, although another case of it is taken",
        source: "uniqueness without regard to case is documented, look-ups are not",
        fallback: None,
        signals: &["GetRole"],
    },
    Evidence {
        id: "iam.malformed-arn",
        belief: "what is no ARN at all is refused with ValidationError and the text \"Invalid ARN:  Could not be \
                 parsed!\"",
        source: "reports show the text for policies; permissions boundaries, policy versions and OpenID Connect providers \
                 answer the same by analogy",
        fallback: None,
        signals: &[
            "AttachRolePolicy",
            "GetPolicy",
            "GetPolicyVersion",
            "PutRolePermissionsBoundary",
            "GetOpenIDConnectProvider",
        ],
    },
    Evidence {
        id: "iam.policy-lags",
        belief: "a managed policy that was just made can be attached at once",
        source: "IAM is eventually consistent; whether that shows here is not documented",
        fallback: Some("for ten seconds AttachRolePolicy does not know it"),
        signals: &["AttachRolePolicy"],
    },
    Evidence {
        id: "iam.propagation",
        belief: "what was made in IAM is known to other services after ten seconds",
        source: "IAM is eventually consistent without a figure; clients budget two minutes",
        fallback: None,
        signals: &[
            "appstream:CreateFleet",
            "appstream:StartFleet",
            "sts:AssumeRoleWithSAML",
        ],
    },
    Evidence {
        id: "iam.reads-lag",
        belief: "IAM's own reads know what was just made",
        source: "IAM is eventually consistent for its own reads too; how often that shows is not documented",
        fallback: Some("for three seconds they do not"),
        signals: &["Get*", "List*"],
    },
    Evidence {
        id: "iam.regional-service-principals",
        belief: "every service principal can also be written with a region (states.eu-west-2.amazonaws.com)",
        source: "AWS's guides show it of some services; no list says which",
        fallback: None,
        signals: &["CreateRole", "UpdateAssumeRolePolicy"],
    },
    Evidence {
        id: "iam.saml-ec-keys",
        belief: "a certificate of an identity provider may have a key on an elliptic curve",
        source: "the guide asks for 1,024 bits or more and names no sort of key",
        fallback: None,
        signals: &["CreateSAMLProvider", "UpdateSAMLProvider"],
    },
    Evidence {
        id: "iam.service-linked-deletion-time",
        belief: "a deletion task of a service-linked role takes five seconds",
        source: "no figure is documented",
        fallback: None,
        signals: &["GetServiceLinkedRoleDeletionStatus.Status"],
    },
    Evidence {
        id: "iam.trust-action-wildcards",
        belief: "a pattern of actions in a trust policy is taken if all that it can mean is allowed there: \
                 sts:AssumeRole*, and not sts:*",
        source: "\"AssumeRole policy may only specify STS AssumeRole actions\", IAM says; how it reads patterns is not \
                 documented",
        fallback: None,
        signals: &["CreateRole", "UpdateAssumeRolePolicy"],
    },
    Evidence {
        id: "iam.unknown-managed-policies",
        belief: "AWS's managed policies whose text the simulator does not have allow nothing",
        source: "the texts are AWS's; simulated decisions and federation are stricter for it",
        fallback: None,
        signals: &["SimulatePrincipalPolicy", "connect:GetFederationToken"],
    },
    Evidence {
        id: "iam.update-role-drops-description",
        belief: "UpdateRole without a description keeps the description",
        source: "the documentation of the duration says that it is reset when left out; that of the description does not \
                 say",
        fallback: Some("it takes the description away"),
        signals: &["UpdateRole", "GetRole.Description"],
    },
    Evidence {
        id: "sts.assertion-signature",
        belief: "an assertion's signature is not verified; issuer, certificate, audience, times, role and provider are",
        source: "the real check takes an XML canonicaliser",
        fallback: None,
        signals: &["AssumeRoleWithSAML"],
    },
    Evidence {
        id: "sts.audiences",
        belief: "an assertion that names audiences is refused with InvalidIdentityToken unless one is AWS's name or one of its \
                 assertion URLs, of the whole partition or of a region",
        source: "IAM's guide wants the entity id of AWS's metadata or one of its assertion URLs, and lists the message among \
                 its troubles; that the region's URL is one of them is not shown",
        fallback: None,
        signals: &["AssumeRoleWithSAML"],
    },
    Evidence {
        id: "sts.malformed-arn",
        belief: "an ARN that names no role is refused with ValidationError: \"... is invalid\" by AssumeRole, \"Request \
                 ARN is invalid\" by the federated operations",
        source: "a report has the latter text (physera/onelogin-aws-cli issue 12); the former is by analogy",
        fallback: None,
        signals: &["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"],
    },
    Evidence {
        id: "sts.provider-ended",
        belief: "an assertion of a provider whose ValidUntil is past is refused",
        source: "IAM calls the date the provider's expiration; no source says what happens then",
        fallback: None,
        signals: &["AssumeRoleWithSAML"],
    },
    Evidence {
        id: "sts.web-token-signature",
        belief: "the signature of a web identity token is not verified; its issuer, audience, end, role and provider are",
        source: "the provider's keys are out of reach of a simulator",
        fallback: None,
        signals: &["AssumeRoleWithWebIdentity"],
    },
];
