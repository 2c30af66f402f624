//! Single texts: taken apart as far as their form is known, public parts kept, the rest replaced.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

use super::pseudonym::{Book, Form};
use super::public;
use super::vocabulary::vocabulary;
use headset_core::Arn;

/// Keys of IAM's policy documents.
const POLICY_KEYS: &[&str] = &[
    "AWS",
    "Action",
    "CanonicalUser",
    "Condition",
    "Effect",
    "Federated",
    "Id",
    "NotAction",
    "NotPrincipal",
    "NotResource",
    "Principal",
    "Resource",
    "Service",
    "Sid",
    "Statement",
    "Version",
];

/// Where a name is too long for a form, or not of one, it becomes a word. `member` only picks which.
fn word_for(member: &str, text: &str) -> &'static str {
    let member = member.to_ascii_lowercase();
    if text.contains(char::is_whitespace) || member.ends_with("description") {
        "text"
    } else if member.contains("token") || member.ends_with("marker") {
        "token"
    } else if member.contains("bucket") {
        "bucket"
    } else if member.ends_with("username") || member.ends_with("firstname") || member.ends_with("lastname") {
        "person"
    } else {
        "name"
    }
}

/// A text without anything private.
pub(super) fn text(book: &mut Book, member: &str, given: &str) -> String {
    if given.is_empty() || public::is_public(given) {
        return given.to_owned();
    }
    if let Some(document) = document(book, given) {
        return document;
    }
    let escaped = given.starts_with("%7B") || given.starts_with("%7b");
    if escaped && let Ok(plain) = percent_decode_str(given).decode_utf8() {
        let plain = text(book, member, &plain);
        return utf8_percent_encode(&plain, NON_ALPHANUMERIC).to_string();
    }
    if given.trim_start().starts_with(['<', '{', '[']) || given.contains("-----BEGIN") || given.len() > 1024 {
        return book.name(Form::Word("document"), given);
    }
    // Commas hold ARNs apart in SAML's role attribute, and methods in CORS rules.
    if given.contains(',') && !given.contains(char::is_whitespace) {
        let parts: Vec<String> = given.split(',').map(|part| text(book, member, part)).collect();
        return parts.join(",");
    }
    if is_email(given) {
        return book.name(Form::Email, given);
    }
    if let Some(rest) = given.strip_prefix("arn:") {
        return match Arn::parse(given).filter(|arn| PARTITIONS.contains(&arn.partition)) {
            Some(given) => arn(book, given),
            None => book.name(Form::Word("arn"), rest),
        };
    }
    if let Some((scheme, rest)) = given.split_once("://") {
        return url(book, scheme, rest);
    }
    if let Some(inner) = given.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        let inner = text(book, member, inner);
        return format!("\"{inner}\"");
    }
    if is_windows_path(given) {
        return windows_path(book, given);
    }
    if given.contains(char::is_whitespace) {
        return book.name(Form::Word("text"), given);
    }
    if given.contains(['/', ':']) {
        return path(book, member, given);
    }
    atom(book, member, given)
}

/// A policy, or any other JSON object or list, with its own texts replaced.
fn document(book: &mut Book, given: &str) -> Option<String> {
    if !given.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let value: Value = serde_json::from_str(given).ok()?;
    Some(inside(book, "", &value).to_string())
}

fn inside(book: &mut Book, key: &str, value: &Value) -> Value {
    match value {
        Value::String(text_) if key == "Sid" => book
            .name(Form::Alphanumeric("Sid"), &["Sid ", text_].concat())
            .into(),
        Value::String(given) => text(book, key, given).into(),
        Value::Array(entries) => entries.iter().map(|entry| inside(book, key, entry)).collect(),
        Value::Object(members) => {
            let mut out = Map::new();
            for (name, member) in members {
                let public =
                    POLICY_KEYS.contains(&name.as_str()) || is_operator(name) || public::is_action(name);
                let shown = if public {
                    name.clone()
                } else {
                    text(book, "key", name)
                };
                out.insert(shown, inside(book, name, member));
            }
            Value::Object(out)
        }
        other => other.clone(),
    }
}

