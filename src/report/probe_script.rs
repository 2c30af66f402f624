//! The check of a network as a PowerShell script, for desks on which nothing may be installed.

use headset_kinds::appstream::image::script::literal;
use headset_probe::{Names, Protocol, Target, issuers_of};

use super::words::put;

/// What the lines of a script call.
const FUNCTIONS: &str = include_str!("../../policies/network/check.ps1");

/// What follows the rows.
const END: &str = "Show-Summary $rows $facts\n";

/// The script, in ASCII: an encoding can change nothing of it. Every text of a blueprint is an argument between quotes, or in
/// base64: it is never read as code.
pub fn script(targets: &[Target], gateway: Option<&str>) -> String {
    let mut out = format!(
        "# Headset made this: run it in PowerShell on the agent's own machine.\n{FUNCTIONS}\n$facts = @(Test-Machine {})\n$rows = @()\n",
        literal(gateway.unwrap_or_default())
    );
    for target in targets {
        let kind = match (&target.names, &target.protocol) {
            (Names::Words(_), _) | (_, Protocol::OtherTcp | Protocol::OtherUdp) => "none",
            (_, Protocol::Https | Protocol::WebSocket { .. }) => "web",
            (_, Protocol::Stun) => "media",
        };
        let hosts = target.hosts().iter().map(String::as_str);
        let issuers = target.hosts().first().map_or(&[][..], |host| issuers_of(host));
        put(
            &mut out,
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
    out.push_str(END);
    out
}

/// A list of texts.
fn list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let texts: Vec<String> = texts.map(literal).collect();
    format!("@({})", texts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let script = script(&[target], Some(evil));
        assert!(script.is_ascii());
        let row = script.lines().find(|line| line.starts_with("$rows += ")).unwrap();
        let encoded = literal(evil);
        assert!(encoded.contains("FromBase64String"));
        assert!(script.contains(&format!("$facts = @(Test-Machine {encoded})\n")));
        assert_eq!(
            row,
            format!(
                "$rows += Test-Row 'web' {encoded} '443/TCP' {encoded} @({encoded}, 'it''s.example.com') 443 @()"
            )
        );
    }

    #[test]
    fn a_host_of_aws_is_known_by_those_who_issue_its_certificates() {
        let target = Target {
            names: Names::Host("a.my.connect.aws".to_owned()),
            port: 443,
            last_port: None,
            protocol: Protocol::Https,
            purpose: "the instance".to_owned(),
        };
        let script = script(&[target], None);
        assert!(script.contains(
            "$rows += Test-Row 'web' 'a.my.connect.aws' '443/TCP' 'the instance' @('a.my.connect.aws') 443 @('Amazon', "
        ));
    }
}
