//! How long a voice is on its way, and the codes by which agents report what they heard.
//!
//! A caller taps; the tap is heard at the agent, and again in Amazon Connect's recording. Overall latency is that between tap and
//! agent. What the recording is late by is the way through the telephone network; the rest is the way to the agent (administrator's
//! guide of 2019).

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::table::{BadTable, Table};

/// From here on people notice, in milliseconds.
pub const NOTICEABLE: f64 = 300.0;
/// From here on people talk at the same time.
pub const CROSS_TALK: f64 = 500.0;
/// No voice is this late, in milliseconds: it is another tap that was heard, or another clock.
const IMPOSSIBLE: f64 = 5_000.0;
/// By so much a measured way may seem shorter than the direct one, in milliseconds: taps are read off a recording.
const UNSHARP: f64 = 20.0;
/// So many taps make a measurement.
const FEWEST: usize = 3;

/// What was measured, and what follows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Latency {
    /// From the caller to the agent, in milliseconds.
    pub overall: f64,
    /// From Amazon Connect to the agent. Needs the recording.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<f64>,
    /// From the caller to Amazon Connect: what the recording is late by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pstn: Option<f64>,
    /// What redirected audio adds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect: Option<f64>,
    /// What a forwarded call adds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward: Option<f64>,
    /// How good that is.
    pub verdict: Verdict,
    /// What to change.
    pub advice: Vec<String>,
}

/// How good a latency is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// People do not notice.
    Good,
    /// They notice.
    Noticeable,
    /// They talk at the same time.
    CrossTalk,
}

impl Verdict {
    /// Of a latency in milliseconds.
    pub fn of(overall: f64) -> Verdict {
        match overall {
            _ if overall > CROSS_TALK => Verdict::CrossTalk,
            _ if overall >= NOTICEABLE => Verdict::Noticeable,
            _ => Verdict::Good,
        }
    }

    /// What it means, for people.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Good => "good: people do not notice it",
            Verdict::Noticeable => "noticeable: people wait for each other",
            Verdict::CrossTalk => "too long: people talk at the same time",
        }
    }
}

/// The columns of a worksheet of taps: where it was recorded (`agent` or `connect`), on which way (`direct`, `redirect` or
/// `forward`), and when the tap was made and heard, in seconds.
pub const COLUMNS: [&str; 4] = ["recording", "way", "tapped", "heard"];

/// Which calls a series of taps is about: columns that a worksheet may have besides. What it does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Call {
    /// From which country the caller taps.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub country: String,
    /// By which sort of line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<Line>,
    /// Through which flow.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub flow: String,
    /// To which number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub number: String,
    /// To where it is transferred.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub transfer: String,
}

impl Call {
    /// What is known of it, for people; empty where nothing is.
    pub fn words(&self) -> String {
        let named = |name: &str, value: &str| (!value.is_empty()).then(|| format!("{name}{value}"));
        let parts = [
            named("from ", &self.country),
            self.line.map(|line| line.words().to_owned()),
            named("flow ", &self.flow),
            named("number ", &self.number),
            named("transferred to ", &self.transfer),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// A sort of line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// A mobile telephone.
    Mobile,
    /// A land line.
    Land,
}

impl Line {
    fn words(self) -> &'static str {
        match self {
            Line::Mobile => "mobile",
            Line::Land => "land line",
        }
    }
}

/// A series of taps, and what it means.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Series {
    /// Which calls it is about.
    #[serde(flatten)]
    pub call: Call,
    /// What was measured.
    #[serde(flatten)]
    pub latency: Latency,
}

/// How late each tap was, in milliseconds, by recording and way.
type Taps = BTreeMap<(String, String), Vec<f64>>;

