//! Every point of AWS's behaviour that no source decides, and what the other side of the coin is.
//!
//! A seed decides all of them at once ([`falls`]); seed 0 is the plain choice everywhere. The engine's own list of
//! what it believes (`aws::assumptions`) is another one on purpose: neither side may teach the other its mistakes.

/// One point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quirk {
    /// Its name, as the code asks for it. One that ends in `.*` stands for a coin for each operation.
    pub id: &'static str,
    /// What happens where the coin falls the other way.
    pub flips: &'static str,
    /// What comes closest to a source, and why it does not decide.
    pub source: &'static str,
}

const fn quirk(id: &'static str, flips: &'static str, source: &'static str) -> Quirk {
    Quirk { id, flips, source }
}

/// All of them, by name.
pub const QUIRKS: &[Quirk] = &[
    quirk(
        "appstream.association-again-refused",
        "associating a fleet once more with a stack or an application is not permitted",
        "the model declares no error of its own for it, and does not promise success",
    ),
    quirk(
        "appstream.blocked-builder-stays-pending",
        "an image builder that cannot boot stays PENDING with errors, instead of ending FAILED",
        "fleets stay STARTING (hashicorp/terraform-provider-aws issue 20994); nobody reports about builders",
    ),
    quirk(
        "appstream.builder-errors-flicker",
        "an image builder that boots well reports an error for four minutes",
        "ImageBuilderErrors are filled like FleetErrors, which come and go",
    ),
    quirk(
        "appstream.builder-qualifies",
        "a new image builder from an image of one's own goes through PENDING_QUALIFICATION",
        "the model has the state and explains it nowhere; Terraform's acceptance tests, with public images, do not meet it",
    ),
    quirk(
        "appstream.busy-after-change",
        "for eight seconds after a change another one of the same thing, unless Terraform makes it there, is a concurrent modification",
        "the model declares the error (\"wait a few minutes and try again\") and not when it occurs",
    ),
    quirk(
        "appstream.changing-fleet-is-in-use",
        "UpdateFleet on a fleet that starts or stops answers ResourceInUseException",
        "the model says that it is refused, not how",
    ),
    quirk(
        "appstream.clipboard-length-silent",
        "a stack's clipboard actions are answered without their default length",
        "UserSetting names the default of 20,971,520; whether it is answered where nobody gave it is not said",
    ),
    quirk(
        "appstream.default-volume-answered",
        "fleets answer the default root volume where none was given",
        "the model names the default; whether it is answered is not said",
    ),
    quirk(
        "appstream.directory-without-password",
        "directory configurations answer credentials without the member AccountPassword",
        "the model requires the member and says that it is not returned",
    ),
    quirk(
        "appstream.disassociation-lingers",
        "for ten seconds after DisassociateFleet the fleet is still in use",
        "clients retry their deletions after it; no source says for how long, but Terraform deletes the stack at once",
    ),
    quirk(
        "appstream.disassociation-of-nothing",
        "disassociating a fleet from a stack or an application that it is not associated with succeeds",
        "the model declares ResourceNotFoundException, which may mean fleet and stack only",
    ),
    quirk(
        "appstream.empty-first-page",
        "the first page of a list is empty and carries a token",
        "the model promises no items on a page that has a token",
    ),
    quirk(
        "appstream.fleet-errors-flicker",
        "a fleet that starts well reports an error for four minutes",
        "FleetErrors carry no time; that they come and go is field experience",
    ),
    quirk(
        "appstream.idle-timeout-rounded",
        "the idle timeout is answered in whole minutes",
        "CreateFleet says that it takes effect in whole minutes; Terraform's acceptance test reads 70 seconds back, field \
         reports read minutes",
    ),
    quirk(
        "appstream.image-in-use-by-builder",
        "an image cannot be deleted while a builder exists that started from it",
        "\"you cannot delete an image when it is in use\"; the admin guide speaks of fleets only",
    ),
    quirk(
        "appstream.lists-unordered",
        "lists come in another order",
        "no operation promises an order",
    ),
    quirk(
        "appstream.missing-is-empty.*",
        "a Describe by a name that is missing leaves it out instead of failing",
        "the model declares the exception; clients have met both",
    ),
    quirk(
        "appstream.new-user-setting",
        "stacks answer an action that this model does not know",
        "AWS has added actions before (hashicorp/terraform-provider-aws issues 23338 and 39754)",
    ),
    quirk(
        "appstream.new-user-unknown",
        "as long as a new user is not listed, for twenty seconds at most, the batch operations do not know it",
        "clients of DescribeUsers wait up to four minutes; whether it holds here nobody says",
    ),
    quirk(
        "appstream.newest-user-setting",
        "stacks answer SMART_CARD_REDIRECTION although nobody set it",
        "reports that all actions are answered (terraform-provider-aws 39754) are older than this one",
    ),
    quirk(
        "appstream.no-stop-when-stopped",
        "StopFleet on a stopped fleet is not permitted",
        "the model declares no such error, and does not promise success",
    ),
    quirk(
        "appstream.no-stop-while-starting",
        "StopFleet on a fleet that is starting well is a concurrent modification",
        "the model declares the error; the guide says nothing about STARTING",
    ),
    quirk(
        "appstream.no-usage-report-is-an-exception",
        "DescribeUsageReportSubscriptions fails where there is no subscription",
        "the model declares ResourceNotFoundException, and also answers a list",
    ),
    quirk(
        "appstream.running-builder-stays",
        "a RUNNING image builder cannot be deleted",
        "the admin guide wants it stopped; Terraform's acceptance tests delete running ones",
    ),
    quirk(
        "appstream.running-fleet-errors",
        "a RUNNING fleet reports an error while it gathers capacity",
        "FleetErrors carry no time; that failed instances are replaced is field experience",
    ),
    quirk(
        "appstream.second-fleet-is-a-limit",
        "a second fleet of a stack is refused with LimitExceededException",
        "the model declares it beside OperationNotPermittedException; the API speaks of \"the\" fleet of a stack",
    ),
    quirk(
        "appstream.sessions-need-a-stop",
        "a RUNNING fleet whose instances are shared takes no other number of sessions on an instance",
        "UpdateFleet does not name it among what can change; Terraform's acceptance test changes it (issue 41341)",
    ),
    quirk(
        "appstream.sessions-of-all-kinds",
        "DescribeSessions without an authentication type lists everybody",
        "the model says that streaming URLs are the default; in a sentence about authentication",
    ),
    quirk(
        "appstream.sessions-of-unknown-pair-refused",
        "DescribeSessions of a fleet and a stack that are not associated fails",
        "the model declares InvalidParameterCombinationException and not what for",
    ),
    quirk(
        "appstream.slow-reads",
        "for two seconds a Describe does not know what was just made, unless it is a stack",
        "no source says that reads are consistent; Terraform reads a new stack at once",
    ),
    quirk(
        "appstream.stack-in-use-by-users",
        "a stack cannot be deleted while users of the pool are assigned to it",
        "the model declares ResourceInUseException and not by what",
    ),
    quirk(
        "appstream.start-checks-role",
        "StartFleet refuses a fleet whose role is gone, instead of stalling with an error",
        "the model declares InvalidRoleException for it, and the fleet error MACHINE_ROLE_IS_MISSING",
    ),
    quirk(
        "appstream.theme-objects-checked",
        "a theme's logo and favicon have to exist and be readable by AppStream",
        "the model does not say that AWS looks at them when the theme is made",
    ),
    quirk(
        "appstream.unset-is-empty",
        "lists and structures that were never set are answered empty",
        "clients have met it (hashicorp/terraform-provider-aws issues 26677 and 26682)",
    ),
    quirk(
        "appstream.unset-is-null",
        "members that were never set are answered as null",
        "field reports of nulls (aws-sdk-go-v2 issue 3501) name map values; members are allowed to be null by the protocols",
    ),
    quirk(
        "appstream.user-settings-replaced",
        "UpdateStack resets the user settings that it leaves out",
        "the model says nothing about those left out",
    ),
    quirk(
        "appstream.users-listed-late",
        "a new user of the pool is listed after three and a half minutes",
        "Terraform's provider waits up to four minutes",
    ),
    quirk(
        "auto-scaling.eventual",
        "for two seconds a new scalable target is not known",
        "RegisterScalableTarget speaks of \"a brief delay\"",
    ),
    quirk(
        "auto-scaling.past-schedule-refused",
        "a scheduled action that is never due is refused",
        "no source says so, and none says that it is taken",
    ),
    quirk(
        "auto-scaling.policy-needs-role",
        "PutScalingPolicy fails with FailedResourceAccessException until the new service-linked role can be used",
        "the model declares the error for alarms that cannot be reached; IAM is eventually consistent",
    ),
    quirk(
        "auto-scaling.role-propagates",
        "the first registration in an account fails until its service-linked role can be used",
        "IAM is eventually consistent; what this service answers meanwhile is not documented",
    ),
    quirk(
        "auto-scaling.target-goes-with-fleet",
        "a scalable target goes when its fleet is deleted",
        "no source says that it does, and none that it stays",
    ),
    quirk(
        "connect.alias-conflict-fails-later",
        "an instance with a taken alias is accepted and then fails",
        "CreateInstance declares no code for a taken alias",
    ),
    quirk(
        "connect.alias-held-after-deletion",
        "the alias of a deleted instance cannot be taken again at once",
        "not documented",
    ),
    quirk(
        "connect.churned-deletion-is-invalid",
        "the deletion of an instance beyond the churn limit is an invalid request",
        "DeleteInstance speaks of the limit and declares no code for a quota",
    ),
    quirk(
        "connect.delete-while-creating-refused",
        "an instance that is being created cannot be deleted",
        "not documented either way",
    ),
    quirk(
        "connect.failed-instances-count",
        "an instance that failed and lingers uses up the quota",
        "not documented",
    ),
    quirk(
        "connect.lists-lag",
        "for three seconds lists do not know what was just made",
        "AWS promises nothing for lists; Describe by id is expected to know",
    ),
    quirk(
        "connect.newer-attribute",
        "ListInstanceAttributes answers an attribute that this model does not know",
        "AWS adds attributes before clients know them",
    ),
    quirk(
        "connect.numbers-hold-instance",
        "an instance cannot be deleted while phone numbers are claimed for it",
        "DeleteInstance does not mention them; its one fitting error is InvalidRequestException",
    ),
    quirk(
        "connect.origins-normalised",
        "approved origins are kept in lower case and without a default port",
        "neither this nor keeping them as written is documented",
    ),
    quirk(
        "connect.search-lags",
        "Search operations run some seconds behind",
        "they read from an index; how far it lags is not documented",
    ),
    quirk(
        "connect.user-both-forms",
        "DescribeUser answers the new form of a setting that was written in the old one",
        "the model has both and does not say which are answered",
    ),
    quirk(
        "connect.user-phone-defaults",
        "members of PhoneConfig that were left out are answered with their defaults",
        "not documented",
    ),
    quirk(
        "iam.federated-principal-lags",
        "a SAML provider that was just made cannot be named in a trust policy yet",
        "IAM is eventually consistent; whether that shows here is not documented",
    ),
    quirk(
        "iam.federated-principal-may-be-missing",
        "a trust policy may name a SAML provider that does not exist",
        "documented for users and roles only",
    ),
    quirk(
        "iam.reads-lag",
        "for three seconds IAM's own reads do not know what was just made",
        "IAM is eventually consistent for its own reads too; how often that shows is not documented",
    ),
    quirk(
        "iam.update-role-drops-description",
        "UpdateRole without a description takes it away",
        "the documentation of the duration says that it is reset when left out; that of the description says nothing",
    ),
    quirk(
        "lists.unordered",
        "lists come in an arbitrary order",
        "no operation promises an order",
    ),
    quirk(
        "pages.empty",
        "the first page of a list is empty and carries a token",
        "AWS's guides say that a page may be empty and not the last",
    ),
    quirk(
        "s3.deleted-name-is-held",
        "the name of a deleted bucket cannot be taken again at once",
        "field reports of OperationAborted for up to an hour (aws-cli issue 2593)",
    ),
    quirk(
        "s3.uploads-hold-bucket",
        "a bucket with multipart uploads under way cannot be deleted",
        "documented for directory buckets only; field reports say both (ceph pull request 15630, cloud-custodian issue 545)",
    ),
    quirk(
        "sso.assignment-on-saml",
        "the API refuses assignments on SAML applications",
        "that it takes them is expected, but documented nowhere",
    ),
    quirk(
        "sso.missing-assignment-goes",
        "deleting an assignment that is not there succeeds",
        "DeleteApplicationAssignment declares ResourceNotFoundException and not what for",
    ),
    quirk(
        "sso.portal-options-on-saml",
        "the portal options of a SAML application cannot be changed by API",
        "not documented",
    ),
    quirk(
        "throttle.appstream-says-request-limit",
        "calls of AppStream that come too fast are refused with RequestLimitExceededException where it is declared",
        "the model declares it for EC2's rates on the account's behalf; what the account's own rate answers is not said",
    ),
    quirk(
        "throttle.connect-operations-share-a-rate",
        "Connect's two calls a second are for all unlisted operations together, not for each",
        "the page on API throttling says \"for all other operations\"",
    ),
    quirk(
        "throttle.connect-says-throttling",
        "calls of Connect that come too fast are refused with ThrottlingException where it is declared",
        "the model declares it, its gateway answers TooManyRequestsException",
    ),
    quirk(
        "throttle.identity-center-fails",
        "calls of IAM Identity Center that come too fast fail with InternalFailure",
        "a report says that its rate comes out as \"Internal Failure\" (aws-cdk issue 18750); the model declares \
         ThrottlingException",
    ),
];

