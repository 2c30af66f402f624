//! What an administrator of another product types, so that its pages embed the Contact Control Panel: as Markdown.

use headset_blueprint::model::Audio;
use headset_design::{Product, Site};

use super::words::put;

/// What a worksheet is made of.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// The environment.
    pub environment: &'a str,
    /// The origin of the instance, if its alias is known.
    pub instance: Option<&'a str>,
    /// The instance's region.
    pub region: &'a str,
    /// Where the agent's voice is.
    pub audio: Audio,
    /// The sites.
    pub sites: &'a [Site],
}

/// Where the package's own guide is.
const GUIDE: &str = "https://amazon-connect.github.io/amazon-connect-salesforce-cti/docs/lightning/";

/// The worksheet.
pub fn text(sheet: &Sheet<'_>) -> String {
    let mut out = format!(
        "# Sites that embed the panel of {}\n\n`headset apply` approves these origins, and `headset verify` proves that the instance has \
         each of them, letter by letter.\n\n| product | pages | origin | read in |\n|---|---|---|---|\n",
        sheet.environment
    );
    for site in sheet.sites {
        let product = site.product.map_or("another site", Product::name);
        put(
            &mut out,
            format_args!(
                "| {product} | {} | `{}` | {} ({}) |\n",
                site.what, site.origin, site.source, site.read
            ),
        );
    }
    out.push_str(
        "\nNo source lists the origins of every product. If a page stays empty, the browser's console names the origin that is \
         refused: add it to `connect.origins`.\n",
    );
    // Lightning's pages stand right before those that they frame.
    for pair in sheet.sites.windows(2) {
        if let [lightning, page] = pair
            && page.product == Some(Product::Salesforce)
            && page.what.starts_with("Visualforce")
        {
            salesforce(&mut out, sheet, page, &lightning.origin);
        }
    }
    out
}

/// What the package asks for in one organization or sandbox.
fn salesforce(out: &mut String, sheet: &Sheet<'_>, page: &Site, lightning: &str) {
    let instance = sheet.instance.unwrap_or("https://ALIAS.my.connect.aws");
    let medialess = match sheet.audio {
        Audio::Local => "on: the voice is in the audio page on the agent's own machine",
        Audio::Session => "off: the voice is in this page",
        Audio::Phone => "on: the voice is on the agent's desk phone",
    };
    put(
        out,
        format_args!(
            "\n## Salesforce: {what}\n\nBy the [guide of Amazon Connect's CTI adapter]({GUIDE}), read on {read}; what is marked with * \
             no page says, and follows from how the parts work.\n\n\
             | where in Salesforce | what | value |\n|---|---|---|\n\
             | AC CTI Adapters, ACLightningAdapter | Amazon Connect Instance | `{instance}` |\n\
             | the same | Amazon Connect Instance Region | `{region}` |\n\
             | the same | Call Center Definition Name | `ACLightningAdapter` |\n\
             | the same | Medialess | {medialess} |\n\
             | the same | Presence Sync Enabled | on, if Omni-Channel routes work too |\n\
             | Custom Settings, Toolkit for Amazon Connect | URL of the instance | `{instance}` |\n\
             | a page that embeds the panel itself | CCP URL * | `{instance}/ccp-v2/` |\n\
             | Call Centers, AC Lightning Adapter | CTI Adapter URL | `{origin}/apex/AC_LightningAdapter` |\n\
             | the same | Softphone Height, Softphone Width | 570, 330 |\n\
             | the same | Dialing options * | empty: numbers are dialled as they are written |\n\
             | the same, Manage Call Center Users | every agent | Add More Users, Add to Call Center |\n\
             | Permission Sets | every agent, every supervisor | AC_Agent, AC_Manager; AC_Administrator for who keeps the package |\n\
             | phone fields of records | format * | E.164, such as `+442079460123`: Amazon Connect reports callers so, and screen pops \
             search for that |\n\
             | Softphone Layouts | a default layout | the objects that a call searches, such as Case, Contact, Account |\n\
             | the same | Screen Pop Settings | one match opens the record; several open nothing unless it is set |\n\
             | Session Settings | Clickjack Protection * | stays on: Lightning of the same organization may frame the page. If it stays \
             empty, add `{lightning}` to Trusted Domains for Inline Frames, type Visualforce Pages |\n\
             | App Manager, Service Console | Utility Items | Open CTI Softphone, and Omni-Channel if it is used |\n\
             | the same | Navigation Items | AC CTI Adapters |\n\
             | Omni-Channel Settings | Enable Omni-Channel | on, if it is used |\n\
             | Presence Statuses, and the agents' profile | a status for each of Amazon Connect's | enabled for the profile |\n",
            what = page.what,
            read = page.read,
            region = sheet.region,
            origin = page.origin,
        ),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use headset_blueprint::Sources;

    const BLUEPRINT: &str = "\
version: 1
name: acme
aws: { region: eu-west-2 }
connect: { alias: acme, origins: [\"https://wiki.example.com:8443\"] }
ccp: { hosting: s3, embed: { salesforce: { domain: acme, sandboxes: [uat] }, zendesk: { domain: acme, app: \"12345\" } } }
";

    #[test]
    fn the_worksheet_has_every_origin_and_what_the_package_asks_for() {
        let (blueprint, findings) = headset_blueprint::read(&Sources::alone("acme.yaml", BLUEPRINT));
        let blueprint = blueprint.unwrap_or_else(|| panic!("{findings:?}"));
        let sites = headset_design::sites(&blueprint);
        let text = text(&Sheet {
            environment: "acme",
            instance: Some("https://acme.my.connect.aws"),
            region: "eu-west-2",
            audio: Audio::Local,
            sites: &sites,
        });
        for expected in [
            "| Salesforce | Lightning | `https://acme.lightning.force.com` | ",
            "| Salesforce | Visualforce | `https://acme--amazonconnect.vf.force.com` | ",
            "| Salesforce | setup, sandbox uat | `https://acme--uat.sandbox.my.salesforce-setup.com` | ",
            "| Zendesk | the app's page | `https://12345.apps.zdusercontent.com` | ",
            "| another site | named by the blueprint | `https://wiki.example.com:8443` | ",
            "| CTI Adapter URL | `https://acme--uat--amazonconnect.sandbox.vf.force.com/apex/AC_LightningAdapter` |",
            "| CCP URL * | `https://acme.my.connect.aws/ccp-v2/` |",
            "| Medialess | on: ",
            "add `https://acme.lightning.force.com` to Trusted Domains",
            "add `https://acme--uat.sandbox.lightning.force.com` to Trusted Domains",
            "| phone fields of records | format * | E.164, ",
            "| Screen Pop Settings | one match opens the record; ",
            "| Navigation Items | AC CTI Adapters |",
            "| Omni-Channel Settings | Enable Omni-Channel | ",
            "| the same, Manage Call Center Users | every agent | ",
        ] {
            assert!(text.contains(expected), "{expected}\n{text}");
        }
    }
}
