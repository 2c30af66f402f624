//! Whom a rule of a managed security group is about.

use crate::at::At;
use crate::limits;
use crate::reader::{Item, Reader};
use crate::table::Shape;
use headset_core::Cidr;
use headset_core::cidr::NoCidr;

/// A range of addresses, or a prefix list.
pub(super) const PEER: Shape = Shape::Either(&[
    Shape::Pattern(&limits::CIDR),
    Shape::Pattern(&limits::PREFIX_LIST),
]);

/// Addresses as EC2 keeps them: another spelling would be drift for ever.
pub(super) fn peer(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<At<String>> {
    let text = reader.any_text(item)?;
    if limits::PREFIX_LIST.accepts(&text.value) {
        return Some(text);
    }
    let why = match Cidr::parse(&text.value) {
        Ok(range) if range.is_v4() => return Some(text),
        Ok(_) => "A managed security group has rules of IP version 4: write such a range.".to_owned(),
        Err(NoCidr::Address(range) | NoCidr::HostBits(range)) => format!("Write `{range}`."),
        Err(NoCidr::Malformed) => {
            format!(
                "It must be {}, or {}.",
                limits::CIDR.rule,
                limits::PREFIX_LIST.rule
            )
        }
    };
    reader.bad_value(&item.path, &text.value, text.place, &why);
    None
}
