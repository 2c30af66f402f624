//! What serves the pages: their bucket alone, or CloudFront before it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::connect;
use crate::context::DesignContext;
use crate::draft::DesignDraft;
use crate::pages::AUDIO_ONLY;
use headset_blueprint::model::{Audio, CcpSection, Hosting, PriceClass};
use headset_core::diagnostic::Diagnostic;
use headset_kinds::cloudfront::distribution::{CACHE_POLICY, TLS, TLS_OF_CLOUDFRONT};
use headset_kinds::cloudfront::{AccessControlSpec, DistributionSpec, HeadersPolicySpec};
use headset_kinds::names;
use headset_kinds::output;
use headset_kinds::s3::bucket::origin;
use headset_kinds::s3::page;
use headset_kinds::template::fill;
use headset_kinds::{Address, Text};

const POLICY: &str = include_str!("../../../policies/s3/pages.json");
/// The same for some addresses only.
const POLICY_FROM: &str = include_str!("../../../policies/s3/pages-from.json");
/// The same for one distribution only.
const POLICY_CLOUDFRONT: &str = include_str!("../../../policies/s3/pages-cloudfront.json");

/// The key of everything that belongs to the section.
const KEY: &str = "ccp";
/// The partition that has CloudFront.
const PARTITION: &str = "aws";
/// So long browsers come by HTTPS only, once they have been there.
const ONE_YEAR: Duration = Duration::from_secs(31_536_000);

/// What the pages get from what serves them.
pub(super) struct Host {
    /// Their web origin.
    pub(super) origin: Text,
    /// The distribution, if there is one.
    pub(super) distribution: Option<Address>,
    /// The bucket's policy.
    pub(super) policy: Text,
    /// Whether everyone may read the bucket.
    pub(super) is_public: bool,
}

/// Where the pages are, as far as the blueprint and state tell: a name of CloudFront's is known once it has given one.
pub(super) fn page_origin(section: &CcpSection, bucket: &str, context: &DesignContext) -> Option<String> {
    match (section.hosting, &section.domain) {
        // The regional form: the older global one is another origin to a browser, and the path form is shared by everyone.
        (Hosting::S3, _) => Some(origin(bucket, &context.region)),
        (Hosting::CloudFront, Some(domain)) => Some(format!("https://{}", domain.name.value)),
        (Hosting::CloudFront, None) => context
            .given
            .pages_host
            .as_ref()
            .map(|host| format!("https://{host}")),
    }
}

/// The address of the distribution.
pub fn distribution() -> Address {
    Address::new(DistributionSpec::KIND, KEY)
}

/// Draws what serves the objects of a bucket.
pub(super) fn declare(
    draft: &mut DesignDraft<'_>,
    section: &CcpSection,
    bucket: &str,
    bucket_arn: &str,
    objects: Vec<String>,
) -> Host {
    let arns: [(&str, Text); 2] = [
        ("object_arns", Value::from(objects).to_string().into()),
        ("bucket_arn", bucket_arn.into()),
    ];
    let own = origin(bucket, &draft.context.region);
    if section.hosting == Hosting::CloudFront {
        let distribution = edges(draft, section, &own);
        let [objects, bucket] = arns;
        let arn = ("distribution_arn", Text::after(&distribution, output::ARN));
        return Host {
            // As `page_origin` says it, also where others have given the distribution another name.
            origin: match &section.domain {
                Some(domain) => format!("https://{}", domain.name.value).into(),
                None => Text::join(["https://".into(), Text::after(&distribution, output::HOST)]),
            },
            policy: fill(POLICY_CLOUDFRONT, &[objects, bucket, arn]),
            distribution: Some(distribution),
            is_public: false,
        };
    }
    // S3 calls a policy for everyone public, and one for some addresses not.
    let is_public = section.from.is_empty();
    let ranges: Vec<&str> = section.from.iter().map(|range| range.value.as_str()).collect();
    let [objects, bucket] = arns;
    let ranges = ("ranges", Value::from(ranges).to_string().into());
    Host {
        origin: own.into(),
        distribution: None,
        policy: fill(
            if is_public { POLICY } else { POLICY_FROM },
            &[objects, bucket, ranges],
        ),
        is_public,
    }
}

/// Draws the distribution, and what it uses. Returns its address.
fn edges(draft: &mut DesignDraft<'_>, section: &CcpSection, bucket_origin: &str) -> Address {
    let (protect, place) = (section.entry.protect, &section.entry.place);
    let context = draft.context;
    if context.partition != PARTITION {
        draft.complain(
            Diagnostic::error(
                "cloudfront-partition",
                format!(
                    "`hosting: cloudfront` serves no pages in {}: the partition {} has no CloudFront",
                    context.region, context.partition
                ),
            )
            .at(place.clone())
            .help("write `hosting: s3`"),
        );
    }
    let environment = &draft.blueprint.name.value;
    let name = names::edge(environment, &context.region);
    let control = AccessControlSpec {
        name: name.clone(),
        description: format!("The pages of {environment}"),
        signing: "always".to_owned(),
        protocol: "sigv4".to_owned(),
        origin_type: "s3".to_owned(),
    };
    let control = draft.managed(KEY, &control, protect, place);
    let is_heard = |audio: bool| match audio {
        true => Text::join([
            page::AROUND[0].into(),
            Text::after(&connect::instance(), output::ORIGIN),
            page::AROUND[1].into(),
        ]),
        false => page::SILENT.into(),
    };
    let mut policy = |key: &str, audio: bool| {
        let spec = HeadersPolicySpec {
            name: format!("{name}-{key}"),
            description: format!("The pages of {environment}"),
            // The pages themselves have the rest of it, which can be said in a page.
            content_security_policy: "frame-ancestors 'none'".to_owned(),
            // Amazon Connect decides by the referrer which page may frame its panel.
            referrer_policy: "strict-origin-when-cross-origin".to_owned(),
            transport_security: ONE_YEAR,
            no_sniff: true,
            permissions_policy: is_heard(audio),
        };
        draft.managed(key, &spec, protect, place)
    };
    let panel = policy("panel", section.audio == Audio::Session);
    let path_policies = match section.audio {
        Audio::Local => {
            let audio = policy("audio-page", true);
            BTreeMap::from([(format!("/{AUDIO_ONLY}"), Text::after(&audio, output::ID))])
        }
        Audio::Session | Audio::Phone => BTreeMap::new(),
    };
    let domain = section.domain.as_ref();
    let spec = DistributionSpec {
        name,
        bucket_host: bucket_origin.trim_start_matches("https://").to_owned(),
        access_control: Text::after(&control, output::ID),
        headers_policy: Text::after(&panel, output::ID),
        path_policies,
        domain: domain.map(|domain| domain.name.value.clone()),
        certificate: domain.map(|domain| domain.certificate.value.clone()),
        minimum_tls: if domain.is_some() { TLS } else { TLS_OF_CLOUDFRONT }.to_owned(),
        price_class: match section.price_class {
            Some(PriceClass::Cheapest) => "PriceClass_100",
            Some(PriceClass::Most) => "PriceClass_200",
            Some(PriceClass::All) | None => "PriceClass_All",
        }
        .to_owned(),
        viewer_protocol: "redirect-to-https".to_owned(),
        cache_policy: CACHE_POLICY.to_owned(),
        compress: true,
        http_version: "http2and3".to_owned(),
        ipv6: true,
        enabled: true,
        tags: draft.tags(&BTreeMap::new()),
    };
    let address = draft.managed(KEY, &spec, protect, place);
    if domain.is_some() {
        draft.output("pages_dns_target", Text::after(&address, output::HOST));
    }
    address
}
