//! Users of the pool, and the stacks that they may stream from.

use crate::draft::DesignDraft;
use headset_blueprint::model::PoolUser;
use headset_kinds::appstream::{StackSpec, UserAssociationSpec, UserSpec};
use headset_kinds::output;
use headset_kinds::spec::Existing;
use headset_kinds::{Address, Text};

pub(super) fn declare(draft: &mut DesignDraft<'_>, name: &str, user: &PoolUser) {
    let address = Address::new(UserSpec::KIND, name);
    if user.existing {
        draft.existing(&address, &Existing::called(name), &user.entry.place);
    } else {
        let spec = UserSpec {
            name: name.to_owned(),
            first_name: user.first.clone(),
            last_name: user.last.clone(),
            enabled: user.enabled,
            notify: user.notify,
        };
        draft.entry(name, &spec, &user.entry);
    }
    for key in &user.stacks {
        let spec = UserAssociationSpec {
            user: Text::after(&address, output::NAME),
            stack: Text::after(&Address::new(StackSpec::KIND, &key.value), output::NAME),
            notify: user.notify,
        };
        draft.managed(format!("{name}:{}", key.value), &spec, false, &key.place);
    }
}
