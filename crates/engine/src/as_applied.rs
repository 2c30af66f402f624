//! What was applied, as a design: what a run goes by that puts back what others changed, and nothing else.

use std::collections::BTreeMap;

use headset_core::{Address, Outputs, text};
use headset_design::{Design, Desired, LeftOut, Mode};
use serde_json::Value;

use crate::state::{Origin, Record, State};

/// The design in which everything is asked for as it was applied. What the blueprint asks for otherwise by now is in
/// [`Design::left_out`], and so is that of which it is not known what was applied.
pub(crate) fn as_applied(design: &Design, state: &State) -> Design {
    let outputs: Outputs = state
        .resources
        .iter()
        .map(|(address, record)| (address.clone(), record.outputs.clone()))
        .collect();
    let mut resources = BTreeMap::new();
    let whole = |address: &Address| (address.clone(), LeftOut::Whole);
    let new = design
        .resources
        .keys()
        .filter(|address| !state.resources.contains_key(*address));
    // A run that was cut off has begun to make or change it.
    let mut left_out: BTreeMap<Address, LeftOut> = new.chain(state.intents.keys()).map(whole).collect();
    for (address, record) in &state.resources {
        let wanted = design.resources.get(address);
        let spec = spec(record, wanted, &outputs);
        if record.is_part() {
            left_out.insert(address.clone(), LeftOut::Whole);
        } else if wanted.is_none_or(|wanted| wanted.spec != spec) {
            left_out.entry(address.clone()).or_insert(LeftOut::Changes);
        }
        resources.insert(address.clone(), desired(address, record, wanted, spec));
    }
    Design {
        resources,
        left_out,
        removed: BTreeMap::new(),
        ..design.clone()
    }
}

/// What was applied, with references in place of what they stood for: what it refers to may come again under another id.
fn spec(record: &Record, wanted: Option<&Desired>, outputs: &Outputs) -> Value {
    let mut spec = record.spec.clone();
    let (Some(fields), Some(wanted)) = (spec.as_object_mut(), wanted.and_then(|one| one.spec.as_object()))
    else {
        return spec;
    };
    for (name, value) in wanted {
        if fields.get(name) == Some(&text::resolve(value, outputs)) {
            fields.insert(name.clone(), value.clone());
        }
    }
    spec
}

fn desired(address: &Address, record: &Record, wanted: Option<&Desired>, spec: Value) -> Desired {
    Desired {
        address: address.clone(),
        mode: match record.origin {
            Origin::Created | Origin::Adopted | Origin::Imported => Mode::Managed,
            Origin::Existing => Mode::Existing,
            Origin::Shared => Mode::Ensured,
        },
        spec,
        after: record.after.clone(),
        protect: record.protect,
        place: wanted.and_then(|one| one.place.clone()),
        answers: wanted.map(|one| one.answers.clone()).unwrap_or_default(),
        is_named: wanted.is_some_and(|one| one.is_named),
        waits: record.waits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use headset_kinds::Text;
    use serde_json::json;

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    fn record(spec: &Value, outputs: &[(&str, &str)]) -> Record {
        let outputs: BTreeMap<&str, &str> = outputs.iter().copied().collect();
        let record = json!({ "id": "one", "spec": spec, "origin": "created", "outputs": outputs, "protect": false, "after": [] });
        serde_json::from_value(record).unwrap()
    }

    fn asked(at: &str, spec: &Value) -> Desired {
        desired(&address(at), &record(spec, &[]), None, spec.clone())
    }

    #[test]
    fn what_the_blueprint_asks_for_by_now_is_left_out_and_what_it_refers_to_stays_a_reference() {
        let instance = address("connect.instance/main");
        let user = |first: &str, id: Value| json!({ "instance_id": id, "first_name": first });
        let mut state = State::new("acme", "123456789012", "eu-west-2", "lineage".to_owned());
        let alias = json!({ "alias": "acme" });
        state
            .resources
            .insert(instance.clone(), record(&alias, &[("id", "i-1")]));
        let was = record(&user("Ada", json!("i-1")), &[]);
        state.resources.insert(address("connect.user/ada"), was.clone());
        state.resources.insert(address("connect.user/gone"), was);
        let reference = serde_json::to_value(Text::after(&instance, "id")).unwrap();
        let mut design = Design::default();
        for desired in [
            asked("connect.instance/main", &alias),
            asked("connect.user/ada", &user("Eve", reference.clone())),
            asked("connect.user/new", &user("New", reference.clone())),
        ] {
            design.resources.insert(desired.address.clone(), desired);
        }
        let applied = as_applied(&design, &state);
        assert_eq!(
            applied.resources[&address("connect.user/ada")].spec,
            user("Ada", reference)
        );
        let left = [
            (address("connect.user/ada"), LeftOut::Changes),
            (address("connect.user/gone"), LeftOut::Changes),
            (address("connect.user/new"), LeftOut::Whole),
        ];
        assert_eq!(applied.left_out, left.into());
        assert!(applied.resources.contains_key(&address("connect.user/gone")));
        assert!(!applied.resources.contains_key(&address("connect.user/new")));
    }
}
