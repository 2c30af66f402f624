//! `ccp.embed`: products whose pages embed the Contact Control Panel.

use crate::at::At;
use crate::limits;
use crate::table::{Between, rule};
use headset_core::diagnostic::Place;
use headset_derive::Section;
use headset_kinds as kinds;

/// `ccp.embed`: products whose pages embed the Contact Control Panel. The instance approves each of their origins, and the
/// policies of browsers let them do what such a page needs.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(rules(rule(
    Between::AnyOf(&["salesforce", "zendesk", "servicenow", "dynamics"]),
    "Name at least one product, such as `salesforce: { domain: acme }`; another site goes into `connect.origins`.",
)))]
pub struct Embed {
    /// Where the section stands.
    #[key(place)]
    pub place: Place,
    /// Salesforce, with the CTI adapter of Amazon Connect.
    #[key(example = "{ domain: acme, sandboxes: [uat] }")]
    pub salesforce: Option<Salesforce>,
    /// Zendesk, with its app for Amazon Connect.
    #[key(example = "{ domain: acme }")]
    pub zendesk: Option<Zendesk>,
    /// ServiceNow, with OpenFrame.
    #[key(example = "{ domain: acme }")]
    pub servicenow: Option<ServiceNow>,
    /// Microsoft Dynamics 365, with its channel integration framework.
    #[key(example = "{ domain: acme.crm4.dynamics.com }")]
    pub dynamics: Option<Dynamics>,
}

/// `ccp.embed.salesforce`.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct Salesforce {
    /// The organization's My Domain: `acme` of `acme.my.salesforce.com`.
    #[key(
        pattern = limits::SUBDOMAIN,
        example = "acme",
        to(kinds::connect::ApprovedOriginSpec::ORIGIN)
    )]
    pub domain: At<String>,
    /// Its sandboxes in which the panel is embedded as well, by their names.
    #[key(
        pattern = limits::SUBDOMAIN,
        count = (1, 20),
        example = "[uat]",
        to(kinds::connect::ApprovedOriginSpec::ORIGIN)
    )]
    pub sandboxes: Vec<At<String>>,
    /// The namespace of the package whose Visualforce page embeds the panel; `c` is the organization's own.
    #[key(
        pattern = limits::SUBDOMAIN,
        default = "amazonconnect",
        example = "c",
        to(kinds::connect::ApprovedOriginSpec::ORIGIN)
    )]
    pub package: String,
}

/// `ccp.embed.zendesk`.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct Zendesk {
    /// `acme` of `acme.zendesk.com`.
    #[key(
        pattern = limits::SUBDOMAIN,
        example = "acme",
        to(kinds::connect::ApprovedOriginSpec::ORIGIN)
    )]
    pub domain: At<String>,
    /// The number of the app: 12345 of `12345.apps.zdusercontent.com`, from where Zendesk serves the pages of apps. The address of
    /// the app's frame has it.
    #[key(
        pattern = limits::SUBDOMAIN,
        example = "\"12345\"",
        otherwise = "only Zendesk's own pages",
        to(kinds::connect::ApprovedOriginSpec::ORIGIN)
    )]
    pub app: Option<At<String>>,
}

/// `ccp.embed.servicenow`.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct ServiceNow {
    /// `acme` of `acme.service-now.com`.
    #[key(
        pattern = limits::SUBDOMAIN,
        example = "acme",
        to(kinds::connect::ApprovedOriginSpec::ORIGIN)
    )]
    pub domain: At<String>,
}

/// `ccp.embed.dynamics`.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct Dynamics {
    /// The organization's host: `acme.crm4.dynamics.com`.
    #[key(
        pattern = limits::DYNAMICS_HOST,
        example = "acme.crm4.dynamics.com",
        to(kinds::connect::ApprovedOriginSpec::ORIGIN)
    )]
    pub domain: At<String>,
}
