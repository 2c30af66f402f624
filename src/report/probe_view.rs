//! How a check of the network reads: what gets through, what does not and why, and what to ask of the network team.

use headset_probe::{
    Advice, Attempt, Cause, Dns, DnsAnswer, Evidence, Fact, HostCheck, Loads, Media, RegionTime, Row,
    SystemProxy, Target, Tls, Verdict, Watched,
};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use serde::Serialize;

use super::words::{plural, put, span};

/// What a check has found.
#[derive(Debug, Serialize)]
pub struct NetworkCheck {
    /// The environment whose rows these are.
    pub environment: String,
    /// From where: `agent` or `session`.
    pub side: &'static str,
    /// The proxy on the way to TLS hosts, without credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// What the system's settings say of proxies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_proxy: Option<SystemProxy>,
    /// What is known of this machine, and of its way to the desktops.
    pub machine: Vec<Fact>,
    /// The seed of what was random.
    pub seed: u64,
    /// Each row of the allow-list.
    pub rows: Vec<Row>,
    /// That the clock of this machine is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Cause>,
    /// The region of the environment's instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home: Option<String>,
    /// How far the regions of Connect are, nearest first.
    pub latency: Vec<RegionTime>,
    /// What to make of that.
    pub advice: Advice,
    /// What became of the media relays over time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub watched: Vec<Watched>,
    /// How busy this machine was meanwhile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load: Option<Loads>,
}

impl NetworkCheck {
    /// How many rows came to this.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.rows.iter().filter(|row| row.verdict == verdict).count()
    }

    /// Whether no row came to a result.
    pub fn proves_nothing(&self) -> bool {
        self.count(Verdict::Unknown) == self.rows.len()
    }

    /// Whether something is known to be in the way.
    pub fn is_in_the_way(&self) -> bool {
        self.count(Verdict::Blocked) + self.count(Verdict::Intercepted) > 0
    }
}

/// From best to worst.
pub(super) const VERDICTS: [Verdict; 5] = [
    Verdict::Open,
    Verdict::Slow,
    Verdict::Unknown,
    Verdict::Intercepted,
    Verdict::Blocked,
];

/// `TurnNlb-*.elb.eu-west-2.amazonaws.com 3478/UDP`.
pub(super) fn place(target: &Target) -> String {
    format!("{} {}/{}", target.name(), target.ports(), target.transport())
}

/// For people.
pub fn text(check: &NetworkCheck) -> String {
    let mut out = String::new();
    for row in &check.rows {
        put(
            &mut out,
            format_args!(
                "{:<11} {}: {}\n",
                row.verdict.word(),
                place(&row.target),
                row.target.purpose
            ),
        );
        for line in lines(row) {
            put(&mut out, format_args!("            {line}\n"));
        }
    }
    for line in desk(check) {
        put(&mut out, format_args!("{line}\n"));
    }
    if let Some(cause) = &check.clock {
        put(
            &mut out,
            format_args!("clock: {}: {}\n", cause.says(), cause.advice()),
        );
    }
    for line in regions(check) {
        put(&mut out, format_args!("{line}\n"));
    }
    for watched in &check.watched {
        put(&mut out, format_args!("{}\n", over_time(watched)));
    }
    if let Some(line) = check.load.as_ref().and_then(busy) {
        put(&mut out, format_args!("{line}\n"));
    }
    let counts = VERDICTS.map(|verdict| format!("{} {}", check.count(verdict), verdict.word()));
    put(
        &mut out,
        format_args!("{} ({}): {}\n", check.environment, check.side, counts.join(", ")),
    );
    out
}