/// Reads a worksheet of taps and works out what each of its series means.
///
/// # Errors
/// If it is no such worksheet, has too few taps, or has times that cannot be.
pub fn series(text: &str) -> Result<Vec<Series>, BadTable> {
    let table = Table::read(text, &COLUMNS)?;
    let mut calls: BTreeMap<Call, Taps> = BTreeMap::new();
    for row in table.rows() {
        let (recording, way) = (row.get("recording"), row.get("way"));
        if !["agent", "connect"].contains(&recording) {
            return Err(row.wrong(format!(
                "`{recording}` is no recording: write `agent` or `connect`"
            )));
        }
        if !["direct", "redirect", "forward"].contains(&way) {
            return Err(row.wrong(format!(
                "`{way}` is no way: write `direct`, `redirect` or `forward`"
            )));
        }
        let seconds = |column: &str| -> Result<f64, BadTable> {
            let text = row.get(column).replace(',', ".");
            let number = text
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite() && *number >= 0.0);
            number.ok_or_else(|| row.wrong(format!("`{text}` in `{column}` is no time in seconds")))
        };
        let late = (seconds("heard")? - seconds("tapped")?) * 1000.0;
        if late < 0.0 {
            return Err(row.wrong("it was heard before it was tapped: look at the clocks, or at the columns"));
        }
        if late > IMPOSSIBLE {
            return Err(row.wrong(format!(
                "it was heard {:.0} seconds after it was tapped, which no call is late by: look at the clocks, or at which tap it \
                 was",
                late / 1000.0
            )));
        }
        if recording == "connect" && way != "direct" {
            return Err(row.wrong(format!(
                "the recording of Amazon Connect says nothing about `{way}`: write `agent`, where the tap was heard at its end"
            )));
        }
        let line = match row.get("line") {
            "" => None,
            "mobile" => Some(Line::Mobile),
            "land" => Some(Line::Land),
            other => {
                return Err(row.wrong(format!("`{other}` is no line: write `mobile` or `land`")));
            }
        };
        let call = Call {
            country: row.get("country").to_owned(),
            line,
            flow: row.get("flow").to_owned(),
            number: row.get("number").to_owned(),
            transfer: row.get("transfer").to_owned(),
        };
        calls
            .entry(call)
            .or_default()
            .entry((recording.to_owned(), way.to_owned()))
            .or_default()
            .push(late);
    }
    if calls.is_empty() {
        calls.insert(Call::default(), Taps::new());
    }
    let measured = calls.into_iter().map(|(call, taps)| {
        let latency = measured(&taps).map_err(|why| BadTable {
            line: 0,
            why: match call.words().as_str() {
                "" => why,
                words => format!("{words}: {why}"),
            },
        })?;
        Ok(Series { call, latency })
    });
    measured.collect()
}

/// What the taps of one series mean.
fn measured(taps: &Taps) -> Result<Latency, String> {
    let mean = |recording: &str, way: &str| -> Result<Option<f64>, String> {
        let Some(late) = taps.get(&(recording.to_owned(), way.to_owned())) else {
            return Ok(None);
        };
        if late.len() < FEWEST {
            return Err(format!(
                "there are {} taps of `{recording}`, `{way}`, and {FEWEST} or more are needed",
                late.len()
            ));
        }
        let count = late.len() as f64;
        Ok(Some(late.iter().sum::<f64>() / count))
    };
    let Some(overall) = mean("agent", "direct")? else {
        return Err(format!(
            "there are no taps of `agent`, `direct`, and {FEWEST} or more are needed"
        ));
    };
    let pstn = mean("connect", "direct")?;
    if pstn.is_some_and(|pstn| pstn > overall) {
        return Err("the recording is later than the agent, which cannot be: look at the clocks".to_owned());
    }
    let more = |way: &str| -> Result<Option<f64>, String> {
        let more = mean("agent", way)?.map(|late| late - overall);
        match more {
            Some(less) if less < -UNSHARP => Err(format!(
                "the taps of `{way}` are heard {:.0} ms before the direct ones, which cannot be: look at the clocks, or at the \
                 columns",
                -less
            )),
            more => Ok(more),
        }
    };
    let agent = pstn.map(|pstn| overall - pstn);
    let verdict = Verdict::of(overall);
    Ok(Latency {
        overall,
        agent,
        pstn,
        redirect: more("redirect")?,
        forward: more("forward")?,
        verdict,
        advice: advice(verdict, agent, pstn),
    })
}

