//! The forms of a list. What others' parsers say about them is in `tests/it/interop/network.rs`.

use serde_json::Value;

use super::{center, data, of};
use crate::center::{Center, SignIn};
use crate::format::{network_firewall, plain, security_group, squid};
use crate::list::{Asked, Mode, list};
use crate::ranges::Ranges;
use crate::terms::Side;

fn split() -> Center {
    let mut center = center("eu-west-2", "eu-west-1");
    center.desktops.as_mut().unwrap().applications = vec!["crm.example.com".into()];
    center
}

fn asked(side: Side, mode: Mode) -> Asked {
    Asked {
        sides: vec![side],
        mode,
        ..Asked::default()
    }
}

#[test]
fn text_says_why_each_name_is_there() {
    let text = plain::text(&of(&split(), &asked(Side::Agent, Mode::Domains)));
    assert!(
        text.starts_with("acme-support: what the network has to let through, by AWS's pages of 2026-11-28\n")
    );
    let rest = "\nthe agent's own machine, outbound\n  443/tcp\n    acme-support.my.connect.aws\n      Amazon Connect: the Contact";
    assert!(text.contains(rest), "{text}");
    assert!(!text.contains("syncToken"), "it has no addresses");
    let text = plain::text(&of(&split(), &asked(Side::Agent, Mode::Addresses)));
    assert!(
        text.contains("syncToken 1793451600") && text.contains("    15.193.0.0/19\n"),
        "{text}"
    );
}

#[test]
fn markdown_has_a_table_for_each_side() {
    let text = plain::markdown(&of(&split(), &Asked::default()));
    for title in [
        "\n## The agent's own machine, outbound\n",
        "\n## The streamed desktop, outbound\n",
        "\n## The streamed desktop, inbound\n",
        "\n## The image builder, outbound\n",
    ] {
        assert!(text.contains(title), "{title}\n{text}");
    }
    let rows = text.lines().filter(|line| line.starts_with("| "));
    for row in rows {
        assert_eq!(row.matches(" | ").count(), 4, "{row}");
    }
    assert!(text.contains(
        "| [2026-11-28](https://docs.aws.amazon.com/connect/latest/adminguide/ccp-networking.html) |"
    ));
}

#[test]
fn csv_has_a_line_for_each_destination_and_port() {
    let list = of(&split(), &Asked::default());
    let text = plain::csv(&list);
    let wanted: usize = list
        .rows
        .iter()
        .map(|row| row.destinations().len() * row.ports.len())
        .sum();
    assert_eq!(text.matches('\n').count(), wanted + 1);
    assert!(text.starts_with("environment,side,direction,protocol,ports,to,"));
    assert!(text.contains("\nacme-support,agent,outbound,udp,3478,TurnNlb-*.elb.eu-west-2.amazonaws.com,"));
    let mut odd = list;
    odd.environment = "=cmd, \"x\"".to_owned();
    assert!(plain::csv(&odd).contains("\n\"'=cmd, \"\"x\"\"\",agent"));
}

fn document(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_group_allows_ports_and_never_media_in_a_split_center() {
    let formed = security_group::template(&of(&split(), &asked(Side::Session, Mode::Domains))).unwrap();
    let rules =
        document(&formed.text)["Resources"]["SessionGroup"]["Properties"]["SecurityGroupEgress"].clone();
    let rules_of_it: Vec<String> = rules
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| {
            let to = rule["CidrIp"].as_str().or(rule["CidrIpv6"].as_str()).unwrap();
            format!(
                "{} {}-{} {to}",
                rule["IpProtocol"].as_str().unwrap(),
                rule["FromPort"],
                rule["ToPort"]
            )
        })
        .collect();
    let wanted = ["tcp 80-80", "tcp 443-443", "udp 8433-8433"];
    let wanted: Vec<String> = wanted
        .iter()
        .flat_map(|ports| [format!("{ports} 0.0.0.0/0"), format!("{ports} ::/0")])
        .collect();
    assert_eq!(rules_of_it, wanted);
    assert!(formed.left_out[0].contains("nothing inbound"));
    let agent = security_group::template(&of(&split(), &asked(Side::Agent, Mode::Domains))).unwrap_err();
    assert!(agent.why.contains("in none"), "{agent:?}");
}

