//! `bootstrap`: what a team needs once in an account.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::at::At;
use crate::declare::{Choice as _, Value as _};
use crate::entry::{self, Entry};
use crate::limits;
use crate::node::{Value, beside};
use crate::reader::{Fields, Item, Reader};
use crate::table::Shape;
use headset_core::diagnostic::{Diagnostic, Place};
use headset_derive::{Choice, Section};
use headset_kinds as kinds;
use headset_kinds::iam::{oidc_provider, policy};

/// `bootstrap`: what a team needs once in an account.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct BootstrapSection {
    /// Where the section stands.
    #[key(place)]
    pub place: Place,
    /// The bucket in which the team keeps state: versioned, encrypted, closed to the public, over TLS only. Headset never
    /// empties it.
    #[key(example = "{ previous_versions: 90d }")]
    pub state: Option<StateSection>,
    /// Whether to make the policy `headset-boundary`, which bounds the roles that other blueprints make: they name it in
    /// `sign_in.role.permissions_boundary`.
    #[key(default = "true", example = "true", to(policy::PolicySpec::DOCUMENT))]
    pub boundary: bool,
    /// The roles of pipelines, and the provider that vouches for them.
    #[key(
        example = "{ provider: github, roles: { plan: { subjects: [\"repo:example/platform:pull_request\"], run: [plan], environments: [support.yaml] } } }"
    )]
    pub ci: Option<CiSection>,
    /// `protect` of everything but the bucket, which may have its own.
    #[key(from = entry::protect, keys(entry::PROTECT))]
    pub protect: bool,
}

/// `bootstrap.state`: the bucket.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(check = StateSection::named)]
pub struct StateSection {
    /// The bucket's name, unique in the world.
    #[key(
        pattern = limits::BUCKET,
        example = "acme-state",
        otherwise = "`{name}-state-{account}-{region}`",
        to(kinds::s3::StateBucketSpec::NAME)
    )]
    pub bucket: Option<At<String>>,
    /// What the keys of all states begin with.
    #[key(pattern = limits::STATE_PREFIX, default = "headset", example = "headset")]
    pub prefix: String,
    /// The key in KMS that encrypts states: an ARN, an id or `alias/NAME`. Its own policy has to let the team use it.
    #[key(
        pattern = limits::KMS_KEY,
        example = "alias/acme-state",
        otherwise = "S3's own keys",
        to(kinds::s3::StateBucketSpec::ENCRYPTION)
    )]
    pub kms_key: Option<At<String>>,
    /// How long earlier versions of a state are kept, in whole days.
    #[key(
        shape = Shape::Duration { range: limits::PREVIOUS_VERSIONS, also: None, step: 86_400 },
        default = "90d",
        example = "90d",
        to(kinds::s3::StateBucketSpec::LIFECYCLE)
    )]
    pub previous_versions: Duration,
    /// The entry; its name is the bucket's.
    #[key(
        from = entry::entry,
        keys(
            entry::PROTECT,
            entry::tags("Tags of the bucket, beside those of the blueprint.", &[kinds::s3::StateBucketSpec::TAGS]),
            entry::TIMEOUTS
        )
    )]
    pub entry: Entry,
}

impl StateSection {
    #[expect(clippy::unnecessary_wraps, reason = "it has the shape that the derive calls")]
    fn named(
        _: &mut Reader<'_>,
        _: &Item<'_>,
        _: &Fields<'_>,
        mut section: StateSection,
    ) -> Option<StateSection> {
        section.entry.name = section.bucket.clone();
        Some(section)
    }
}

