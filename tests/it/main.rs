//! The one integration binary. Each module is one way of holding Headset to its promises.

mod planner;
mod tidy;
