//! A cloud that is newer than this version of Headset: members and values that no model knew, nulls where there were values.

mod lifecycle;
mod reads;
