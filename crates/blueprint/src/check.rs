//! What only shows when the whole blueprint is read: derived names, sections that fit each other.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::duration::duration_text;
use super::entitled::entitlements;
use super::limits;
use super::model::{
    AccessEndpoints, AppstreamSection, At, Capacity, ConnectIdentity, ConnectSection, Draft, ImageOrigin,
    Internet, SignInSection, Source, Transport, Updated, UserName,
};
use super::reader::Outline;
use super::requires;
use super::schedule::{Schedule, zone};
use headset_core::diagnostic::{Diagnostic, Place};

/// All findings about the draft; what is missing in it has been reported. `faultless` says that nothing has.
pub(super) fn check(
    draft: &Draft,
    outline: &Outline,
    start: &Place,
    faultless: bool,
    now: Option<Timestamp>,
) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    if let Some(wanted) = &draft.requires {
        // What a file says is compared before it is read; this is from a variable, or set on the command line.
        findings.extend(requires::unmet(&wanted.value, &wanted.place));
    }
    if let Some(name) = &draft.name {
        bucket_name(draft, name, &mut findings);
        if let Some(appstream) = &draft.appstream {
            image_names(appstream, name, &mut findings);
        }
        let sections = [
            outline.connect,
            outline.appstream,
            outline.ccp,
            outline.sign_in,
            outline.bootstrap,
        ];
        if faultless && sections == [false; 5] {
            findings.push(
                Diagnostic::warning("nothing-to-do", "this blueprint declares nothing")
                    .at(start.clone())
                    .help("Add a section: `connect`, `sign_in`, `ccp` or `appstream`; or `bootstrap`, for what a team needs once in an account."),
            );
        }
    }
    if let Some(sign_in) = &draft.sign_in {
        role_name(sign_in.role.name.as_ref(), &mut findings);
        arns_once(sign_in, &mut findings);
        if let Some(desktop) = &sign_in.appstream {
            role_name(desktop.role.name.as_ref(), &mut findings);
        }
        if let Some(connect) = &draft.connect {
            sign_in_fits(sign_in, connect, &mut findings);
        }
    }
    if !outline.sign_in
        && let Some(connect) = &draft.connect
    {
        unreachable_users(connect, &mut findings);
    }
    if let Some(appstream) = &draft.appstream {
        capacity(appstream, &mut findings);
        updated(appstream, &mut findings);
        unused(appstream, outline, &mut findings);
        streaming(appstream, &mut findings);
        managed_endpoints(appstream, &mut findings);
        kept_sign_in(appstream, &mut findings);
        let desktops = draft
            .sign_in
            .as_ref()
            .and_then(|sign_in| sign_in.appstream.as_ref());
        entitlements(appstream, desktops, &mut findings);
        if outline.ccp {
            idle(appstream, &mut findings);
        }
        if let Some(now) = now {
            over(appstream, now, &mut findings);
        }
    }
    tag_room(draft, &mut findings);
    findings
}

/// Interface endpoints let TCP through alone (developer guide, "Creating and Streaming from Interface VPC Endpoints": 443
/// and 1400 to 1499), and the console says so of UDP.
fn streaming(appstream: &AppstreamSection, findings: &mut Vec<Diagnostic>) {
    for stack in appstream.stacks.values().filter_map(ours) {
        if let (Some(Transport::Udp), Some(place)) = (stack.streaming, stack.access_endpoints.place()) {
            findings.push(
                Diagnostic::warning(
                    "udp-with-endpoints",
                    "`streaming: udp` has no effect with `access_endpoints`: AppStream has no UDP through VPC endpoints",
                )
                .at(place.clone())
                .help("Sessions stream over TCP. Write `streaming: tcp`, or delete one of the two keys."),
            );
        }
    }
}