/// `bootstrap.ci`: pipelines.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(
    check = CiSection::check,
    later(
        subjects = "Each role has its own: write `roles: { apply: { subjects: [...], run: [apply], environments: [...] } }`.",
        environments = "Each role has its own: write `roles: { apply: { subjects: [...], run: [apply], environments: [...] } }`.",
    )
)]
pub struct CiSection {
    /// Where the section stands.
    #[key(place)]
    pub place: Place,
    /// Who vouches for pipelines by OpenID Connect: `github` (GitHub Actions), `gitlab` (gitlab.com), or another one by its
    /// address. An account has one provider of an address: one that is there already is named by `existing`.
    #[key(
        shape = Shape::Either(&[
            Shape::Choice(&["github", "gitlab"]),
            Shape::Pattern(&limits::OIDC_URL),
            ExistingProvider::SHAPE,
        ]),
        read = provider,
        required,
        example = "github",
        to(oidc_provider::OidcProviderSpec::URL)
    )]
    pub provider: CiProvider,
    /// What tokens are made out to, as the pipeline asks for them (`aud`).
    #[key(
        pattern = limits::AUDIENCE,
        example = "sts.amazonaws.com",
        otherwise = "`sts.amazonaws.com` with `github`, else the provider's address",
        to(oidc_provider::OidcProviderSpec::CLIENT_IDS, kinds::iam::RoleSpec::TRUST)
    )]
    pub audience: Option<At<String>>,
    /// SHA-1 thumbprints of the certificate with which the provider's own was signed: only for a provider with authorities of
    /// its own.
    #[key(
        pattern = limits::THUMBPRINT,
        count = (0, 5),
        example = "[\"6938fd4d98bab03faadb97b34396831e3780aea1\"]",
        otherwise = "IAM looks for itself",
        to(oidc_provider::OidcProviderSpec::THUMBPRINTS)
    )]
    pub thumbprints: Vec<At<String>>,
    /// The roles by a name of your choice, such as one that plans for every pull request and one that applies what was
    /// merged.
    #[key(
        entries = "a role",
        names = limits::ENTRY_KEY,
        count = (1, 50),
        hint = "Write `roles: { apply: { subjects: [\"repo:example/platform:ref:refs/heads/main\"], run: [apply], environments: [support.yaml] } }`.",
        example = "{ plan: { subjects: [\"repo:example/platform:pull_request\"], run: [plan], environments: [support.yaml] } }",
        required
    )]
    pub roles: BTreeMap<String, CiRole>,
}

impl CiSection {
    fn check(
        reader: &mut Reader<'_>,
        item: &Item<'_>,
        _: &Fields<'_>,
        section: CiSection,
    ) -> Option<CiSection> {
        let of_another = matches!(section.provider, CiProvider::Existing(_));
        if of_another && let Some(first) = section.thumbprints.first() {
            reader.report(
                Diagnostic::error(
                    "conflict",
                    format!("`{}.thumbprints` does not go with `existing`", item.path),
                )
                .at(first.place.clone())
                .help("Headset links to an existing provider and never changes it. Delete `thumbprints`."),
            );
        }
        let mut good = true;
        for subject in section.roles.values().flat_map(|role| &role.subjects) {
            good &= check_subject(reader, &section.provider, subject);
        }
        good.then_some(section)
    }

    /// What tokens are made out to.
    pub fn audience(&self) -> &str {
        match (&self.audience, &self.provider) {
            (Some(audience), _) => &audience.value,
            (None, CiProvider::GitHub) => "sts.amazonaws.com",
            (None, provider) => provider.url(),
        }
    }
}

/// Who vouches for pipelines.
#[derive(Clone, Debug, PartialEq)]
pub enum CiProvider {
    /// GitHub Actions.
    GitHub,
    /// gitlab.com.
    GitLab,
    /// Another one, by its address.
    Url(String),
    /// One that is there already, which Headset only links to.
    Existing(ExistingProvider),
}

/// `provider: { existing: ARN }`.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct ExistingProvider {
    /// The ARN of a provider that is there already: Headset links to it, and never changes or deletes it.
    #[key(
        pattern = limits::OIDC_ARN,
        example = "\"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com\""
    )]
    pub existing: At<String>,
    /// Its address, by what the ARN says.
    #[key(from = no_address)]
    address: String,
}

