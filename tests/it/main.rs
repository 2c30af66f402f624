//! The one integration binary. Each module is one way of holding Headset to its promises.

mod kinds_appstream;
mod kinds_connect;
mod planner;
mod tidy;