/// A stack streams through the endpoint for streaming, where Headset makes one.
fn managed_endpoints(appstream: &AppstreamSection, findings: &mut Vec<Diagnostic>) {
    for stack in appstream.stacks.values().filter_map(ours) {
        let AccessEndpoints::Managed { place } = &stack.access_endpoints else {
            continue;
        };
        let streaming = appstream
            .endpoints
            .as_ref()
            .and_then(|both| both.streaming.as_ref());
        if streaming.is_none() {
            findings.push(
                Diagnostic::error(
                    "missing-key",
                    "the stack streams through a managed endpoint, and `appstream.endpoints` has none for streaming",
                )
                .at(place.clone())
                .help("Add `endpoints: { streaming: { from: [10.0.0.0/8] } }` to `appstream`, with the networks of the agents."),
            );
        }
    }
}

/// Only the connectors to clouds have a sign-in (model: CreateStack, `StorageConnectorAuthentication`).
fn kept_sign_in(appstream: &AppstreamSection, findings: &mut Vec<Diagnostic>) {
    for storage in appstream
        .stacks
        .values()
        .filter_map(ours)
        .map(|stack| &stack.storage)
    {
        let in_cloud = storage.google_drive.is_some() || storage.one_drive.is_some();
        if let (Some(place), false) = (&storage.keep_sign_in, in_cloud) {
            findings.push(
                Diagnostic::warning(
                    "no-sign-in-to-keep",
                    "`keep_sign_in` has no effect without `google_drive` or `one_drive`: home folders have no sign-in",
                )
                .at(place.clone())
                .help("Delete `keep_sign_in`, or name a drive."),
            );
        }
    }
}

/// Of agents who talk and listen, AppStream sees nothing.
fn idle(appstream: &AppstreamSection, findings: &mut Vec<Diagnostic>) {
    for fleet in appstream.fleets.values().filter_map(ours) {
        if !fleet.timeouts.idle.value.is_zero() {
            findings.push(
                Diagnostic::warning(
                    "idle-in-calls",
                    format!(
                        "agents are disconnected in the middle of a call that takes longer than {} without keyboard and mouse",
                        duration_text(fleet.timeouts.idle.value.as_secs())
                    ),
                )
                .at(fleet.timeouts.idle.place.clone())
                .help("AppStream counts neither sound nor what the screen shows as activity. Write `idle: 0`; `timeouts.session` ends forgotten sessions all the same."),
            );
        }
    }
}

/// Shifts that never begin any more.
fn over(appstream: &AppstreamSection, now: Timestamp, findings: &mut Vec<Diagnostic>) {
    for fleet in appstream.fleets.values().filter_map(ours) {
        let Capacity::Scaled(scaling) = &fleet.capacity else {
            continue;
        };
        for (name, shift) in &scaling.schedule {
            let zone = match &shift.time_zone {
                Some(name) => zone::named(&name.value).ok(),
                None => Some(TimeZone::UTC),
            };
            let schedule = Schedule::read(&shift.at.value).ok();
            if let (Some(schedule), Some(zone)) = (schedule, zone)
                && schedule.is_over(now, &zone)
            {
                findings.push(
                    Diagnostic::warning(
                        "schedule-over",
                        format!("`{}` is past: the shift `{name}` will never begin", shift.at.value),
                    )
                    .at(shift.at.place.clone())
                    .help("Give it a time in the future, or delete the shift. What it has set stays until another \
                        shift changes it."),
                );
            }
        }
    }
}

/// The name of the pages' bucket begins with the blueprint's. Its length is seen to where names are made.
fn bucket_name(draft: &Draft, name: &At<String>, findings: &mut Vec<Diagnostic>) {
    if draft.ccp.as_ref().is_none_or(|ccp| ccp.bucket.is_some()) {
        return;
    }
    let reserved = limits::RESERVED_BUCKET_PREFIXES
        .iter()
        .find(|prefix| name.value.starts_with(*prefix));
    if let Some(reserved) = reserved {
        findings.push(
            Diagnostic::error(
                "derived-name",
                format!(
                    "names of buckets cannot begin with `{reserved}`, and that of the pages begins with `{}`",
                    name.value
                ),
            )
            .at(name.place.clone())
            .help("Set `ccp.bucket`, or choose another `name`."),
        );
    }
}

