//! The check of a network as a PowerShell script, for desks on which nothing may be installed.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use headset_kinds::appstream::image::script::literal;
use headset_network::data::Browser;
use headset_probe::{Cause, Names, Protocol, Target, agent_sees, issuers_of};

use super::words::put;

/// What the lines of a script call.
const FUNCTIONS: [&str; 2] = [
    include_str!("../../policies/network/check.ps1"),
    include_str!("../../policies/network/desk.ps1"),
];

/// What a script looks at.
#[derive(Debug)]
pub struct Script<'a> {
    /// The environment whose rows these are.
    pub environment: &'a str,
    /// From where: `agent` or `session`.
    pub side: &'a str,
    /// The rows.
    pub targets: &'a [Target],
    /// What stands for the desktops, if there is a way to them.
    pub gateway: Option<&'a str>,
    /// By what browsers are judged.
    pub browsers: &'a [Browser],
    /// The region of the instance.
    pub home: Option<&'a str>,
    /// The regions whose distance is measured.
    pub regions: &'a [String],
    /// For how long it looks again each minute.
    pub watch: Option<Duration>,
}

/// The script, in ASCII: an encoding can change nothing of it. Every text of a blueprint is an argument between quotes, or in
/// base64: it is never read as code.
pub fn script(of: &Script<'_>) -> String {
    let mut out = "# Headset made this: run it in PowerShell on the agent's own machine.\n".to_owned();
    for functions in FUNCTIONS {
        out.push_str(functions);
        out.push('\n');
    }
    out.push_str("# What each cause means.\n$meaning = @{}\n");
    for (cause, detail) in causes() {
        out.push_str(&meaning("web", &cause, detail));
        out.push_str(&meaning("media", &cause, detail));
    }
    let browsers: Vec<String> = of.browsers.iter().filter_map(browser).collect();
    put(
        &mut out,
        format_args!(
            "\n$newest = @({})\n$facts = @(Test-Machine {} $newest)\n$rows = @()\n",
            browsers.join(", "),
            literal(of.gateway.unwrap_or_default())
        ),
    );
    for target in of.targets {
        row(&mut out, target);
    }
    let regions = list(of.regions.iter().map(String::as_str));
    put(
        &mut out,
        format_args!(
            "$report = @{{ environment = {}; side = {}; made = [System.DateTime]::UtcNow.ToString('u'); rows = $rows; machine = $facts; \
             ahead_seconds = (Test-Clock $rows); latency = @() }}\n",
            literal(of.environment),
            literal(of.side)
        ),
    );
    if let Some(home) = of.home {
        put(
            &mut out,
            format_args!("$report.latency = @(Test-Regions {} {regions})\n", literal(home)),
        );
    }
    out.push_str("Show-Summary $report\n");
    if let Some(watch) = of.watch {
        let minutes = watch.as_secs().div_ceil(60);
        put(&mut out, format_args!("Watch-Shift {minutes} $rows $report\n"));
    }
    out
}

fn row(out: &mut String, target: &Target) {
    let kind = match (&target.names, &target.protocol) {
        (Names::Words(_), _) | (_, Protocol::OtherTcp | Protocol::OtherUdp) => "none",
        (_, Protocol::Https) => "web",
        (_, Protocol::WebSocket { .. }) => "socket",
        (_, Protocol::Stun) => "media",
    };
    let hosts = target.hosts().iter().map(String::as_str);
    let issuers = target.hosts().first().map_or(&[][..], |host| issuers_of(host));
    put(
        out,
        format_args!(
            "$rows += Test-Row '{kind}' {} '{}/{}' {} {} {} {}\n",
            literal(target.name()),
            target.ports(),
            target.transport(),
            literal(&target.purpose),
            list(hosts),
            target.port,
            list(issuers.iter().copied()),
        ),
    );
}

/// A list of texts.
fn list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let texts: Vec<String> = texts.map(literal).collect();
    format!("@({})", texts.join(", "))
}

/// A browser by the program that Windows has of it; none of one that it does not know.
fn browser(browser: &Browser) -> Option<String> {
    const PROGRAMS: [(&str, &str); 3] = [
        ("Chrome", "chrome.exe"),
        ("Edge", "msedge.exe"),
        ("Firefox", "firefox.exe"),
    ];
    let (_, program) = PROGRAMS.iter().find(|(name, _)| *name == browser.name)?;
    Some(format!(
        "@{{ name = {}; program = '{program}'; known = {}; released = '{}'; every = {} }}",
        literal(&browser.name),
        browser.newest,
        browser.released,
        browser.every_days
    ))
}

