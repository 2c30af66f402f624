//! All rows, some hosts at a time.

use futures_util::StreamExt;
use futures_util::stream;

use crate::cause::{Cause, Verdict};
use crate::host::Examiner;
use crate::row::Row;
use crate::settings::{Limits, Settings};
use crate::target::Target;
use crate::tls;

/// A host was tried.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// How many are done, this one included.
    pub done: usize,
    /// Of how many.
    pub of: usize,
    /// The host.
    pub host: &'a str,
    /// What was found.
    pub verdict: Verdict,
}

/// Tries all rows, and gives them in the same order. Each host that is done is reported at once.
pub async fn check(targets: &[Target], settings: &Settings, progress: &dyn Fn(Progress<'_>)) -> Vec<Row> {
    let examiner = Examiner {
        settings,
        roots: tls::roots(&settings.roots),
    };
    let mut random = fastrand::Rng::with_seed(settings.seed);
    let mut jobs = Vec::new();
    for (row, target) in targets
        .iter()
        .enumerate()
        .filter(|(_, target)| target.can_be_tried())
    {
        for (place, host) in target.hosts().iter().enumerate() {
            jobs.push((row, place, target, host, random.u64(..)));
        }
    }
    let of = jobs.len();
    let examiner = &examiner;
    let examined = jobs
        .into_iter()
        .map(|(row, place, target, host, seed)| async move {
            (row, place, examiner.examine(target, host, seed).await)
        });
    let mut examined = stream::iter(examined).buffer_unordered(settings.concurrency.max(1));
    let mut found = Vec::new();
    while let Some((row, place, host)) = examined.next().await {
        progress(Progress {
            done: found.len() + 1,
            of,
            host: &host.host,
            verdict: host.verdict,
        });
        found.push((row, place, host));
    }
    found.sort_by_key(|(row, place, _)| (*row, *place));
    let mut found = found.into_iter().peekable();
    let rows = targets.iter().enumerate();
    rows.map(|(number, target)| {
        let mut hosts = Vec::new();
        while let Some((_, _, host)) = found.next_if(|(row, _, _)| *row == number) {
            hosts.push(host);
        }
        Row::new(target, hosts)
    })
    .collect()
}

/// That the clock of this machine is wrong: by the middle of what hosts say whose certificates are good.
///
/// A row may be open for all that: certificates last for months, and signatures for minutes.
pub fn clock(rows: &[Row], limits: Limits) -> Option<Cause> {
    let hosts = rows.iter().flat_map(|row| &row.hosts);
    let good = hosts.filter(|host| {
        host.evidence
            .tls
            .as_ref()
            .is_some_and(|tls| tls.distrusted.is_none())
    });
    let mut ahead: Vec<i64> = good
        .filter_map(|host| host.evidence.http.as_ref()?.ahead_seconds)
        .collect();
    ahead.sort_unstable();
    let middle = *ahead.get(ahead.len() / 2)?;
    (middle.unsigned_abs() > limits.skew.as_secs()).then_some(Cause::ClockWrong {
        ahead_seconds: middle,
    })
}
