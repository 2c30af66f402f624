//! What a service answers: an output or a fault.

use bytes::Bytes;
use serde_json::Value;

/// What a service answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Answer {
    /// The output structure, members by AWS's names (same conventions as [`Call::input`]). Members that
    /// the model binds to headers (S3's `ETag`, `ContentType`, ...) are given here too; the codec moves them.
    pub output: Value,
    /// The streamed payload (`GetObject`).
    pub body: Option<Bytes>,
    /// The HTTP status when it differs from the model's.
    pub status: Option<u16>,
}

impl Answer {
    /// An answer with this output structure.
    pub(crate) fn of(output: Value) -> Answer {
        Answer {
            output,
            body: None,
            status: None,
        }
    }

    /// The same answer with an HTTP status that differs from the model's.
    pub(crate) fn with_status(mut self, status: u16) -> Answer {
        self.status = Some(status);
        self
    }

    /// An answer without members.
    pub(crate) fn empty() -> Answer {
        Answer::of(Value::Object(serde_json::Map::new()))
    }
}

/// An error as AWS would answer it. The codec looks up the HTTP status in the model by the code;
/// `status` is only for codes that no model declares.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// AWS's error code on the wire, such as `ResourceNotFoundException` or `NoSuchEntity`.
    pub code: String,
    /// The message.
    ///
    /// Assumption: wire.messages. The wording is the simulator's own: a client may not depend on it.
    pub message: String,
    /// The HTTP status where the model has none.
    pub status: Option<u16>,
    /// Further members of the error structure (`BucketRegion`, `Reason`, ...). For S3 also headers: names that begin with
    /// `x-amz-`, and `header:` and the name of any other.
    pub members: Value,
}

impl Fault {
    /// A fault with a code that AWS's model declares for the operation.
    pub fn new(code: &str, message: impl Into<String>) -> Fault {
        Fault {
            code: code.to_owned(),
            message: message.into(),
            status: None,
            members: Value::Null,
        }
    }

    /// The same fault with an explicit HTTP status.
    pub fn with_status(mut self, status: u16) -> Fault {
        self.status = Some(status);
        self
    }

    /// The answer to an operation that the simulator does not have: HTTP 501, by name.
    pub fn not_implemented(service: &str, operation: &str) -> Fault {
        Fault::new(
            "NotImplemented",
            format!("the simulator does not implement {service}:{operation}"),
        )
        .with_status(501)
    }
}
