//! Things of an instance that people call by their names and Connect by their ids.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use headset_core::{AwsError, Class};

use crate::Aws;

/// Names and ids of an instance that things refer to.
#[async_trait]
pub(super) trait Listed: Send + Sync + Sized + 'static {
    /// All of them, asked of Connect.
    async fn list(aws: &Aws, instance: &str) -> Result<Self, AwsError>;
}

/// The names of an instance, looked up once a run: Connect lets two calls a second through, and every thing that refers to
/// some needs them. `stale` are names that lack something, which are then looked up anew.
pub(super) async fn of<N: Listed>(
    aws: &Aws,
    instance: &str,
    stale: Option<&Arc<N>>,
) -> Result<Arc<N>, AwsError> {
    aws.remembered(instance, stale, || N::list(aws, instance)).await
}

/// What `find` finds in the names; if it finds nothing, in those that there are by now.
///
/// # Errors
/// Those of `find` on the newest names.
pub(super) async fn find<N: Listed, T>(
    aws: &Aws,
    instance: &str,
    find: impl Fn(&N) -> Result<T, AwsError>,
) -> Result<T, AwsError> {
    let names = of(aws, instance, None).await?;
    match find(&names) {
        Ok(found) => Ok(found),
        Err(_) => find(&*of(aws, instance, Some(&names)).await?),
    }
}

/// The name of the thing with this id, of ids by name; the id itself if they do not have it.
pub(super) fn name(ids: &BTreeMap<String, String>, wanted: &str) -> String {
    ids.iter()
        .find(|(_, id)| *id == wanted)
        .map_or_else(|| wanted.to_owned(), |(name, _)| name.clone())
}

/// The id of the thing with this name. `what` such a thing is, and the `operation` that lists them, are for the error.
///
/// # Errors
/// [`Class::Invalid`] names what is not there and lists what is.
pub(super) fn id(
    ids: &BTreeMap<String, String>,
    what: &str,
    operation: &str,
    name: &str,
) -> Result<String, AwsError> {
    ids.get(name).cloned().ok_or_else(|| {
        let names: Vec<&str> = ids.keys().map(String::as_str).collect();
        let message = format!(
            "the instance has no {what} `{name}`; there are: {} (letter case counts)",
            names.join(", ")
        );
        AwsError::new("connect", operation, Class::Invalid, message)
    })
}
