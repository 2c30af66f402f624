//! How busy a machine is, and with what, over time.

use std::collections::BTreeMap;
use std::fs;
use std::pin::pin;
use std::time::Duration;

use serde::Serialize;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use super::command::said;

/// How many programs are named.
const NAMED: usize = 3;
/// How long processes are watched for a look.
const LOOK: Duration = Duration::from_secs(1);
/// In this unit, Linux counts the time of a process: a hundredth of a second, on every machine that is in use.
const TICK: f64 = 0.01;

/// How busy a machine is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Load {
    /// Per cent of all its processors; none if the system does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<f64>,
    /// The busiest programs, each with its per cent of one processor.
    pub busiest: Vec<(String, f64)>,
}

/// How busy it was over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Loads {
    /// Each look: how many seconds after the beginning, and per cent.
    pub course: Vec<(u64, f64)>,
    /// The worst look.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst: Option<(u64, Load)>,
}

impl Loads {
    fn add(&mut self, at: Duration, load: Load) {
        let Some(percent) = load.percent else {
            return;
        };
        self.course.push((at.as_secs(), percent));
        let is_worse = |worst: &(u64, Load)| worst.1.percent.is_none_or(|before| percent > before);
        if self.worst.as_ref().is_none_or(is_worse) {
            self.worst = Some((at.as_secs(), load));
        }
    }
}

/// Looks again and again, for this long or until it is asked to stop.
pub async fn loads(every: Duration, whole: Duration, stop: impl Future<Output = ()>) -> Loads {
    let mut stop = pin!(stop);
    let mut found = Loads::default();
    let begun = Instant::now();
    let mut ticks = interval(every.max(Duration::from_millis(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = &mut stop => break,
            _ = ticks.tick() => {}
        }
        let at = begun.elapsed();
        if at >= whole {
            break;
        }
        tokio::select! {
            biased;
            () = &mut stop => break,
            load = load() => found.add(at, load),
        }
    }
    found
}

/// How busy this machine is now.
async fn load() -> Load {
    if cfg!(target_os = "windows") {
        let told = said(
            "powershell",
            &["-NoProfile", "-NonInteractive", "-Command", WINDOWS],
        )
        .await;
        return of_lines(&told.unwrap_or_default());
    }
    if cfg!(target_os = "macos") {
        let told = said("ps", &["-Aceo", "pcpu=,comm="]).await.unwrap_or_default();
        return of_ps(&told, processors());
    }
    let before = times();
    sleep(LOOK).await;
    between(&before, &times(), LOOK, processors())
}

/// Windows' own counters: the whole first, then a line for each program.
const WINDOWS: &str = "(Get-CimInstance Win32_Processor | Measure-Object LoadPercentage -Average).Average; \
    Get-CimInstance Win32_PerfFormattedData_PerfProc_Process | Where-Object { @('_Total', 'Idle') -notcontains $_.Name } | \
    Sort-Object PercentProcessorTime -Descending | Select-Object -First 3 | \
    ForEach-Object { '' + $_.PercentProcessorTime + ' ' + $_.Name }";

fn processors() -> f64 {
    std::thread::available_parallelism()
        .map_or(1.0, |count| f64::from(u32::try_from(count.get()).unwrap_or(1)))
}

/// The whole in the first line, and a program in each of the others.
fn of_lines(text: &str) -> Load {
    let mut lines = text.lines().map(str::trim);
    let percent = lines.next().and_then(|first| first.parse().ok());
    Load {
        percent,
        busiest: lines.filter_map(program).collect(),
    }
}

fn program(line: &str) -> Option<(String, f64)> {
    let (percent, name) = line.trim().split_once(' ')?;
    Some((name.trim().to_owned(), percent.replace(',', ".").parse().ok()?))
}

/// What `ps` prints: a line for each program.
fn of_ps(text: &str, processors: f64) -> Load {
    let mut programs: Vec<(String, f64)> = text.lines().filter_map(program).collect();
    let sum: f64 = programs.iter().map(|(_, percent)| percent).sum();
    programs.sort_by(|a, b| b.1.total_cmp(&a.1));
    programs.truncate(NAMED);
    Load {
        percent: (!programs.is_empty()).then(|| (sum / processors).min(100.0)),
        busiest: programs,
    }
}

/// The ticks of each process that there is, with its name.
fn times() -> BTreeMap<u32, (String, u64)> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return BTreeMap::new();
    };
    let processes = entries.flatten().filter_map(|entry| {
        let id: u32 = entry.file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        Some((id, ticks(&stat)?))
    });
    processes.collect()
}

