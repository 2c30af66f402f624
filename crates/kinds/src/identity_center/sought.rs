//! Applications that are there already, by their display name: what an earlier answer named may be among them.

use crate::address::Address;
use crate::idp::sheet::code;
use crate::kind::Notice;
use crate::shell::word;

/// An application that a worksheet may be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its ARN.
    pub arn: String,
    /// When it was made (RFC 3339), where AWS says so.
    pub made: Option<String>,
}

/// What a worksheet says of applications of the wanted name, before anything is made.
pub(super) fn there_already(address: &Address, name: &str, found: &[Found]) -> Vec<String> {
    let compare = "If it was made for this environment (its relay state is the one below), make no other one: choose it \
                   under **Applications**, **Customer managed**, compare every value below with what it has, correct \
                   what differs (**Actions**, **Edit configuration**), and answer with its ARN, and with its metadata as \
                   below:";
    let elsewhere = "If it leads elsewhere, leave it as it is. The new one is made as follows.";
    let mut lines = vec![
        "## The application may be there already".to_owned(),
        String::new(),
    ];
    let arn = match found {
        [] => return Vec::new(),
        [one] => {
            lines.extend([
                format!(
                    "Identity Center has an application called {}{}:",
                    code(name),
                    made(one)
                ),
                String::new(),
                format!("- Application ARN: {}", code(&one.arn)),
            ]);
            one.arn.as_str()
        }
        several => {
            lines.extend([
                format!("Identity Center has several applications called {}:", code(name)),
                String::new(),
            ]);
            lines.extend(
                several
                    .iter()
                    .map(|one| format!("- {}{}", code(&one.arn), made(one))),
            );
            "ARN"
        }
    };
    let compare = match found.len() {
        1 => compare.to_owned(),
        _ => compare.replace("If it was", "If one of them was"),
    };
    lines.extend([
        String::new(),
        compare,
        String::new(),
        "```sh".to_owned(),
        command(address, arn),
        "```".to_owned(),
        String::new(),
        match found.len() {
            1 => elsewhere.to_owned(),
            _ => elsewhere.replace(
                "it leads elsewhere, leave it as it is",
                "none of them was, leave them as they are",
            ),
        },
        String::new(),
    ]);
    lines
}

/// What the worksheet says of an application that is there.
pub fn made(found: &Found) -> String {
    let made = found.made.as_ref();
    made.map(|at| format!(" (made {at})")).unwrap_or_default()
}

/// The command that answers with an application that is there. Its link is asked for by itself.
fn command(address: &Address, arn: &str) -> String {
    format!(
        "headset checkpoint answer BLUEPRINT {} application_arn={arn}",
        word(&address.to_string())
    )
}

/// What a person has to do where applications of that name are there; `None` where there are none.
pub fn title(name: &str, found: &[Found]) -> Option<String> {
    match found {
        [] => None,
        [_] => Some(format!(
            "answer with the SAML application `{name}` that is in IAM Identity Center, or make another one"
        )),
        _ => Some(format!(
            "answer with one of the SAML applications `{name}` that are in IAM Identity Center, or make another one"
        )),
    }
}

/// A line for each application, with the command that answers with it.
pub fn notices(address: &Address, name: &str, found: &[Found]) -> Vec<Notice> {
    let notice = |one: &Found| Notice {
        of: one.arn.clone(),
        text: format!(
            "Identity Center has an application `{name}`{}: if it was made for this environment, answer with it, and with \
             its metadata besides where it is needed further: `{}`",
            made(one),
            command(address, &one.arn)
        ),
    };
    found.iter().map(notice).collect()
}
