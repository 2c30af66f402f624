//! What browsers get from a distribution.

use serde_json::Value;

use super::distribution::arn;
use crate::clock::Moment;
use crate::policy::wildcard_matches;
use crate::service::ask::{Objects as _, Origin};
use crate::wire::message::{self, Message};
use crate::wire::rest::Written;
use crate::world::World;
use crate::world::cloud_front::{Cached, Distribution};

/// Whether a host is that of a distribution, or has been given to one.
pub(crate) fn is_host(world: &World, host: &str) -> bool {
    host.ends_with(".cloudfront.net") || find(world, host).is_some()
}

/// The account and the id of the distribution that answers to a name.
fn find(world: &World, host: &str) -> Option<(String, String)> {
    let accounts = world.cloud_front.accounts.iter();
    let all =
        accounts.flat_map(|(account, own)| own.distributions.iter().map(move |(id, one)| (account, id, one)));
    let answers = |one: &Distribution| {
        let served = one.served.as_ref();
        one.domain.eq_ignore_ascii_case(host)
            || served.is_some_and(|config| {
                super::config::aliases(config).any(|name| name.eq_ignore_ascii_case(host))
            })
    };
    let mut found = all.filter(|(_, _, one)| answers(one));
    found.next().map(|(account, id, _)| (account.clone(), id.clone()))
}

fn plain(status: u16, text: &str) -> Written {
    Written {
        status,
        headers: vec![
            ("content-type".to_owned(), "text/html".to_owned()),
            ("x-cache".to_owned(), "Error from cloudfront".to_owned()),
        ],
        body: text.to_owned().into(),
    }
}

/// Answers a browser.
pub(crate) fn serve(world: &mut World, message: &Message, now: Moment) -> Written {
    super::distribution::deploy(world, now);
    let found = find(world, message.host());
    let found = found.and_then(|(account, id)| {
        let one = world.cloud_front.accounts.get(&account)?.distributions.get(&id)?;
        let served = one.served.clone().filter(|config| config["Enabled"] == true)?;
        Some((account, id, served))
    });
    let Some((account, id, config)) = found else {
        return plain(403, "The request could not be satisfied.");
    };
    if !matches!(message.method.as_str(), "GET" | "HEAD") {
        return plain(
            403,
            "This distribution is not configured to allow the HTTP request method that was used.",
        );
    }
    let behavior = behavior(&config, &message.path).clone();
    let is_plain = message
        .header("x-forwarded-proto")
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"));
    match behavior["ViewerProtocolPolicy"].as_str() {
        Some("redirect-to-https") if is_plain => {
            let mut moved = plain(301, "");
            let there = format!("https://{}{}", message.host(), message.path);
            moved.headers.push(("location".to_owned(), there));
            return moved;
        }
        Some("https-only") if is_plain => return plain(403, "HTTPS is required."),
        _ => {}
    }
    let kept = kept(world, &account, &id, &message.path, now);
    let (cached, how) = match kept {
        Some(kept) => (kept, "Hit from cloudfront"),
        None => match fetch(world, (&account, &id), (&config, &behavior), &message.path, now) {
            Ok(fetched) => (fetched, "Miss from cloudfront"),
            Err(status) => {
                let mut refused = plain(status, "AccessDenied");
                add_headers(&mut refused.headers, policy(world, &account, &behavior));
                return refused;
            }
        },
    };
    let mut headers = cached.headers;
    add_headers(&mut headers, policy(world, &account, &behavior));
    headers.push(("x-cache".to_owned(), how.to_owned()));
    Written {
        status: 200,
        headers,
        body: match message.method.as_str() {
            "HEAD" => bytes::Bytes::new(),
            _ => cached.body.0,
        },
    }
}

/// The first behavior whose pattern fits; else the default one.
fn behavior<'config>(config: &'config Value, path: &str) -> &'config Value {
    let fits = |behavior: &&Value| {
        let pattern = behavior["PathPattern"].as_str().unwrap_or_default();
        wildcard_matches(pattern.trim_start_matches('/'), path.trim_start_matches('/'))
    };
    let named = config["CacheBehaviors"]["Items"].as_array().into_iter().flatten();
    named
        .into_iter()
        .find(fits)
        .unwrap_or(&config["DefaultCacheBehavior"])
}

fn distribution<'world>(
    world: &'world mut World,
    account: &str,
    id: &str,
) -> Option<&'world mut Distribution> {
    let own = world.cloud_front.accounts.get_mut(account)?;
    own.distributions.get_mut(id)
}

