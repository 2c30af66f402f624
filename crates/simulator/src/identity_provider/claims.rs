//! Claim rules of AD FS, as far as they look up attributes, pass claims on and issue fixed ones.

use crate::service::ask::IdentityUser;

const NAME_ID: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier";
const FORMAT: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claimproperties/format";
const ACCOUNT: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname";

/// A rule: which claim it needs, and what it makes of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rule {
    /// The type of the claim that has to be there.
    needs: Option<String>,
    /// Whether what it makes is sent.
    issues: bool,
    made: Made,
}

#[derive(Debug, PartialEq, Eq)]
enum Made {
    /// A claim of this type; its value, `None` for that of the claim that was needed; and the format of a name.
    Claim {
        kind: String,
        value: Option<String>,
        format: Option<String>,
    },
    /// A claim of this type from an attribute of the directory.
    LookedUp { kind: String, attribute: String },
}

/// What the rules send.
#[derive(Debug, Default)]
pub(super) struct Issued {
    pub(super) name_id: Option<(String, String)>,
    pub(super) attributes: Vec<(String, String)>,
}

/// A text in double quotes. The language knows no escapes.
fn quoted(text: &str) -> Option<&str> {
    let inner = text.trim().strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('"')).then_some(inner)
}

/// Splits at commas outside of quotes and brackets.
fn parts(text: &str) -> Vec<&str> {
    let (mut quotes, mut depth, mut start) = (false, 0_usize, 0);
    let mut parts = Vec::new();
    for (place, character) in text.char_indices() {
        match character {
            '"' => quotes = !quotes,
            '(' | '[' if !quotes => depth += 1,
            ')' | ']' if !quotes => depth = depth.saturating_sub(1),
            ',' if !quotes && depth == 0 => {
                parts.push(text[start..place].trim());
                start = place + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}

/// What stands at a name of a list such as `store = "Active Directory"`.
fn named<'text>(parts: &[&'text str], name: &str) -> Option<&'text str> {
    parts
        .iter()
        .find_map(|part| part.strip_prefix(name)?.trim_start().strip_prefix('='))
        .map(str::trim)
}

/// Reads a rule.
///
/// # Errors
/// What is not understood.
pub(super) fn read(text: &str) -> Result<Rule, String> {
    let (condition, action) = text.split_once("=>").ok_or("there is no =>")?;
    let needs = match condition.trim() {
        "" => None,
        condition => {
            let inside = condition
                .strip_prefix("c:[")
                .and_then(|rest| rest.strip_suffix(']'))
                .ok_or("a condition is c:[Type == \"...\"]")?;
            let mut kind = None;
            for part in parts(inside) {
                match part
                    .split_once("==")
                    .map(|(name, value)| (name.trim(), quoted(value)))
                {
                    Some(("Type", Some(value))) => kind = Some(value.to_owned()),
                    Some(("Issuer", Some("AD AUTHORITY"))) => {}
                    _ => return Err(format!("the condition {part} is not understood")),
                }
            }
            Some(kind.ok_or("the condition names no type")?)
        }
    };
    let action = action
        .trim()
        .strip_suffix(';')
        .ok_or("there is no ; at the end")?;
    let (verb, rest) = action.split_once('(').ok_or("there is no action")?;
    let issues = match verb.trim() {
        "issue" => true,
        "add" => false,
        other => return Err(format!("there is no action {other}")),
    };
    let parts = parts(rest.strip_suffix(')').ok_or("the action does not end")?);
    let made = match named(&parts, "store") {
        Some("\"Active Directory\"") => {
            let kind = named(&parts, "types")
                .and_then(|types| quoted(types.strip_prefix('(')?.strip_suffix(')')?))
                .ok_or("types has one type in brackets")?;
            let attribute = named(&parts, "query")
                .and_then(quoted)
                .and_then(|query| query.strip_prefix(';')?.strip_suffix(";{0}"))
                .filter(|attribute| !attribute.contains(';') && !attribute.is_empty())
                .ok_or("query is \";ATTRIBUTE;{0}\"")?;
            if named(&parts, "param") != Some("c.Value") || needs.as_deref() != Some(ACCOUNT) {
                return Err("a query goes by the name of the account".to_owned());
            }
            Made::LookedUp {
                kind: kind.to_owned(),
                attribute: attribute.to_owned(),
            }
        }
        Some(other) => return Err(format!("there is no attribute store {other}")),
        None => {
            let kind = named(&parts, "Type").and_then(quoted).ok_or("Type is a text")?;
            let value = match named(&parts, "Value") {
                Some("c.Value") if needs.is_some() => None,
                Some(value) => Some(quoted(value).ok_or("Value is a text or c.Value")?.to_owned()),
                None => return Err("there is no Value".to_owned()),
            };
            let format = named(&parts, &format!("Properties[\"{FORMAT}\"]")).and_then(quoted);
            Made::Claim {
                kind: kind.to_owned(),
                value,
                format: format.map(str::to_owned),
            }
        }
    };
    Ok(Rule { needs, issues, made })
}

/// What the rules, in their order, send about a user.
pub(super) fn issued(rules: &[(String, String)], user: &IdentityUser) -> Result<Issued, String> {
    let mut claims = vec![(ACCOUNT.to_owned(), user.name.clone())];
    let mut out = Issued::default();
    for (_, text) in rules {
        let rule = read(text)?;
        let needed = match &rule.needs {
            None => None,
            Some(kind) => match claims.iter().find(|(known, _)| known == kind) {
                Some((_, value)) => Some(value.clone()),
                None => continue,
            },
        };
        let (kind, value, format) = match rule.made {
            Made::Claim { kind, value, format } => (kind, value.or(needed), format),
            Made::LookedUp { kind, attribute } => {
                let value = match attribute.as_str() {
                    "mail" => user.email.clone(),
                    "userPrincipalName" => Some(user.name.clone()),
                    // Nothing else is filled in.
                    _ => None,
                };
                (kind, value, None)
            }
        };
        let Some(value) = value else { continue };
        claims.push((kind.clone(), value.clone()));
        match kind.as_str() {
            _ if !rule.issues => {}
            NAME_ID => out.name_id = Some((value, format.unwrap_or_default())),
            _ => out.attributes.push((kind, value)),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_rule_is_refused() {
        let account = format!("c:[Type == \"{ACCOUNT}\", Issuer == \"AD AUTHORITY\"]");
        for good in [
            "=> issue(Type = \"a\", Value = \"b,c)\");".to_owned(),
            "c:[Type == \"a\"] => issue(Type = \"b\", Value = c.Value);".to_owned(),
            format!(
                "{account} => add(store = \"Active Directory\", types = (\"a\"), query = \";mail;{{0}}\", param = c.Value);"
            ),
        ] {
            assert!(read(&good).is_ok(), "{good}: {:?}", read(&good));
        }
        for (bad, why) in [
            ("issue(Type = \"a\", Value = \"b\");", "no =>"),
            ("=> issue(Type = \"a\", Value = \"b\")", "no ;"),
            ("=> send(Type = \"a\", Value = \"b\");", "no action send"),
            ("=> issue(Type = \"a\", Value = c.Value);", "Value is"),
            ("=> issue(Type = \"a\", Value = \"b\"c\");", "Value is"),
            (
                "c:[Type == \"a\"] => issue(store = \"Active Directory\", types = (\"a\"), query = \";mail;{0}\", param = \
                 c.Value);",
                "name of the account",
            ),
        ] {
            let said = read(bad).unwrap_err();
            assert!(said.contains(why), "{bad}: {said}");
        }
    }
}
