//! Every section of a blueprint, drawn in turn: all of a design but the moves.

use crate::context::{DesignContext, FirstKeys};
use crate::draft::DesignDraft;
use crate::{appstream, bootstrap, ccp, connect, embed, entries, sign_in};
use headset_blueprint::model::Blueprint;

/// Draws what the sections ask for.
pub(crate) fn declare<'a>(
    blueprint: &'a Blueprint,
    context: &'a DesignContext,
    first: &FirstKeys,
) -> DesignDraft<'a> {
    let mut draft = DesignDraft::new(blueprint, context, entries::without_doubles(blueprint, first));
    if let Some(section) = &blueprint.connect {
        connect::declare(&mut draft, section);
    }
    if let Some(section) = &blueprint.sign_in {
        sign_in::declare(&mut draft, section);
    }
    if let Some(section) = &blueprint.ccp {
        ccp::declare(&mut draft, section);
    }
    embed::declare(&mut draft);
    if let Some(section) = &blueprint.appstream {
        appstream::declare(&mut draft, section);
    }
    if let Some(section) = &blueprint.bootstrap {
        // What another blueprint asks for decides what pipelines may do with it.
        bootstrap::declare(&mut draft, section, &|blueprint, context| {
            let other = declare(blueprint, context, &FirstKeys::new());
            (other.design, other.diagnostics)
        });
    }
    draft
}