/// `StringEquals`, `ForAnyValue:StringLike`, `BoolIfExists`.
fn is_operator(name: &str) -> bool {
    let name = name.rsplit(':').next().unwrap_or(name);
    let name = name.strip_suffix("IfExists").unwrap_or(name);
    let name = name.strip_prefix("Not").unwrap_or(name);
    [
        "String",
        "Numeric",
        "Date",
        "Bool",
        "Binary",
        "Arn",
        "Null",
        "IpAddress",
    ]
    .iter()
    .any(|start| {
        name.strip_prefix(start).is_some_and(|rest| {
            matches!(
                rest.strip_prefix("Not").unwrap_or(rest),
                "" | "Equals"
                    | "EqualsIgnoreCase"
                    | "Like"
                    | "LessThan"
                    | "LessThanEquals"
                    | "GreaterThan"
                    | "GreaterThanEquals"
            )
        })
    })
}

fn is_email(text: &str) -> bool {
    let Some((user, host)) = text.rsplit_once('@') else {
        return false;
    };
    let plain = |text: &str| {
        !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || "/:,;<>()@\"".contains(c))
    };
    plain(user) && plain(host) && host.contains('.')
}

fn is_windows_path(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() > 3 && bytes[0].is_ascii_alphabetic() && &bytes[1..3] == b":\\"
}

/// `C:\name-1.exe`: the drive and the ending of the file stay.
fn windows_path(book: &mut Book, given: &str) -> String {
    let (_, ending) = ending(given);
    let name = book.name(Form::Word("path"), given);
    format!("C:\\{name}{ending}")
}

/// A file name's beginning, and its ending if that is a common one.
fn ending(text: &str) -> (&str, &str) {
    match text.rfind('.') {
        Some(dot)
            if dot > 0 && public::EXTENSIONS.contains(&text[dot + 1..].to_ascii_lowercase().as_str()) =>
        {
            text.split_at(dot)
        }
        _ => (text, ""),
    }
}

/// The partitions whose ARNs are taken apart.
const PARTITIONS: [&str; 3] = ["aws", "aws-us-gov", "aws-cn"];

fn arn(book: &mut Book, given: Arn<'_>) -> String {
    let Arn {
        partition,
        service,
        region,
        account,
        resource,
    } = given;
    // What belongs to AWS itself has AWS's name.
    let of_aws = account == "aws" && (resource.starts_with("policy/") || resource.starts_with("application"));
    let service = if vocabulary().is_action_prefix(service)
        || matches!(service, "acm" | "logs" | "kms" | "organizations")
    {
        service.to_owned()
    } else {
        atom(book, "", service)
    };
    let place = if region.is_empty() {
        String::new()
    } else {
        atom(book, "", region)
    };
    let owner = match account {
        "" | "aws" => account.to_owned(),
        other => atom(book, "", other),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-_".contains(c);
    let resource = if of_aws && resource.chars().all(plain) {
        resource.to_owned()
    } else {
        path(book, "", resource)
    };
    Arn {
        partition,
        service: &service,
        region: &place,
        account: &owner,
        resource: &resource,
    }
    .to_string()
}

/// What follows `SCHEME://`. Query and fragment may be anything, a token among it: they are replaced as wholes.
fn url(book: &mut Book, scheme: &str, rest: &str) -> String {
    let scheme = match scheme {
        "http" | "https" | "s3" => scheme,
        _ => "scheme",
    };
    let (rest, fragment) = rest
        .split_once('#')
        .map_or((rest, None), |(rest, after)| (rest, Some(after)));
    let (rest, query) = rest
        .split_once('?')
        .map_or((rest, None), |(rest, after)| (rest, Some(after)));
    let (authority, location) = match rest.find('/') {
        Some(slash) => rest.split_at(slash),
        None => (rest, ""),
    };
    // A URL with a user's name and password gets the host name of a stranger.
    let mut out = format!("{scheme}://{}", host(book, authority));
    out.push_str(&path(book, "", location));
    for (mark, part) in [('?', query), ('#', fragment)] {
        if let Some(part) = part {
            out.push(mark);
            if !part.is_empty() {
                out.push_str(&book.name(Form::Word("query"), part));
            }
        }
    }
    out
}

/// A host name, with its port.
pub(super) fn host(book: &mut Book, given: &str) -> String {
    let (name, port) = match given.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) && port.len() <= 5 => {
            (name, Some(port))
        }
        _ => (given, None),
    };
    let name = if public::is_aws_host(name) {
        let labels: Vec<String> = name
            .split('.')
            .map(|label| match label {
                label if public::is_label(label) => label.to_owned(),
                label => atom(book, "", label),
            })
            .collect();
        labels.join(".")
    } else if matches!(name, "127.0.0.1" | "localhost" | "") {
        name.to_owned()
    } else if is_address(name) {
        book.name(Form::Address, name)
    } else {
        // The digest is the host name's own: it is found again where it stands alone.
        book.name(Form::Word("host"), name) + ".example.com"
    };
    port.map_or(name.clone(), |port| format!("{name}:{port}"))
}

