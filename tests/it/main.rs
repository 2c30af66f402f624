//! The one integration binary. Each module is one way of holding Headset to its promises.

mod broken;
mod conformance;
mod foreign;
mod kill;
mod kinds_appstream;
mod kinds_connect;
mod life;
mod planner;
mod support;
mod tidy;
