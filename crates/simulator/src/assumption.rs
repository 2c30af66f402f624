//! What the simulator takes for granted although no source says it.
//!
//! These points have no coin (`quirk`): either there is only one sensible choice, or the choice is the stricter one,
//! so that whoever gets along with it gets along with AWS too. The engine's own list (`aws::assumptions`) is another
//! one on purpose. A comment `Assumption: id` stands where each of them is decided; a test holds list and comments
//! together.

/// One point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// Its name.
    pub id: &'static str,
    /// What the simulator does.
    pub taken: &'static str,
    /// What comes closest to a source.
    pub source: &'static str,
}

const fn point(id: &'static str, taken: &'static str, source: &'static str) -> Assumption {
    Assumption { id, taken, source }
}

/// All of them, by name.
pub const ASSUMPTIONS: &[Assumption] = &[
    point(
        "appstream.default-fleet-type",
        "a fleet whose type is not given is ON_DEMAND",
        "what clients report; the model names no default",
    ),
    point(
        "appstream.default-protocol",
        "a stack without a choice of transport answers TCP",
        "what the console shows for such a stack",
    ),
    point(
        "appstream.entitlement-attribute",
        "an entitlement on an unknown attribute is not permitted",
        "the valid names are documented, the error is not",
    ),
    point(
        "appstream.g7-family",
        "the instances stream.graphics.g7 are of the family \"Graphics G7\"",
        "the types are listed, the name of their family is not",
    ),
    point(
        "appstream.image-platform-code",
        "an image of another operating system is incompatible with a running fleet",
        "the admin guide wants the fleet stopped; the code for trying is not documented",
    ),
    point(
        "appstream.imported-platform",
        "an imported image is a Windows Server 2022",
        "the platform of an AMI is not in the call; the API's text names 2022",
    ),
    point(
        "appstream.instance-quotas",
        "50 instances of a type, none of the larger sizes and of most graphics types",
        "the page on quotas speaks of the latter, and varies the former by type and region",
    ),
    point(
        "appstream.internet-limit",
        "more than 100 instances with default internet access are an invalid combination",
        "the number is documented, the error is not",
    ),
    point(
        "appstream.page-size",
        "20 items on a page where the model states no size",
        "small on purpose: a caller that does not page must notice",
    ),
    point(
        "appstream.range-code",
        "a timeout, volume or capacity out of range is an invalid combination of parameters",
        "the model carries no ranges and declares no other error about parameters",
    ),
    point(
        "appstream.stalled-builder",
        "an image builder that stays PENDING with errors can be deleted",
        "one that can never boot could otherwise never be removed",
    ),
    point(
        "appstream.timeout-defaults",
        "a fleet without timeouts has sessions of 16 hours, reconnection for 15 minutes and no idle timeout",
        "the console's defaults; the API's are not documented for all three",
    ),
    point(
        "appstream.token-code",
        "a page token of somebody else's is an invalid combination of parameters",
        "no operation declares an error for it",
    ),
    point(
        "appstream.unknown-instance-type",
        "an instance type that does not exist is an invalid combination of parameters",
        "the model takes any text and no source names the error",
    ),
    point(
        "appstream.user-setting-defaults",
        "a new stack has every action enabled but smart card sign-in and time zone redirection",
        "the model says \"by default, these actions are enabled\"; the exceptions are what clients report",
    ),
    point(
        "auto-scaling.rate-origin",
        "a rate counts from its start time, else from when the action was made",
        "not documented",
    ),
    point(
        "auto-scaling.shrinks-by-halves",
        "target tracking takes away half of what is too much at a time",
        "the user guide says \"conservatively\"",
    ),
    point(
        "connect.attribute-defaults",
        "what a new instance answers for its attributes",
        "Terraform's provider has verified four of them; the others start as the console shows them",
    ),
    point(
        "connect.creating-instance",
        "calls about the contents of an instance under creation are invalid requests",
        "not documented",
    ),
    point(
        "connect.default-status",
        "the statuses Available and Offline cannot be disabled",
        "the console does not offer it; the API's text does not say",
    ),
    point(
        "connect.directory-user-of-saml",
        "a user of a SAML instance with a DirectoryUserId is an invalid request",
        "CreateUser says that an error is returned, and not which of those that it declares",
    ),
    point(
        "connect.federation-tokens",
        "the tokens of GetFederationToken hold for an hour, and for twelve hours to renew them",
        "the model has members for both ends; the administrator guide ends SAML sessions after twelve hours",
    ),
    point(
        "connect.hours-in-use",
        "hours of operation that a queue uses cannot be deleted: an invalid request",
        "the operation declares no ResourceInUseException",
    ),
    point(
        "connect.number-taken",
        "a claim of a number that cannot be had finds none",
        "of the declared errors ResourceNotFoundException fits best",
    ),
    point(
        "connect.number-target",
        "TargetArn and InstanceId together are an invalid parameter",
        "the API asks for \"InstanceId or TargetArn\"",
    ),
    point(
        "connect.numbers-listed",
        "lists of phone numbers leave out what is in progress or failed",
        "a report has met it (boto3 issue 4622)",
    ),
    point(
        "connect.origin-format",
        "an origin is scheme, host and port, without a path or wildcards, and https but for localhost",
        "the model has a length and no pattern; the form is what third parties report",
    ),
    point(
        "connect.queue-name-or-description",
        "UpdateQueueName with neither a name nor a description is an invalid request",
        "the operation says that one of them must be given, and not which of the errors that it declares comes then",
    ),
    point(
        "connect.reserved-user",
        "a user called Administrator, in any letter case, is an invalid parameter",
        "the administrator guide (release notes of July 2018) says that the name is reserved and cannot be used to create \
         a user; it names no error, and the case is not said",
    ),
    point(
        "connect.role-goes-along",
        "an instance's service-linked role goes with it",
        "Connect's guide on service-linked roles says so of deletions in the console",
    ),
    point(
        "connect.search-case",
        "search compares names without regard to letter case",
        "no rule is documented; a caller has to compare what comes back in any case",
    ),
    point(
        "connect.second-role",
        "a user who signed in by one role and comes by another is refused with DuplicateResourceException",
        "the administrator guide says that it fails; the operation declares this error",
    ),
    point(
        "connect.token-life",
        "a client token is remembered for a day",
        "Connect does not say; AWS's SDK documentation calls a day usual",
    ),
    point(
        "connect.token-reuse",
        "a client token that comes back with other parameters is an invalid request",
        "IdempotencyException is documented for phone numbers only",
    ),
    point(
        "connect.zone-aliases",
        "hours of operation take the old names of the time zone database",
        "the API's text names the database and not which of its names",
    ),
    point(
        "iam.foreign-principals",
        "a principal in an account that this cloud does not hold exists",
        "there is nobody to ask",
    ),
    point(
        "iam.lookup-case",
        "a role is found by its exact name only, although another case of it is taken",
        "uniqueness without regard to case is documented, look-ups are not",
    ),
    point(
        "iam.propagation",
        "what was made in IAM is known to other services after ten seconds",
        "IAM is eventually consistent without a figure; clients budget two minutes",
    ),
    point(
        "iam.regional-service-principals",
        "every service can be named with a region as well (states.eu-west-2.amazonaws.com)",
        "AWS's guides show it of some services; no list says which",
    ),
    point(
        "iam.saml-ec-keys",
        "a certificate of an identity provider may have a key on an elliptic curve",
        "the guide asks for 1,024 bits or more and names no sort of key",
    ),
    point(
        "iam.trust-action-wildcards",
        "a pattern in a trust policy may mean only what such a policy allows: sts:AssumeRole* and not sts:*",
        "\"AssumeRole policy may only specify STS AssumeRole actions\", IAM says; how it reads patterns is not documented",
    ),
    point(
        "iam.unknown-managed-policies",
        "AWS's managed policies whose text the simulator does not have allow nothing",
        "the texts are AWS's; simulated decisions and federation are stricter for it",
    ),
    point(
        "identity-store.name-case",
        "user and group names are unique without regard to case",
        "the API's text asks for uniqueness and does not say how names compare",
    ),
    point(
        "s3.anonymous-writes",
        "nobody writes without credentials, whatever a bucket's policy says",
        "S3 would allow it; nothing that is built here should rely on it",
    ),
    point(
        "s3.completed-uploads",
        "an upload can be completed again for as long as what it made is the newest version of its key",
        "Moto's test of it is verified on AWS; for how long S3 remembers is not documented",
    ),
    point(
        "s3.concurrent-changes",
        "of any two changes of one bucket's configuration at a time the second is refused",
        "reports of OperationAborted name many pairs (terraform-provider-aws issues 7628, 33478 and 33552), and none that \
         never conflicts",
    ),
    point(
        "s3.condition-keys-of-patterns",
        "of what a pattern of actions means, one action that has the condition key is enough; named actions all need it",
        "the reference lists keys by action, and reports show that named actions all need them (S3-Uploads issue 239)",
    ),
    point(
        "s3.ignored-acls",
        "where public ACLs are ignored, an ACL that grants something to everybody is ignored whole, grants to accounts included",
        "\"causes Amazon S3 to ignore all public ACLs\"; what becomes of their other grants is not said",
    ),
    point(
        "s3.one-owner",
        "an object belongs to the bucket's owner, whoever wrote it; a grant to write makes new objects and overwrites none",
        "S3 leaves it to the writer unless ownership controls say otherwise; \"for the object owners of existing objects, also \
         allows deletions and overwrites\"",
    ),
    point(
        "s3.source",
        "a request came over TLS unless x-forwarded-proto says otherwise, from the first address of x-forwarded-for",
        "on loopback there is neither TLS nor an address worth checking",
    ),
    point(
        "s3.writer-says",
        "who may write by an ACL may give the new object an ACL and tags",
        "policies need s3:PutObjectAcl and s3:PutObjectTagging for it; ACLs have no such permission, and writers by ACL have \
         always granted the bucket's owner full control",
    ),
    point(
        "sso.link-form",
        "an application's link ends with its display name, escaped as encodeURIComponent does it, and base64 of \
         ACCOUNT_ins-HEX_p-HEX",
        "links that people have published; AWS does not document the form",
    ),
    point(
        "sso.wrong-region",
        "an instance of another region is not found, or denied where that error is not declared",
        "the operations differ in what they declare",
    ),
    point(
        "sts.assertion-signature",
        "an assertion's signature is not verified; issuer, certificate, audience, times, role and provider are",
        "the real check takes an XML canonicaliser; no part of Headset signs assertions",
    ),
    point(
        "sts.provider-ended",
        "an assertion of a provider whose ValidUntil is past is refused",
        "IAM calls the date the provider's expiration; no source says what happens then",
    ),
    point(
        "sts.web-token-signature",
        "the signature of a web identity token is not verified; its issuer, audience, end, role and provider are",
        "the provider's keys are out of reach",
    ),
    point(
        "wire.connect-validation",
        "a broken constraint is Connect's InvalidParameterException",
        "the model declares it and InvalidRequestException, and neither says which",
    ),
    point(
        "wire.query-malformed",
        "a body that IAM and STS cannot read is MalformedInput",
        "AWS's common errors list it, and ValidationError",
    ),
    point(
        "wire.s3-validation",
        "a missing argument of S3's is InvalidRequest, a wrong one InvalidArgument",
        "its API reference lists both; the former speaks of what is missing",
    ),
    point(
        "wire.unknown-operation",
        "an operation that a JSON service does not have is a 400",
        "what such services are known to answer; not documented",
    ),
];

/// All of them as a section of the page of coins.
pub fn section() -> String {
    let mut out = String::from(
        "\n## What it takes for granted\n\n\
         No source says these either, and there is no coin: there is only one sensible choice, or the simulator takes \
         the stricter one. This section is generated from `crates/simulator/src/assumption.rs`.\n\n\
         | name | what the simulator does | what comes closest to a source |\n|---|---|---|\n",
    );
    for one in ASSUMPTIONS {
        out.push_str(&["| `", one.id, "` | ", one.taken, " | ", one.source, " |\n"].concat());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_none_comes_twice() {
        assert!(ASSUMPTIONS.windows(2).all(|pair| pair[0].id < pair[1].id));
    }
}
