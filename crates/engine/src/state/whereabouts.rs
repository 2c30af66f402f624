//! In which region the things of each service are.

use std::collections::BTreeMap;

use super::model::State;
use super::record::{Origin, Places, Record};
use headset_kinds::regions::{Identity, Regions};
use headset_kinds::{Address, Service, registry};

/// Things of one service that are not where the service is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Away {
    /// The service.
    pub service: Service,
    /// The region in which they are.
    pub region: String,
    /// How many.
    pub things: usize,
}

impl State {
    /// Where the environment's services are, as far as it is known. States of earlier versions do not say it: there the
    /// ARNs of AppStream tell, and for the rest its own region is taken.
    pub fn regions(&self) -> Regions {
        if let Some(places) = &self.places {
            return places.regions.clone();
        }
        let mut regions = Regions::all_in(&self.region);
        let mut applied = self.resources.iter();
        let of_arn = applied.find_map(|(address, record)| {
            let is_own = service(address) == Some(Service::AppStream) && is_inside(record);
            own_region(address, record).filter(|_| is_own)
        });
        if let Some(region) = of_arn {
            regions.appstream = region;
        }
        regions
    }

    /// What is known in other regions than these, in which each service is looked for from now on. What lives outside is
    /// left out: it is looked up where the blueprint says.
    pub fn away_from(&self, now: &Places) -> Vec<Away> {
        let mut found = BTreeMap::<(Service, String), usize>::new();
        let applied = self.resources.iter();
        let deposed = self.deposed.iter().map(|(address, record)| (address, record));
        let applied = applied
            .chain(deposed)
            .filter(|(_, record)| is_inside(record))
            .map(|(address, record)| (address, Some(record)));
        let begun = self.intents.keys().map(|address| (address, None));
        let begun = begun.filter(|(address, _)| !self.resources.contains_key(*address));
        for (address, record) in applied.chain(begun) {
            // The state of another region of Connect is another state.
            let Some(service) = service(address).filter(|service| *service != Service::Connect) else {
                continue;
            };
            // By hand, no service is asked in any region.
            if service == Service::IdentityCenter && now.identity == Identity::ByHand {
                continue;
            }
            if let Some(region) = self.region_of(service, address, record)
                && region != service.region(&now.regions)
            {
                *found.entry((service, region)).or_default() += 1;
            }
        }
        found
            .into_iter()
            .map(|((service, region), things)| Away {
                service,
                region,
                things,
            })
            .collect()
    }

    /// The region of one thing: as its ARN or its spec says, else as the environment's services were placed. States of
    /// earlier versions have no places. `None`: nothing tells.
    fn region_of(&self, service: Service, address: &Address, record: Option<&Record>) -> Option<String> {
        let own = record.and_then(|record| own_region(address, record));
        own.or_else(|| {
            let places = self.places.as_ref()?;
            let by_hand = service == Service::IdentityCenter && places.identity == Identity::ByHand;
            (!by_hand).then(|| service.region(&places.regions).to_owned())
        })
    }
}

/// Whether a thing is the environment's, and does not live outside.
fn is_inside(record: &Record) -> bool {
    !matches!(record.origin, Origin::Existing | Origin::Shared)
}

fn service(address: &Address) -> Option<Service> {
    registry::kind(address.kind).service()
}

/// The region that a thing names itself.
fn own_region(address: &Address, record: &Record) -> Option<String> {
    registry::kind(address.kind).region(&record.spec, &record.outputs)
}

#[cfg(test)]
mod tests {
    use headset_kinds::KindId;
    use serde_json::{Value, json};

    use super::*;

    fn places(appstream: &str, identity: Identity) -> Places {
        let mut regions = Regions::all_in("eu-west-2");
        appstream.clone_into(&mut regions.appstream);
        "us-east-1".clone_into(&mut regions.identity_center);
        Places { regions, identity }
    }

    fn record(origin: &str, outputs: &Value, spec: &Value) -> Record {
        serde_json::from_value(json!({
            "id": "i", "origin": origin, "spec": spec, "outputs": outputs, "protect": false, "after": [],
        }))
        .unwrap()
    }

    fn away(state: &State, now: &Places) -> Vec<(Service, String, usize)> {
        let away = state.away_from(now).into_iter();
        away.map(|away| (away.service, away.region, away.things))
            .collect()
    }

    #[test]
    fn every_thing_is_known_by_its_own_region_first_and_then_by_the_places() {
        let mut state = State::new("acme", "123456789012", "eu-west-2", "lineage".to_owned());
        let here = places("eu-west-1", Identity::Same);
        let there = places("eu-central-1", Identity::Same);
        let arn = json!({ "arn": "arn:aws:appstream:eu-west-1:123456789012:fleet/acme-agents" });
        let mut put = |kind: &str, key: &str, record| {
            state
                .resources
                .insert(Address::new(KindId::named(kind).unwrap(), key), record)
        };
        put("appstream.fleet", "agents", record("created", &arn, &json!({})));
        put(
            "appstream.fleet_association",
            "agents",
            record("created", &json!({}), &json!({})),
        );
        // A public image is in every region.
        put("appstream.image", "base", record("existing", &arn, &json!({})));
        put(
            "s3.bucket",
            "pages",
            record("created", &json!({}), &json!({ "region": "eu-west-2" })),
        );
        put(
            "identity_center.assignment",
            "GROUP:agents",
            record("created", &json!({}), &json!({})),
        );
        // An earlier version kept no places: of the association nothing tells.
        let mut by_arn = Regions::all_in("eu-west-2");
        "eu-west-1".clone_into(&mut by_arn.appstream);
        assert_eq!(state.regions(), by_arn);
        let in_ireland = |things| (Service::AppStream, "eu-west-1".to_owned(), things);
        assert_eq!(away(&state, &here), []);
        assert_eq!(away(&state, &there), [in_ireland(1)]);
        state.places = Some(here.clone());
        assert_eq!(state.regions(), here.regions);
        assert_eq!(away(&state, &here), []);
        assert_eq!(away(&state, &there), [in_ireland(2)]);

        let mut moved = here.clone();
        "us-west-2".clone_into(&mut moved.regions.s3);
        "us-west-2".clone_into(&mut moved.regions.identity_center);
        let expected = [
            (Service::S3, "eu-west-2".to_owned(), 1),
            (Service::IdentityCenter, "us-east-1".to_owned(), 1),
        ];
        assert_eq!(away(&state, &moved), expected);
        moved.identity = Identity::ByHand;
        assert_eq!(away(&state, &moved), expected[..1]);
    }
}
