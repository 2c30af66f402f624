//! The two ways in which a program is asked to stop: Ctrl-C, and what a process manager or a CI runner sends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How many runs listen for signals by themselves: they finish what they have begun. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Followed(Arc<AtomicUsize>);

impl Followed {
    /// A run listens from now on, until what this returns is dropped.
    pub(super) fn by_a_run(&self) -> Listens {
        self.0.fetch_add(1, Ordering::Relaxed);
        Listens(Arc::clone(&self.0))
    }

    /// Waits for a request to stop while no run listens: then nothing is in flight that has to be finished.
    pub(super) async fn by_no_run(&self) {
        let mut signals = Signals::new();
        loop {
            signals.next().await;
            if self.0.load(Ordering::Relaxed) == 0 {
                return;
            }
        }
    }
}

/// A run that listens.
#[derive(Debug)]
pub(super) struct Listens(Arc<AtomicUsize>);

impl Drop for Listens {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Listens from the moment it is made: nothing that comes later is lost.
#[derive(Debug)]
pub(super) struct Signals {
    #[cfg(unix)]
    interrupt: Option<Signal>,
    #[cfg(unix)]
    terminate: Option<Signal>,
}

impl Signals {
    /// Begins to listen. Where there are no signals, no request comes.
    pub(super) fn new() -> Signals {
        Signals {
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt()).ok(),
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate()).ok(),
        }
    }

    /// Waits for the next request.
    pub(super) async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            () = received(&mut self.interrupt) => {}
            () = received(&mut self.terminate) => {}
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(unix)]
async fn received(signal: &mut Option<Signal>) {
    let came = match signal {
        Some(signal) => signal.recv().await,
        None => None,
    };
    if came.is_none() {
        std::future::pending::<()>().await;
    }
}