/// What edges still keep of a path.
fn kept(world: &mut World, account: &str, id: &str, path: &str, now: Moment) -> Option<Cached> {
    let one = distribution(world, account, id)?;
    one.cache.retain(|_, cached| now < cached.until);
    one.cache.get(path).cloned()
}

/// Asks the origin, and keeps what it answers as long as it says: a second at least, a year at most, a day where it says
/// nothing (the managed policy CachingOptimized).
fn fetch(
    world: &mut World,
    (account, id): (&str, &str),
    (config, behavior): (&Value, &Value),
    path: &str,
    now: Moment,
) -> Result<Cached, u16> {
    let origins = config["Origins"]["Items"].as_array().into_iter().flatten();
    let mut origins = origins.filter(|origin| origin["Id"] == behavior["TargetOriginId"]);
    let origin = origins.next().ok_or(502_u16)?;
    let host = origin["DomainName"].as_str().unwrap_or_default();
    let bucket = host.split_once(".s3.").map(|(bucket, _)| bucket).ok_or(502_u16)?;
    let control = origin["OriginAccessControlId"].as_str().unwrap_or_default();
    let own = world.cloud_front.accounts.get(account);
    let control = own.and_then(|own| own.access_controls.get(control));
    let signs = control.is_some_and(|control| control.config["SigningBehavior"] != "never");
    let by = Origin {
        service: signs.then_some("cloudfront.amazonaws.com"),
        arn: arn(account, id),
        account: account.to_owned(),
    };
    let folder = origin["OriginPath"].as_str().unwrap_or_default();
    let key = format!("{folder}{}", message::decode(path));
    let object = world
        .fetched(bucket, key.trim_start_matches('/'), &by)
        .ok_or(403_u16)?;
    let control = object.headers.iter().find(|(name, _)| name == "cache-control");
    let age = control
        .map_or("", |(_, value)| value)
        .split(',')
        .find_map(|part| {
            let (name, age) = part.trim().split_once('=')?;
            (name == "max-age").then(|| age.parse::<u64>().ok())?
        });
    let age = age.unwrap_or(86_400).clamp(1, 31_536_000);
    let cached = Cached {
        until: now.after(std::time::Duration::from_secs(age)),
        body: object.body,
        headers: object.headers,
    };
    if let Some(one) = distribution(world, account, id) {
        one.cache.insert(path.to_owned(), cached.clone());
    }
    Ok(cached)
}

/// The headers that a behavior adds.
fn policy(world: &World, account: &str, behavior: &Value) -> Value {
    let id = behavior["ResponseHeadersPolicyId"].as_str().unwrap_or_default();
    let own = world.cloud_front.accounts.get(account);
    let policy = own.and_then(|own| own.headers_policies.get(id));
    policy.map_or(Value::Null, |policy| policy.config.clone())
}

fn add_headers(headers: &mut Vec<(String, String)>, policy: Value) {
    let mut put = |name: &str, value: String, overrides: bool| {
        let name = name.to_ascii_lowercase();
        let is_there = headers.iter().any(|(known, _)| *known == name);
        if is_there && !overrides {
            return;
        }
        headers.retain(|(known, _)| *known != name);
        headers.push((name, value));
    };
    let overrides = |config: &Value| config["Override"] == true;
    let security = &policy["SecurityHeadersConfig"];
    let text = |config: &Value, member: &str| config[member].as_str().unwrap_or_default().to_owned();
    for (member, header) in [
        ("ContentSecurityPolicy", "content-security-policy"),
        ("ReferrerPolicy", "referrer-policy"),
    ] {
        let config = &security[member];
        if config.is_object() {
            put(header, text(config, member), overrides(config));
        }
    }
    let frames = &security["FrameOptions"];
    if frames.is_object() {
        put("x-frame-options", text(frames, "FrameOption"), overrides(frames));
    }
    let types = &security["ContentTypeOptions"];
    if types.is_object() {
        put("x-content-type-options", "nosniff".to_owned(), overrides(types));
    }
    let transport = &security["StrictTransportSecurity"];
    if transport.is_object() {
        let mut value = format!("max-age={}", transport["AccessControlMaxAgeSec"]);
        if transport["IncludeSubdomains"] == true {
            value.push_str("; includeSubDomains");
        }
        if transport["Preload"] == true {
            value.push_str("; preload");
        }
        put("strict-transport-security", value, overrides(transport));
    }
    let custom = policy["CustomHeadersConfig"]["Items"]
        .as_array()
        .into_iter()
        .flatten();
    for header in custom {
        put(&text(header, "Header"), text(header, "Value"), overrides(header));
    }
}
