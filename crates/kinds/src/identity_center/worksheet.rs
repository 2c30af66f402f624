//! The worksheet of a SAML application: what a person types where in the console of Identity Center.

use super::sought::{self, Found};
use super::spec::ApplicationSpec;
use crate::address::Address;
use crate::idp::answers;
use crate::idp::sheet::{self, cell, code, span};
use crate::output;

/// The worksheet: what a person types where.
pub fn worksheet(address: &Address, spec: &ApplicationSpec) -> String {
    worksheet_beside(address, spec, &[])
}

/// The worksheet where applications of that name are there.
pub fn worksheet_beside(address: &Address, spec: &ApplicationSpec, found: &[Found]) -> String {
    let mut lines = vec![
        format!("# Checkpoint {address}"),
        String::new(),
        "No API can make a SAML application in IAM Identity Center: AWS's own only makes OAuth 2.0 applications. \
         So a person makes it in the console, once, from this sheet. Type exactly what is between the backticks: \
         keep upper and lower case, and add no space at either end."
            .to_owned(),
    ];
    if spec.by_hand {
        lines.push(String::new());
        lines.push(
            "Headset cannot reach Identity Center here. Give this worksheet to the people who run it; they report \
             the answers at the end."
                .to_owned(),
        );
    }
    lines.push(String::new());
    lines.extend(sought::there_already(address, &spec.name, found));
    lines.extend([
        "## Open the form".to_owned(),
        String::new(),
        "Open the console of IAM Identity Center in its home Region, in the account that runs it. Choose \
         **Applications**, **Customer managed**, **Add application**, then **I have an application I want to set \
         up** and **SAML 2.0**, and **Next**."
            .to_owned(),
        String::new(),
        "## Configure application".to_owned(),
        String::new(),
        format!("- Display name: {}", code(&spec.name)),
        format!("- Description: {}", code(&spec.description)),
        String::new(),
        "Under **IAM Identity Center metadata**, copy the address of the *IAM Identity Center SAML metadata file*: \
         it is the first answer below."
            .to_owned(),
        String::new(),
        "## Application properties".to_owned(),
        String::new(),
        "Leave **Application start URL** empty.".to_owned(),
        String::new(),
        format!("- Relay state: {}", code(&spec.relay_state.to_string())),
        format!("- Session duration: {}", code(&span(spec.session.as_secs()))),
        String::new(),
        "## Application metadata".to_owned(),
        String::new(),
        "Choose **Manually type your metadata values**.".to_owned(),
        String::new(),
        format!("- Application ACS URL: {}", code(&spec.acs_url)),
        format!("- Application SAML audience: {}", code(&spec.audience)),
        String::new(),
        "Choose **Submit**.".to_owned(),
        String::new(),
        "## Attribute mappings".to_owned(),
        String::new(),
        "On the application's page, choose **Actions**, **Edit attribute mappings**. Type every row, letter by letter."
            .to_owned(),
        String::new(),
        "| User attribute in the application | Maps to this string value or user attribute in IAM Identity Center | \
         Format |"
            .to_owned(),
        "|---|---|---|".to_owned(),
    ]);
    lines.extend(spec.mappings.iter().map(|mapping| {
        format!(
            "| {} | {} | {} |",
            cell(&mapping.attribute),
            cell(&mapping.value.to_string()),
            cell(&mapping.format)
        )
    }));
    lines.extend([
        String::new(),
        "The link that people start at is not asked for here: the access portal shows it only once a user or group is \
         assigned. The next `apply` sees to that, and a worksheet of its own asks for the link."
            .to_owned(),
        String::new(),
    ]);
    lines.extend(sheet::answers(
        address,
        &[
            (
                answers::METADATA,
                "the address of the SAML metadata file, or the file's content",
            ),
            (
                output::APPLICATION_ARN,
                "(optional): the application's ARN, shown on its page; with it, groups are assigned by API",
            ),
        ],
        &spec.answers_at,
    ));
    lines.join("\n")
}
