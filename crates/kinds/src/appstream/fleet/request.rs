//! What is sent about a fleet.

use headset_core::AwsError;

/// An answer whose content does not matter, to a deletion of something that may be gone already.
pub fn gone<T>(answer: Result<T, AwsError>) -> Result<(), AwsError> {
    match answer {
        Err(error) if !error.is_not_found() => Err(error),
        _ => Ok(()),
    }
}
