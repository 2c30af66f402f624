//! What others publish and AWS keeps a copy of: whether it still is what was read.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::Target;

use crate::state::{Answers, StoreError};
use headset_kinds::{Address, Cloud, Published, registry};

/// Fetches again what answers point to. Targets whose documents have changed get the new ones, so that whatever follows
/// compares AWS with those.
pub async fn fetch_again(cloud: &dyn Cloud, targets: &mut [Target]) -> BTreeMap<Address, Published> {
    let looks = targets.iter().map(|target| async {
        let kind = registry::kind(&target.address.kind)?;
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
        let Some(document) = new.get("metadata").filter(|_| !kept.is_empty()) else {
            continue;
        };
        kept.insert("metadata".to_owned(), document.clone());
        answers.put(address, &kept)?;
    }
    Ok(())
}