/// What of a sentence a script fills in.
const DETAIL: &str = "{detail}";
/// What stands for the host in what an agent sees.
const HOST: &str = "{host}";
/// A number that no cause has: it stands where a script puts its own.
const NUMBER: u16 = 65_535;

/// What a script can find, each with the words of its sentence that stand for what the script knows. The program's own sentences and
/// advice are the script's: they are written once.
fn causes() -> Vec<(Cause, &'static str)> {
    let detail = || DETAIL.to_owned();
    let number = "65535";
    let percent = f64::from(NUMBER);
    vec![
        (Cause::NoSuchName, DETAIL),
        (Cause::NoAddress, DETAIL),
        (Cause::ResolverFails, DETAIL),
        (Cause::ResolverRefuses, DETAIL),
        (Cause::ResolverSilent, DETAIL),
        (Cause::NameNotFound, DETAIL),
        (
            Cause::Sinkhole {
                address: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            },
            "0.0.0.0",
        ),
        (Cause::Refused, DETAIL),
        (Cause::Dropped, DETAIL),
        (Cause::Unreachable, DETAIL),
        (Cause::ResetAtName, DETAIL),
        (Cause::ResetInHandshake, DETAIL),
        (Cause::SilentInHandshake, DETAIL),
        (Cause::Alert { alert: detail() }, DETAIL),
        (Cause::ForeignAuthority { issuer: detail() }, DETAIL),
        (Cause::OtherIssuer { issuer: detail() }, DETAIL),
        (Cause::Expired { until: detail() }, DETAIL),
        (Cause::NotYetValid { from: detail() }, DETAIL),
        (Cause::ClockWrong { ahead_seconds: 60 }, "1 minutes ahead"),
        (Cause::OtherName, DETAIL),
        (Cause::BadCertificate { fault: detail() }, DETAIL),
        (Cause::ProxyUnreachable, DETAIL),
        (Cause::ProxyGarbled, DETAIL),
        (
            Cause::ProxySignIn {
                schemes: vec![detail()],
            },
            DETAIL,
        ),
        (Cause::ProxyForbids, DETAIL),
        (Cause::ProxyFails { status: NUMBER }, number),
        (Cause::WebSocketStripped { status: NUMBER }, number),
        (Cause::WebSocketUnproven { status: NUMBER }, number),
        (Cause::NoAnswer, DETAIL),
        (Cause::Silent, DETAIL),
        (Cause::Lossy { percent }, number),
        (Cause::Jitter { millis: percent }, number),
        (Cause::Late { millis: percent }, number),
        (Cause::NoMember, DETAIL),
        (Cause::NotTried, DETAIL),
    ]
}

/// The name by which a script knows a cause: that of the JSON form.
fn name(cause: &Cause) -> String {
    let document = serde_json::json!(cause);
    document["kind"].as_str().unwrap_or_default().to_owned()
}