/// The name and the ticks of a process: `1234 (name) S ...`, where a name may hold anything.
fn ticks(stat: &str) -> Option<(String, u64)> {
    let (before, after) = stat.rsplit_once(')')?;
    let name = before.split_once('(')?.1;
    let columns: Vec<&str> = after.split_whitespace().collect();
    // Of all columns the 14th and 15th: the time in the program itself and in the kernel.
    let time = |at: usize| columns.get(at)?.parse::<u64>().ok();
    Some((name.to_owned(), time(11)? + time(12)?))
}

fn between(
    before: &BTreeMap<u32, (String, u64)>,
    after: &BTreeMap<u32, (String, u64)>,
    span: Duration,
    processors: f64,
) -> Load {
    let mut programs: BTreeMap<&str, f64> = BTreeMap::new();
    for (id, (name, ticks)) in after {
        let begun = before.get(id).map_or(*ticks, |(_, ticks)| *ticks);
        let seconds = f64::from(u32::try_from(ticks.saturating_sub(begun)).unwrap_or(u32::MAX)) * TICK;
        *programs.entry(name).or_default() += seconds / span.as_secs_f64() * 100.0;
    }
    let sum: f64 = programs.values().sum();
    let mut busiest: Vec<(String, f64)> = programs
        .into_iter()
        .filter(|(_, percent)| *percent > 0.0)
        .map(|(name, percent)| (name.to_owned(), percent))
        .collect();
    busiest.sort_by(|a, b| b.1.total_cmp(&a.1));
    busiest.truncate(NAMED);
    Load {
        percent: (!after.is_empty()).then(|| (sum / processors).min(100.0)),
        busiest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_programs_are_those_that_took_time_meanwhile() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 1 0 0 0 150 50 0 0 20 0 1 0 5 0 0";
        assert_eq!(ticks(stat), Some(("a) b".to_owned(), 200)));
        let at = |one: u64, other: u64| {
            BTreeMap::from([
                (1, ("browser".to_owned(), one)),
                (2, ("browser".to_owned(), one)),
                (3, ("idle".to_owned(), other)),
            ])
        };
        let load = between(&at(100, 7), &at(150, 7), Duration::from_secs(1), 4.0);
        assert_eq!(load.busiest, [("browser".to_owned(), 100.0)]);
        assert_eq!(load.percent, Some(25.0));
        assert_eq!(
            between(&BTreeMap::new(), &BTreeMap::new(), LOOK, 1.0).percent,
            None
        );
    }

    #[test]
    fn other_systems_say_it_in_lines() {
        let windows = of_lines("37\r\n25 chrome\r\n4 Teams\r\n");
        assert_eq!(windows.percent, Some(37.0));
        assert_eq!(windows.busiest[0], ("chrome".to_owned(), 25.0));
        let mac = of_ps("  1.0 a\n 99.0 Google Chrome\n  0.0 b\n", 4.0);
        assert_eq!(
            (mac.percent, mac.busiest[0].0.as_str()),
            (Some(25.0), "Google Chrome")
        );
    }

    #[tokio::test]
    async fn a_watch_that_is_stopped_keeps_what_it_has() {
        let hour = Duration::from_secs(3600);
        let found = loads(hour, hour, std::future::ready(())).await;
        assert_eq!(found, Loads::default());
    }
}