/// Everything about a row, a line each.
pub(super) fn lines(row: &Row) -> Vec<String> {
    let mut lines = Vec::new();
    let is_one = row.hosts.len() == 1 && row.hosts[0].host == row.target.name();
    if row.hosts.is_empty() {
        lines.extend(row.cause.iter().map(Cause::says));
    }
    for host in &row.hosts {
        let prefix = match is_one {
            true => String::new(),
            false => format!("{} ({}): ", host.host, host.verdict.word()),
        };
        let seen = seen(host);
        if !seen.is_empty() {
            lines.push(format!("{prefix}{}", seen.join("; ")));
        }
        if let Some(sees) = &host.agent_sees {
            lines.push(format!("an agent sees: {sees}"));
        }
    }
    if let Some(ask) = row.ask.as_ref().filter(|_| row.verdict != Verdict::Open) {
        lines.push(format!(
            "for the network team: {} {} {}/{}: {}",
            ask.direction, ask.name, ask.ports, ask.transport, ask.wanted
        ));
    }
    lines
}

/// What was seen of a host, and what it means.
fn seen(host: &HostCheck) -> Vec<String> {
    let mut seen: Vec<String> = host.cause.iter().map(Cause::says).collect();
    let Evidence {
        dns,
        tunnel,
        connects,
        tls,
        http,
        upgrade,
        media,
    } = &host.evidence;
    seen.extend(dns.iter().map(answer));
    if let Some(tunnel) = tunnel {
        let status = tunnel
            .status
            .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        seen.push(format!("{} answers {status}", tunnel.proxy));
    }
    seen.extend(connects.iter().map(attempt));
    seen.extend(tls.iter().map(handshake));
    if let Some(http) = http {
        let via = http
            .via
            .as_ref()
            .map_or_else(String::new, |via| format!(" via {via}"));
        seen.push(format!("HTTP {}{via}", http.status));
    }
    if let Some(upgrade) = upgrade {
        seen.push(format!("WebSocket: {}", upgrade.status));
    }
    seen.extend(media.iter().map(measured));
    seen
}

fn answer(dns: &Dns) -> String {
    let server = dns
        .server
        .map_or_else(|| "this system".to_owned(), |server| server.to_string());
    let said = match &dns.answer {
        DnsAnswer::Addresses(found) => {
            let texts: Vec<String> = found.iter().map(ToString::to_string).collect();
            texts.join(", ")
        }
        DnsAnswer::NoSuchName => "NXDOMAIN".to_owned(),
        DnsAnswer::NoAddress => "no address".to_owned(),
        DnsAnswer::ServerFailure => "SERVFAIL".to_owned(),
        DnsAnswer::Refused => "REFUSED".to_owned(),
        DnsAnswer::Code(code) => format!("code {code}"),
        DnsAnswer::Garbled => "what is no answer".to_owned(),
        DnsAnswer::Timeout => "nothing in time".to_owned(),
        DnsAnswer::Unreachable => "nothing: it cannot be reached".to_owned(),
        DnsAnswer::NotFound(why) => format!("not found ({why})"),
    };
    format!("DNS of {server}: {said} ({:.0} ms)", dns.millis)
}

fn attempt(attempt: &Attempt) -> String {
    let outcome = attempt.error.as_deref().unwrap_or("connected");
    format!("{}: {outcome} ({:.0} ms)", attempt.address, attempt.millis)
}

fn handshake(tls: &Tls) -> String {
    let version = tls.version.as_deref().unwrap_or("TLS");
    match tls.chain.first() {
        Some(own) => format!(
            "{version}: {} by {}, until {} ({:.0} ms)",
            own.subject, own.issuer, own.until, tls.millis
        ),
        None => format!("{version} without a certificate"),
    }
}

fn measured(media: &Media) -> String {
    let mut text = format!(
        "{}: {} of {} packets came back",
        media.address, media.answered, media.sent
    );
    if media.sent == 0 {
        text = format!("{}: no answer to {} requests", media.address, media.transmissions);
    }
    if let Some([least, middle, greatest]) = media.round_trip_millis {
        put(
            &mut text,
            format_args!(", round trip {middle:.0} ms ({least:.0} to {greatest:.0})"),
        );
    }
    if let Some(jitter) = media.jitter_millis {
        put(&mut text, format_args!(", jitter {jitter:.1} ms"));
    }
    text
}

