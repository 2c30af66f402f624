//! Scheduled actions: other bounds from a certain time on.

use serde_json::{Value, json};

use super::expression::Expression;
use super::target::capacity;
use super::{Answer, Call, DIMENSION, Fault, PAGER, asks_for, filters, invalid, registered};
use crate::clock::Moment;
use crate::service::zone;
use crate::world::World;
pub(super) use crate::world::auto_scaling::Scheduled;

/// Scheduled actions of one target (the user guide's quotas).
const MOST: u64 = 200;

impl Scheduled {
    /// Sets when it is due next, later than `after`.
    pub(super) fn advance(&mut self, after: Moment) {
        self.next = self.due_after(after);
    }

    fn due_after(&self, after: Moment) -> Option<Moment> {
        let expression = Expression::read(&self.schedule).ok()?;
        let zone = zone::named(self.zone.as_deref().unwrap_or("UTC"))?;
        // The start itself counts, so the search begins a millisecond before it.
        let start = self.start.map(|start| Moment(start.0.saturating_sub(1)));
        let after = start.map_or(after, |start| start.max(after));
        // Assumption: auto-scaling.rate-origin. What a rate counts from: its start, else its creation.
        let origin = self.start.unwrap_or(self.created);
        if matches!(expression, Expression::Rate(_)) && self.start.is_some_and(|start| start > after) {
            return self
                .start
                .filter(|start| self.end.is_none_or(|end| *start <= end));
        }
        expression
            .next(after, origin, &zone)
            .filter(|next| self.end.is_none_or(|end| *next <= end))
    }

    fn view(&self, resource: &str) -> Value {
        let mut view = json!({
            "ScheduledActionName": self.name, "ScheduledActionARN": self.arn, "ServiceNamespace": "appstream",
            "Schedule": self.schedule, "ResourceId": resource, "ScalableDimension": DIMENSION,
            "CreationTime": self.created.epoch_seconds(), "ScalableTargetAction": {},
        });
        if let Some(zone) = &self.zone {
            view["Timezone"] = json!(zone);
        }
        for (member, value) in [("StartTime", self.start), ("EndTime", self.end)] {
            if let Some(at) = value {
                view[member] = json!(at.epoch_seconds());
            }
        }
        for (member, value) in [("MinCapacity", self.min), ("MaxCapacity", self.max)] {
            if let Some(value) = value {
                view["ScalableTargetAction"][member] = json!(value);
            }
        }
        view
    }
}

/// PutScheduledAction: makes an action or changes one; a start and an end that are not given again are deleted.
pub(super) fn put(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = call.text("ScheduledActionName").unwrap_or_default().to_owned();
    let quota = world.quota("auto-scaling.scheduled-actions", MOST);
    // Quirk `auto-scaling.past-schedule-refused`. Whether a schedule that can never be due is refused, no source says.
    let no_past = world.quirk("auto-scaling.past-schedule-refused");
    let id = world.uuid();
    let target = registered(world, call)?;
    let known = target.actions.get(&name);
    if known.is_none() && target.actions.len() as u64 >= quota {
        let message = format!("A target can have {quota} scheduled actions.");
        return Err(Fault::new("LimitExceededException", message));
    }
    let schedule = call
        .text("Schedule")
        .map(str::to_owned)
        .or_else(|| known.map(|known| known.schedule.clone()))
        .ok_or_else(|| invalid("Schedule is required for a new scheduled action."))?;
    Expression::read(&schedule).map_err(invalid)?;
    let zone = call
        .text("Timezone")
        .map(str::to_owned)
        .or_else(|| known.and_then(|known| known.zone.clone()));
    if let Some(name) = zone.as_deref().filter(|name| zone::named(name).is_none()) {
        return Err(invalid(format!(
            "{name} is not the canonical name of a time zone."
        )));
    }
    let (start, end) = (at(call, "StartTime"), at(call, "EndTime"));
    if start.zip(end).is_some_and(|(start, end)| start >= end) {
        return Err(invalid("EndTime must be after StartTime."));
    }
    let (min, max) = match call.input.get("ScalableTargetAction").filter(|it| !it.is_null()) {
        Some(action) => (capacity(action, "MinCapacity")?, capacity(action, "MaxCapacity")?),
        None => known.map_or((None, None), |known| (known.min, known.max)),
    };
    if min.is_none() && max.is_none() {
        return Err(invalid(
            "ScalableTargetAction needs MinCapacity, MaxCapacity or both.",
        ));
    }
    if min.zip(max).is_some_and(|(min, max)| min > max) {
        return Err(invalid("MaxCapacity must not be below MinCapacity."));
    }
    let mut action = Scheduled {
        arn: known.map_or_else(
            || {
                format!(
                    "arn:aws:autoscaling:{}:{}:scheduledAction:{id}:resource/appstream/{}:scheduledActionName/{name}",
                    target.region, target.account, target.resource
                )
            },
            |known| known.arn.clone(),
        ),
        created: known.map_or(call.now, |known| known.created),
        name: name.clone(),
        schedule,
        zone,
        start,
        end,
        min,
        max,
        next: None,
    };
    action.advance(call.now);
    if action.next.is_none() && no_past {
        return Err(invalid("The schedule is never due."));
    }
    target.actions.insert(name, action);
    Ok(Answer::empty())
}

/// A timestamp of the input.
fn at(call: &Call, member: &str) -> Option<Moment> {
    let seconds = call.input.get(member)?.as_f64()?;
    Some(Moment((seconds.max(0.0) * 1000.0).round() as u64))
}

/// DescribeScheduledActions: what is missing is not listed.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    filters(call)?;
    let list = world
        .auto_scaling
        .here(call)
        .filter(|_| call.text("ServiceNamespace") == Some("appstream"))
        .filter(|target| call.text("ResourceId").is_none_or(|id| id == target.resource))
        .flat_map(|target| {
            target
                .actions
                .values()
                .filter(|action| asks_for(call, "ScheduledActionNames", &action.name))
                .map(|action| action.view(&target.resource))
        })
        .collect();
    PAGER.page(world, call, "ScheduledActions", list)
}

/// DeleteScheduledAction.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = call.text("ScheduledActionName").unwrap_or_default();
    match registered(world, call)?.actions.remove(name) {
        Some(_) => Ok(Answer::empty()),
        None => Err(Fault::new(
            "ObjectNotFoundException",
            format!("No scheduled action found for {name}."),
        )),
    }
}
