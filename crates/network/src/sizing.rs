//! What a center needs of lines and machines, as a worksheet for the network team.

use std::fmt::Write as _;

use serde::Serialize;

use crate::center::{Audio, Center};

/// What one call takes in each direction, in kbit/s.
const VOICE: u64 = 54;
/// What a recording of the screen takes, in kbit/s.
const SCREEN_RECORDING: u64 = 600;
/// Where the figures of voice and of the agent's machine are from.
const HARDWARE: &str = "https://docs.aws.amazon.com/connect/latest/adminguide/ccp-agent-hardware.html";
/// Where those of streaming are from.
const STREAMING: &str = "https://docs.aws.amazon.com/appstream2/latest/developerguide/bandwidth-recommendations-user-connections.html";
/// Where those of screen recording are from.
const RECORDING: &str = "https://docs.aws.amazon.com/connect/latest/adminguide/sr-system-req.html";
/// Where what proxies and lines have to do is from.
const NETWORK: &str = "https://docs.aws.amazon.com/connect/latest/adminguide/ccp-networking.html";

/// What agents do in their desktops, as AppStream's guide sorts it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Workload {
    /// Applications of a business: forms, documents, databases.
    #[default]
    Business,
    /// Drawing, and work on pictures and films.
    Graphics,
    /// Several large screens with much detail.
    HighFidelity,
}

impl Workload {
    /// What AppStream's guide recommends for a user, in kbit/s, and the longest round trip, in milliseconds.
    fn recommended(self) -> (u64, u64) {
        match self {
            Workload::Business => (2_000, 150),
            Workload::Graphics => (5_000, 100),
            Workload::HighFidelity => (10_000, 50),
        }
    }
}

/// What the figures are made of.
#[derive(Clone, Debug, Default)]
pub struct Need {
    /// Sites, and how many agents work at once at each.
    pub sites: Vec<(String, u64)>,
    /// What they do.
    pub workload: Workload,
    /// How long a shift is, in hours.
    pub shift: u64,
    /// Whether screens are recorded.
    pub screen_recording: bool,
}

/// What a center needs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sizing {
    /// Of which environment.
    pub environment: String,
    /// What each agent's line carries.
    pub agent: Vec<Load>,
    /// What each agent's session sends and gets by the way of the VPC, beside the stream.
    pub session: Vec<Load>,
    /// The longest round trip to the desktops, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longest_round_trip_ms: Option<u64>,
    /// The sites.
    pub sites: Vec<Site>,
    /// What the VPC's way to the internet carries for all of them, in kbit/s.
    pub vpc_kbps: u64,
    /// What a proxy keeps the certificates of the hosts for, in hours.
    pub proxy_certificate_cache_hours: u64,
}

/// A part of what a line carries.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Load {
    /// What it is.
    pub what: &'static str,
    /// In kbit/s, in the busier direction.
    pub kbps: u64,
    /// Where the figure is from.
    pub source: &'static str,
}

/// A place where agents work.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Site {
    /// Its name.
    pub name: String,
    /// How many at once.
    pub agents: u64,
    /// What its line carries if all of them are at their peak, in kbit/s.
    pub kbps: u64,
}

/// Works out what a center needs.
pub fn sizing(center: &Center, need: &Need) -> Sizing {
    let voice = || Load {
        what: "a call",
        kbps: VOICE,
        source: HARDWARE,
    };
    let has_calls = center.instance.is_some();
    let (mut agent, mut session) = (Vec::new(), Vec::new());
    match center.audio {
        Audio::Split if has_calls => agent.push(voice()),
        // To the agent's machine it comes as a part of the stream.
        Audio::Session if has_calls => session.push(voice()),
        Audio::Split | Audio::Session | Audio::Phone => {}
    }
    let streamed = center.desktops.as_ref().map(|_| need.workload.recommended());
    if let Some((kbps, _)) = streamed {
        agent.push(Load {
            what: "the streamed desktop, at its peak",
            kbps,
            source: STREAMING,
        });
    }
    if need.screen_recording && has_calls {
        session.push(Load {
            what: "the recording of the screen",
            kbps: SCREEN_RECORDING,
            source: RECORDING,
        });
    }
    let sum = |loads: &[Load]| -> u64 { loads.iter().map(|load| load.kbps).sum() };
    let agents: u64 = need
        .sites
        .iter()
        .map(|(_, agents)| *agents)
        .fold(0, u64::saturating_add);
    Sizing {
        environment: center.environment.clone(),
        longest_round_trip_ms: streamed.map(|(_, longest)| longest),
        sites: need
            .sites
            .iter()
            .map(|(name, agents)| Site {
                name: name.clone(),
                agents: *agents,
                kbps: agents.saturating_mul(sum(&agent)),
            })
            .collect(),
        vpc_kbps: agents.saturating_mul(sum(&session)),
        // A break more, so that no certificate is looked up anew within a shift.
        proxy_certificate_cache_hours: need.shift.saturating_add(1),
        agent,
        session,
    }
}

