//! What scaling does to fleets, minute by minute.
//!
//! A target tracking policy has two alarms on the share of a fleet's capacity that is in use. The high one looks at
//! three minutes, the low one, at a tenth below the target, at fifteen (user guide, target tracking). Growth goes at
//! once to what the use asks for; shrinkage is slower on purpose. Nothing leaves the target's bounds.

use std::time::Duration;

use super::activity::{Activity, KEPT};
use super::policy::Tracking;
use crate::clock::Moment;
use crate::service::ask::Fleets;
use crate::world::World;
pub(super) use crate::world::auto_scaling::AlarmState;

const MINUTE: u64 = 60_000;
/// Minutes above the target until the high alarm rings.
const HIGH: u64 = 3;
/// Minutes below the band until the low alarm rings.
const LOW: u64 = 15;
/// The share of the target below which it counts.
const BAND: f64 = 0.9;
/// When the clock jumps further than this, use is only looked at in the last part; fleets have long come to rest.
const LOOKED_BACK: Duration = Duration::from_secs(7 * 24 * 3600);
/// So many scheduled actions of one jump are carried out; of more, only those of the last part.
const MOST_ACTIONS: usize = 20_000;

/// Carries out what is due by `now`, in the order of time, with AppStream's own changes in between.
pub(super) fn tick(world: &mut World, now: Moment) {
    let Some(mut at) = world.auto_scaling.done else {
        return;
    };
    let recent = Moment(now.0.saturating_sub(LOOKED_BACK.as_millis() as u64));
    let mut actions = 0;
    loop {
        if actions == MOST_ACTIONS {
            skip_to(world, recent);
        }
        let action = next_action(world).filter(|(due, _, _)| *due <= now);
        let minute = tracks(world)
            .then(|| Moment((at.max(recent).0 / MINUTE + 1) * MINUTE))
            .filter(|minute| *minute <= now);
        match (action, minute) {
            (Some((due, place, resource)), minute) if minute.is_none_or(|minute| due <= minute) => {
                world.move_fleets(due);
                act(world, &place, &resource, due);
                actions += 1;
                // Not back in time: an action may have been put with a start in the past.
                at = at.max(Moment(due.0.saturating_sub(1)));
            }
            (_, Some(minute)) => {
                world.move_fleets(minute);
                watch(world, minute);
                at = minute;
            }
            _ => break,
        }
    }
    world.auto_scaling.done = Some(at.max(now));
}

/// Whether any target has a policy that is carried out.
fn tracks(world: &World) -> bool {
    let targets = world.auto_scaling.targets.values().flat_map(|it| it.values());
    targets
        .flat_map(|target| target.policies.values())
        .any(|policy| policy.tracking().is_some())
}

/// The scheduled action that is due first: when, and on which target.
fn next_action(world: &World) -> Option<(Moment, String, String)> {
    let mut first: Option<(Moment, &String, &String)> = None;
    for (place, targets) in &world.auto_scaling.targets {
        for (resource, target) in targets {
            for due in target.actions.values().filter_map(|action| action.next) {
                if first.is_none_or(|(earliest, _, _)| due < earliest) {
                    first = Some((due, place, resource));
                }
            }
        }
    }
    first.map(|(due, place, resource)| (due, place.clone(), resource.clone()))
}

/// Leaves out what was due before `recent`.
fn skip_to(world: &mut World, recent: Moment) {
    let targets = world
        .auto_scaling
        .targets
        .values_mut()
        .flat_map(|it| it.values_mut());
    for action in targets.flat_map(|target| target.actions.values_mut()) {
        if action.next.is_some_and(|due| due < recent) {
            action.advance(recent);
        }
    }
}

/// Carries out the scheduled actions of one target that are due at this moment.
fn act(world: &mut World, place: &str, resource: &str, due: Moment) {
    let mut done = Vec::new();
    let id = world.uuid();
    let Some(target) = world
        .auto_scaling
        .targets
        .get_mut(place)
        .and_then(|it| it.get_mut(resource))
    else {
        return;
    };
    for action in target
        .actions
        .values_mut()
        .filter(|action| action.next == Some(due))
    {
        action.advance(due);
        if target.suspended.scheduled {
            continue;
        }
        let (min, max) = (action.min.unwrap_or(target.min), action.max.unwrap_or(target.max));
        let mut activity = Activity {
            id: format!("{id}-{}", done.len()),
            description: format!("Setting min capacity to {min} and max capacity to {max}"),
            cause: format!("scheduled action name {} was triggered", action.name),
            at: due,
            failure: None,
        };
        if min <= max {
            (target.min, target.max) = (min, max);
        } else {
            activity.failure = Some("The min capacity would be above the max capacity.".to_owned());
        }
        done.push(activity);
    }
    let acted = !done.is_empty();
    target.activities.extend(done);
    forget(&mut target.activities);
    if acted {
        clamp(world, place, resource, due, "a scheduled action was triggered");
    }
}

