//! The engine's time: the one place that asks what time it is and the one way to wait.

use std::time::Duration;

use jiff::Timestamp;

/// Wall time, or the time of a simulation.
#[derive(Clone, Debug)]
pub struct Clock {
    origin: Option<(Timestamp, tokio::time::Instant, f64)>,
}

impl Clock {
    /// The wall clock.
    pub fn wall() -> Clock {
        Clock { origin: None }
    }

    /// A clock that reads `origin` now and follows tokio's time, `speed` seconds a second. With tokio's time
    /// paused, a sleep costs nothing: time jumps as soon as every task waits.
    pub fn simulated(origin: Timestamp, speed: f64) -> Clock {
        Clock {
            origin: Some((origin, tokio::time::Instant::now(), speed)),
        }
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        match &self.origin {
            None => Timestamp::now(),
            Some((origin, started, speed)) => {
                let elapsed = started.elapsed().mul_f64(*speed);
                let elapsed = jiff::SignedDuration::try_from(elapsed).unwrap_or_default();
                origin.checked_add(elapsed).unwrap_or(Timestamp::MAX)
            }
        }
    }

    /// Waits.
    pub async fn sleep(&self, span: Duration) {
        let speed = self.origin.as_ref().map_or(1.0, |(_, _, speed)| *speed);
        tokio::time::sleep(span.div_f64(speed)).await;
    }
}
