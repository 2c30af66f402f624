//! What earlier versions of Headset kept otherwise.

use super::model::State;
use super::record::{Origin, Record};
use headset_kinds::registry::KINDS;
use headset_kinds::{Address, Earlier};

/// Takes apart what earlier versions kept as one, so that what was answered is not asked again, and nothing is to be
/// done.
pub(super) fn upgraded(mut state: State) -> State {
    let mut apart = Vec::new();
    for (address, whole) in &state.resources {
        for kind in KINDS {
            let part = Address::new(kind.id(), &address.key);
            if let Some(Earlier { spec, outputs }) = kind.earlier(address.kind, &whole.spec, &whole.outputs)
                && !state.knows(&part)
            {
                let record = Record {
                    id: address.key.clone(),
                    origin: Origin::Adopted,
                    spec,
                    outputs,
                    protect: whole.protect,
                    after: vec![address.clone()],
                    waits: whole.waits,
                    as_found: false,
                };
                apart.push((part, record));
            }
        }
    }
    state.resources.extend(apart);
    state
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_application_that_was_answered_with_its_link_has_one() {
        let application = headset_core::address!("identity_center.application", "acme");
        let address = headset_core::address!("identity_center.link", "acme");
        let mut state = State::new("acme", "123456789012", "eu-west-2", "lineage".into());
        let record = Record {
            id: "arn".to_owned(),
            origin: Origin::Adopted,
            spec: json!({
                "name": "acme", "description": "", "acs_url": "https://signin.aws.amazon.com/saml",
                "audience": "urn:amazon:webservices", "relay_state": "r", "session": 900, "mappings": [],
                "by_hand": false,
            }),
            outputs: [("start_url".to_owned(), "https://s".to_owned())].into(),
            protect: true,
            after: Vec::new(),
            waits: Default::default(),
            as_found: false,
        };
        state.resources.insert(application.clone(), record);
        let mut upgraded = upgraded(state.clone());
        upgraded.verify().unwrap();
        let link = &upgraded.resources[&address];
        assert_eq!(link.outputs["start_url"], "https://s");
        assert_eq!((link.origin, link.protect), (Origin::Adopted, true));
        assert_eq!(link.after, std::slice::from_ref(&application));
        // What this version has kept of a link stays as it is.
        upgraded.resources.get_mut(&address).unwrap().outputs.clear();
        assert_eq!(super::upgraded(upgraded.clone()), upgraded);
        // Nor has an application a link that no one has answered.
        state.resources.get_mut(&application).unwrap().outputs.clear();
        assert_eq!(super::upgraded(state.clone()), state);
    }
}
