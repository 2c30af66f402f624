//! The media path over hours: what a single look does not show.

use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use serde::Serialize;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::host::Examiner;
use crate::row::HostCheck;
use crate::settings::Settings;
use crate::target::{Protocol, Target};
use crate::tls;

/// One look at one relay.
#[derive(Debug)]
pub struct Measurement<'a> {
    /// How long after the beginning.
    pub at: Duration,
    /// What was found.
    pub check: &'a HostCheck,
}

/// What became of one relay.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Watched {
    /// The relay.
    pub host: String,
    /// How many times it was looked at.
    pub looks: u32,
    /// How many of them found nothing that came back.
    pub silent: u32,
    /// How many packets were sent, those of looks that found nothing aside.
    pub sent: u32,
    /// How many came back.
    pub answered: u32,
    /// Each look that found something: how many seconds after the beginning, and how many per cent of the packets were lost.
    pub course: Vec<(u64, f64)>,
    /// The worst look: how many seconds after the beginning, and how many per cent of the packets were lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst: Option<(u64, f64)>,
}

impl Watched {
    fn new(host: &str) -> Self {
        Self {
            host: host.to_owned(),
            looks: 0,
            silent: 0,
            sent: 0,
            answered: 0,
            course: Vec::new(),
            worst: None,
        }
    }

    /// Per cent of the packets that were lost.
    pub fn lost_percent(&self) -> f64 {
        match self.sent {
            0 => 0.0,
            sent => f64::from(sent - self.answered) * 100.0 / f64::from(sent),
        }
    }

    fn add(&mut self, at: Duration, check: &HostCheck) {
        self.looks += 1;
        let Some(media) = check.evidence.media.as_ref().filter(|media| media.sent > 0) else {
            self.silent += 1;
            return;
        };
        self.sent += media.sent;
        self.answered += media.answered;
        let lost = media.loss() * 100.0;
        self.course.push((at.as_secs(), lost));
        if self.worst.is_none_or(|(_, worst)| lost > worst) {
            self.worst = Some((at.as_secs(), lost));
        }
    }
}

/// Looks at each media relay of some rows again and again, for this long or until it is asked to stop. Each look is reported at
/// once; what was seen until then is given in either case.
pub async fn watch(
    targets: &[Target],
    settings: &Settings,
    every: Duration,
    whole: Duration,
    stop: impl Future<Output = ()>,
    seen: &dyn Fn(&Measurement<'_>),
) -> Vec<Watched> {
    let mut stop = pin!(stop);
    let examiner = Examiner {
        settings,
        roots: tls::roots(&settings.roots),
    };
    let relays: Vec<(&Target, &String)> = targets
        .iter()
        .filter(|target| target.protocol == Protocol::Stun)
        .flat_map(|target| target.hosts().iter().map(move |host| (target, host)))
        .collect();
    let mut watched: Vec<Watched> = relays.iter().map(|(_, host)| Watched::new(host)).collect();
    let mut random = fastrand::Rng::with_seed(settings.seed);
    let begun = Instant::now();
    let mut ticks = interval(every.max(Duration::from_millis(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    'watching: while !relays.is_empty() {
        tokio::select! {
            biased;
            () = &mut stop => break,
            _ = ticks.tick() => {}
        }
        let at = begun.elapsed();
        if at >= whole {
            break;
        }
        let seeded: Vec<(usize, u64)> = (0..relays.len()).map(|number| (number, random.u64(..))).collect();
        let (examiner, relays) = (&examiner, &relays);
        let looks = seeded.into_iter().map(|(number, seed)| async move {
            let (target, host) = relays[number];
            (number, examiner.examine(target, host, seed).await)
        });
        let mut looks = stream::iter(looks).buffer_unordered(settings.concurrency.max(1));
        loop {
            let look = tokio::select! {
                biased;
                () = &mut stop => break 'watching,
                look = looks.next() => look,
            };
            let Some((number, check)) = look else { break };
            watched[number].add(at, &check);
            seen(&Measurement { at, check: &check });
        }
    }
    watched
}
