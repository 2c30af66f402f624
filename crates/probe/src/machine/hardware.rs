//! Processor, memory, browsers and sound.

use std::fs;

use super::browser;
use super::command::said;
use super::fact::{Fact, Fitness};
use crate::settings::Newest;

const CPU: (&str, &str) = ("processor", "2 GHz");
const MEMORY: (&str, &str) = ("memory", "2 GB");
const AUDIO: (&str, &str) = (
    "audio devices",
    "a microphone and a loudspeaker, best in one headset",
);

/// Megahertz of 2 GHz.
const LEAST_MHZ: f64 = 2000.0;

/// A machine of 2 GB shows less: firmware and graphics keep a part.
const LEAST_BYTES: f64 = 1.8e9;

/// Everything of it, on this system. `windows` has what Windows says, if this is one.
pub(super) async fn facts(windows: Option<&Told>, newest: &[Newest]) -> Vec<Fact> {
    let (mhz, bytes) = match windows {
        Some(told) => (told.number("mhz"), told.number("bytes")),
        None if cfg!(target_os = "macos") => {
            let hertz = number(said("sysctl", &["-n", "hw.cpufrequency_max"]).await);
            let bytes = number(said("sysctl", &["-n", "hw.memsize"]).await);
            (hertz.map(|hertz| hertz / 1e6), bytes)
        }
        None => {
            let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
            let most = read("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq");
            (mhz(&most, &read("/proc/cpuinfo")), bytes(&read("/proc/meminfo")))
        }
    };
    let browsers = match windows {
        Some(told) => told.texts("browser"),
        None => browsers().await,
    };
    let audio = match windows {
        Some(told) => told.texts("audio"),
        None => audio().await,
    };
    vec![
        processor(mhz),
        memory(bytes),
        browser::fact(&browsers, newest),
        sound(&audio, windows.is_some()),
    ]
}

/// What a program of Windows said: `key=value`, a line each.
#[derive(Clone, Debug, Default)]
pub(super) struct Told(Vec<(String, String)>);

impl Told {
    pub(super) fn read(text: &str) -> Self {
        let pairs = text.lines().filter_map(|line| line.trim().split_once('='));
        Self(
            pairs
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
        )
    }

    pub(super) fn texts(&self, key: &str) -> Vec<String> {
        let of = self
            .0
            .iter()
            .filter(|(known, value)| known == key && !value.is_empty());
        of.map(|(_, value)| value.clone()).collect()
    }

    fn number(&self, key: &str) -> Option<f64> {
        self.texts(key).first()?.parse().ok()
    }
}

fn number(text: Option<String>) -> Option<f64> {
    text?.trim().parse().ok()
}

fn processor(mhz: Option<f64>) -> Fact {
    let (about, needed) = CPU;
    match mhz {
        None => Fact::unknown(about, needed),
        Some(mhz) => {
            let fitness = match mhz >= LEAST_MHZ {
                true => Fitness::Enough,
                false => Fitness::Short,
            };
            Fact::new(about, needed, format!("{:.1} GHz", mhz / 1000.0), fitness)
        }
    }
}

fn memory(bytes: Option<f64>) -> Fact {
    let (about, needed) = MEMORY;
    match bytes {
        None => Fact::unknown(about, needed),
        Some(bytes) => {
            let fitness = match bytes >= LEAST_BYTES {
                true => Fitness::Enough,
                false => Fitness::Short,
            };
            Fact::new(about, needed, format!("{:.1} GB", bytes / 1e9), fitness)
        }
    }
}

fn sound(found: &[String], is_windows: bool) -> Fact {
    let (about, needed) = AUDIO;
    let is_told = is_windows || cfg!(any(target_os = "linux", target_os = "macos"));
    match (found.is_empty(), is_told) {
        (false, _) => Fact::new(about, needed, found.join(", "), Fitness::Enough),
        (true, true) => Fact::new(about, needed, "none", Fitness::Short),
        (true, false) => Fact::unknown(about, needed),
    }
}

/// The most that the processor of a Linux machine runs at. What it runs at now may be less.
fn mhz(most_khz: &str, cpuinfo: &str) -> Option<f64> {
    if let Ok(khz) = most_khz.trim().parse::<f64>() {
        return Some(khz / 1000.0);
    }
    let values = |key: &'static str| {
        cpuinfo.lines().filter_map(move |line| {
            let (name, value) = line.split_once(':')?;
            (name.trim() == key).then(|| value.trim())
        })
    };
    let of_name = values("model name").find_map(|name| {
        let (_, speed) = name.rsplit_once("@ ")?;
        speed.strip_suffix("GHz")?.trim().parse::<f64>().ok()
    });
    let now = values("cpu MHz").filter_map(|mhz| mhz.parse::<f64>().ok());
    let now = now.fold(0.0, f64::max);
    of_name
        .map(|ghz| ghz * 1000.0)
        .or_else(|| (now >= LEAST_MHZ).then_some(now))
}

