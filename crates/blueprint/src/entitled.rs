//! Whether the entitlements of stacks fit what sign-ins bring, and the applications that there are.

use std::collections::BTreeSet;

use super::model::{
    Applications, AppstreamSection, At, DesktopSignIn, Entitlement, Fleet, ImageOrigin, Source, Stack, View,
};
use headset_core::diagnostic::Diagnostic;
use headset_core::nearest::nearest;

/// All findings about entitlements.
pub(super) fn entitlements(
    appstream: &AppstreamSection,
    sign_in: Option<&DesktopSignIn>,
    findings: &mut Vec<Diagnostic>,
) {
    for (key, source) in &appstream.stacks {
        let Source::Ours(stack) = source else { continue };
        // Who signs in to a stack in another way brings what is known elsewhere.
        let sign_in = sign_in.filter(|sign_in| sign_in.stacks.contains_key(key));
        let fleet = fleet(appstream, stack);
        let known = fleet.and_then(|fleet| applications(appstream, fleet));
        for (name, entitlement) in &stack.entitlements {
            if let Some(sign_in) = sign_in {
                passed_on(key, entitlement, sign_in, findings);
            }
            if let (Applications::These(these), Some(known)) = (&entitlement.applications, &known) {
                registered(these, known, findings);
            }
            if fleet.is_some_and(|fleet| fleet.view == View::Desktop) {
                findings.push(
                    Diagnostic::warning(
                        "entitlement-of-desktop",
                        format!("the entitlement `{name}` keeps nothing from users: the fleet of the stack `{key}` shows whole desktops"),
                    )
                    .at(entitlement.place.clone())
                    .help("Write `view: app` at the fleet, or delete the entitlement: AppStream has none for desktops."),
                );
            }
        }
    }
}

/// An attribute that no sign-in brings lets no user through.
fn passed_on(key: &str, entitlement: &Entitlement, sign_in: &DesktopSignIn, findings: &mut Vec<Diagnostic>) {
    let passed: BTreeSet<&str> = sign_in.attributes.named().map(|(tag, _)| tag).collect();
    for (tag, attribute, values) in entitlement.attributes.named() {
        let Some(first) = values.first().filter(|_| !passed.contains(tag)) else {
            continue;
        };
        findings.push(
            Diagnostic::warning(
                "entitlement-without-attribute",
                format!(
                    "the sign-in to the stack `{key}` brings no `{attribute}`, so that this lets no user through"
                ),
            )
            .at(first.place.clone())
            .help(format!(
                "Write `sign_in.appstream.attributes: {{ {attribute}: ... }}` with what the identity provider calls it."
            )),
        );
    }
}

/// An application that the image does not have is seen by no user.
// Assumption: `appstream.entitled-application` — an application of an image is entitled by the name that the image has it under.
fn registered(these: &[At<String>], known: &BTreeSet<&str>, findings: &mut Vec<Diagnostic>) {
    for one in these.iter().filter(|one| !known.contains(one.value.as_str())) {
        let near = nearest(&one.value, known.iter().copied());
        let near = near.map_or_else(String::new, |near| format!("Did you mean `{near}`? "));
        let all: Vec<&str> = known.iter().copied().collect();
        findings.push(
            Diagnostic::warning(
                "unknown-application",
                format!("the image of this stack has no application `{}`", one.value),
            )
            .at(one.place.clone())
            .help(format!("{near}It has {}.", all.join(", ")))
            .note("assumption appstream.entitled-application: an image's application is entitled by its name in the image"),
        );
    }
}

/// The fleet of a stack, if it is made here.
fn fleet<'a>(appstream: &'a AppstreamSection, stack: &Stack) -> Option<&'a Fleet> {
    match appstream.fleets.get(&stack.fleet.value)? {
        Source::Ours(fleet) => Some(fleet),
        Source::Existing(_) => None,
    }
}

/// The names of the applications of a fleet's image, if the blueprint says them.
fn applications<'a>(appstream: &'a AppstreamSection, fleet: &Fleet) -> Option<BTreeSet<&'a str>> {
    let mut image = &fleet.image.value;
    // An update of an update is a mistake, and so is one of itself: two steps are all that there are.
    for _ in 0..2 {
        let Source::Ours(one) = appstream.images.get(image)? else {
            return None;
        };
        let apps = match &one.origin {
            ImageOrigin::Built(build) => &build.apps,
            ImageOrigin::Imported(imported) => &imported.apps,
            ImageOrigin::Updated(update) => {
                image = &update.image.value;
                continue;
            }
            ImageOrigin::Newest(_) | ImageOrigin::Copied(_) | ImageOrigin::Shared(_) => return None,
        };
        return Some(apps.keys().map(String::as_str).collect());
    }
    None
}