/// Names of images begin with the blueprint's. Their length is seen to where names are made.
fn image_names(appstream: &AppstreamSection, name: &At<String>, findings: &mut Vec<Diagnostic>) {
    let reserved = limits::RESERVED_IMAGE_PREFIXES
        .iter()
        .find(|prefix| name.value.starts_with(*prefix));
    let image = appstream
        .images
        .values()
        .filter_map(ours)
        .find(|image| image.entry.name.is_none() && is_made(&image.origin));
    for image in appstream.images.values().filter_map(ours) {
        if let Some(name) = &image.entry.name
            && let Some(reserved) = limits::RESERVED_IMAGE_PREFIXES
                .iter()
                .find(|prefix| name.value.to_lowercase().starts_with(*prefix))
        {
            findings.push(
                Diagnostic::error(
                    "bad-value",
                    format!("names of images cannot begin with `{reserved}`"),
                )
                .at(name.place.clone())
                .help("AWS keeps them for its own. Choose another `name`."),
            );
        }
    }
    if let (Some(reserved), Some(image)) = (reserved, image) {
        findings.push(
            Diagnostic::error(
                "derived-name",
                format!("names of images cannot begin with `{reserved}`, and those of this blueprint begin with `{}`", name.value),
            )
            .at(name.place.clone())
            .help("Choose another `name`.")
            .note(format!("an image is declared at {}", image.entry.place)),
        );
    }
}

/// Whether the image is made by Headset, and not only read.
fn is_made(origin: &ImageOrigin) -> bool {
    matches!(
        origin,
        ImageOrigin::Built(_) | ImageOrigin::Copied(_) | ImageOrigin::Imported(_) | ImageOrigin::Updated(_)
    )
}

fn ours<T>(source: &Source<T>) -> Option<&T> {
    match source {
        Source::Ours(ours) => Some(ours),
        Source::Existing(_) => None,
    }
}

/// The provider's name is the role's with `-idp`; providers may have 128 characters, so that only the role's own
/// limit counts, and the reader has checked that. STS takes 2048 characters for each of the two ARNs in an assertion,
/// which paths and names within their limits never reach. IAM Identity Center owns the names of the roles that it
/// makes.
fn role_name(name: Option<&At<String>>, findings: &mut Vec<Diagnostic>) {
    if let Some(name) = name
        && name.value.to_lowercase().starts_with("awsreservedsso")
    {
        findings.push(
            Diagnostic::error(
                "bad-value",
                "role names that begin with `AWSReservedSSO` are IAM Identity Center's own",
            )
            .at(name.place.clone())
            .help("Choose another name."),
        );
    }
}

/// Each application has an ARN of its own: one ARN given to two of them leads both to one and the same application.
fn arns_once(sign_in: &SignInSection, findings: &mut Vec<Diagnostic>) {
    let desktops = sign_in
        .appstream
        .iter()
        .flat_map(|desktop| desktop.stacks.values());
    let applications = std::iter::once(&sign_in.idp.application).chain(desktops);
    let mut first: BTreeMap<&str, &Place> = BTreeMap::new();
    for arn in applications.filter_map(|application| application.application_arn.as_ref()) {
        let Some(before) = first.get(arn.value.trim()) else {
            first.insert(arn.value.trim(), &arn.place);
            continue;
        };
        findings.push(
            Diagnostic::error(
                "application-twice",
                format!("two applications have the ARN `{}`", arn.value.trim()),
            )
            .at(arn.place.clone())
            .help(
                "Each leads to a place of its own: write the ARN of the other application here, or delete the line.",
            )
            .note(format!("the first one is at {before}")),
        );
    }
}

