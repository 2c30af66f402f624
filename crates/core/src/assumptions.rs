//! What Headset believes about AWS although no source says it: each point with an id, so that it can be found again.
//!
//! The code that relies on one names its id in a comment. The simulator keeps its own list, as quirks
//! (`--quirks SEED`), so that neither side can teach the other its mistakes.

/// One point that no source decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// Its id, as the code names it.
    pub id: &'static str,
    /// What is believed.
    pub belief: &'static str,
    /// What comes closest to a source.
    pub source: &'static str,
    /// What happens, or what to do, if it is wrong.
    pub fallback: &'static str,
}

const fn point(
    id: &'static str,
    belief: &'static str,
    source: &'static str,
    fallback: &'static str,
) -> Assumption {
    Assumption {
        id,
        belief,
        source,
        fallback,
    }
}

/// All of them as a page of documentation.
pub fn page() -> String {
    let mut out = String::from(
        "# What is not proved yet\n\n\
         Headset was made from AWS's service models, its documentation and other people's reports. What none of them \
         decides is listed here, with what Headset believes, why, and what happens if it is wrong. An error that may \
         come from such a point names its id. This page is generated from `crates/core/src/assumptions.rs`.\n\n\
         | id | what is believed | what comes closest to a source | if it is wrong |\n|---|---|---|---|\n",
    );
    for point in ASSUMPTIONS {
        let cells = [point.belief, point.source, point.fallback].map(|text| text.replace('|', "\\|"));
        out.push_str(&["| `", point.id, "` | ", &cells.join(" | "), " |\n"].concat());
    }
    out.push_str(&crate::dated::section());
    out
}

