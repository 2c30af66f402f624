//! The bucket that hosts the pages, the pages in it, and the origin that may embed the instance.

use std::collections::BTreeMap;

use crate::context::DesignContext;
use crate::draft::DesignDraft;
use crate::pages::colours::{Colours, ENOUGH};
use crate::pages::{AUDIO_ONLY, IN_SESSION, PageInput, is_plain_url, render};
use crate::recipe::Origins;
use crate::{connect, embed, hosting, sign_in};
use headset_blueprint::model::{
    App, At, Audio, Blueprint, Browser, CcpSection, ConnectIdentity, Hosting, ImageOrigin, Launch, Source,
};
use headset_core::diagnostic::{Diagnostic, Place};
use headset_kinds::connect::ApprovedOriginSpec;
use headset_kinds::connect::approved_origin::CallAudio;
use headset_kinds::names;
use headset_kinds::output;
use headset_kinds::s3::bucket::{arn_of, origin};
use headset_kinds::s3::{BucketSpec, ObjectSpec, PublicAccessBlock};
use headset_kinds::{Address, Text};

/// The key of the origin that CloudFront gives.
const CLOUDFRONT: &str = "cloudfront";

/// The bucket's name.
fn bucket(blueprint: &Blueprint, section: &CcpSection, context: &DesignContext) -> String {
    match &section.bucket {
        Some(name) => name.value.clone(),
        None => names::bucket(&blueprint.name.value, &context.account, &context.region),
    }
}

/// Where the pages and the instance are, as far as the blueprint alone tells.
pub fn origins(blueprint: &Blueprint, context: &DesignContext) -> Origins {
    let page = blueprint.ccp.as_ref().and_then(|section| {
        let bucket = bucket(blueprint, section, context);
        hosting::page_origin(section, &bucket, context)
    });
    Origins {
        audio: blueprint
            .ccp
            .as_ref()
            .map_or(Audio::Local, |section| section.audio),
        in_session: page.as_ref().map(|origin| format!("{origin}/{IN_SESSION}")),
        connect: blueprint
            .connect
            .as_ref()
            .and_then(|section| connect::origin(section, context)),
        sites: embed::sites(blueprint)
            .into_iter()
            .map(|site| site.origin)
            .collect(),
        page,
    }
}

