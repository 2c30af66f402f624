//! What everything else is made of: addresses, texts with unknown parts, fields and their differences, findings
//! and errors.
//!
//! Nothing here knows AWS's SDKs, makes a request or writes a file; `text_file` and `secret` read what people wrote.

pub mod address;
pub mod arn;
pub mod beside;
pub mod cidr;
pub mod clock;
pub mod diagnostic;
pub mod endpoint;
pub mod error;
pub mod field;
pub mod kind_id;
pub mod leaf;
pub mod nearest;
pub mod policy;
pub mod revealed;
pub mod seconds;
pub mod secret;
pub mod shell;
pub mod tag;
pub mod template;
pub mod text;
pub mod text_file;
pub mod untold;
pub mod visible;
pub mod words;
pub mod xml;

pub use address::Address;
pub use arn::Arn;
pub use cidr::Cidr;
pub use clock::Clock;
pub use error::{AwsError, Class};
pub use field::{Change, Compare, Diff, Field, FieldChange};
pub use kind_id::{KindId, NoKind};
pub use leaf::Leaf;
pub use revealed::Revealed;
pub use secret::{AtHand, Secret};
pub use text::{Outputs, Text};