fn sign_in_fits(sign_in: &SignInSection, connect: &ConnectSection, findings: &mut Vec<Diagnostic>) {
    if connect.identity == ConnectIdentity::ConnectManaged {
        findings.push(
            Diagnostic::error("conflict", "`sign_in` needs a Connect instance with `identity: saml`")
                .at(sign_in.place.clone())
                .help("Write `identity: saml` in `connect`, or delete `sign_in`. An instance cannot change from one to the other later.")
                .note(format!("`connect` is at {}", connect.entry.place)),
        );
    }
    if sign_in.user_name == UserName::Email {
        for (name, user) in &connect.users {
            if !limits::EMAIL.accepts(name) {
                findings.push(
                    Diagnostic::warning(
                        "unreachable-user",
                        format!(
                            "`{name}` can never sign in: `sign_in.user_name` \
                        is `email`"
                        ),
                    )
                    .at(user.entry.place.clone())
                    .help(
                        "Name the user by the e-mail address in the directory, or set `sign_in.user_name: \
                            user_name`.",
                    ),
                );
            }
        }
    }
}

fn unreachable_users(connect: &ConnectSection, findings: &mut Vec<Diagnostic>) {
    let made_here = connect.existing.is_none();
    if connect.identity == ConnectIdentity::Saml && made_here && !connect.users.is_empty() {
        findings.push(
            Diagnostic::warning(
                "unreachable-user",
                "no user can sign in: `identity: saml` needs an identity \
                provider, and there is no `sign_in` section",
            )
            .at(connect.entry.place.clone())
            .help("Add `sign_in: { idp: { identity_center: { application: ..., groups: [...] } } }`."),
        );
    }
}

/// AppStream's own internet access serves so many instances; where sessions share them, `capacity` counts sessions.
fn capacity(appstream: &AppstreamSection, findings: &mut Vec<Diagnostic>) {
    for fleet in appstream.fleets.values().filter_map(ours) {
        let network = fleet.network.as_ref().unwrap_or(&appstream.network);
        if network.internet != Internet::Default {
            continue;
        }
        let most = match &fleet.capacity {
            Capacity::Fixed(number) => *number,
            Capacity::Scaled(scaling) => scaling
                .schedule
                .values()
                .filter_map(|shift| shift.max)
                .fold(scaling.max, u64::max),
        };
        let shared_by = fleet.sessions_per_instance.as_ref().map_or(1, |at| at.value);
        let most = most.div_ceil(shared_by.max(1));
        if most > limits::DEFAULT_INTERNET_CAPACITY {
            findings.push(
                Diagnostic::error(
                    "bad-value",
                    format!("a fleet of {most} instances cannot use `internet: default`"),
                )
                .at(fleet.entry.place.clone())
                .help(format!(
                    "AppStream's own internet access serves at most {} instances. Use `internet: nat`.",
                    limits::DEFAULT_INTERNET_CAPACITY
                )),
            );
        }
    }
}

/// The images that AWS makes out of others.
fn updates(appstream: &AppstreamSection) -> impl Iterator<Item = (&String, &Updated)> {
    let ours = appstream
        .images
        .iter()
        .filter_map(|(key, source)| Some((key, ours(source)?)));
    ours.filter_map(|(key, image)| match &image.origin {
        ImageOrigin::Updated(update) => Some((key, update)),
        _ => None,
    })
}

/// AWS updates images of the account, and what it made is updated by another day of the same entry.
fn updated(appstream: &AppstreamSection, findings: &mut Vec<Diagnostic>) {
    for (key, update) in updates(appstream) {
        let source = appstream.images.get(&update.image.value).and_then(ours);
        let why = match source.map(|image| &image.origin) {
            Some(ImageOrigin::Built(_) | ImageOrigin::Copied(_) | ImageOrigin::Imported(_)) => continue,
            Some(ImageOrigin::Updated(_)) => "is an update itself",
            Some(ImageOrigin::Newest(_) | ImageOrigin::Shared(_)) => "is not of this account",
            // A key that is not there is said elsewhere.
            None if !appstream.images.contains_key(&update.image.value) => continue,
            None => "is only linked to",
        };
        findings.push(
            Diagnostic::error(
                "bad-value",
                format!(
                    "image `{key}` cannot be an update of `{}`, which {why}",
                    update.image.value
                ),
            )
            .at(update.image.place.clone())
            .help("Name an image that is built, imported or copied here."),
        );
    }
}

