//! A blueprint as its network sees it.

use std::collections::BTreeSet;

use crate::cli::validate;
use headset_blueprint::model::{
    AppstreamSection, At, Audio, Blueprint, Capacity, ConnectIdentity, Hosting, IdentityProvider, IdpProduct,
    ImageOrigin, Launch, Metadata, Source, Transport,
};
use headset_design::DesignContext;
use headset_engine::state::{State, given};
use headset_kinds::output;
use headset_network::authority::Authority;
use headset_network::center::{self, Center, Desktops, Instance, Pages, SignIn};

/// What of a blueprint its network needs. With the state of its environment, also what only that tells: the account that is in
/// names, and hosts that AWS gave.
pub(in crate::cli) fn of(blueprint: &Blueprint, state: Option<&State>) -> Center {
    let sample = DesignContext {
        // CloudFront gives a name when the pages are published, and not before.
        given: state.map(given).unwrap_or_default(),
        ..validate::sample_setting(blueprint)
    };
    let context = match state {
        Some(state) => DesignContext {
            account: state.account.clone(),
            ..sample
        },
        None => sample,
    };
    let origins = headset_design::origins(blueprint, &context);
    let host = |origin: &Option<String>| origin.as_deref().and_then(host_of);
    Center {
        environment: blueprint.name.value.clone(),
        instance: blueprint.connect.as_ref().map(|section| Instance {
            region: context.region.clone(),
            host: host(&origins.connect),
            existing: section.existing.is_some(),
        }),
        pages: blueprint.ccp.as_ref().map(|section| {
            // The name of the bucket has the account in it, unless it is given.
            let is_known = section.hosting == Hosting::CloudFront
                || section.bucket.is_some()
                || state.is_some()
                || blueprint.aws.account.is_some();
            Pages {
                cloudfront: section.hosting == Hosting::CloudFront,
                host: host(&origins.page).filter(|_| is_known),
            }
        }),
        audio: match origins.audio {
            Audio::Local => center::Audio::Split,
            Audio::Session => center::Audio::Session,
            Audio::Phone => center::Audio::Phone,
        },
        sites: origins
            .sites
            .iter()
            .filter_map(|site| Authority::of(site))
            .collect(),
        sign_in: sign_in(blueprint, &context, state),
        desktops: blueprint
            .appstream
            .as_ref()
            .map(|section| desktops(blueprint, section, &context)),
    }
}

/// The host of an address of AWS's, which has no port.
fn host_of(url: &str) -> Option<String> {
    Authority::of(url).map(|authority| authority.host)
}

/// The access portal of Identity Center, as AWS said it.
fn portal(state: &State) -> Option<String> {
    let mut outputs = state.resources.values().map(|record| &record.outputs);
    let portal =
        outputs.find_map(|outputs| outputs.get(output::PORTAL).filter(|portal| !portal.is_empty()))?;
    host_of(portal).or_else(|| host_of(&format!("https://{portal}")))
}

fn sign_in(blueprint: &Blueprint, context: &DesignContext, state: Option<&State>) -> SignIn {
    let is_own = |identity: ConnectIdentity| identity == ConnectIdentity::ConnectManaged;
    let Some(section) = &blueprint.sign_in else {
        return match &blueprint.connect {
            Some(connect) if is_own(connect.identity) => SignIn::Directory,
            _ => SignIn::Unknown,
        };
    };
    let mut hosts = hosts(&section.idp);
    if let Some(desktops) = &section.appstream {
        hosts.extend(desktops.stacks.values().filter_map(|application| {
            let start = application.start_url.as_ref()?;
            Authority::of(&start.value)
        }));
    }
    match section.idp.product {
        IdpProduct::IdentityCenter => SignIn::IdentityCenter {
            region: context.identity_center_region.clone(),
            portal: section
                .idp
                .application
                .start_url
                .as_ref()
                .and_then(|start| host_of(&start.value))
                .or_else(|| state.and_then(portal)),
        },
        product => SignIn::Provider {
            name: name(product).to_owned(),
            hosts: hosts.into_iter().collect(),
        },
    }
}

/// The hosts of an identity provider that a blueprint names.
fn hosts(provider: &IdentityProvider) -> BTreeSet<Authority> {
    let application = &provider.application;
    let start = application.start_url.as_ref().map(|start| &start.value);
    let metadata = application.metadata.as_ref().and_then(|at| match &at.value {
        Metadata::Url(url) => Some(url),
        Metadata::File(..) => None,
    });
    let all = start.into_iter().chain(metadata);
    all.filter_map(|url| Authority::of(url)).collect()
}

