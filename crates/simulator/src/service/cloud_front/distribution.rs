//! Distributions.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::{check_version, config, distribution, fresh, own, tag};
use crate::clock::Moment;
use crate::service::{Answer, Call, Fault};
use crate::world::World;
use crate::world::cloud_front::Distribution;

/// How long a change takes to get everywhere.
///
/// Assumption: cloudfront.deployment-time.
const DEPLOYMENT: Duration = Duration::from_secs(4 * 60);

pub(super) fn arn(account: &str, id: &str) -> String {
    format!("arn:aws:cloudfront::{account}:distribution/{id}")
}

/// Lets changes arrive at the edges.
pub(super) fn deploy(world: &mut World, now: Moment) {
    let all = world.cloud_front.accounts.values_mut();
    for one in all.flat_map(|account| account.distributions.values_mut()) {
        if now >= one.deployed && one.served.as_ref() != Some(&one.config) {
            one.served = Some(one.config.clone());
        }
    }
}

fn shown(call: &Call, id: &str, one: &Distribution) -> Value {
    let running = one.invalidations.values().filter(|it| call.now < it.completed);
    json!({
        "Id": id, "ARN": arn(&call.caller.account, id), "Status": status(one, call.now),
        "LastModifiedTime": one.modified.epoch_seconds(), "InProgressInvalidationBatches": running.count(),
        "DomainName": one.domain, "DistributionConfig": one.config,
        "ActiveTrustedSigners": { "Enabled": false, "Quantity": 0 },
        "ActiveTrustedKeyGroups": { "Enabled": false, "Quantity": 0 },
    })
}

fn status(one: &Distribution, now: Moment) -> &'static str {
    match now < one.deployed {
        true => "InProgress",
        false => "Deployed",
    }
}

fn answer(call: &Call, id: &str, one: &Distribution) -> Answer {
    Answer::of(json!({ "Distribution": shown(call, id, one), "ETag": one.etag }))
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let (asked, tags) = match call.operation.as_str() {
        "CreateDistributionWithTags" => {
            let both = &call.input["DistributionConfigWithTags"];
            (&both["DistributionConfig"], tag::read(&both["Tags"])?)
        }
        _ => (&call.input["DistributionConfig"], BTreeMap::new()),
    };
    let reference = asked["CallerReference"].as_str().unwrap_or_default().to_owned();
    if own(world, call).references.contains(&reference) {
        let message = "The caller reference you attempted to create the distribution with is associated with another \
                       distribution.";
        return Err(Fault::new("DistributionAlreadyExists", message));
    }
    config::check(world, &call.caller.account, None, asked)?;
    let most = world.quota("cloudfront.distributions", 500);
    if own(world, call).distributions.len() as u64 >= most {
        let message =
            "Processing your request would cause you to exceed the maximum number of distributions allowed.";
        return Err(Fault::new("TooManyDistributions", message));
    }
    let id = fresh(world);
    let made = Distribution {
        config: config::completed(asked.clone()),
        etag: fresh(world),
        modified: call.now,
        deployed: call.now.after(DEPLOYMENT),
        served: None,
        domain: format!("d{}.cloudfront.net", world.hex(13)),
        tags,
        invalidations: BTreeMap::new(),
        cache: BTreeMap::new(),
    };
    let answer = answer(call, &id, &made);
    let own = own(world, call);
    own.references.push(reference);
    own.distributions.insert(id, made);
    Ok(answer)
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = call.text("Id").unwrap_or_default();
    let one = distribution(world, call, id)?;
    Ok(answer(call, id, one))
}

pub(super) fn get_config(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = distribution(world, call, call.text("Id").unwrap_or_default())?;
    Ok(Answer::of(
        json!({ "DistributionConfig": one.config, "ETag": one.etag }),
    ))
}

pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = call.text("Id").unwrap_or_default();
    let asked = &call.input["DistributionConfig"];
    let one = distribution(world, call, id)?;
    check_version(call, &one.etag)?;
    if one.config["CallerReference"] != asked["CallerReference"] {
        let message = "The update contains modifications that are not allowed.";
        return Err(Fault::new("IllegalUpdate", message));
    }
    config::check(world, &call.caller.account, Some(id), asked)?;
    let etag = fresh(world);
    let one = distribution(world, call, id)?;
    let wanted = config::completed(asked.clone());
    if one.config != wanted {
        one.config = wanted;
        one.etag = etag;
        one.modified = call.now;
        one.deployed = call.now.after(DEPLOYMENT);
    }
    Ok(answer(call, id, one))
}

/// A distribution goes only once all edges know that it is disabled.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = call.text("Id").unwrap_or_default();
    let one = distribution(world, call, id)?;
    check_version(call, &one.etag)?;
    if one.config["Enabled"] == true || call.now < one.deployed {
        let message = "The distribution you are trying to delete has not been disabled.";
        return Err(Fault::new("DistributionNotDisabled", message));
    }
    own(world, call).distributions.remove(id);
    Ok(Answer::empty())
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let account = own(world, call).clone();
    let all = account.distributions.iter().map(|(id, one)| {
        let mut item = config::summary(&one.config);
        let of_itself = json!({
            "Id": id, "ARN": arn(&call.caller.account, id), "ETag": one.etag, "Status": status(one, call.now),
            "LastModifiedTime": one.modified.epoch_seconds(), "DomainName": one.domain,
        });
        item.extend(of_itself.as_object().cloned().unwrap_or_default());
        (id.clone(), Value::Object(item))
    });
    let list = super::kept::page(call, all.collect())?;
    Ok(Answer::of(json!({ "DistributionList": list })))
}
