//! How long the whole process takes for what people do all the time: medians over many runs, as figures.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 41;

fn median(arguments: &[&str]) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            let status = Command::new(env!("CARGO_BIN_EXE_headset"))
                .args(arguments)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .expect("the program starts");
            assert!(status.success(), "{arguments:?} fails");
            started.elapsed()
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}

fn nothing() -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            drop(Command::new("true").status());
            started.elapsed()
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}

#[expect(clippy::print_stdout, reason = "figures are what a benchmark is for")]
fn main() {
    let blueprint = concat!(env!("CARGO_MANIFEST_DIR"), "/blueprints/split-ccp.yaml");
    let base = nothing();
    println!(
        "{:<34} {:>8} {:>8} {:>8}",
        "whole process, median of 41", "ms", "limit", "x true"
    );
    println!(
        "{:<34} {:>8.1} {:>8} {:>8.1}",
        "true (starting any process)",
        base.as_secs_f64() * 1e3,
        "",
        1.0
    );
    for (name, arguments, limit) in [
        ("headset --version", vec!["--version"], 20),
        ("headset validate split-ccp.yaml", vec!["validate", blueprint], 30),
    ] {
        let time = median(&arguments);
        let ratio = time.as_secs_f64() / base.as_secs_f64();
        println!(
            "{name:<34} {:>8.1} {limit:>8} {ratio:>8.1}",
            time.as_secs_f64() * 1e3
        );
    }
}