#[test]
fn a_group_that_cannot_hold_the_addresses_is_refused_with_the_number() {
    let fits = security_group::template(&of(&split(), &asked(Side::Session, Mode::Addresses))).unwrap();
    assert!(
        fits.text.contains("198.51.100.0/25") && !fits.text.contains("3478"),
        "{}",
        fits.text
    );
    assert!(
        fits.left_out
            .iter()
            .any(|left| left.contains("acme.okta.example.com")),
        "{:?}",
        fits.left_out
    );
    // 61 ranges that nothing joins.
    let many: Vec<String> = (0..61)
        .map(|at| {
            format!(
                "{{\"ip_prefix\": \"52.0.{at}.0/26\", \"region\": \"eu-west-2\", \"service\": \"EC2\", \"network_border_group\": \
                 \"eu-west-2\"}}"
            )
        })
        .collect();
    let text = crate::ranges::tests::FILE.replacen(
        "\"prefixes\": [",
        &format!("\"prefixes\": [{},", many.join(",")),
        1,
    );
    let ranges = Ranges::read(&text).unwrap();
    let list = list(
        &split(),
        data(),
        &asked(Side::Session, Mode::Addresses),
        Some(&ranges),
    );
    let refused = security_group::template(&list).unwrap_err();
    assert!(refused.why.contains("holds 60 of each"), "{refused:?}");
    assert!(refused.help.contains("--format network-firewall"));
    let unknown = crate::list::list(&split(), data(), &asked(Side::Session, Mode::Addresses), None);
    assert!(
        security_group::template(&unknown)
            .unwrap_err()
            .help
            .contains("--ranges")
    );
}

#[test]
fn a_firewall_has_names_and_addresses_in_groups_of_their_own() {
    let formed = network_firewall::template(&of(&split(), &asked(Side::Agent, Mode::Both))).unwrap();
    let document = document(&formed.text);
    let names =
        &document["Resources"]["AgentNames"]["Properties"]["RuleGroup"]["RulesSource"]["RulesSourceList"];
    let targets = names["Targets"].as_array().unwrap();
    assert!(
        targets.contains(&".transport.connect.eu-west-2.amazonaws.com".into()),
        "{targets:?}"
    );
    assert!(
        targets
            .iter()
            .all(|target| !target.as_str().unwrap().contains('*'))
    );
    let rules =
        &document["Resources"]["AgentAddresses"]["Properties"]["RuleGroup"]["RulesSource"]["StatefulRules"];
    let media = rules
        .as_array()
        .unwrap()
        .iter()
        .find(|rule| rule["Header"]["DestinationPort"] == "3478")
        .unwrap();
    assert_eq!(media["Header"]["Protocol"], "UDP");
    let ids: std::collections::BTreeSet<String> = rules
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["RuleOptions"][0]["Settings"][0].to_string())
        .collect();
    assert_eq!(
        ids.len(),
        rules.as_array().unwrap().len(),
        "each rule has an id of its own"
    );
    let by_name = network_firewall::template(&of(&split(), &asked(Side::Agent, Mode::Domains))).unwrap();
    assert!(
        by_name
            .left_out
            .iter()
            .any(|left| left.starts_with("connect-media-agent: ")),
        "{by_name:?}"
    );
}

#[test]
fn a_proxy_gets_names_without_those_that_others_hold() {
    let formed = squid::lines(&of(&split(), &asked(Side::Agent, Mode::Domains))).unwrap();
    assert!(
        formed
            .text
            .contains("\nacl headset_agent dstdomain .cloudfront.net\n"),
        "{}",
        formed.text
    );
    assert!(formed.text.contains("\nacl headset_agent_ports port 443\n"));
    assert!(
        formed
            .text
            .contains("\nhttp_access allow headset_connect headset_agent_ports headset_agent\n")
    );
    assert!(
        formed
            .text
            .contains("\n# not here: connect-media-agent: no proxy carries UDP"),
        "{}",
        formed.text
    );
    assert!(!formed.text.contains("3478"));
    let mut unknown = split();
    unknown.sign_in = SignIn::Provider {
        name: "Okta".to_owned(),
        hosts: Vec::new(),
    };
    let by_address = squid::lines(&of(&unknown, &asked(Side::Agent, Mode::Addresses))).unwrap();
    for part in [
        "# not here: identity-provider: add the sign-in hosts of Okta by hand\n",
        "# not here: addresses-ec2: a proxy goes by names",
    ] {
        assert!(by_address.text.contains(part), "{part}\n{}", by_address.text);
    }
    let builder = squid::lines(&of(
        &center("eu-west-2", "eu-west-1"),
        &asked(Side::Builder, Mode::Domains),
    ));
    assert!(builder.is_err(), "{builder:?}");
}