fn advice(verdict: Verdict, agent: Option<f64>, pstn: Option<f64>) -> Vec<String> {
    if verdict == Verdict::Good {
        return Vec::new();
    }
    let (Some(agent), Some(pstn)) = (agent, pstn) else {
        return vec![
            "record calls in Amazon Connect as well: without a recording it is not known which part is slow"
                .to_owned(),
        ];
    };
    match pstn > agent {
        true => vec![
            "the telephone network has the greater part: an instance in a region nearer to the callers"
                .to_owned(),
            "no external transfers that come back into Amazon Connect".to_owned(),
        ],
        false => vec![
            "the agent's side has the greater part: no VPN, a better LAN or WAN, AWS Direct Connect"
                .to_owned(),
            "an instance in a region nearer to the agents, if the callers' part stays short".to_owned(),
        ],
    }
}

/// A disposition code: `LT2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Code {
    /// What was heard.
    pub symptom: char,
    /// In which sort of call.
    pub scenario: char,
    /// How bad it was, 1 to 3.
    pub severity: u8,
}

impl Code {
    /// Reads a code, in either case.
    ///
    /// # Errors
    /// If it is none.
    pub fn read(text: &str) -> Result<Code, String> {
        let upper = text.trim().to_ascii_uppercase();
        let letters: Vec<char> = upper.chars().collect();
        match letters.as_slice() {
            [
                symptom @ ('S' | 'M' | 'L' | 'P' | 'D' | 'W' | 'V' | 'C'),
                scenario @ ('O' | 'I' | 'T'),
                severity @ '1'..='3',
            ] => Ok(Code {
                symptom: *symptom,
                scenario: *scenario,
                severity: *severity as u8 - b'0',
            }),
            _ => Err(format!(
                "`{text}` is no disposition code: it is a symptom (S, M, L, P, D, W, V or C), a scenario (O, I or T) and a severity (1, 2 \
                 or 3), such as LT2"
            )),
        }
    }

    /// The symptom in words.
    pub fn symptom_words(self) -> &'static str {
        match self.symptom {
            'S' => "softphone error",
            'M' => "missed calls",
            'L' => "latency",
            'P' => "progressive degradation",
            'D' => "disconnected call",
            'W' => "one-way audio",
            'V' => "volume",
            _ => "choppy audio",
        }
    }

    /// The whole in words.
    pub fn words(self) -> String {
        let scenario = match self.scenario {
            'O' => "outbound call",
            'I' => "inbound call",
            _ => "three-way call",
        };
        let severity = match self.severity {
            1 => "small",
            2 => "medium",
            _ => "large: the agent cannot work",
        };
        format!("{}, {scenario}, {severity}", self.symptom_words())
    }
}

/// How often what was reported.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Counts {
    /// How many reports.
    pub reports: usize,
    /// By hour of the day.
    pub by_hour: BTreeMap<String, usize>,
    /// By agent.
    pub by_agent: BTreeMap<String, usize>,
    /// By site, where the list has that.
    pub by_site: BTreeMap<String, usize>,
    /// By symptom, in words.
    pub by_symptom: BTreeMap<String, usize>,
}

/// Counts a list of reports with the columns `time`, `agent`, `code` and, if there is one, `site`.
///
/// # Errors
/// If it is no such list.
pub fn count(text: &str) -> Result<Counts, BadTable> {
    let table = Table::read(text, &["time", "agent", "code"])?;
    let mut counts = Counts::default();
    for row in table.rows() {
        let code = Code::read(row.get("code")).map_err(|why| row.wrong(why))?;
        let hour = hour(row.get("time")).ok_or_else(|| {
            row.wrong(format!(
                "`{}` is no time: write 2026-11-30 14:05 or 14:05",
                row.get("time")
            ))
        })?;
        counts.reports += 1;
        let one = |map: &mut BTreeMap<String, usize>, key: &str| *map.entry(key.to_owned()).or_default() += 1;
        one(&mut counts.by_hour, &hour);
        one(&mut counts.by_agent, row.get("agent"));
        one(&mut counts.by_symptom, code.symptom_words());
        if !row.get("site").is_empty() {
            one(&mut counts.by_site, row.get("site"));
        }
    }
    Ok(counts)
}