impl Sizing {
    /// The worksheet, in Markdown.
    pub fn worksheet(&self) -> String {
        let mut out = format!(
            "# {}: lines and machines\n\nFigures are those that AWS recommends, of what is in use at the same time. Measure before you \
             rely on them.\n\n## One agent\n\n| | kbit/s | by |\n|---|---|---|\n",
            self.environment
        );
        let mut loads = |title: &str, loads: &[Load]| {
            for load in loads {
                // Writing to a string cannot fail.
                let _ = writeln!(
                    out,
                    "| {title}: {} | {} | <{}> |",
                    load.what, load.kbps, load.source
                );
            }
        };
        loads("the agent's own line", &self.agent);
        loads("the VPC's way to the internet", &self.session);
        if let Some(longest) = self.longest_round_trip_ms {
            let _ = writeln!(
                out,
                "\nThe round trip from the agent's machine to the desktops' region takes less than {longest} ms (<{STREAMING}>)."
            );
        }
        out.push_str("\n## Sites\n\n| site | agents at once | line, in Mbit/s |\n|---|---|---|\n");
        for site in &self.sites {
            let _ = writeln!(
                out,
                "| {} | {} | {} |",
                site.name.replace('|', "\\|"),
                site.agents,
                megabits(site.kbps)
            );
        }
        if self.vpc_kbps > 0 {
            let _ = writeln!(
                out,
                "\nThe VPC's way to the internet carries {} Mbit/s for all of them, beside what the applications in the desktops load.",
                megabits(self.vpc_kbps)
            );
        }
        let _ = write!(
            out,
            "\n## The agent's machine\n\n- a processor of 2 GHz and 2 GB of memory for the panel, beside the operating system and AppStream's \
             client; four cores for audio enhancement; 4 GB where the screen is recorded (<{HARDWARE}>, <{RECORDING}>)\n- a headset by USB \
             that can do 48 kHz (<{HARDWARE}>)\n\n## Proxy\n\n- it lets WebSockets through, and neither intercepts nor caches these \
             hosts\n- it keeps their certificates for a whole shift, breaks included: {} hours (<{NETWORK}>)\n\n## AWS Direct \
             Connect\n\nIt makes the way from your border router to AWS steady. What is slow between the agents and that router stays slow: \
             look there first (<{NETWORK}>).\n",
            self.proxy_certificate_cache_hours
        );
        out
    }
}

/// Kilobits as megabits, one digit behind the point, upwards.
fn megabits(kbps: u64) -> String {
    let tenths = kbps.div_ceil(100);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::center::{Desktops, Instance};

    fn center(audio: Audio) -> Center {
        Center {
            environment: "acme".to_owned(),
            instance: Some(Instance {
                region: "eu-west-2".to_owned(),
                host: None,
                existing: false,
            }),
            audio,
            desktops: Some(Desktops::default()),
            ..Center::default()
        }
    }

    fn need() -> Need {
        Need {
            sites: vec![("Leeds".to_owned(), 40), ("home | VPN".to_owned(), 3)],
            shift: 8,
            ..Need::default()
        }
    }

    #[test]
    fn voice_counts_where_it_is() {
        let split = sizing(&center(Audio::Split), &need());
        assert_eq!(split.sites[0].kbps, 40 * (2_000 + 54));
        assert_eq!((split.vpc_kbps, split.longest_round_trip_ms), (0, Some(150)));
        let session = sizing(&center(Audio::Session), &need());
        assert_eq!((session.sites[0].kbps, session.vpc_kbps), (40 * 2_000, 43 * 54));
        let phone = sizing(&center(Audio::Phone), &need());
        assert_eq!((phone.sites[0].kbps, phone.vpc_kbps), (40 * 2_000, 0));
        let recorded = Need {
            screen_recording: true,
            workload: Workload::Graphics,
            ..need()
        };
        let recorded = sizing(&center(Audio::Split), &recorded);
        assert_eq!((recorded.sites[1].kbps, recorded.vpc_kbps), (3 * 5_054, 43 * 600));
        assert_eq!(recorded.longest_round_trip_ms, Some(100));
        let panel_only = Center {
            desktops: None,
            ..center(Audio::Split)
        };
        assert_eq!(sizing(&panel_only, &need()).sites[0].kbps, 40 * 54);
    }

    #[test]
    fn the_worksheet_names_its_sources() {
        let sheet = sizing(&center(Audio::Split), &need()).worksheet();
        for part in [
            "| the agent's own line: a call | 54 | <https://docs.aws.amazon.com/connect/latest/adminguide/ccp-agent-hardware.html> |",
            "less than 150 ms",
            "| Leeds | 40 | 82.2 |",
            "| home \\| VPN | 3 | 6.2 |",
            "breaks included: 9 hours",
            "AWS Direct Connect",
        ] {
            assert!(sheet.contains(part), "{part}\n{sheet}");
        }
    }
}
