//! What `waivers` are about: things that the blueprint asks for, and fields that these have.

use crate::draft::DesignDraft;
use headset_core::diagnostic::Diagnostic;
use headset_core::nearest::nearest;
use headset_kinds::registry;

/// Takes `waivers` up.
pub(crate) fn waivers(draft: &mut DesignDraft<'_>) {
    for (address, waiver) in &draft.blueprint.waivers {
        let is_declared = draft.design.resources.contains_key(address);
        // What is extra has an address, too, and no blueprint declares it.
        if !is_declared && !registry::kind(address.kind).lists().is_empty() && waiver.fields.is_empty() {
            draft.design.waivers.insert(address.clone(), waiver.clone());
            continue;
        }
        if !is_declared {
            let help = match address.nearest(draft.design.resources.keys()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "delete the entry".to_owned(),
            };
            draft.complain(
                Diagnostic::error(
                    "waiver-of-nothing",
                    format!("`waivers` is about {address}, and the blueprint asks for nothing there"),
                )
                .at(waiver.place.clone())
                .help(help),
            );
            continue;
        }
        let fields = registry::kind(address.kind).fields();
        let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
        for asked in &waiver.fields {
            let name = asked.value.split(['.', '[']).next().unwrap_or_default();
            if names.contains(&name) {
                continue;
            }
            let help = match nearest(name, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its fields are {}", names.join(", ")),
            };
            draft.complain(
                Diagnostic::error(
                    "waiver-of-nothing",
                    format!("{} has no field `{name}`", address.kind),
                )
                .at(asked.place.clone())
                .help(help),
            );
        }
        draft.design.waivers.insert(address.clone(), waiver.clone());
    }
}