fn name(product: IdpProduct) -> &'static str {
    match product {
        IdpProduct::IdentityCenter => "IAM Identity Center",
        IdpProduct::Okta => "Okta",
        IdpProduct::Entra => "Microsoft Entra ID",
        IdpProduct::Adfs => "AD FS",
        IdpProduct::Google => "Google Workspace",
        IdpProduct::PingOne => "PingOne",
        IdpProduct::PingFederate => "PingFederate",
        IdpProduct::Other => "your identity provider",
    }
}

fn desktops(blueprint: &Blueprint, section: &AppstreamSection, context: &DesignContext) -> Desktops {
    let stacks: Vec<_> = section.stacks.values().filter_map(ours).collect();
    let mut applications = BTreeSet::new();
    let mut installers = BTreeSet::new();
    for image in section.images.values().filter_map(ours) {
        let apps = match &image.origin {
            ImageOrigin::Built(build) => {
                installers.extend(
                    build
                        .installer
                        .as_ref()
                        .and_then(|it| Authority::of(&it.url.value)),
                );
                &build.apps
            }
            ImageOrigin::Imported(imported) => &imported.apps,
            ImageOrigin::Newest(_)
            | ImageOrigin::Copied(_)
            | ImageOrigin::Updated(_)
            | ImageOrigin::Shared(_) => continue,
        };
        applications.extend(apps.values().filter_map(|app| match &app.launch {
            Launch::Url(At { value, .. }) => Authority::of(value),
            Launch::InSessionPage | Launch::Program { .. } => None,
        }));
    }
    let fleets = section.fleets.values().filter_map(ours);
    let most: u64 = fleets
        .map(|fleet| {
            let instances = match &fleet.capacity {
                Capacity::Fixed(instances) => *instances,
                Capacity::Scaled(scaling) => scaling.max,
            };
            let sessions = fleet.sessions_per_instance.as_ref().map_or(1, |one| one.value);
            instances.saturating_mul(sessions)
        })
        .sum();
    Desktops {
        region: context.appstream_region.clone(),
        user_pool: !section.users.is_empty(),
        sign_in: blueprint
            .sign_in
            .as_ref()
            .is_some_and(|sign_in| sign_in.appstream.is_some()),
        udp: stacks.iter().any(|stack| stack.streaming == Some(Transport::Udp)),
        endpoint: !stacks.is_empty()
            && stacks
                .iter()
                .all(|stack| stack.access_endpoints.place().is_some()),
        storage: stacks.iter().any(|stack| {
            let storage = &stack.storage;
            storage.home_folders || storage.google_drive.is_some() || storage.one_drive.is_some()
        }),
        applications: applications.into_iter().collect(),
        installers: installers.into_iter().collect(),
        most: (most > 0).then_some(most),
    }
}

/// What is made here.
fn ours<T>(source: &Source<T>) -> Option<&T> {
    match source {
        Source::Ours(own) => Some(own),
        Source::Existing(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use headset_blueprint::Sources;

    fn read(text: &str) -> Center {
        let (blueprint, _) = headset_blueprint::read(&Sources::alone("center.yaml", text));
        of(&blueprint.unwrap(), None)
    }

    #[test]
    fn the_example_is_a_split_center() {
        let example = include_str!("../../../blueprints/split-ccp.yaml");
        let center = read(example);
        let instance = center.instance.as_ref().unwrap();
        assert_eq!(instance.host.as_deref(), Some("acme-support.my.connect.aws"));
        assert_eq!(instance.region, "eu-west-2");
        assert_eq!(center.audio, center::Audio::Split);
        assert_eq!(
            center.sign_in,
            SignIn::IdentityCenter {
                region: "us-east-1".to_owned(),
                portal: None
            }
        );
        let desktops = center.desktops.as_ref().unwrap();
        assert_eq!(desktops.region, "eu-west-1");
        assert_eq!(desktops.applications, ["crm.example.com".into()]);
        assert_eq!(desktops.most, Some(2));
        assert_eq!(
            center.pages.unwrap().host,
            None,
            "the bucket's name has the account in it"
        );
        let known = example.replace("# account:", "account:");
        assert_eq!(
            read(&known).pages.unwrap().host.as_deref(),
            Some("acme-support-ccp-123456789012-eu-west-2.s3.eu-west-2.amazonaws.com")
        );
        let elsewhere = example.replace("https://crm.example.com", "https://crm.example.com:8443");
        let port = read(&elsewhere).desktops.unwrap().applications[0].port;
        assert_eq!(port, Some(8443));
        let edges = example.replace("ccp: { hosting: s3 }", "ccp: { hosting: cloudfront }");
        let pages = read(&edges).pages.unwrap();
        assert_eq!((pages.cloudfront, pages.host), (true, None));
    }
}
