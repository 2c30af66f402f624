//! Every section of a blueprint, drawn in turn: all of a design but the moves.

use crate::drawing::Drawing;
use crate::setting::{FirstKeys, Setting};
use crate::{appstream, ccp, connect, entries, sign_in};
use headset_blueprint::model::Blueprint;

/// Draws what the sections ask for.
pub(crate) fn draw<'a>(blueprint: &'a Blueprint, setting: &'a Setting, first: &FirstKeys) -> Drawing<'a> {
    let mut drawing = Drawing::new(blueprint, setting, entries::without_doubles(blueprint, first));
    if let Some(section) = &blueprint.connect {
        connect::draw(&mut drawing, section);
    }
    if let Some(section) = &blueprint.sign_in {
        sign_in::draw(&mut drawing, section);
    }
    if let Some(section) = &blueprint.ccp {
        ccp::draw(&mut drawing, section);
    }
    if let Some(section) = &blueprint.appstream {
        appstream::draw(&mut drawing, section);
    }
    drawing
}