/// The memory of a Linux machine.
fn bytes(meminfo: &str) -> Option<f64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kb: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kb * 1024.0)
}

/// The browsers that are there, each with its version.
async fn browsers() -> Vec<String> {
    const MAC: [&str; 3] = ["Google Chrome", "Microsoft Edge", "Firefox"];
    const LINUX: [&str; 4] = ["google-chrome", "chromium", "microsoft-edge", "firefox"];
    let mut found = Vec::new();
    if cfg!(target_os = "macos") {
        for name in MAC {
            let place = format!("/Applications/{name}.app/Contents/Info");
            let version = said("defaults", &["read", &place, "CFBundleShortVersionString"]).await;
            found.extend(version.map(|version| format!("{name} {version}")));
        }
    } else if cfg!(target_os = "linux") {
        for program in LINUX {
            let version = said(program, &["--version"]).await;
            found.extend(version.and_then(|text| Some(text.lines().last()?.trim().to_owned())));
        }
    }
    found
}

/// The sound cards and devices that are there.
async fn audio() -> Vec<String> {
    if cfg!(target_os = "macos") {
        let said = said("system_profiler", &["SPAudioDataType"])
            .await
            .unwrap_or_default();
        return devices_of_mac(&said);
    }
    cards(&fs::read_to_string("/proc/asound/cards").unwrap_or_default())
}

/// The names of `/proc/asound/cards`: `0 [PCH ]: HDA-Intel - HDA Intel PCH`.
fn cards(text: &str) -> Vec<String> {
    let names = text.lines().filter_map(|line| {
        let (number, rest) = line.split_once(']')?;
        let is_card = number.trim_start().starts_with(|c: char| c.is_ascii_digit());
        let name = rest.rsplit_once(" - ")?.1.trim();
        is_card.then(|| name.to_owned())
    });
    names.collect()
}

/// The names of devices: the lines that end with a colon, eight blanks in.
fn devices_of_mac(text: &str) -> Vec<String> {
    let names = text.lines().filter_map(|line| {
        let name = line.strip_prefix("        ")?.strip_suffix(':')?;
        (!name.starts_with(' ')).then(|| name.to_owned())
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_processor_is_judged_by_the_most_that_it_can() {
        for (most, cpuinfo, expected) in [
            ("3400000\n", "cpu MHz\t\t: 800.0\n", Some(3400.0)),
            (
                "",
                "model name\t: Intel(R) Xeon(R) CPU @ 2.20GHz\ncpu MHz : 1200.0\n",
                Some(2200.0),
            ),
            (
                "",
                "model name : AMD EPYC\ncpu MHz\t\t: 2445.1\ncpu MHz\t\t: 1500.0\n",
                Some(2445.1),
            ),
            // What it runs at now says nothing of what it can.
            ("", "cpu MHz\t\t: 800.0\n", None),
            ("", "BogoMIPS : 50.00\n", None),
        ] {
            assert_eq!(mhz(most, cpuinfo), expected, "{cpuinfo}");
        }
        assert_eq!(processor(Some(1999.0)).fitness, Fitness::Short);
        assert_eq!(processor(None).fitness, Fitness::Unknown);
    }

    #[test]
    fn a_machine_of_two_gigabytes_is_enough_although_it_shows_less() {
        let of = |kb: u64| memory(bytes(&format!("MemTotal:       {kb} kB\nMemFree: 1 kB\n"))).fitness;
        assert_eq!(of(1_950_000), Fitness::Enough);
        assert_eq!(of(1_000_000), Fitness::Short);
        assert_eq!(memory(bytes("nothing")).fitness, Fitness::Unknown);
    }

    #[test]
    fn sound_cards_are_named() {
        let linux = " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n                      HDA Intel PCH at 0xf7\n \
                     1 [Headset        ]: USB-Audio - Acme Headset\n";
        assert_eq!(cards(linux), ["HDA Intel PCH", "Acme Headset"]);
        assert!(cards("--- no soundcards ---\n").is_empty());
        let mac = "Audio:\n\n    Devices:\n\n        MacBook Microphone:\n\n          Input Channels: 1\n";
        assert_eq!(devices_of_mac(mac), ["MacBook Microphone"]);
    }

    #[test]
    fn what_windows_says_is_read_line_by_line() {
        let told = Told::read(
            "mhz=2400\r\nbytes=8589934592\r\nbrowser=Chrome 140.0\r\nbrowser=Edge 140.1\r\naudio=\r\n",
        );
        assert_eq!(told.number("mhz"), Some(2400.0));
        assert_eq!(told.texts("browser"), ["Chrome 140.0", "Edge 140.1"]);
        assert!(told.texts("audio").is_empty());
    }
}
