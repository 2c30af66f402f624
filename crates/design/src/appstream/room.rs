//! Whether the fleets have room for the agents, and whether their machines are large enough for work.

use crate::draft::DesignDraft;
use headset_blueprint::model::{AppstreamSection, Capacity, ConnectUser, Fleet, Source};
use headset_core::diagnostic::Diagnostic;

/// One virtual CPU and 2 GB: a browser with the panel leaves nothing for another program.
const SMALLEST: &str = "stream.standard.small";

/// Warns of fleets that are too small for those who are to work with them.
pub(super) fn check(draft: &mut DesignDraft<'_>, section: &AppstreamSection) {
    let fleets: Vec<&Fleet> = section
        .fleets
        .values()
        .filter_map(|fleet| match fleet {
            Source::Ours(fleet) => Some(fleet),
            Source::Existing(_) => None,
        })
        .collect();
    if draft.blueprint.lifetime.is_none() {
        for fleet in fleets.iter().filter(|fleet| fleet.instance.value == SMALLEST) {
            draft.complain(
                Diagnostic::warning(
                    "small-instance",
                    format!("{SMALLEST} has one virtual CPU and 2 GB, too little for a day of calls"),
                )
                .at(fleet.instance.place.clone())
                .help("take stream.standard.medium or larger; with `lifetime`, in an environment for tests, this is no warning"),
            );
        }
    }
    // Who only administers works in the console, and needs no desktop.
    let is_agent = |user: &&ConnectUser| user.security.iter().any(|profile| profile.value != "Admin");
    let users = draft
        .blueprint
        .connect
        .iter()
        .flat_map(|connect| connect.users.values());
    let agents = users.filter(is_agent).count();
    let room: u64 = fleets.iter().map(|fleet| largest(&fleet.capacity)).sum();
    // How much room a fleet has that is only linked to, its own blueprint says.
    let all_are_ours = fleets.len() == section.fleets.len();
    if let Some(first) = fleets.first()
        && all_are_ours
        && room < agents as u64
    {
        draft.complain(
            Diagnostic::warning(
                "too-few-desktops",
                format!("the fleets have room for {room} at once, and the blueprint names {agents} agents"),
            )
            .at(first.entry.place.clone())
            .help("raise `capacity`, or its `max`; agents beyond it wait until a session ends"),
        );
    }
}

/// The most sessions of a fleet at any time.
fn largest(capacity: &Capacity) -> u64 {
    match capacity {
        Capacity::Fixed(number) => *number,
        Capacity::Scaled(scaling) => {
            let shifts = scaling.schedule.values().filter_map(|shift| shift.max);
            shifts.chain([scaling.max]).max().unwrap_or_default()
        }
    }
}
