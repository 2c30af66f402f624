//! Shared polling: all who wait for things of one kind are answered by one look.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::survey;
use headset_core::AwsError;
use headset_kinds::{Cloud, KindId, Lookup, Observation};

/// How long the first to ask waits for others to join. Far below the shortest interval between two looks.
const GATHER: Duration = Duration::from_millis(40);

/// A question, and where its answer goes.
type Asked = (Lookup, oneshot::Sender<Observation>);

/// Reads single resources, many at a time.
#[derive(Debug, Default)]
pub(super) struct Reader {
    queues: Mutex<BTreeMap<KindId, Vec<Asked>>>,
}

impl Reader {
    /// Looks for one thing now.
    pub(super) async fn read(&self, cloud: &dyn Cloud, lookup: Lookup) -> Observation {
        let kind = lookup.address.kind;
        let fallback = lookup.clone();
        let (send, receive) = oneshot::channel();
        let first = {
            let mut queues = self
                .queues
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner());
            let queue = queues.entry(kind).or_default();
            queue.push((lookup, send));
            queue.len() == 1
        };
        if first {
            cloud.clock().sleep(GATHER).await;
            let asked = {
                let mut queues = self
                    .queues
                    .lock()
                    .unwrap_or_else(|poisoned| poisoned.into_inner());
                queues.remove(&kind).unwrap_or_default()
            };
            let (lookups, senders): (Vec<Lookup>, Vec<_>) = asked.into_iter().unzip();
            let observations = survey::observe(cloud, kind, &lookups).await;
            for (observation, sender) in observations.into_iter().zip(senders) {
                // The caller may have been interrupted meanwhile.
                drop(sender.send(observation));
            }
        }
        match receive.await {
            Ok(observation) => observation,
            // The one who looked for us was cut off: look for ourselves.
            Err(_) => survey::observe(cloud, kind, &[fallback])
                .await
                .pop()
                .unwrap_or_else(|| Observation::Unknown(AwsError::bug("it was not looked at"))),
        }
    }
}
