//! The client's table of hosts and services, held against botocore's rules and models.

use std::process::Command;

use headset_client::hosts::{HOSTS, Wanted, partition_of};
use headset_client::services::SERVICES;
use headset_client::{Protocol, Service};
use serde::Deserialize;
use serde_json::Value;

use crate::interop::{python, root, told};

/// What botocore says of a service.
#[derive(Debug, Deserialize)]
struct Described {
    id: String,
    signing_name: String,
    version: String,
    protocols: Vec<String>,
    json_version: Option<String>,
    target: Option<String>,
    hosts: Vec<Told>,
}

/// Where botocore looks for a service.
#[derive(Debug, Deserialize)]
struct Told {
    partition: String,
    region: String,
    fips: bool,
    dual_stack: bool,
    url: Option<String>,
    signing_region: Option<String>,
}

fn botocore() -> serde_json::Map<String, Value> {
    let output = Command::new(python())
        .arg(root().join("tests/interop/hosts.py"))
        .args(HOSTS.iter().map(|(name, _)| name))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn described(all: &serde_json::Map<String, Value>, name: &str) -> Described {
    serde_json::from_value(all[name].clone()).unwrap()
}

/// What is not as botocore says about a service.
fn wrong(service: &Service, described: &Described) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut same = |what: &str, ours: &str, theirs: &str| {
        if ours != theirs {
            wrong.push(format!(
                "{}: {what} `{ours}`, botocore says `{theirs}`",
                service.name
            ));
        }
    };
    same("id", service.id, &described.id);
    same("signing name", service.signing_name, &described.signing_name);
    same("version", service.version, &described.version);
    let protocol = match service.protocol {
        Protocol::Json(json) => {
            let version = described.json_version.as_deref().unwrap_or_default();
            same("version of JSON", json.version, version);
            same(
                "target",
                json.target,
                described.target.as_deref().unwrap_or_default(),
            );
            "json"
        }
        Protocol::RestJson => "rest-json",
        Protocol::RestXml { .. } => "rest-xml",
        Protocol::Query => "query",
        Protocol::Ec2Query => "ec2",
    };
    if !described.protocols.iter().any(|one| one == protocol) {
        wrong.push(format!(
            "{} does not speak {protocol}: {:?}",
            service.name, described.protocols
        ));
    }
    wrong
}

#[test]
fn every_host_and_every_service_is_as_botocore_says() {
    let all = botocore();
    let (mut wrong_hosts, mut compared) = (Vec::new(), 0);
    for (name, host) in HOSTS {
        for told in described(&all, name).hosts {
            compared += 1;
            let place = host.place(Wanted {
                region: &told.region,
                fips: told.fips,
                dual_stack: told.dual_stack,
                account: Some("123456789012"),
            });
            let partition = partition_of(&told.region).name;
            let ours = match &place {
                Ok(place) => (
                    partition,
                    Some(place.url.as_str()),
                    Some(place.signing_region.as_str()),
                ),
                Err(_) => (partition, None, None),
            };
            let theirs = (
                told.partition.as_str(),
                told.url.as_deref(),
                told.signing_region.as_deref(),
            );
            if ours != theirs {
                wrong_hosts.push(format!(
                    "{name} in {} (FIPS {}, dual stack {}): {ours:?}, botocore says {theirs:?}",
                    told.region, told.fips, told.dual_stack
                ));
            }
        }
    }
    assert!(wrong_hosts.is_empty(), "{}", wrong_hosts.join("\n"));
    // Twenty-two services in some forty regions with four combinations each.
    assert!(compared > 22 * 40 * 4, "{compared} places were compared");

    for service in SERVICES {
        let of_host = HOSTS.iter().find(|(_, host)| std::ptr::eq(*host, service.host));
        let (name, _) = of_host.unwrap_or_else(|| panic!("{} has a host of its own", service.name));
        // Programs call a service as botocore does.
        assert_eq!(*name, service.name);
        let wrong = wrong(service, &described(&all, name));
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
