//! What a team needs once in an account: the bucket with its states, the boundary of roles, the roles of its pipelines.

use std::collections::{BTreeMap, BTreeSet};

use headset_blueprint::model::{
    Blueprint, BootstrapSection, CiCommand, CiProvider, CiRole, CiSection, StateSection,
};
use headset_core::diagnostic::{Diagnostic, has_errors};
use headset_core::tag;
use headset_kinds::iam::policy::{self, MOST_ATTACHED};
use headset_kinds::iam::{OidcProviderSpec, PolicySpec, RoleSpec, oidc_provider};
use headset_kinds::objects::Place as ObjectPlace;
use headset_kinds::regions::partition_of;
use headset_kinds::s3::bucket::{PublicAccessBlock, arn_of};
use headset_kinds::s3::{Encryption, Lifecycle, StateBucketSpec};
use headset_kinds::spec::Existing;
use headset_kinds::template::fill;
use headset_kinds::{Address, Text, names, output};
use serde_json::json;

use crate::context::{DesignContext, Given};
use crate::desired::Design;
use crate::draft::DesignDraft;
use crate::permissions::{self, Asked, Command, NamedPolicy, StatePlace};

const TLS_ONLY: &str = include_str!("../../../policies/s3/state.json");

/// What a blueprint asks for, with what is to be known about it.
pub(super) type Designed<'a> = dyn Fn(&Blueprint, &DesignContext) -> (Design, Vec<Diagnostic>) + 'a;

pub(super) fn declare(draft: &mut DesignDraft<'_>, section: &BootstrapSection, designed: &Designed<'_>) {
    let place = section.state.as_ref().map(|state| bucket(draft, state));
    if section.boundary {
        boundary(draft, section);
    }
    if let Some(ci) = &section.ci {
        pipelines(draft, section, ci, place.as_ref(), designed);
    }
}

/// Draws the bucket, and says where in it states are.
fn bucket(draft: &mut DesignDraft<'_>, section: &StateSection) -> StatePlace {
    let context = draft.context;
    let name = match &section.bucket {
        Some(name) => name.value.clone(),
        None => names::state_bucket(&draft.blueprint.name.value, &context.account, &context.region),
    };
    let kms_key = section.kms_key.as_ref().map(|key| key.value.as_str());
    let policy = fill(
        TLS_ONLY,
        &[("bucket_arn", arn_of(&context.partition, &name).into())],
    );
    let days = section.previous_versions.as_secs() / 86_400;
    let mut tags = draft.tags(&section.entry.tags);
    tags.insert(tag::HOLDS.to_owned(), tag::STATES.to_owned());
    let spec = StateBucketSpec {
        name: name.clone(),
        region: context.region.clone(),
        ownership: "BucketOwnerEnforced".to_owned(),
        public_access_block: PublicAccessBlock {
            block_public_acls: true,
            ignore_public_acls: true,
            block_public_policy: true,
            restrict_public_buckets: true,
        },
        encryption: Encryption::with(kms_key),
        versioning: "Enabled".to_owned(),
        lifecycle: Lifecycle {
            previous_versions_days: i32::try_from(days).unwrap_or(i32::MAX),
        },
        policy,
        tags,
    };
    draft.entry("state", &spec, &section.entry);
    let place = StatePlace {
        bucket: name,
        prefix: format!("{}/", section.prefix),
        region: context.region.clone(),
        kms_key: kms_key.map(str::to_owned),
    };
    draft.output("state", address(&place).as_str().into());
    place
}

/// A place as `state` of a blueprint says it.
fn address(place: &StatePlace) -> String {
    let key = place.kms_key.iter().map(|key| format!("&kms_key={key}"));
    format!(
        "s3://{}/{}?region={}{}",
        place.bucket,
        place.prefix.trim_end_matches('/'),
        place.region,
        key.collect::<String>()
    )
}