fn unused(appstream: &AppstreamSection, outline: &Outline, findings: &mut Vec<Diagnostic>) {
    // With a mistake in any fleet or stack, or in its reference, what was meant is not known.
    let known = |reference: &At<String>, declared: &[String]| declared.contains(&reference.value);
    let images_known = appstream
        .fleets
        .values()
        .filter_map(ours)
        .all(|fleet| known(&fleet.image, &outline.images));
    let fleets_known = appstream
        .stacks
        .values()
        .filter_map(ours)
        .all(|stack| known(&stack.fleet, &outline.fleets));
    if images_known && appstream.fleets.len() == outline.fleets.len() {
        let used: Vec<&str> = appstream
            .fleets
            .values()
            .filter_map(ours)
            .map(|fleet| fleet.image.value.as_str())
            .chain(updates(appstream).map(|(_, update)| update.image.value.as_str()))
            .collect();
        for (key, image) in appstream
            .images
            .iter()
            .filter_map(|(key, source)| Some((key, ours(source)?)))
        {
            if !used.contains(&key.as_str()) && is_made(&image.origin) {
                findings.push(unused_entry("image", key, "fleet", &image.entry.place));
            }
        }
    }
    if fleets_known && appstream.stacks.len() == outline.stacks.len() {
        let used: Vec<&str> = appstream
            .stacks
            .values()
            .filter_map(ours)
            .map(|stack| stack.fleet.value.as_str())
            .collect();
        for (key, fleet) in appstream
            .fleets
            .iter()
            .filter_map(|(key, source)| Some((key, ours(source)?)))
        {
            if !used.contains(&key.as_str()) {
                findings.push(unused_entry("fleet", key, "stack", &fleet.entry.place));
            }
        }
    }
}

fn unused_entry(kind: &str, key: &str, by: &str, place: &Place) -> Diagnostic {
    Diagnostic::warning("unused", format!("no {by} uses the {kind} `{key}`"))
        .at(place.clone())
        .help(format!(
            "Headset makes it anyway, and it costs money. Refer to it from a {by}, or delete it."
        ))
}

/// A resource carries the top-level tags and its own.
fn tag_room(draft: &Draft, findings: &mut Vec<Diagnostic>) {
    let mut tagged: Vec<(&Place, &std::collections::BTreeMap<String, String>)> = Vec::new();
    if let Some(connect) = &draft.connect {
        tagged.extend(connect.entries().map(|entry| (&entry.place, &entry.tags)));
    }
    if let Some(state) = draft
        .bootstrap
        .as_ref()
        .and_then(|bootstrap| bootstrap.state.as_ref())
    {
        tagged.push((&state.entry.place, &state.entry.tags));
    }
    if let Some(appstream) = &draft.appstream {
        tagged.extend(
            appstream
                .images
                .values()
                .filter_map(ours)
                .map(|image| (&image.entry.place, &image.entry.tags)),
        );
        tagged.extend(
            appstream
                .fleets
                .values()
                .filter_map(ours)
                .map(|fleet| (&fleet.entry.place, &fleet.entry.tags)),
        );
        tagged.extend(
            appstream
                .stacks
                .values()
                .filter_map(ours)
                .map(|stack| (&stack.entry.place, &stack.entry.tags)),
        );
    }
    for (place, tags) in tagged {
        let own = tags.keys().filter(|key| !draft.tags.contains_key(*key)).count();
        let total = own + draft.tags.len();
        if own > 0 && total > limits::MOST_TAGS && own <= limits::MOST_TAGS {
            findings.push(
                Diagnostic::error(
                    "bad-value",
                    format!(
                        "with the blueprint's own tags this has {total}; there is room for {}",
                        limits::MOST_TAGS
                    ),
                )
                .at(place.clone())
                .help("AWS allows 50 on a resource, and Headset sets four of its own."),
            );
        }
    }
}