/// What is known of the machine, and of the proxy that its settings name.
fn desk(check: &NetworkCheck) -> Vec<String> {
    let mut lines: Vec<String> = check
        .machine
        .iter()
        .map(|fact| {
            format!(
                "{}: {} ({}; needed: {})",
                fact.about,
                fact.found,
                fact.fitness.word(),
                fact.needed
            )
        })
        .collect();
    lines.extend(
        check
            .system_proxy
            .as_ref()
            .map(|proxy| format!("proxy: {}", settings(proxy))),
    );
    lines
}

/// What settings say of proxies.
pub(super) fn settings(proxy: &SystemProxy) -> String {
    let mut parts = Vec::new();
    parts.extend(
        proxy
            .proxy
            .as_ref()
            .map(|place| format!("{} name {place}", proxy.source)),
    );
    parts.extend(proxy.pac.as_ref().map(|script| {
        format!(
            "{} name the script {script} (PAC), which decides for each host; it is not run here: give the proxy that it names with \
             --proxy",
            proxy.source
        )
    }));
    if proxy.searches {
        parts.push(format!(
            "{} search the network for a script (WPAD) that decides for each host; it is not run here: give the proxy that it \
             names with --proxy",
            proxy.source
        ));
    }
    parts.join("; ")
}

/// How busy the machine was at worst.
pub(super) fn busy(load: &Loads) -> Option<String> {
    let (seconds, worst) = load.worst.as_ref()?;
    let after = span(std::time::Duration::from_secs(*seconds));
    let busiest: Vec<String> = worst
        .busiest
        .iter()
        .map(|(name, percent)| format!("{name} {percent:.0} %"))
        .collect();
    let busiest = match busiest.is_empty() {
        true => "no program stands out".to_owned(),
        false => busiest.join(", "),
    };
    let percent = worst.percent.unwrap_or_default();
    Some(format!(
        "load: {}, at worst {percent:.0} % after {after}: {busiest}",
        looks(u32::try_from(load.course.len()).unwrap_or(u32::MAX))
    ))
}

/// How far regions are, and what to make of it.
pub(super) fn regions(check: &NetworkCheck) -> Vec<String> {
    let reached: Vec<String> = check
        .latency
        .iter()
        .filter_map(|time| Some(format!("{} {:.0} ms", time.region, time.millis?)))
        .collect();
    if check.latency.is_empty() {
        return Vec::new();
    }
    if reached.is_empty() {
        return vec!["regions: none was reached directly, so no distance was measured".to_owned()];
    }
    let advice = match &check.advice {
        Advice::Stay => "no other region is worth a move for agents here".to_owned(),
        Advice::Nearer { region, millis } => format!(
            "{region} is nearer by {millis:.0} ms: think of it for agents here, and of where callers are"
        ),
        Advice::Unknown => "the environment's own region was not reached".to_owned(),
    };
    vec![
        format!("regions: {}", reached.join(", ")),
        format!("regions: {advice}"),
    ]
}

fn looks(count: u32) -> String {
    plural(usize::try_from(count).unwrap_or(usize::MAX), "look")
}

/// What became of a relay over time.
pub(super) fn over_time(watched: &Watched) -> String {
    let mut text = format!(
        "watched: {}: {}, {:.1} % of the packets lost",
        watched.host,
        looks(watched.looks),
        watched.lost_percent()
    );
    if let Some((seconds, percent)) = watched.worst.filter(|(_, percent)| *percent > 0.0) {
        let after = span(std::time::Duration::from_secs(seconds));
        put(&mut text, format_args!(", at worst {percent:.0} % after {after}"));
    }
    if watched.silent > 0 {
        put(
            &mut text,
            format_args!(", {} without an answer", looks(watched.silent)),
        );
    }
    text
}