/// The policy that bounds the roles of other blueprints. It is the same for all of an account.
fn boundary(draft: &mut DesignDraft<'_>, section: &BootstrapSection) {
    let nothing = Design::default();
    let asked = Asked {
        environment: &draft.blueprint.name.value,
        design: &nothing,
        context: draft.context,
        identity: &draft.blueprint.aws.identity(),
        state: None,
    };
    // It depends on account and partition alone.
    for policy in permissions::policies(Command::Boundary, &asked).unwrap_or_default() {
        let about = "Bounds the roles that Headset makes in this account";
        let address = managed(draft, section, "boundary", &policy, about);
        draft.output("permissions_boundary", Text::after(&address, output::ARN));
    }
}

/// A policy of the account's own. Returns its address.
fn managed(
    draft: &mut DesignDraft<'_>,
    section: &BootstrapSection,
    key: &str,
    policy: &NamedPolicy,
    about: &str,
) -> Address {
    let spec = PolicySpec {
        name: policy.name.clone(),
        path: "/".to_owned(),
        description: about.to_owned(),
        document: policy.document.text().as_str().into(),
        tags: draft.tags(&BTreeMap::new()),
    };
    draft.managed(key, &spec, section.protect, &section.place)
}

fn pipelines(
    draft: &mut DesignDraft<'_>,
    section: &BootstrapSection,
    ci: &CiSection,
    place: Option<&StatePlace>,
    designed: &Designed<'_>,
) {
    let provider = draw_provider(draft, section, ci);
    let mut drawn: BTreeMap<String, NamedPolicy> = BTreeMap::new();
    for (key, role) in &ci.roles {
        let mut wanted: BTreeMap<String, NamedPolicy> = BTreeMap::new();
        for policy in policies(draft, role, place, designed) {
            match drawn.get(&policy.name) {
                Some(other) if *other != policy => draft.complain(
                    Diagnostic::error(
                        "similar-environments",
                        format!("two blueprints need a policy `{}`, and not the same one", policy.name),
                    )
                    .at(role.place.clone())
                    .help("environments of one name, in two regions say, need a blueprint with `bootstrap` each"),
                ),
                _ => {
                    drawn.insert(policy.name.clone(), policy.clone());
                    wanted.insert(policy.name.clone(), policy);
                }
            }
        }
        if wanted.len() > MOST_ATTACHED {
            draft.complain(
                Diagnostic::error(
                    "too-many-policies",
                    format!(
                        "the role `{key}` would carry {} policies, and IAM attaches {MOST_ATTACHED} to a role",
                        wanted.len()
                    ),
                )
                .at(role.place.clone())
                .help("give it fewer `environments`, or fewer commands to `run`, and make another role for the rest"),
            );
        }
        warn_of_wide_subjects(draft, key, role);
        draw_role(
            draft,
            section,
            ci,
            (key, role),
            &provider,
            wanted.into_values().collect(),
        );
    }
    for policy in drawn.values() {
        managed(
            draft,
            section,
            &policy.name,
            policy,
            "What pipelines may do, by Headset",
        );
    }
}

/// The provider, made here or only linked to. Returns its address.
fn draw_provider(draft: &mut DesignDraft<'_>, section: &BootstrapSection, ci: &CiSection) -> Address {
    let host = ci.provider.host();
    if let CiProvider::Existing(existing) = &ci.provider {
        let address = Address::new(OidcProviderSpec::KIND, host);
        let arn = existing.existing.value.clone();
        draft.existing(&address, &Existing::Arn { arn }, &existing.existing.place);
        return address;
    }
    let thumbprints: BTreeSet<String> = ci
        .thumbprints
        .iter()
        .map(|thumbprint| thumbprint.value.to_lowercase())
        .collect();
    let spec = OidcProviderSpec {
        url: ci.provider.url().to_owned(),
        client_ids: [ci.audience().to_owned()].into(),
        thumbprints: (!thumbprints.is_empty()).then_some(thumbprints),
        tags: draft.tags(&BTreeMap::new()),
    };
    draft.managed(host, &spec, section.protect, &ci.place)
}

