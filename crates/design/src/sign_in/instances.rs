//! The instances that the federation role leads to: the blueprint's own, and further ones that exist already.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::connect;
use crate::context::DesignContext;
use crate::draft::DesignDraft;
use headset_blueprint::model::{ConnectSection, SignInSection, Source};
use headset_core::Arn;
use headset_core::arn;
use headset_core::diagnostic::Diagnostic;
use headset_kinds::connect::{InstanceSpec, instance};
use headset_kinds::output;
use headset_kinds::{Address, Text};

/// What stays as it is in a relay state's destination: RFC 3986's unreserved characters.
const DESTINATION: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// An instance that the role leads to.
pub(super) struct Instance {
    /// Its id.
    pub(super) id: Text,
    /// Its ARN.
    pub(super) arn: Text,
    /// What the destination of its relay state begins with, and how that ends.
    landing: (Text, Text),
}

impl Instance {
    /// One that AWS says more of.
    fn at(address: &Address) -> Instance {
        Instance {
            id: Text::after(address, output::ID),
            arn: Text::after(address, output::ARN),
            landing: (
                Text::after(address, output::LANDING),
                Text::after(address, output::DOMAIN),
            ),
        }
    }

    /// The blueprint's own. How sign-ins land there is known of one that Headset makes, and where state knows the instance.
    pub(super) fn own(draft: &DesignDraft<'_>) -> Instance {
        let is_made = |section: &ConnectSection| matches!(section.instance(), Source::Ours(_));
        let origin = match &draft.context.given.instance_origin {
            Some(origin) => Some(origin.as_str()),
            None => draft
                .blueprint
                .connect
                .as_ref()
                .filter(|section| is_made(section))
                .map(|_| ""),
        };
        let instance = Instance::at(&connect::instance());
        match origin.map(instance::landing) {
            Some((landing, domain)) => Instance {
                landing: (landing.into(), domain.into()),
                ..instance
            },
            None => instance,
        }
    }
}

/// The relay state: where the sign-in goes once AWS has accepted it.
pub(super) fn relay_state(
    context: &DesignContext,
    region: &str,
    instance: &Instance,
    destination: &str,
) -> Text {
    let (landing, domain) = instance.landing.clone();
    // Who writes the path of an old instance means it.
    let landing = match destination.starts_with("/connect/") {
        true => Text::default(),
        false => landing,
    };
    let destination = utf8_percent_encode(destination, DESTINATION).to_string();
    // GovCloud's console has no region in its host (documented).
    let console = match context.partition.as_str() {
        "aws-us-gov" => "https://console.amazonaws-us-gov.com".to_owned(),
        _ => format!("https://{region}.console.aws.amazon.com"),
    };
    Text::join([
        format!("{console}/connect/federate/").into(),
        instance.id.clone(),
        "?destination=".into(),
        landing,
        destination.into(),
        domain,
    ])
}

/// Draws the further instances, and returns all that the role leads to.
pub(super) fn declare(draft: &mut DesignDraft<'_>, section: &SignInSection) -> Vec<Instance> {
    let context = draft.context;
    let own = draft
        .blueprint
        .connect
        .as_ref()
        .map(|connect| match connect.instance() {
            Source::Ours(alias) => last(alias).to_owned(),
            Source::Existing(one) => last(&one.name.value).to_owned(),
        });
    let mut seen: Vec<String> = own.into_iter().collect();
    let mut instances = vec![Instance::own(draft)];
    for named in &section.connect.instances {
        let key = last(&named.value).to_owned();
        if seen.contains(&key) {
            draft.complain(
                Diagnostic::warning("instance-twice", format!("the instance `{key}` is named twice"))
                    .at(named.place.clone())
                    .help(
                        "leave it out: the role leads to the instance of `connect` anyway, and to each once",
                    ),
            );
            continue;
        }
        seen.push(key.clone());
        let arn = Arn::parse(&named.value);
        let region = arn.and_then(Arn::in_region).unwrap_or(&context.region);
        let instance = if region == context.region {
            let address = Address::new(InstanceSpec::KIND, format!("existing:{key}"));
            draft.existing(&address, &connect::lookup(&named.value), &named.place);
            Instance::at(&address)
        } else {
            // Lookups are made in one region. Its ARN says all that is needed of an instance in another.
            Instance {
                id: key.as_str().into(),
                arn: named.value.as_str().into(),
                landing: {
                    let (landing, domain) = instance::landing("");
                    (landing.into(), domain.into())
                },
            }
        };
        draft.output(
            &format!("federation_url_{key}"),
            relay_state(context, region, &instance, &section.connect.destination),
        );
        instances.push(instance);
    }
    instances
}

/// The id of an ARN; anything else as it is.
fn last(name: &str) -> &str {
    arn::name_in(name)
}