pub(super) fn declare(draft: &mut DesignDraft<'_>, section: &CcpSection) {
    let (blueprint, context) = (draft.blueprint, draft.context);
    let Some(connect_section) = &blueprint.connect else {
        draft.complain(
            Diagnostic::error(
                "ccp-without-connect",
                "`ccp` publishes pages for an instance, and there is none",
            )
            .at(section.entry.place.clone())
            .help("add a `connect` section, with `existing: ALIAS` if the instance is not yours"),
        );
        return;
    };
    if let Some(name) = section.bucket.as_ref().filter(|name| name.value.contains('.')) {
        draft.complain(
            Diagnostic::error(
                "bucket-name-dots",
                format!("the bucket name `{}` has a dot", name.value),
            )
            .at(name.place.clone())
            .help("browsers reject the certificate of such a bucket's host: use hyphens"),
        );
    }
    let login_url = match &blueprint.sign_in {
        Some(sign_in) => Some(sign_in::login_url(sign_in)),
        None => {
            if connect_section.identity == ConnectIdentity::Saml {
                draft.complain(
                    Diagnostic::warning(
                        "ccp-without-sign-in",
                        "the pages do not know where agents sign in: the instance uses SAML, and there is no `sign_in`",
                    )
                    .at(section.entry.place.clone())
                    .help("add a `sign_in` section"),
                );
            }
            None
        }
    };
    let sign_out_url = blueprint
        .sign_in
        .as_ref()
        .and_then(|sign_in| sign_in.sign_out_url.as_ref());
    if let Some(url) = sign_out_url.filter(|url| !is_plain_url(&url.value)) {
        draft.complain(
            Diagnostic::error("sign-out-url", format!("`{}` cannot stand in a page", url.value))
                .at(url.place.clone())
                .help("give an https address without quotes, semicolons and backslashes"),
        );
    }
    let name = bucket(blueprint, section, context);
    let files = render(&PageInput {
        audio: section.audio,
        controls: section.audio_page.controls,
        language: section.language,
        title: section.title.clone(),
        colours: colours(draft, section),
        logo: section.logo.as_ref().map(|logo| logo.value.clone()),
        region: context.region.clone(),
        instance_url: Text::after(&connect::instance(), output::URL),
        instance_origin: Text::after(&connect::instance(), output::ORIGIN),
        login_url,
        sign_out_url: sign_out_url.map(|url| url.value.clone()),
        library: context.library,
    });
    let bucket_arn = arn_of(&context.partition, &name);
    let objects: Vec<String> = files
        .iter()
        .map(|file| format!("{bucket_arn}/{}", file.key))
        .collect();
    let host = hosting::declare(draft, section, &name, &bucket_arn, objects);
    let spec = BucketSpec {
        name: name.clone(),
        region: context.region.clone(),
        policy: Some(host.policy),
        // Access lists stay blocked: the policy alone makes the published objects, and only those, readable.
        public_access_block: PublicAccessBlock {
            block_public_acls: true,
            ignore_public_acls: true,
            block_public_policy: !host.is_public,
            restrict_public_buckets: !host.is_public,
        },
        ownership: "BucketOwnerEnforced".to_owned(),
        encryption: "AES256".to_owned(),
        // Pages come over HTTPS from the bucket's own host, and no other site reads them.
        website: (),
        cors: (),
        tags: draft.tags(&BTreeMap::new()),
    };
    let (protect, place) = (section.entry.protect, &section.entry.place);
    let address = draft.managed("ccp", &spec, protect, place);
    draft.lists(&address, section.entry.owned);
    let assets: Vec<Address> = files
        .iter()
        .filter(|file| file.versioned)
        .map(|file| Address::new(ObjectSpec::KIND, &file.key))
        .collect();
    for file in files {
        let spec = ObjectSpec {
            bucket: Text::after(&address, output::NAME),
            key: file.key.clone(),
            content_type: file.content_type.to_owned(),
            cache_control: file.cache_control.to_owned(),
            content_encoding: None,
            content_disposition: None,
            metadata: BTreeMap::new(),
            body: file.body,
            asset: file.asset,
            private: false,
            origin: host.distribution.as_ref().map(|_| host.origin.clone()),
            // A file whose name holds the digest of its content never changes.
            distribution: match &host.distribution {
                Some(distribution) if !file.versioned => Some(Text::after(distribution, output::ID)),
                _ => None,
            },
        };
        // Scripts and styles come and go with their content, and can always be published again.
        let object = draft.managed(file.key, &spec, protect && !file.versioned, place);
        if !file.versioned {
            draft.after(&object, assets.clone());
        }
    }
    let own = origin(&name, &context.region);
    let spec = ApprovedOriginSpec {
        instance_id: Text::after(&connect::instance(), output::ID),
        origin: host.origin.clone(),
        audio: match section.audio {
            Audio::Local => CallAudio::Local,
            Audio::Session => CallAudio::Session,
            Audio::Phone => CallAudio::Phone,
        },
    };
    let (key, other) = match section.hosting {
        Hosting::S3 => (own, CLOUDFRONT.to_owned()),
        Hosting::CloudFront => (CLOUDFRONT.to_owned(), own),
    };
    let origin = draft.managed(key, &spec, false, place);
    // A bucket of that name may be another account's: what it serves must not frame the panel. The origin that it takes the
    // place of goes afterwards.
    let before = Address::new(ApprovedOriginSpec::KIND, other);
    draft.after(&origin, vec![before, address]);
    let url = |page: &str| Text::after(&Address::new(ObjectSpec::KIND, page), output::URL);
    draft.output("in_session_page", url(IN_SESSION));
    if section.audio == Audio::Local {
        draft.output("audio_only_page", url(AUDIO_ONLY));
    }
    warn_of_firefox(draft, section);
    check_phones(draft, section);
}

