//! Relay states: where a sign-in goes once AWS has accepted it, read back from what a person typed.

use percent_encoding::percent_decode_str;

/// Where a relay state leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Landing {
    /// A page of an Amazon Connect instance.
    Connect {
        /// The region that the console's host names; none where hosts name none, as GovCloud's.
        region: Option<String>,
        /// The instance's id.
        instance: String,
        /// The page.
        destination: String,
    },
    /// The desktops of a stack.
    Desktop {
        /// The region that the host names.
        region: String,
        /// The stack's name.
        stack: String,
        /// The account.
        account: String,
    },
}

/// What the address of a stack's desktops says behind its question mark.
const DESKTOP: &str = "stack&accountId";

/// Reads a relay state.
///
/// # Errors
/// Why it leads nowhere, in a sentence without a full stop.
pub fn read(relay_state: &str) -> Result<Landing, String> {
    let rest = relay_state
        .strip_prefix("https://")
        .ok_or_else(|| "it does not begin with https://".to_owned())?;
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = place.split_once('/').unwrap_or((place, ""));
    let value = |key: &str| {
        let pair = query.split('&').filter_map(|pair| pair.split_once('='));
        let mut values = pair.filter(|(name, _)| *name == key).map(|(_, value)| value);
        let value = values.next()?;
        // Which of two AWS would take, no source says.
        values
            .next()
            .is_none()
            .then(|| percent_decode_str(value).decode_utf8_lossy().into_owned())
    };
    let needed = |key: &str| value(key).ok_or_else(|| format!("it does not say `{key}` exactly once"));
    if let Some(instance) = path.strip_prefix("connect/federate/") {
        let destination = needed("destination")?;
        if !destination.starts_with('/') {
            return Err(format!("its destination is `{destination}`, which is no path"));
        }
        return Ok(Landing::Connect {
            region: console_region(host)?,
            instance: instance.to_owned(),
            destination,
        });
    }
    if path != "saml" {
        return Err(format!(
            "`/{path}` is neither where Amazon Connect takes up a sign-in nor where AppStream does"
        ));
    }
    let (stack, account) = DESKTOP.split_once('&').unwrap_or_default();
    Ok(Landing::Desktop {
        region: desktop_region(host)?,
        stack: needed(stack)?,
        account: needed(account)?,
    })
}

/// Whether a text has the form of a region's name.
fn is_region(text: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    text.split('-').count() >= 3 && text.split('-').all(is_part)
}

/// The region of a host of AWS's console.
fn console_region(host: &str) -> Result<Option<String>, String> {
    if host == "console.amazonaws-us-gov.com" {
        return Ok(None);
    }
    let region = host.strip_suffix(".console.aws.amazon.com");
    match region.filter(|region| is_region(region)) {
        Some(region) => Ok(Some(region.to_owned())),
        None => Err(format!("{host} is no host of AWS's console")),
    }
}

/// The region of a host at which AppStream takes up sign-ins.
fn desktop_region(host: &str) -> Result<String, String> {
    let service = host
        .strip_suffix(".aws.amazon.com")
        .or_else(|| host.strip_suffix(".amazonaws-us-gov.com"));
    let region = service.and_then(|service| {
        let (service, region) = service.rsplit_once('.')?;
        let known = [
            "appstream2",
            "appstream2-fips",
            "appstream2.euc-sso",
            "appstream2.euc-sso-fips",
        ];
        (known.contains(&service) && is_region(region)).then(|| region.to_owned())
    });
    region.ok_or_else(|| format!("{host} is no host at which AppStream takes up sign-ins"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_state_says_where_it_leads() {
        let connect = "https://eu-west-2.console.aws.amazon.com/connect/federate/1234?destination=%2Fccp-v2&new_domain=true";
        assert_eq!(
            read(connect),
            Ok(Landing::Connect {
                region: Some("eu-west-2".to_owned()),
                instance: "1234".to_owned(),
                destination: "/ccp-v2".to_owned(),
            })
        );
        let gov = "https://console.amazonaws-us-gov.com/connect/federate/1234?destination=%2F";
        assert!(matches!(read(gov), Ok(Landing::Connect { region: None, .. })));
        for host in ["appstream2", "appstream2.euc-sso"] {
            let desktop =
                format!("https://{host}.eu-west-1.aws.amazon.com/saml?stack=agents&accountId=123456789012");
            assert_eq!(
                read(&desktop),
                Ok(Landing::Desktop {
                    region: "eu-west-1".to_owned(),
                    stack: "agents".to_owned(),
                    account: "123456789012".to_owned(),
                })
            );
        }
    }

    #[test]
    fn what_leads_nowhere_is_refused() {
        for (relay_state, why) in [
            (
                "http://eu-west-2.console.aws.amazon.com/connect/federate/1?destination=%2F",
                "https://",
            ),
            (
                "https://eu-west-2.console.aws.example.com/connect/federate/1?destination=%2F",
                "no host",
            ),
            (
                "https://evil.eu-west-2.console.aws.amazon.com/connect/federate/1?destination=%2F",
                "no host",
            ),
            (
                "https://eu-west-2.console.aws.amazon.com/connect/federate/1",
                "exactly once",
            ),
            (
                "https://eu-west-2.console.aws.amazon.com/connect/federate/1?destination=a&destination=b",
                "exactly once",
            ),
            (
                "https://eu-west-2.console.aws.amazon.com/connect/federate/1?destination=ccp-v2",
                "no path",
            ),
            ("https://eu-west-2.console.aws.amazon.com/console/home", "neither"),
            (
                "https://appstream.eu-west-1.aws.amazon.com/saml?stack=a&accountId=1",
                "no host",
            ),
            (
                "https://appstream2.eu-west-1.aws.amazon.com/saml?stack=a",
                "`accountId`",
            ),
        ] {
            let said = read(relay_state).unwrap_err();
            assert!(said.contains(why), "{relay_state}: {said}");
        }
    }
}
