//! What the calls of one attempt to make a thing have come to.
//!
//! A call that AWS refuses proves that nothing was made only if no call before it has changed anything, and each of them had an
//! answer.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use headset_core::{AwsError, Class};
use headset_kinds::cloud::NotMade;

use super::told::is_read;

tokio::task_local! {
    static ATTEMPT: Attempt;
}

#[derive(Debug, Default)]
struct Attempt {
    /// Calls that have changed something.
    done: AtomicU32,
    /// Whether one had no answer.
    is_unsure: AtomicBool,
}

/// Makes a thing, in as many calls as that takes.
pub(super) async fn attempt<T>(work: impl Future<Output = Result<T, AwsError>>) -> Result<T, NotMade> {
    let in_part = || {
        ATTEMPT.with(|attempt| {
            attempt.done.load(Ordering::Relaxed) > 0 || attempt.is_unsure.load(Ordering::Relaxed)
        })
    };
    let work = async {
        work.await.map_err(|error| NotMade {
            error,
            in_part: in_part(),
        })
    };
    ATTEMPT.scope(Attempt::default(), work).await
}

/// Notes how one call has ended.
pub(super) fn note(service: &str, operation: &str, error: Option<&AwsError>) {
    if is_read(service, operation) {
        return;
    }
    let note = |attempt: &Attempt| match error.map(|error| error.class) {
        None => drop(attempt.done.fetch_add(1, Ordering::Relaxed)),
        Some(class) if class.is_refusal() || class == Class::AlreadyThere => {}
        Some(_) => attempt.is_unsure.store(true, Ordering::Relaxed),
    };
    // What is no attempt to make a thing is not noted.
    ATTEMPT.try_with(note).unwrap_or_default();
}

/// The last call had an answer like one that succeeds, and changed nothing: all of its parts were refused, or it was a dry run.
pub(super) fn changed_nothing() {
    let undo = |attempt: &Attempt| attempt.done.fetch_sub(1, Ordering::Relaxed);
    ATTEMPT.try_with(undo).unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSED: Class = Class::Invalid;

    fn end(class: Option<Class>) -> Option<AwsError> {
        class.map(|class| AwsError::new("s3", "PutBucketPolicy", class, "no"))
    }

    #[tokio::test]
    async fn only_a_refusal_of_the_first_call_proves_that_nothing_was_made() {
        let made = None;
        let lost = Some(Class::Transient);
        for (before, in_part) in [
            (&[][..], false),
            (&[("GetBucketPolicy", made)][..], false),
            (&[("GetBucketPolicy", lost)][..], false),
            (&[("CreateBucket", Some(Class::Throttled))][..], false),
            (&[("CreateBucket", Some(Class::AlreadyThere))][..], false),
            (&[("CreateBucket", made)][..], true),
            (&[("CreateBucket", lost)][..], true),
            (&[("CreateBucket", Some(Class::Unproven))][..], true),
            (
                &[("CreateBucket", lost), ("CreateBucket", Some(REFUSED))][..],
                true,
            ),
        ] {
            let ended = attempt(async {
                for (operation, class) in before {
                    note("s3", operation, end(*class).as_ref());
                }
                let refusal = end(Some(REFUSED)).unwrap();
                note("s3", "PutBucketPolicy", Some(&refusal));
                Err::<(), _>(refusal)
            });
            assert_eq!(ended.await.unwrap_err().in_part, in_part, "{before:?}");
        }
    }

    #[tokio::test]
    async fn an_answer_that_refuses_all_parts_is_a_refusal() {
        let ended = attempt(async {
            note("appstream", "BatchAssociateUserStack", None);
            changed_nothing();
            Err::<(), _>(end(Some(REFUSED)).unwrap())
        });
        assert!(!ended.await.unwrap_err().in_part);
    }
}
