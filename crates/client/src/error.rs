//! What a service refuses, as the SDKs' traits describe it.

use std::fmt;

use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;

/// An error that a service answered with: its code, its message and the id of the request.
///
/// Whether a code is in the service's model makes no difference: programs decide by the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceError {
    meta: ErrorMetadata,
}

impl ServiceError {
    pub(crate) fn new(
        code: Option<String>,
        message: Option<String>,
        request_id: Option<&str>,
    ) -> ServiceError {
        let mut meta = ErrorMetadata::builder();
        if let Some(code) = code {
            meta = meta.code(code);
        }
        if let Some(message) = message {
            meta = meta.message(message);
        }
        if let Some(id) = request_id {
            // The key under which the SDKs keep it.
            meta = meta.custom("aws_request_id", id);
        }
        ServiceError { meta: meta.build() }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.meta.code(), self.meta.message()) {
            (Some(code), Some(message)) => write!(f, "{code}: {message}"),
            (Some(code), None) => f.write_str(code),
            (None, Some(message)) => f.write_str(message),
            (None, None) => f.write_str("the service answered with an error that names no code"),
        }
    }
}

impl std::error::Error for ServiceError {}

impl ProvideErrorMetadata for ServiceError {
    fn meta(&self) -> &ErrorMetadata {
        &self.meta
    }
}

impl RequestId for ServiceError {
    fn request_id(&self) -> Option<&str> {
        self.meta.request_id()
    }
}