/// All of them.
pub const ASSUMPTIONS: &[Assumption] = &[
    point(
        "pace.unpublished",
        "ten calls a second are safe for services that publish no rate",
        "no figures are published for AppStream, IAM, SSO Admin and Identity Store",
        "a throttled call is tried again after a pause",
    ),
    point(
        "regions.refused-until-enabled",
        "in a region that the account has not enabled, services answer good credentials with \
         UnrecognizedClientException, InvalidClientTokenId, InvalidAccessKeyId, InvalidToken, AuthFailure or \
         OptInRequired, and nothing there can be used or deleted",
        "reports of other tools that go through all regions (boto/boto3#2065, boto/boto3#2022); tokens of AWS STS's \
         older kind are refused in the same way in an enabled region",
        "what is in such a region is not found, and the region is named as not enabled; `--region` with it searches it \
         all the same, and tells the refusal",
    ),
    point(
        "answers.request-id",
        "every answer of AWS's services carries a request id in one of three headers",
        "AWS's SDKs take it from there; S3 documents it for all of its answers, the other services do not say it",
        "what answers without one is called not AWS's: nothing is concluded from it, and the command fails",
    ),
    point(
        "answers.empty-lists",
        "AWS sends the list or map that an operation is for also where it is empty (flattened lists of S3 apart)",
        "the models require few members of answers; clients of AWS read these without asking whether they came",
        "what hangs on it is reported as not known, with the name of the missing member, and nothing is changed",
    ),
    point(
        "entra-role-arns",
        "Entra ID imports a role whose ARN and provider's ARN have less than 240 characters together",
        "Microsoft's tutorial on AWS Single-Account Access, known issues; older versions of it say 119",
        "a warning; the pair can be typed into the claim by hand",
    ),
    point(
        "appstream.in-use-lingers",
        "three minutes after its last user has gone, nothing is refused as in use any more",
        "clients retry for a while after DisassociateFleet; no source says for how long",
        "the deletion is reported as failed, and the next run tries again",
    ),
    point(
        "appstream.describe-names",
        "a missing name in a batched Describe answers an exception, or is left out of the list",
        "the model declares the exception; clients have met both",
        "both are handled",
    ),
    point(
        "appstream.empty-text-clears",
        "an empty display name or description clears it",
        "AttributesToDelete has no entry for either",
        "the step reports that it does not converge",
    ),
    point(
        "appstream.idle-timeout-rounded",
        "AppStream may round timeouts to whole minutes",
        "field reports",
        "values are compared in minutes",
    ),
    point(
        "appstream-minutes",
        "timeouts that are not whole minutes cannot be kept",
        "field reports",
        "the blueprint refuses them",
    ),
    point(
        "appstream.vpc-config-whole",
        "UpdateFleet replaces the whole VpcConfig",
        "its members are a structure without a merge rule",
        "subnets and groups are always sent together",
    ),
    point(
        "appstream.user-settings-whole",
        "UpdateStack replaces all user settings",
        "the model says nothing about those left out",
        "the whole set is sent back with ours changed",
    ),
    point(
        "appstream.unanswered-setting-closed",
        "a user setting that DescribeStacks leaves out is one that AWS does not know there, so that it is closed",
        "AWS answers every action that it knows (terraform-provider-aws#39754)",
        "it is closed when the stack is made and with every other change of its settings, and not seen in between",
    ),
    point(
        "appstream.unset-redirection-closed",
        "a stack of which DescribeStacks answers no ContentRedirection redirects no address",
        "the model names no default, and the member has to be enabled where it is given",
        "write `url_redirection` once and delete it again: then it is taken away by name",
    ),
    point(
        "appstream.url-patterns-with-protocol",
        "patterns of addresses to redirect begin with their protocol",
        "the pattern of the model demands it; the text beside it says that they have none",
        "CreateStack and UpdateStack refuse the stack; leave `url_redirection` out",
    ),
    point(
        "appstream.streaming-default-tcp",
        "a stack without a choice of transport prefers TCP",
        "what the console shows for such a stack",
        "set `streaming` on the stack",
    ),
    point(
        "appstream.user-visible-soon",
        "BatchAssociateUserStack knows a new user within a minute",
        "clients of DescribeUsers wait up to four minutes",
        "apply again: the association is made then",
    ),
    point(
        "autoscaling.role-visible-soon",
        "what the first scaling in an account needs is visible within half a minute, whatever the refusal until then",
        "IAM is eventually consistent; the error of a role that is not visible yet is not documented",
        "apply again: the registration is made then",
    ),
    point(
        "autoscaling.sessions-counted",
        "the range of a multi-session fleet counts sessions",
        "the admin guide of today; the API only says capacity",
        "write the range in instances",
    ),
    point(
        "appstream.second-fleet",
        "a stack that has a fleet refuses another one as a matter of its state, or as a limit",
        "the API speaks of \"the\" fleet of a stack; OperationNotPermittedException and LimitExceededException are the \
         declared errors that fit",
        "apply again: the former fleet is gone by then",
    ),
    point(
        "appstream.associate-again",
        "an association that is there already may be refused when it is asked for again",
        "the model declares no error for it, and does not promise success",
        "the list of the stack's fleets is read, and what is there counts as made",
    ),
    point(
        "appstream.stalled-builder-deletable",
        "an image builder that stays PENDING with errors can be deleted",
        "the console's guide wants builders stopped; one that never boots could never be removed",
        "the wait for it ends with its error; delete it in the console once it has failed",
    ),
    point(
        "appstream.fleet-errors-transient",
        "errors that a starting fleet reports for less than five minutes may go away by themselves",
        "FleetErrors carry no time; that they come and go is field experience, how long is a guess",
        "a longer lasting one ends the wait, and the next apply goes on where it stopped",
    ),
    point(
        "s3.block-lifts-late",
        "after the public access block is lifted, a public policy may be refused for a moment",
        "S3's settings are eventually consistent",
        "the policy is offered again for about a minute",
    ),
    point(
        "connect.alias-conflict",
        "an alias that is in use, or was until a while ago, is refused at once with some code, or the creation fails later",
        "CreateInstance declares no error for it; the console says so while it is typed; nothing is said of deleted ones",
        "apply again later, or choose another `connect.alias`",
    ),
    point(
        "iam.principal-visible-soon",
        "a policy of Headset's own making that IAM or S3 call malformed names a principal that is not visible yet",
        "one code stands for both; IAM is eventually consistent, and the documents are well formed",
        "after some minutes of trying again the error is final",
    ),
    point(
        "iam.saml-ec-keys",
        "IAM takes certificates of identity providers with keys on elliptic curves",
        "IAM's guide asks for 1,024 bits or more and names no sort of key",
        "IAM refuses the document; let the identity provider sign with an RSA key",
    ),
    point(
        "iam.saml-valid-until",
        "IAM takes metadata whose validUntil is past, and may refuse to sign in with it",
        "GetSAMLProvider calls the date \"the expiration date and time for the SAML provider\", and no source says more",
        "a warning; get new metadata from the identity provider",
    ),
    point(
        "connect.numbers-go-along",
        "an instance can be deleted while phone numbers are claimed for it, and they are lost with it",
        "DeleteInstance does not mention them",
        "release the numbers of the instance first, then go on",
    ),
    point(
        "connect.origin-spelling",
        "Connect may keep an origin as written or normalise it",
        "neither is documented",
        "origins are compared in normal form",
    ),
    point(
        "sso.assignment-on-saml",
        "CreateApplicationAssignment accepts an application that was made in the console",
        "the operation does not say; it is what its users asked for",
        "set `identity_center: by_hand`: assignments become checkpoints",
    ),
    point(
        "sso.application-told",
        "DescribeApplication tells description, visibility and sign-in options of an application that was made in the \
         console as that shows them",
        "the operation lists them, and does not say for which applications",
        "`drift` names an application that no one changed: look at it, and answer its checkpoint with edited=yes",
    ),
    point(
        "gov-sign-in",
        "the audience of sign-in to GovCloud is urn:amazon:webservices:govcloud",
        "from memory; AWS's pages that were read name its hosts and not the audience",
        "type what GovCloud's console shows",
    ),
    point(
        "desktop-relay-host",
        "the sign-in to a stack ends at appstream2.REGION in every region",
        "AppStream's guide of 2023 lists nine regions, all so; its page of today lists appstream2.euc-sso hosts beside it",
        "set `sign_in.appstream.endpoint: euc-sso`",
    ),
    point(
        "desktop-euc-sso-path",
        "relay states on AppStream's euc-sso hosts have the path /saml",
        "AWS lists the hosts without a path; that of the older hosts is /saml",
        "leave `sign_in.appstream.endpoint` at `standard`",
    ),
    point(
        "okta-constants",
        "Okta sends an attribute's value that is none of its expressions unchanged",
        "common practice; the field reference only shows expressions",
        "write the value in double quotes, which makes it an expression",
    ),
    point(
        "connect-host",
        "an instance is at ALIAS.my.connect.aws, in GovCloud too",
        "the admin guide for the aws partition",
        "the pages take the address that AWS reports; only browser policies use the pattern",
    ),
    point(
        "idc-user-name",
        "the directory's user name is ${user:preferredUsername}",
        "common practice",
        "change the mapping in the console, or use `user_name: email`",
    ),
    point(
        "idc-link-name",
        "the access portal writes an application's display name into its link as a browser's encodeURIComponent does",
        "the portal is a page that composes addresses; AWS does not document the link",
        "only the beginning of the link that the worksheet shows differs: the check of an answer does not look at the name",
    ),
    point(
        "idc-link-token",
        "the token at the end of an application's link in the access portal is base64 of the account, the application's \
         instance (both as in the token of its metadata's addresses) and a part of its own: ACCOUNT_ins-HEX_p-HEX",
        "links and metadata addresses that people have published; AWS documents neither token",
        "a link whose token cannot be read is taken with a remark; one that is refused although it is right can be \
         answered as an address of your own that leads to it",
    ),
    point(
        "edge-path",
        "Edge's installer puts it where it always did",
        "field use",
        "use `program:` with a path",
    ),
    point(
        "firefox-path",
        "Firefox's installer puts it where it always did",
        "field use",
        "use `program:` with a path",
    ),
    point(
        "base-image-families",
        "public base images are named FAMILY-DATE",
        "the names that are public now",
        "an unknown family is a warning only",
    ),
];