/// How the coin of this name falls for a seed: always the same way, and for seed 0 always on the plain side
/// (`false`).
pub fn is_on(seed: u64, name: &str) -> bool {
    use sha2::{Digest, Sha256};
    if seed == 0 {
        return false;
    }
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(name.as_bytes());
    hash.finalize()[0] & 1 == 1
}

/// All of them as a page of documentation.
pub fn page() -> String {
    let mut out = String::from(
        "# What the simulator decides by a coin\n\n\
         Where no source says what AWS does, the simulator can do both. `--quirks SEED` decides every point below \
         at once; without it, or with 0, none of them happens. `headset sim quirks --quirks SEED` tells which \
         of them a seed turns over. This page is generated from `crates/simulator/src/quirk.rs`.\n\n\
         | name | what happens where the coin falls the other way | why nobody can tell |\n|---|---|---|\n",
    );
    for quirk in QUIRKS {
        out.push_str(&["| `", quirk.id, "` | ", quirk.flips, " | ", quirk.source, " |\n"].concat());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_none_comes_twice() {
        assert!(QUIRKS.windows(2).all(|pair| pair[0].id < pair[1].id));
    }

    #[test]
    fn every_coin_falls_both_ways_within_sixteen_seeds() {
        // The whole suite runs on sixteen seeds: a coin that never turned there would not be tested at all.
        for quirk in QUIRKS.iter().filter(|quirk| !quirk.id.ends_with('*')) {
            let fallen = (0..16).filter(|seed| is_on(*seed, quirk.id)).count();
            assert!((1..16).contains(&fallen), "{}: {fallen}", quirk.id);
        }
        assert!(!QUIRKS.iter().any(|quirk| is_on(0, quirk.id)));
    }
}