/// The colours of the pages. Letters that do not stand out from their background are refused: the pages promise to be
/// accessible, and agents read them all day.
fn colours(draft: &mut DesignDraft<'_>, section: &CcpSection) -> Colours {
    let value = |colour: &Option<At<String>>| colour.as_ref().map(|colour| colour.value.clone());
    let colours = Colours {
        accent: value(&section.accent),
        background: value(&section.background),
        text: value(&section.text),
    };
    if let (Some(contrast), Some(text)) = (colours.too_close(), &section.text) {
        let background = match &colours.background {
            Some(background) => format!("`{background}`"),
            None => "the white background".to_owned(),
        };
        draft.complain(
            Diagnostic::error(
                "ccp-contrast",
                format!(
                    "the letters of the pages, `{}`, do not stand out from {background}: their contrast is {contrast:.2} to 1, \
                     and WCAG 2 (AA) asks for {ENOUGH} to 1",
                    text.value
                ),
            )
            .at(text.place.clone())
            .help("take darker letters on a lighter background, or the other way round; without `text` the pages choose white or dark ones"),
        );
    }
    colours
}

/// The security profile of every new instance whose users look at figures and recordings, and take no calls.
const WITHOUT_PANEL: [&str; 1] = ["QualityAnalyst"];

/// With desk phones, each user whom calls can reach has one, and Amazon Connect calls it. What profiles of an instance's own
/// allow, the blueprint does not say: their users count.
fn check_phones(draft: &mut DesignDraft<'_>, section: &CcpSection) {
    let Some(connect) = draft
        .blueprint
        .connect
        .as_ref()
        .filter(|_| section.audio == Audio::Phone)
    else {
        return;
    };
    if !connect.calls.outbound {
        draft.complain(
            Diagnostic::error(
                "phone-without-outbound",
                "`audio: phone` needs outbound calls: Amazon Connect calls each agent's desk phone",
            )
            .at(section.entry.place.clone())
            .help("set `connect.calls.outbound: true`, or take another `audio`"),
        );
    }
    for (name, user) in &connect.users {
        let mut profiles = user.security.iter();
        let takes_calls = profiles.any(|profile| !WITHOUT_PANEL.contains(&profile.value.as_str()));
        if takes_calls && user.desk_phone.is_none() {
            draft.complain(
                Diagnostic::error(
                    "phone-without-number",
                    format!(
                        "no call reaches `{name}`: the pages carry no audio, and there is no `desk_phone`"
                    ),
                )
                .at(user.entry.place.clone())
                .help("give the user a `desk_phone` such as \"+442079460123\""),
            );
        }
    }
}

/// Firefox gives a page the microphone only while its tab has the focus (AWS's guide to Connect in VDI), which is not
/// where agents work during a call.
fn warn_of_firefox(draft: &mut DesignDraft<'_>, section: &CcpSection) {
    if section.audio != Audio::Session {
        return;
    }
    let Some(appstream) = &draft.blueprint.appstream else {
        return;
    };
    let images: Vec<(String, Place)> = appstream
        .images
        .iter()
        .filter_map(|(key, image)| match image {
            Source::Ours(image) => Some((key, image)),
            Source::Existing(_) => None,
        })
        .filter(|(_, image)| match &image.origin {
            ImageOrigin::Built(build) => {
                let opens = |app: &App| app.launch == Launch::InSessionPage;
                build.browser == Browser::Firefox && build.apps.values().any(opens)
            }
            ImageOrigin::Imported(import) => {
                let opens = |app: &App| app.launch == Launch::InSessionPage;
                import.browser == Browser::Firefox && import.apps.values().any(opens)
            }
            ImageOrigin::Newest(_)
            | ImageOrigin::Copied(_)
            | ImageOrigin::Shared(_)
            | ImageOrigin::Updated(_) => false,
        })
        .map(|(key, image)| (key.clone(), image.entry.place.clone()))
        .collect();
    for (key, place) in images {
        draft.complain(
            Diagnostic::warning(
                "audio-in-firefox",
                format!("the image `{key}` opens the page in Firefox, which mutes callers whenever another tab is in front"),
            )
            .at(place)
            .help("use `browser: chrome` or `browser: edge` where the session carries the audio"),
        );
    }
}