/// For pipelines: a case for each row. What is unknown is skipped, and what is slow passes with what was seen.
pub fn junit(check: &NetworkCheck) -> String {
    let mut report = Report::new("headset network check");
    report.add_test_suite(suite(check));
    // Writing to memory cannot fail, and its texts are valid UTF-8.
    report.to_string().unwrap_or_default()
}

/// The same as one suite of a greater report.
pub(super) fn suite(check: &NetworkCheck) -> TestSuite {
    let mut suite = TestSuite::new(format!("{} {}", check.environment, check.side));
    suite.add_test_cases(check.rows.iter().map(case));
    suite
}

fn case(row: &Row) -> TestCase {
    let found = lines(row).join("\n");
    let says = row.cause.as_ref().map(Cause::says).unwrap_or_default();
    let status = match row.verdict {
        Verdict::Open | Verdict::Slow => TestCaseStatus::success(),
        Verdict::Unknown => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(says);
            status
        }
        Verdict::Intercepted | Verdict::Blocked => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status
                .set_message(says)
                .set_type(row.verdict.word())
                .set_description(found.as_str());
            status
        }
    };
    let mut case = TestCase::new(place(&row.target), status);
    case.set_classname(row.target.purpose.as_str());
    if row.verdict < Verdict::Intercepted {
        case.set_system_out(found);
    }
    case
}

#[cfg(test)]
mod tests {
    use super::super::probe_page;
    use super::*;
    use headset_probe::{Ask, Fitness, Load, Names, Protocol};

    fn row(cause: Option<Cause>, evidence: Evidence) -> Row {
        let host = "TurnNlb-1.elb.eu-west-2.amazonaws.com";
        let verdict = cause.as_ref().map_or(Verdict::Open, Cause::verdict);
        Row {
            target: Target {
                names: Names::Host(host.to_owned()),
                port: 3478,
                last_port: None,
                protocol: Protocol::Stun,
                purpose: "the voice of agents".to_owned(),
            },
            verdict,
            ask: cause.as_ref().map(|cause| Ask {
                name: host.to_owned(),
                transport: "UDP",
                ports: "3478".to_owned(),
                direction: "outbound",
                purpose: "the voice of agents".to_owned(),
                found: cause.says(),
                wanted: cause.advice(),
            }),
            hosts: vec![HostCheck {
                host: host.to_owned(),
                verdict,
                cause: cause.clone(),
                agent_sees: None,
                evidence,
            }],
            cause,
        }
    }

    fn media(answered: u32) -> Evidence {
        Evidence {
            dns: vec![Dns {
                server: None,
                answer: DnsAnswer::Addresses(vec!["15.193.0.1".parse().unwrap()]),
                millis: 12.2,
            }],
            media: Some(Media {
                address: "15.193.0.1:3478".parse().unwrap(),
                transmissions: 1,
                mapped: None,
                sent: 50,
                answered,
                round_trip_millis: Some([20.0, 24.0, 60.0]),
                jitter_millis: Some(2.3),
            }),
            ..Evidence::default()
        }
    }

    fn found(rows: Vec<Row>) -> NetworkCheck {
        NetworkCheck {
            environment: "acme".to_owned(),
            side: "agent",
            proxy: None,
            system_proxy: None,
            machine: Vec::new(),
            seed: 1,
            rows,
            clock: Some(Cause::ClockWrong { ahead_seconds: -600 }),
            home: None,
            latency: vec![RegionTime {
                region: "eu-west-2".to_owned(),
                millis: Some(20.4),
            }],
            advice: Advice::Stay,
            watched: vec![Watched {
                host: "TurnNlb-1".to_owned(),
                looks: 2,
                silent: 1,
                sent: 50,
                answered: 45,
                course: vec![(61, 10.0)],
                worst: Some((61, 10.0)),
            }],
            load: None,
        }
    }