#[expect(clippy::unnecessary_wraps, reason = "it has the shape that the derive calls")]
fn no_address(_: &mut Reader<'_>, _: &Item<'_>, _: &Fields<'_>) -> Option<String> {
    Some(String::new())
}

/// The address of GitHub's provider.
const GITHUB: &str = "https://token.actions.githubusercontent.com";
/// The address of GitLab's provider.
const GITLAB: &str = "https://gitlab.com";

impl CiProvider {
    /// Its address.
    pub fn url(&self) -> &str {
        match self {
            CiProvider::GitHub => GITHUB,
            CiProvider::GitLab => GITLAB,
            CiProvider::Url(url) => url,
            CiProvider::Existing(existing) => &existing.address,
        }
    }

    /// How IAM calls it, and how conditions call what its tokens say.
    pub fn host(&self) -> &str {
        oidc_provider::host_of(self.url())
    }
}

/// A word, an address, or a link.
fn provider(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<CiProvider> {
    if item.is_map() {
        let mut existing = ExistingProvider::read(reader, item)?;
        let host = oidc_provider::host_in(&existing.existing.value)?;
        existing.address = format!("https://{host}");
        return Some(CiProvider::Existing(existing));
    }
    match &item.node.value {
        Value::Text(text) if text == "github" => Some(CiProvider::GitHub),
        Value::Text(text) if text == "gitlab" => Some(CiProvider::GitLab),
        _ => {
            let url = reader.text(item)?.value;
            Some(CiProvider::Url(url.trim_end_matches('/').to_owned()))
        }
    }
}

/// An entry of `bootstrap.ci.roles`.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct CiRole {
    /// Where it stands.
    #[key(place)]
    pub place: Place,
    /// The role's name.
    #[key(
        pattern = limits::ROLE_NAME,
        example = "acme-ci-apply",
        otherwise = "the blueprint's `name`, `ci` and the entry's key",
        to(kinds::iam::RoleSpec::NAME)
    )]
    pub name: Option<At<String>>,
    /// The pipelines that may take the role, by what their tokens say of them (`sub`). `*` and `?` stand for anything, but
    /// not for whose repository it is.
    #[key(
        pattern = limits::SUBJECT,
        count = (1, 50),
        required,
        example = "[\"repo:example/platform:ref:refs/heads/main\"]",
        to(kinds::iam::RoleSpec::TRUST)
    )]
    pub subjects: Vec<At<String>>,
    /// The commands that they run. `apply` can do what `plan` can, and `destroy` deletes.
    #[key(
        shape = Shape::List { of: &COMMAND, count: (1, 5) },
        read = commands,
        required,
        example = "[plan, drift]",
        to(kinds::iam::RoleSpec::MANAGED_POLICIES, policy::PolicySpec::DOCUMENT)
    )]
    pub run: Vec<CiCommand>,
    /// The blueprints on which they run them, relative to the file that holds this key. What the role may do follows from
    /// what they say.
    #[key(
        text = limits::FILE_PATH,
        count = (1, 20),
        read = files,
        required,
        example = "[support.yaml]",
        to(policy::PolicySpec::DOCUMENT)
    )]
    pub environments: Vec<At<String>>,
    /// How long a pipeline has the role.
    #[key(
        duration = limits::ROLE_SESSION,
        default = "1h",
        example = "2h",
        to(kinds::iam::RoleSpec::MAX_SESSION)
    )]
    pub session: Duration,
    /// The ARN of a policy that bounds the role, for organisations where each role has one: it has to allow what the role
    /// runs.
    #[key(
        pattern = limits::POLICY_ARN,
        example = "\"arn:aws:iam::123456789012:policy/pipelines\"",
        to(kinds::iam::RoleSpec::PERMISSIONS_BOUNDARY)
    )]
    pub permissions_boundary: Option<At<String>>,
}

static COMMAND: Shape = Shape::Choice(CiCommand::WORDS);