/// The policies for everything that a role runs, on everything that it runs it on.
fn policies(
    draft: &mut DesignDraft<'_>,
    role: &CiRole,
    place: Option<&StatePlace>,
    designed: &Designed<'_>,
) -> Vec<NamedPolicy> {
    let mut policies = Vec::new();
    for file in &role.environments {
        let Some(blueprint) = draft.blueprint.environments.get(&file.value) else {
            continue;
        };
        let context = context_of(draft.context, blueprint);
        if let Some(other) = blueprint
            .aws
            .account
            .as_ref()
            .filter(|own| own.value != context.account)
        {
            draft.complain(
                Diagnostic::error(
                    "other-account",
                    format!(
                        "`{}` is for account {}, and this blueprint for account {}",
                        file.value, other.value, context.account
                    ),
                )
                .at(file.place.clone())
                .help("each account has a blueprint with `bootstrap` of its own"),
            );
            continue;
        }
        let (design, found) = designed(blueprint, &context);
        if has_errors(&found) {
            found.into_iter().for_each(|finding| draft.complain(finding));
            continue;
        }
        let said = blueprint
            .state
            .as_ref()
            .and_then(|state| ObjectPlace::parse(&state.value).ok());
        let own = said.map(|said| StatePlace {
            region: said.region.unwrap_or_else(|| context.region.clone()),
            bucket: said.bucket,
            prefix: said.prefix,
            kms_key: said.kms_key,
        });
        let state = own.as_ref().or(place);
        if state.is_none() {
            draft.complain(
                Diagnostic::warning(
                    "state-on-a-machine",
                    format!("`{}` keeps state on the machine that runs, and a pipeline has another one each time", file.value),
                )
                .at(file.place.clone())
                .help("write `state: s3://BUCKET/PREFIX` there, or let this blueprint make the bucket with `bootstrap.state`"),
            );
        }
        let asked = Asked {
            environment: &blueprint.name.value,
            design: &design,
            context: &context,
            identity: &blueprint.aws.identity(),
            state,
        };
        for command in commands(&role.run) {
            match permissions::policies(command, &asked) {
                // What is for a role in another account is made there.
                Ok(found) => policies.extend(found.into_iter().filter(|policy| policy.role.is_none())),
                Err(found) => found.into_iter().for_each(|finding| draft.complain(finding)),
            }
        }
    }
    policies
}

/// Where a blueprint is, in the account of the one that names it.
fn context_of(here: &DesignContext, blueprint: &Blueprint) -> DesignContext {
    let region = blueprint.aws.region.as_ref();
    let regions = blueprint
        .aws
        .regions_by(region.map_or(&here.region, |region| &region.value));
    DesignContext {
        account: here.account.clone(),
        partition: partition_of(&regions.connect).to_owned(),
        region: regions.connect,
        appstream_region: regions.appstream,
        identity_center_region: regions.identity_center,
        // No permission depends on any of these.
        lineage: String::new(),
        expires: None,
        given: Given::sample(),
        library: here.library,
    }
}

/// The commands whose policies are needed: `plan` and `drift` look at the same, and so do the others before they act.
fn commands(run: &[CiCommand]) -> Vec<Command> {
    let run: BTreeSet<CiCommand> = run.iter().copied().collect();
    let looks_anyway = [CiCommand::Verify, CiCommand::Apply, CiCommand::Destroy]
        .iter()
        .any(|command| run.contains(command));
    let needed = run.iter().filter(|command| match command {
        CiCommand::Plan => !looks_anyway,
        CiCommand::Drift => !looks_anyway && !run.contains(&CiCommand::Plan),
        CiCommand::Verify | CiCommand::Apply | CiCommand::Destroy => true,
    });
    needed
        .map(|command| match command {
            CiCommand::Plan => Command::Plan,
            CiCommand::Drift => Command::Drift,
            CiCommand::Verify => Command::Verify,
            CiCommand::Apply => Command::Apply,
            CiCommand::Destroy => Command::Destroy,
        })
        .collect()
}

