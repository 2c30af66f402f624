//! What others publish and AWS keeps a copy of: whether it still is what was read.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::Target;

use crate::state::{Answers, StoreError};
use headset_core::diagnostic::Diagnostic;
use headset_kinds::idp::answers;
use headset_kinds::{Address, Cloud, Published, registry};

/// Fetches again what answers point to. Targets whose documents have changed get the new ones, so that all that follows
/// compares AWS with those.
pub async fn fetch_again(cloud: &dyn Cloud, targets: &mut [Target]) -> BTreeMap<Address, Published> {
    let looks = targets.iter().map(|target| async {
        let kind = registry::kind(target.address.kind);
        cloud.published(kind, &target.answers).await
    });
    let mut found = BTreeMap::new();
    for (published, target) in join_all(looks).await.into_iter().zip(targets) {
        let Some(published) = published else {
            continue;
        };
        if let Published::Changed { answers, .. } = &published {
            target.answers.clone_from(answers);
        }
        found.insert(target.address.clone(), published);
    }
    found
}

/// Keeps what was fetched again with the answers, in place of what was read before.
///
/// # Errors
/// If answers cannot be read or written.
pub fn keep(published: &BTreeMap<Address, Published>, answers: &Answers) -> Result<(), StoreError> {
    for (address, published) in published {
        let Published::Changed { answers: new, .. } = published else {
            continue;
        };
        let mut kept = answers.get(address)?;
        let Some(document) = new.get(answers::METADATA).filter(|_| !kept.is_empty()) else {
            continue;
        };
        kept.insert(answers::METADATA.to_owned(), document.clone());
        answers.put(address, &kept)?;
    }
    Ok(())
}

/// Findings about documents that are no longer what was read, and about those that could not be fetched again.
pub fn changed_documents(published: &BTreeMap<Address, Published>) -> Vec<Diagnostic> {
    published
        .iter()
        .filter_map(|(address, published)| match published {
            Published::Same { .. } => None,
            Published::Changed { what, url, .. } => Some(
                Diagnostic::warning("metadata-changed", format!("{address}: {what}"))
                    .help("apply gives it to IAM; if that is not what you want, use `--offline`")
                    .note(format!("it was fetched from {url}")),
            ),
            Published::Unknown { error, .. } => Some(
                Diagnostic::warning(
                    "metadata-unknown",
                    format!(
                        "{address}: its metadata could not be fetched again, so Headset uses what it read before: {}",
                        error.message
                    ),
                )
                .help("check whether the address is still right; with `--offline`, Headset does not fetch it"),
            ),
        })
        .collect()
}