/// A word of `bootstrap.ci.roles.*.run`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum CiCommand {
    /// Looks.
    Plan,
    /// Looks at the same.
    Drift,
    /// Looks at the same, and asks for the address of a session.
    Verify,
    /// Makes and changes.
    Apply,
    /// Deletes.
    Destroy,
}

fn commands(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Vec<CiCommand>> {
    let items = reader.list(item)?;
    let read: Vec<Option<CiCommand>> = items.iter().map(|item| CiCommand::read(reader, item)).collect();
    read.into_iter().collect()
}

/// The files as they are seen from here.
fn files(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Vec<At<String>>> {
    let files = reader.texts(item)?.into_iter();
    Some(
        files
            .map(|file| At {
                value: beside(&file.place, &file.value),
                place: file.place,
            })
            .collect(),
    )
}

/// Refuses a subject that leaves open whose pipelines it means: everybody can have some at the same provider.
fn check_subject(reader: &mut Reader<'_>, provider: &CiProvider, subject: &At<String>) -> bool {
    let fixed = subject.value.split(['*', '?']).next().unwrap_or_default();
    let is_whole = fixed.len() == subject.value.len();
    // What comes first names the sort of what follows: `repo:OWNER/...`, `project_path:GROUP/...`.
    let owner = fixed.split_once(':').map_or("", |(_, owner)| owner);
    let is_owned = match provider.url() {
        // Behind the owner's name there is a slash: `repo:exam*` would be those of `example` and of `examiner`, too.
        GITHUB | GITLAB => is_whole && !owner.is_empty() || owner.contains('/') && !owner.starts_with('/'),
        // A provider of one's own has no strangers, but a subject that is all of it says nothing.
        _ => !fixed.is_empty(),
    };
    if is_owned {
        return true;
    }
    let example = match provider.url() {
        GITLAB => "project_path:example/platform:ref_type:branch:ref:main",
        _ => "repo:example/platform:ref:refs/heads/main",
    };
    reader.report(
        Diagnostic::error(
            "open-subject",
            format!(
                "`{}` does not say whose pipelines may take the role",
                subject.value
            ),
        )
        .at(subject.place.clone())
        .help(format!(
            "Name owner and repository before any `*`: write `\"{example}\"`."
        )),
    );
    false
}

#[cfg(test)]
mod tests {
    use crate::{Sources, read};

    fn codes(subject: &str, provider: &str) -> Vec<&'static str> {
        let text = format!(
            "version: 1\nname: acme-ci\nbootstrap:\n  ci:\n    provider: {provider}\n    roles:\n      apply: {{ subjects: \
             [\"{subject}\"], run: [apply], environments: [center.yaml] }}\n"
        );
        let (_, findings) = read(&Sources::alone("bootstrap.yaml", &text));
        let codes = findings.iter().map(|finding| finding.code);
        codes.filter(|code| *code == "open-subject").collect()
    }

    #[test]
    fn a_subject_says_whose_pipelines_it_means() {
        let good = [
            ("repo:example/platform:ref:refs/heads/main", "github"),
            ("repo:example/platform:*", "github"),
            ("repo:example/*:environment:production", "github"),
            ("repo:example@123/platform@456:ref:refs/heads/main", "github"),
            ("repository_owner:example", "github"),
            ("project_path:example/platform:ref_type:branch:ref:main", "gitlab"),
            ("job:deploy-*", "https://ci.example.com"),
        ];
        for (subject, provider) in good {
            assert_eq!(codes(subject, provider), [""; 0], "{subject}");
        }
        let open = [
            ("*", "github"),
            ("repo:*", "github"),
            ("repo:exam*", "github"),
            ("repo:*/platform:ref:refs/heads/main", "github"),
            ("repo:?xample/platform", "github"),
            ("repo:/*", "github"),
            ("re*", "github"),
            ("project_path:*", "gitlab"),
            ("*:main", "https://ci.example.com"),
        ];
        for (subject, provider) in open {
            assert_eq!(codes(subject, provider), ["open-subject"], "{subject}");
        }
    }
}