/// The line that says what a cause means for a page or for media.
fn meaning(kind: &str, cause: &Cause, detail: &str) -> String {
    let is_media = kind == "media";
    let target = Target {
        names: Names::Host(HOST.to_owned()),
        port: if is_media { 3478 } else { 443 },
        last_port: None,
        protocol: match is_media {
            true => Protocol::Stun,
            false => Protocol::Https,
        },
        purpose: String::new(),
    };
    format!(
        "$meaning['{kind} {}'] = @{{ verdict = '{}'; says = {}; sees = {}; wanted = {} }}\n",
        name(cause),
        cause.verdict().word(),
        literal(&cause.says().replace(detail, DETAIL)),
        literal(&agent_sees(&target, HOST, cause).unwrap_or_default()),
        literal(cause.advice())
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use headset_network::data::Endpoints;

    fn of(targets: &[Target], gateway: Option<&str>, environment: &str) -> String {
        let data = Endpoints::embedded().unwrap();
        script(&Script {
            environment,
            side: "agent",
            targets,
            gateway,
            browsers: &data.browsers,
            home: Some("eu-west-2"),
            regions: &["eu-west-2".to_owned(), "us-east-1".to_owned()],
            watch: Some(Duration::from_secs(8 * 3600)),
        })
    }

    #[test]
    fn no_text_of_a_blueprint_becomes_code() {
        let evil = "a' ; Remove-Item C:\\ ; '\u{2019}; $(calc) `n\n#";
        let target = Target {
            names: Names::Wildcard {
                pattern: evil.to_owned(),
                members: vec![evil.to_owned(), "it's.example.com".to_owned()],
            },
            port: 443,
            last_port: None,
            protocol: Protocol::Https,
            purpose: evil.to_owned(),
        };
        let script = of(&[target], Some(evil), evil);
        assert!(script.is_ascii());
        let row = script.lines().find(|line| line.starts_with("$rows += ")).unwrap();
        let encoded = literal(evil);
        assert!(encoded.contains("FromBase64String"));
        assert!(script.contains(&format!("$facts = @(Test-Machine {encoded} $newest)\n")));
        assert!(script.contains(&format!(
            "$report = @{{ environment = {encoded}; side = 'agent'; "
        )));
        assert_eq!(
            row,
            format!(
                "$rows += Test-Row 'web' {encoded} '443/TCP' {encoded} @({encoded}, 'it''s.example.com') 443 @()"
            )
        );
        assert_eq!(script.matches("Remove-Item").count(), 0);
    }

    #[test]
    fn a_host_of_aws_is_known_by_those_who_issue_its_certificates() {
        let target = |protocol| Target {
            names: Names::Host("a.my.connect.aws".to_owned()),
            port: 443,
            last_port: None,
            protocol,
            purpose: "the instance".to_owned(),
        };
        let path = "/".to_owned();
        let script = of(
            &[target(Protocol::Https), target(Protocol::WebSocket { path })],
            None,
            "acme",
        );
        for line in [
            "$rows += Test-Row 'web' 'a.my.connect.aws' '443/TCP' 'the instance' @('a.my.connect.aws') 443 @('Amazon', ",
            "$rows += Test-Row 'socket' 'a.my.connect.aws' ",
            "$newest = @(@{ name = 'Chrome'; program = 'chrome.exe'; known = 157; released = '2026-11-03'; every = 14 }, ",
            "$report.latency = @(Test-Regions 'eu-west-2' @('eu-west-2', 'us-east-1'))\n",
            "Show-Summary $report\nWatch-Shift 480 $rows $report\n",
        ] {
            assert!(script.contains(line), "{line}");
        }
    }

    /// The words of a cause: in quotes, as functions find or give it.
    fn is_used(cause: &str) -> bool {
        let functions = FUNCTIONS.concat();
        [
            format!("return '{cause}'"),
            format!("$cause = '{cause}'"),
            format!("{{ cause = '{cause}';"),
            format!("$name '{cause}' "),
        ]
        .iter()
        .any(|text| functions.contains(text.as_str()))
    }

    #[test]
    fn every_cause_of_a_script_has_its_meaning_and_every_meaning_is_used() {
        let known: Vec<String> = causes().iter().map(|(cause, _)| name(cause)).collect();
        for cause in &known {
            assert!(is_used(cause), "{cause} is found nowhere");
        }
        // What the functions call a cause, in the two forms in which they do.
        let functions = FUNCTIONS[0];
        let of_finders = functions.split("\nfunction ").filter(|part| {
            part.starts_with("Find-") && part.lines().next().is_some_and(|line| line.contains("Cause"))
        });
        let returned: Vec<&str> = of_finders
            .flat_map(|part| part.split("return '").skip(1))
            .collect();
        let set: Vec<&str> = functions.split("cause = '").skip(1).collect();
        assert!(
            returned.len() > 20 && set.len() > 10,
            "{} {}",
            returned.len(),
            set.len()
        );
        for text in returned.iter().chain(&set) {
            let cause = text.split('\'').next().unwrap();
            assert!(
                cause.is_empty() || known.iter().any(|known| known == cause),
                "{cause} has no meaning"
            );
        }
    }

    #[test]
    fn a_sentence_leaves_room_for_what_a_script_knows() {
        let script = of(&[], None, "acme");
        for line in [
            "$meaning['web sinkhole'] = @{ verdict = 'blocked'; says = 'DNS answers {detail}, where the host is not: a filter''s answer'; \
             sees = 'ERR_CONNECTION_REFUSED for https://{host}'; ",
            "$meaning['media silent'] = @{ verdict = 'unknown'; ",
            "sees = 'Browser unable to establish media channel with turn:{host}:3478?transport=udp'; ",
            "says = 'the proxy wants a sign-in (407: {detail})'; ",
            "says = '{detail} % of the packets get lost'; ",
            "says = 'the clock of this machine is {detail}'; ",
            "says = 'it takes {detail} ms'; ",
        ] {
            assert!(script.contains(line), "{line}\n{script}");
        }
        assert!(!script.contains("65535"));
    }
}
