//! AppStream's errors by meaning. The codes are the model's; the texts are ours, and a client may not rely on them.

use crate::service::Fault;

/// The named thing is not there.
pub(super) fn not_found(kind: &str, name: &str) -> Fault {
    Fault::new(
        "ResourceNotFoundException",
        format!("The {kind} {name} was not found."),
    )
}

/// The name is taken.
pub(super) fn exists(kind: &str, name: &str) -> Fault {
    Fault::new(
        "ResourceAlreadyExistsException",
        format!("The {kind} {name} already exists."),
    )
}

/// Members that contradict each other, one that is missing, or one that is out of range.
///
/// Assumption: appstream.range-code. The model carries no ranges for timeouts, volumes and capacities and
/// declares no validation error: the one declared error about parameters answers for them.
pub(super) fn combination(message: impl Into<String>) -> Fault {
    Fault::new("InvalidParameterCombinationException", message)
}

/// Something else needs the thing, or it is in a state where this attribute cannot change.
pub(super) fn in_use(message: impl Into<String>) -> Fault {
    Fault::new("ResourceInUseException", message)
}

/// Not in this state.
pub(super) fn not_permitted(message: impl Into<String>) -> Fault {
    Fault::new("OperationNotPermittedException", message)
}

/// It exists but cannot be used (yet).
pub(super) fn not_available(message: impl Into<String>) -> Fault {
    Fault::new("ResourceNotAvailableException", message)
}

/// The image cannot be combined with the rest of the call.
pub(super) fn incompatible(message: impl Into<String>) -> Fault {
    Fault::new("IncompatibleImageException", message)
}

/// A quota is used up.
pub(super) fn limit(message: impl Into<String>) -> Fault {
    Fault::new("LimitExceededException", message)
}