/// A role that changes things, for pipelines that everybody can start who may push a branch.
fn warn_of_wide_subjects(draft: &mut DesignDraft<'_>, key: &str, role: &CiRole) {
    let acts = role
        .run
        .iter()
        .any(|command| matches!(command, CiCommand::Apply | CiCommand::Destroy));
    let is_wide = |subject: &str| {
        let fixed = subject.split_once('*').map(|(fixed, _)| fixed);
        let any_branch = |fixed: &str| {
            fixed.matches(':').count() < 3 || fixed.ends_with("refs/heads/") || fixed.ends_with(":ref:")
        };
        fixed.is_some_and(any_branch) || subject.ends_with(":pull_request")
    };
    for subject in role
        .subjects
        .iter()
        .filter(|subject| acts && is_wide(&subject.value))
    {
        draft.complain(
            Diagnostic::warning(
                "wide-subject",
                format!(
                    "who may push any branch or open a pull request can have the role `{key}`, which changes things: `{}`",
                    subject.value
                ),
            )
            .at(subject.place.clone())
            .help("name the branch or the environment that is protected, such as `repo:example/platform:environment:production`"),
        );
    }
}

fn draw_role(
    draft: &mut DesignDraft<'_>,
    section: &BootstrapSection,
    ci: &CiSection,
    (key, role): (&str, &CiRole),
    provider: &Address,
    policies: Vec<NamedPolicy>,
) {
    let context = draft.context;
    let name = match &role.name {
        Some(name) => name.value.clone(),
        None => names::name(&[&draft.blueprint.name.value, "ci", key], names::ROLE),
    };
    let arns = policies
        .iter()
        .map(|policy| policy::arn_of(&context.partition, &context.account, "/", &policy.name));
    let arn = match &ci.provider {
        CiProvider::Existing(existing) => existing.existing.value.clone(),
        made => oidc_provider::arn_of(&context.partition, &context.account, made.url()),
    };
    let spec = RoleSpec {
        name,
        path: "/".to_owned(),
        description: format!("Pipelines of {}: {key}", draft.blueprint.name.value),
        trust: trust(ci, role, &arn).as_str().into(),
        policies: BTreeMap::new(),
        managed_policies: arns.collect(),
        max_session: role.session,
        permissions_boundary: role.permissions_boundary.as_ref().map(|arn| arn.value.clone()),
        tags: draft.tags(&BTreeMap::new()),
    };
    let address = draft.managed(format!("ci-{key}"), &spec, section.protect, &role.place);
    let mut after: Vec<Address> = policies
        .iter()
        .map(|policy| Address::new(PolicySpec::KIND, &policy.name))
        .collect();
    after.push(provider.clone());
    draft.after(&address, after);
    draft.output(&format!("ci_role_{key}"), Text::after(&address, output::ARN));
}

/// Who may take the role. Subjects that are whole are compared as they are; patterns stand in a statement of their own, since
/// conditions of one statement hold together.
fn trust(ci: &CiSection, role: &CiRole, provider: &str) -> String {
    let host = ci.provider.host();
    let subjects = role.subjects.iter().map(|subject| subject.value.as_str());
    let (patterns, whole): (BTreeSet<&str>, BTreeSet<&str>) =
        subjects.partition(|subject| subject.contains(['*', '?']));
    let audience = format!("{host}:aud");
    let subject = format!("{host}:sub");
    let statement = |sid: &str, condition: serde_json::Value| {
        json!({
            "Sid": sid,
            "Effect": "Allow",
            "Principal": { "Federated": provider },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": condition,
        })
    };
    let mut statements = Vec::new();
    if !whole.is_empty() {
        statements.push(statement(
            "Pipelines",
            json!({ "StringEquals": { &audience: [ci.audience()], &subject: whole } }),
        ));
    }
    if !patterns.is_empty() {
        statements.push(statement(
            "PipelinesByPattern",
            json!({ "StringEquals": { &audience: [ci.audience()] }, "StringLike": { &subject: patterns } }),
        ));
    }
    let document = json!({ "Version": "2012-10-17", "Statement": statements });
    serde_json::to_string_pretty(&document).expect("a document holds texts")
}