    #[test]
    fn a_check_reads_row_by_row_and_ends_with_counts() {
        let check = found(vec![
            row(None, media(50)),
            row(Some(Cause::Lossy { percent: 10.0 }), media(45)),
        ]);
        assert!(!check.is_in_the_way());
        let expected = "\
open        TurnNlb-1.elb.eu-west-2.amazonaws.com 3478/UDP: the voice of agents
            DNS of this system: 15.193.0.1 (12 ms); 15.193.0.1:3478: 50 of 50 packets came back, round trip 24 ms (20 to 60), jitter 2.3 ms
slow        TurnNlb-1.elb.eu-west-2.amazonaws.com 3478/UDP: the voice of agents
            10 % of the packets get lost; DNS of this system: 15.193.0.1 (12 ms); 15.193.0.1:3478: 45 of 50 packets came back, round trip 24 ms (20 to 60), jitter 2.3 ms
            for the network team: outbound TurnNlb-1.elb.eu-west-2.amazonaws.com 3478/UDP: look at the way to this host: Wi-Fi, VPN, queues, a nearer exit
clock: the clock of this machine is 10 minutes behind: set the clock of this machine by NTP
regions: eu-west-2 20 ms
regions: no other region is worth a move for agents here
watched: TurnNlb-1: 2 looks, 10.0 % of the packets lost, at worst 10 % after 1m01s, 1 look without an answer
acme (agent): 1 open, 1 slow, 0 unknown, 0 intercepted, 0 blocked
";
        assert_eq!(text(&check), expected);
    }

    #[test]
    fn pipelines_fail_by_what_is_known_to_be_in_the_way() {
        let check = found(vec![
            row(None, media(50)),
            row(Some(Cause::Silent), Evidence::default()),
            row(Some(Cause::Refused), Evidence::default()),
        ]);
        assert!(check.is_in_the_way() && !check.proves_nothing());
        let unknown = found(vec![row(Some(Cause::Silent), Evidence::default())]);
        assert!(unknown.proves_nothing());
        let junit = junit(&check);
        for expected in [
            "tests=\"3\"",
            "failures=\"1\"",
            "<skipped message=\"no packet came back",
            "<failure message=\"the connection is refused\" type=\"blocked\">",
        ] {
            assert!(junit.contains(expected), "{expected}\n{junit}");
        }
    }

    #[test]
    fn a_page_needs_nothing_else_and_holds_what_was_found() {
        let mut check = found(vec![
            row(None, media(50)),
            row(Some(Cause::Lossy { percent: 10.0 }), media(45)),
            row(Some(Cause::Refused), media(0)),
        ]);
        check.environment = "<script>alert(1)</script>".to_owned();
        check.home = Some("eu-west-2".to_owned());
        check.machine = vec![Fact {
            about: "memory",
            found: "1.0 GB".to_owned(),
            needed: "2 GB",
            fitness: Fitness::Short,
        }];
        check.system_proxy = Some(SystemProxy {
            pac: Some("http://wpad.example.com/proxy.pac".to_owned()),
            ..SystemProxy::default()
        });
        check.load = Some(Loads {
            course: vec![(0, 20.0), (60, 95.0)],
            worst: Some((
                60,
                Load {
                    percent: Some(95.0),
                    busiest: vec![("indexer".to_owned(), 180.0)],
                },
            )),
        });
        let page = probe_page::page(&check);
        roxmltree::Document::parse(
            page[page.find("<main>").unwrap()..]
                .split("<footer>")
                .next()
                .unwrap(),
        )
        .unwrap();
        for expected in [
            "aria-label=\"rows by result: 1 open, 1 slow, 0 unknown, 0 intercepted, 1 blocked\"",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "1.0 GB (needed: 2 GB)",
            "http://wpad.example.com/proxy.pac",
            "<rect class=\"home\"",
            "<polyline class=\"line\" points=\"60.0,",
            "indexer 180 %",
        ] {
            assert!(page.contains(expected), "{expected}\n{page}");
        }
        let first = page.find("<tr class=").unwrap();
        assert!(
            page[first..].starts_with("<tr class=\"error\""),
            "the worst comes first"
        );
        assert!(!page.contains("<script") && !page.contains("src="), "{page}");
    }
}