/// Names with slashes or colons between them. What is a type and not the last one stays.
pub(super) fn path(book: &mut Book, member: &str, given: &str) -> String {
    if given.is_empty() || public::is_public(given) {
        return given.to_owned();
    }
    let mut out = String::new();
    let mut rest = given;
    loop {
        let end = rest.find(['/', ':']).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        let last = after.is_empty();
        if !last && public::is_type(part) || public::is_public(part) {
            out.push_str(part);
        } else if !part.is_empty() {
            let plain = percent_decode_str(part).decode_utf8_lossy();
            out.push_str(&atom(book, member, &plain));
        }
        let Some(mark) = after.chars().next() else { break };
        out.push(mark);
        rest = &after[mark.len_utf8()..];
    }
    out
}

fn is_address(text: &str) -> bool {
    let (text, size) = text
        .split_once('/')
        .map_or((text, "0"), |(text, size)| (text, size));
    size.parse::<u8>().is_ok() && text.parse::<std::net::IpAddr>().is_ok()
}

/// A name without structure.
pub(super) fn atom(book: &mut Book, member: &str, given: &str) -> String {
    if given.is_empty() || public::is_public(given) || is_pair(given) {
        return given.to_owned();
    }
    if is_email(given) {
        return book.name(Form::Email, given);
    }
    if given.len() == 12 && given.bytes().all(|byte| byte.is_ascii_digit()) {
        return book.name(Form::Account, given);
    }
    if uuid::Uuid::try_parse(given).is_ok() && given.len() == 36 {
        return book.name(Form::Uuid, given);
    }
    if is_address(given) {
        return book.name(Form::Address, given);
    }
    for start in [
        "subnet-", "sg-", "vpc-", "vpce-", "eni-", "pl-", "ami-", "ssoins-", "apl-", "ws-", "d-", "AROA",
        "AIDA", "AKIA", "ASIA",
    ] {
        if let Some(rest) = given.strip_prefix(start)
            && rest.len() >= 8
            && rest.len() <= 32
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
        {
            return book.name(Form::Hex(start, rest.len()), given);
        }
    }
    if given.len() >= 16 && given.len() <= 128 && given.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return book.name(Form::Hex("", given.len()), given);
    }
    if let Some(suffix) = given.strip_prefix("AWSServiceRoleForAmazonConnect_") {
        let suffix = atom(book, "", suffix).replace('-', "");
        return format!("AWSServiceRoleForAmazonConnect_{suffix}");
    }
    let (stem, ending) = ending(given);
    if !ending.is_empty() {
        return atom(book, member, stem) + ending;
    }
    if is_host(given) {
        return host(book, given);
    }
    book.name(Form::Word(word_for(member, given)), given)
}

/// Names with dots between, as hosts have them.
fn is_host(text: &str) -> bool {
    let label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let last = text.rsplit('.').next().unwrap_or_default();
    text.contains('.')
        && text.split('.').all(label)
        && last.len() >= 2
        && last.chars().all(|c| c.is_ascii_alphabetic())
}

/// `12`: numbers that are too short to name anybody.
fn is_pair(text: &str) -> bool {
    text.len() <= 2
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || c == '.')
}
