//! Connect instances by their tags, and tagged things in instances of others.

use std::collections::BTreeMap;

use headset_kinds::connect::InstanceSpec;

use super::{Discovery, Found};
use crate::Aws;
use crate::kinds::address::Address;
use crate::kinds::connect::instance;
use crate::kinds::field;
use crate::kinds::{registry, tag};

/// The instances that carry our tags (what is in them goes with them), and the things in all instances that carry another
/// lineage than their instance: an environment may have its users on the instance of another one.
pub(super) async fn discover(aws: &Aws) -> Discovery {
    let mut discovery = Discovery::default();
    let region = aws.regions().connect.clone();
    let listed = discovery.list("the instances", Some(&region), instance::list(aws).await);
    for id in listed.into_iter().filter_map(|summary| summary.id) {
        let instance = match instance::describe(aws, &id).await {
            Ok(Some(instance)) => instance,
            // It went away between the two calls.
            Ok(None) => continue,
            Err(error) => {
                discovery.miss_tags(Address::new(InstanceSpec::KIND, id), Some(&region), error);
                continue;
            }
        };
        let tags: BTreeMap<String, String> = instance.tags.unwrap_or_default().into_iter().collect();
        let of_instance = tags.get(tag::LINEAGE);
        for kind in registry::remotes() {
            let Some(inside) = kind.inside(aws, InstanceSpec::KIND, &id).await else {
                continue;
            };
            match inside.found {
                Ok(found) => {
                    let of_others = |thing: &Found| thing.tags.get(tag::LINEAGE) != of_instance;
                    discovery.found.extend(found.into_iter().filter(of_others));
                }
                Err(error) => {
                    let what = format!("the {} of instance {id}", inside.what);
                    discovery.miss(what, None, Some(&region), error);
                }
            }
        }
        if tag::is_marked(&tags) {
            let alias = instance.instance_alias.unwrap_or_else(|| id.clone());
            discovery.found.push(Found {
                address: Address::new(InstanceSpec::KIND, &alias),
                spec: field::texts([(InstanceSpec::ALIAS, &alias)]),
                id,
                region: Some(region.clone()),
                tags,
                after: Vec::new(),
            });
        }
    }
    discovery
}
