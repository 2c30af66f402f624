//! Whether a service looks at the conditions of writes: without that, two runs could both think that they hold a lease.

use headset_core::{AwsError, Class};
use headset_kinds::objects::{Objects, When, Written};

/// What the keys of objects begin with by which the service is probed.
const PROBE: &str = "probe-";
/// How often it is probed before it counts as one that does not look at conditions.
const PROBES: usize = 3;

/// Makes sure that the service refuses a write whose condition does not hold, with objects below `base`.
pub(super) async fn check(objects: &dyn Objects, base: &str) -> Result<(), AwsError> {
    for _ in 0..PROBES {
        if refuses_what_does_not_hold(objects, base).await? {
            return tidy_up(objects, base).await;
        }
    }
    let why = "it takes writes whose condition (If-None-Match, If-Match) does not hold, so that two runs could change \
               one environment at the same time";
    Err(AwsError::own(Class::Invalid, why))
}

/// Probes it by an object of its own. Another run that tidies up may remove that meanwhile, which looks as if the
/// condition had not been looked at.
async fn refuses_what_does_not_hold(objects: &dyn Objects, base: &str) -> Result<bool, AwsError> {
    let key = format!("{base}{PROBE}{}", uuid::Uuid::new_v4());
    let second = match objects.put(&key, b"1".to_vec(), &When::Absent).await? {
        Written::Done(_) => objects.put(&key, b"2".to_vec(), &When::Absent).await,
        Written::Refused => Ok(Written::Refused),
    };
    let stale = When::Unchanged("\"00000000000000000000000000000000\"".to_owned());
    let third = objects.put(&key, b"3".to_vec(), &stale).await;
    let removed = objects.delete(&key).await;
    let both = [second?, third?];
    removed?;
    Ok(both.iter().all(|written| *written == Written::Refused))
}

/// Removes what runs have left that died while they probed the service.
async fn tidy_up(objects: &dyn Objects, base: &str) -> Result<(), AwsError> {
    for key in objects.list(&format!("{base}{PROBE}")).await? {
        objects.delete(&key).await?;
    }
    Ok(())
}