/// The hour of a time, with or without a day before it: `14:00`.
fn hour(text: &str) -> Option<String> {
    let time = match text.split_once([' ', 'T']) {
        Some((day, time)) => {
            day.parse::<Date>().ok()?;
            time
        }
        None => text,
    };
    let parts: Vec<&str> = time.split(':').collect();
    let number = |part: &str, most: u8| -> Option<u8> {
        let is_number = matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number
            .then(|| part.parse().ok())?
            .filter(|number| *number <= most)
    };
    let (hour, minutes) = match parts.as_slice() {
        [hour, minute] => (number(hour, 23)?, [Some(*minute), None]),
        // Seconds may have a fraction, and a zone behind them.
        [hour, minute, seconds] => (number(hour, 23)?, [Some(*minute), seconds.get(..2)]),
        _ => return None,
    };
    let mut minutes = minutes.into_iter().flatten();
    minutes
        .all(|part| part.len() == 2 && number(part, 59).is_some())
        .then(|| format!("{hour:02}:00"))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn latency(text: &str) -> Result<Latency, BadTable> {
        Ok(series(text)?.remove(0).latency)
    }

    #[test]
    fn calls_of_different_sorts_are_series_of_their_own() {
        let mut text = "recording,way,tapped,heard,country,line,flow,number,transfer\n".to_owned();
        for (late, rest) in [
            (0.3, "GB,mobile,Main,+442079460000,"),
            (0.5, "GB,land,Main,+442079460000,+442079460001"),
        ] {
            for _ in 0..3 {
                writeln!(text, "agent,direct,4.0,{},{rest}", 4.0 + late).unwrap();
            }
        }
        let found = series(&text).unwrap();
        let words: Vec<String> = found.iter().map(|one| one.call.words()).collect();
        assert_eq!(
            words,
            [
                "from GB, mobile, flow Main, number +442079460000",
                "from GB, land line, flow Main, number +442079460000, transferred to +442079460001"
            ]
        );
        assert!(found[0].latency.overall < found[1].latency.overall);
        assert_eq!(
            (found[0].latency.agent, found[0].latency.pstn),
            (None, None),
            "there is no recording"
        );
        let wrong = text.replace("mobile", "satellite");
        assert!(
            series(&wrong)
                .unwrap_err()
                .to_string()
                .contains("`satellite` is no line")
        );
        let few = text.replacen("GB,mobile", "FR,mobile", 1);
        assert!(series(&few).unwrap_err().to_string().contains("from FR, mobile"));
    }

    fn sheet(rows: &[(&str, &str, &[f64])]) -> String {
        let mut text = "recording,way,tapped,heard\n".to_owned();
        for (recording, way, late) in rows {
            for (at, late) in late.iter().enumerate() {
                let tapped = 4.0 * (at + 1) as f64;
                let heard = tapped + late;
                text.extend([recording, ",", way, ","]);
                text.push_str(&[tapped.to_string(), heard.to_string()].join(","));
                text.push('\n');
            }
        }
        text
    }

    #[test]
    fn parts_add_up_to_the_whole() {
        let text = sheet(&[
            ("agent", "direct", &[0.40, 0.42, 0.44]),
            ("connect", "direct", &[0.12, 0.12, 0.12]),
            ("agent", "redirect", &[0.52, 0.52, 0.52]),
            ("agent", "forward", &[0.62, 0.62, 0.62]),
        ]);
        let found = latency(&text).unwrap();
        let near =
            |value: Option<f64>, wanted: f64| assert!((value.unwrap() - wanted).abs() < 1e-6, "{value:?}");
        near(Some(found.overall), 420.0);
        near(found.pstn, 120.0);
        near(found.agent, 300.0);
        near(found.redirect, 100.0);
        near(found.forward, 200.0);
        assert_eq!(found.verdict, Verdict::Noticeable);
        assert!(found.advice[0].contains("agent's side"), "{:?}", found.advice);
    }

    #[test]
    fn the_bounds_are_three_and_five_hundred_milliseconds() {
        for (overall, verdict) in [
            (299.9, Verdict::Good),
            (300.0, Verdict::Noticeable),
            (500.0, Verdict::Noticeable),
            (500.1, Verdict::CrossTalk),
        ] {
            assert_eq!(Verdict::of(overall), verdict, "{overall}");
        }
    }

    #[test]
    fn without_a_recording_there_is_the_whole_alone() {
        let found = latency(&sheet(&[("agent", "direct", &[0.6, 0.6, 0.6])])).unwrap();
        assert_eq!((found.agent, found.pstn), (None, None));
        assert!(found.advice[0].contains("record calls"), "{:?}", found.advice);
        let good = latency(&sheet(&[("agent", "direct", &[0.2, 0.2, 0.2])])).unwrap();
        assert!(good.advice.is_empty());
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let three = &[0.2, 0.2, 0.2][..];
        for (text, why) in [
            (sheet(&[("agent", "direct", &three[..2])]), "there are 2 taps"),
            (sheet(&[("connect", "direct", three)]), "no taps of `agent`"),
            (
                sheet(&[
                    ("agent", "direct", three),
                    ("connect", "direct", &[0.3, 0.3, 0.3]),
                ]),
                "later than the agent",
            ),
            (sheet(&[("agent", "direct", &[-0.1])]), "before it was tapped"),
            (
                sheet(&[("agent", "direct", &[3600.0])]),
                "3600 seconds after it was tapped",
            ),
            (
                sheet(&[("agent", "direct", three), ("connect", "redirect", three)]),
                "says nothing about `redirect`",
            ),
            (
                sheet(&[("agent", "direct", three), ("agent", "forward", &[0.1, 0.1, 0.1])]),
                "`forward` are heard 100 ms before",
            ),
            (sheet(&[("phone", "direct", three)]), "`phone` is no recording"),
            (sheet(&[("agent", "detour", three)]), "`detour` is no way"),
            (
                "recording,way,tapped,heard\nagent,direct,soon,2\n".to_owned(),
                "line 2: `soon`",
            ),
            ("recording,way\n".to_owned(), "no column `tapped`"),
        ] {
            let refused = latency(&text).unwrap_err().to_string();
            assert!(refused.contains(why), "{refused}\n{text}");
        }
    }

    #[test]
    fn a_code_is_a_symptom_a_scenario_and_a_severity() {
        assert_eq!(
            Code::read("LT2").unwrap().words(),
            "latency, three-way call, medium"
        );
        assert_eq!(
            Code::read(" mi3").unwrap().words(),
            "missed calls, inbound call, large: the agent cannot work"
        );
        let mut good = 0;
        for symptom in 'A'..='Z' {
            for scenario in 'A'..='Z' {
                for severity in 0..10 {
                    good += usize::from(Code::read(&format!("{symptom}{scenario}{severity}")).is_ok());
                }
            }
        }
        assert_eq!(good, 8 * 3 * 3);
        // The guide's own example has the letters of another order: the key counts.
        assert!(Code::read("DO3").is_ok() && Code::read("L").is_err() && Code::read("LT22").is_err());
    }

    #[test]
    fn reports_are_counted() {
        let counts = count(
            "time,agent,code,site\n2026-11-30 14:05,ada,LT2,Leeds\n2026-11-30T14:59:01,bob,LO1,Leeds\n9:00,ada,MI3,\n",
        )
        .unwrap();
        assert_eq!(counts.reports, 3);
        assert_eq!(
            counts.by_hour,
            BTreeMap::from([("09:00".to_owned(), 1), ("14:00".to_owned(), 2)])
        );
        assert_eq!(counts.by_agent["ada"], 2);
        assert_eq!(counts.by_site, BTreeMap::from([("Leeds".to_owned(), 2)]));
        assert_eq!(counts.by_symptom["latency"], 2);
        let wrong = |line: &str| {
            count(&format!("time,agent,code\n{line}\n"))
                .unwrap_err()
                .to_string()
        };
        assert!(wrong("14:05,ada,XX9").starts_with("line 2: `XX9` is no disposition code"));
        for time in [
            "noon",
            "2026-13-40 14:05",
            "soon 14:05",
            "14:5",
            "24:00",
            "14:05:61",
            "2026-11-30 14:05:06:07",
        ] {
            let refused = wrong(&format!("{time},ada,LT2"));
            assert_eq!(
                refused,
                format!("line 2: `{time}` is no time: write 2026-11-30 14:05 or 14:05")
            );
        }
    }
}