fn forget(activities: &mut Vec<Activity>) {
    let surplus = activities.len().saturating_sub(KEPT);
    activities.drain(..surplus);
}

/// Puts an active fleet inside its target's bounds.
pub(super) fn clamp(world: &mut World, place: &str, resource: &str, now: Moment, why: &str) {
    let Some(target) = world
        .auto_scaling
        .targets
        .get(place)
        .and_then(|it| it.get(resource))
    else {
        return;
    };
    let (min, max) = (target.min, target.max);
    let Some(fleet) = world.scaled(&target.account, &target.region, target.fleet()) else {
        return;
    };
    let inside = fleet.desired.clamp(min, max);
    if fleet.active && inside != fleet.desired {
        ask_for(world, place, resource, inside, now, why);
    }
}

/// Asks the fleet for another capacity and writes down how it went.
fn ask_for(world: &mut World, place: &str, resource: &str, desired: u64, now: Moment, why: &str) {
    let id = world.uuid();
    let find = |world: &World| world.auto_scaling.targets.get(place)?.get(resource).cloned();
    let Some(target) = find(world) else {
        return;
    };
    let asked = world.scale(&target.account, &target.region, target.fleet(), desired, now);
    let activity = Activity {
        id,
        description: format!("Setting desired capacity to {desired}."),
        cause: why.to_owned(),
        at: now,
        failure: asked.err().map(|fault| fault.message),
    };
    if let Some(target) = world
        .auto_scaling
        .targets
        .get_mut(place)
        .and_then(|it| it.get_mut(resource))
    {
        target.activities.push(activity);
        forget(&mut target.activities);
    }
}

/// Looks at every fleet that is tracked, at a full minute.
fn watch(world: &mut World, now: Moment) {
    let mut tracked: Vec<(String, String, Tracking)> = Vec::new();
    for (place, targets) in &world.auto_scaling.targets {
        for (resource, target) in targets {
            let wanted = target.policies.values().find_map(|policy| policy.tracking());
            tracked.extend(wanted.map(|wanted| (place.clone(), resource.clone(), wanted)));
        }
    }
    for (place, resource, wanted) in tracked {
        if let Some(desired) = wanted_capacity(world, &place, &resource, wanted, now) {
            ask_for(
                world,
                &place,
                &resource,
                desired,
                now,
                "an alarm of target tracking rang",
            );
        }
    }
}

/// What a fleet should be asked for now, if that is something else.
fn wanted_capacity(
    world: &mut World,
    place: &str,
    resource: &str,
    wanted: Tracking,
    now: Moment,
) -> Option<u64> {
    let target = world.auto_scaling.targets.get(place)?.get(resource)?;
    let fleet = world
        .scaled(&target.account, &target.region, target.fleet())
        .filter(|fleet| fleet.active && fleet.actual > 0);
    let target = world.auto_scaling.targets.get_mut(place)?.get_mut(resource)?;
    let Some(fleet) = fleet else {
        // No data: AppStream reports the metric only while there is capacity.
        (target.watch.high, target.watch.low) = (0, 0);
        return None;
    };
    let (min, max, suspended) = (target.min, target.max, target.suspended);
    let watch = &mut target.watch;
    let used = fleet.in_use as f64 * 100.0;
    let share = used / fleet.actual as f64;
    watch.high = if share > wanted.target { watch.high + 1 } else { 0 };
    watch.low = if share < wanted.target * BAND {
        watch.low + 1
    } else {
        0
    };
    let needed = (used / wanted.target).ceil() as u64;
    let cooled = |last: Option<Moment>, seconds: u64| {
        last.is_none_or(|last| last.after(Duration::from_secs(seconds)) <= now)
    };
    if watch.high >= HIGH && !suspended.scale_out {
        let grown = needed.max(fleet.desired).clamp(min, max);
        // While it cools down from growth, only a need that has grown meanwhile counts, and `needed` says that.
        if grown > fleet.desired {
            watch.grew = Some(now);
            watch.high = 0;
            return Some(grown);
        }
    }
    let cool = cooled(watch.shrank, wanted.in_cooldown) && cooled(watch.grew, wanted.out_cooldown);
    if watch.low >= LOW && cool && !suspended.scale_in && !wanted.disable_scale_in {
        // Assumption: auto-scaling.shrinks-by-halves. "Conservatively" is all that the user guide says.
        let surplus = fleet.desired.saturating_sub(needed);
        let shrunk = (fleet.desired - surplus.div_ceil(2)).clamp(min, max);
        if shrunk < fleet.desired {
            watch.shrank = Some(now);
            return Some(shrunk);
        }
    }
    None
}
