//! Sites of other products that embed the Contact Control Panel: at which hosts their pages are.
//!
//! Assumption: `connect.crm-hosts`. No page of AWS's lists the origins of each product; the table below says for each host where
//! it was read, and what was not.

use std::collections::BTreeSet;

use crate::connect;
use crate::draft::DesignDraft;
use headset_blueprint::model::{Blueprint, Embed};
use headset_core::diagnostic::{Diagnostic, Place};
use headset_kinds::connect::ApprovedOriginSpec;
use headset_kinds::connect::approved_origin::CallAudio;
use headset_kinds::output;
use headset_kinds::{Address, Text};

/// The hosts of one sort of pages of a product.
struct Form {
    /// What is there.
    what: &'static str,
    /// The host, with the holes `{org}`, `{sandbox}`, `{package}` and `{app}`.
    host: &'static str,
    /// Where that was read.
    source: &'static str,
    /// When.
    read: &'static str,
}

const APEX: &str = "https://developer.salesforce.com/docs/atlas.en-us.apexref.meta/apexref/apex_class_System_DomainCreator.htm";
const MY_DOMAIN: &str = "https://help.salesforce.com/apex/HTViewHelpDoc?id=xcloud.domain_name_move.htm";
const IN_USE: &str = "hosts of this form as they are in use; no page of the maker's was read";
const DISCOVERY: &str =
    "https://learn.microsoft.com/en-us/previous-versions/dynamicscrm-2016/developers-guide/gg328127(v=crm.8)";
const DAY: &str = "2026-11-30";

const fn form(what: &'static str, host: &'static str, source: &'static str) -> Form {
    Form {
        what,
        host,
        source,
        read: DAY,
    }
}

/// With enhanced domains, which all organizations have since Winter '24.
const SALESFORCE: [Form; 4] = [
    form("Lightning", "{org}.lightning.force.com", APEX),
    form("Visualforce", "{org}--{package}.vf.force.com", APEX),
    form("My Domain", "{org}.my.salesforce.com", APEX),
    form("setup", "{org}.my.salesforce-setup.com", IN_USE),
];

const SANDBOX: [Form; 4] = [
    form(
        "Lightning",
        "{org}--{sandbox}.sandbox.lightning.force.com",
        IN_USE,
    ),
    form(
        "Visualforce",
        "{org}--{sandbox}--{package}.sandbox.vf.force.com",
        IN_USE,
    ),
    form(
        "My Domain",
        "{org}--{sandbox}.sandbox.my.salesforce.com",
        MY_DOMAIN,
    ),
    form(
        "setup",
        "{org}--{sandbox}.sandbox.my.salesforce-setup.com",
        IN_USE,
    ),
];

const ZENDESK: Form = form("Zendesk's own pages", "{org}.zendesk.com", IN_USE);
const ZENDESK_APP: Form = form("the app's page", "{app}.apps.zdusercontent.com", IN_USE);
const SERVICENOW: Form = form("the instance", "{org}.service-now.com", IN_USE);
const DYNAMICS: Form = form("the organization", "{org}", DISCOVERY);

/// A site that embeds the panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Whose product it is; none: the blueprint names the origin itself.
    pub product: Option<Product>,
    /// What is there.
    pub what: String,
    /// Its origin.
    pub origin: String,
    /// Where the form of its host was read.
    pub source: &'static str,
    /// When, as a date.
    pub read: &'static str,
    /// Where the blueprint asks for it.
    pub place: Place,
}

/// A product whose pages embed the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// Salesforce.
    Salesforce,
    /// Zendesk.
    Zendesk,
    /// ServiceNow.
    ServiceNow,
    /// Microsoft Dynamics 365.
    Dynamics,
}

impl Product {
    /// Its name, for people.
    pub fn name(self) -> &'static str {
        match self {
            Product::Salesforce => "Salesforce",
            Product::Zendesk => "Zendesk",
            Product::ServiceNow => "ServiceNow",
            Product::Dynamics => "Dynamics 365",
        }
    }
}

/// All sites that embed the panel besides the pages, in the order of the blueprint.
pub fn sites(blueprint: &Blueprint) -> Vec<Site> {
    let presets = blueprint.ccp.iter().filter_map(|section| section.embed.as_ref());
    let mut found: Vec<Site> = presets.flat_map(of_products).collect();
    let named = blueprint.connect.iter().flat_map(|section| &section.origins);
    found.extend(named.map(|origin| Site {
        product: None,
        what: "named by the blueprint".to_owned(),
        origin: origin.value.clone(),
        source: "the blueprint",
        read: DAY,
        place: origin.place.clone(),
    }));
    found
}

fn of_products(embed: &Embed) -> Vec<Site> {
    let mut found = Vec::new();
    let mut add = |product: Product, form: &Form, place: &Place, holes: &[(&str, &str)]| {
        let host = holes.iter().fold(form.host.to_owned(), |host, (hole, value)| {
            host.replace(&format!("{{{hole}}}"), value)
        });
        found.push(Site {
            product: Some(product),
            what: match holes.iter().find(|(hole, _)| *hole == "sandbox") {
                Some((_, sandbox)) => format!("{}, sandbox {sandbox}", form.what),
                None => form.what.to_owned(),
            },
            origin: format!("https://{host}"),
            source: form.source,
            read: form.read,
            place: place.clone(),
        });
    };
    if let Some(it) = &embed.salesforce {
        let (domain, package) = (
            ("org", it.domain.value.as_str()),
            ("package", it.package.as_str()),
        );
        for form in &SALESFORCE {
            add(Product::Salesforce, form, &it.domain.place, &[domain, package]);
        }
        for sandbox in &it.sandboxes {
            let holes = [domain, package, ("sandbox", sandbox.value.as_str())];
            for form in &SANDBOX {
                add(Product::Salesforce, form, &sandbox.place, &holes);
            }
        }
    }
    if let Some(it) = &embed.zendesk {
        let domain = ("org", it.domain.value.as_str());
        add(Product::Zendesk, &ZENDESK, &it.domain.place, &[domain]);
        if let Some(app) = &it.app {
            add(Product::Zendesk, &ZENDESK_APP, &app.place, &[("app", &app.value)]);
        }
    }
    if let Some(it) = &embed.servicenow {
        let domain = ("org", it.domain.value.as_str());
        add(Product::ServiceNow, &SERVICENOW, &it.domain.place, &[domain]);
    }
    if let Some(it) = &embed.dynamics {
        let domain = ("org", it.domain.value.as_str());
        add(Product::Dynamics, &DYNAMICS, &it.domain.place, &[domain]);
    }
    found
}

/// Draws an approved origin for each site.
pub(super) fn declare(draft: &mut DesignDraft<'_>) {
    if draft.blueprint.connect.is_none() {
        return;
    }
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for site in sites(draft.blueprint) {
        let address = Address::new(ApprovedOriginSpec::KIND, &site.origin);
        if !seen.insert(site.origin.clone()) || draft.design.resources.contains_key(&address) {
            draft.complain(
                Diagnostic::error("origin-twice", format!("`{}` is approved already", site.origin))
                    .at(site.place)
                    .help("name it once: `ccp` and `ccp.embed` approve the origins of their pages by themselves"),
            );
            continue;
        }
        let spec = ApprovedOriginSpec {
            instance_id: Text::after(&connect::instance(), output::ID),
            origin: site.origin.as_str().into(),
            audio: CallAudio::Elsewhere,
        };
        draft.managed(site.origin, &spec, false, &site.place);
    }
}
