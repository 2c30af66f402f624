//! Tables that were read off AWS's pages and data on one day. They lag behind AWS, and say when and where they were read.
//!
//! A table is no assumption ([`super::Evidence`]): it has a source, and what is wrong with it is known beforehand (AWS has
//! more by now). So it has neither id nor signal, but the day and the pages, and what Headset does about what it lacks.

/// A table: what it lists, when it was read, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dated {
    /// What it lists.
    pub what: &'static str,
    /// The day on which it was read, or the edition of what was read.
    pub as_of: &'static str,
    /// Where it was read: addresses of pages, or data with its version.
    pub sources: &'static [&'static str],
    /// What Headset does about what AWS has and the table does not.
    pub fallback: &'static str,
}

/// Which region has Amazon Connect, which has AppStream, and which an account has to enable first.
pub const REGIONS: Dated = Dated {
    what: "regions of Amazon Connect and of AppStream, and those that an account has to enable",
    as_of: "2026-11-28",
    sources: &[
        "endpoints.json of botocore 1.44.8 (aws and aws-us-gov)",
        "https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html",
    ],
    fallback: "it warns of a region that is not listed, and AWS decides",
};

/// Which region has a sign-in host of its own.
pub const SIGN_IN_HOSTS: Dated = Dated {
    what: "regions with a sign-in host of their own",
    as_of: "2026-11-28",
    sources: &[
        "https://docs.aws.amazon.com/appstream2/latest/developerguide/allowed-domains.html",
        "https://docs.aws.amazon.com/general/latest/gr/signin-service.html",
    ],
    fallback: "it takes the sign-in host of the whole partition",
};

/// Which region has which host for the relay states of AppStream.
pub const RELAY_HOSTS: Dated = Dated {
    what: "regions with AppStream's relay state hosts `fips`, `euc-sso` and `euc-sso-fips`",
    as_of: "2026-11-28",
    sources: &[
        "https://docs.aws.amazon.com/appstream2/latest/developerguide/allowed-domains.html",
        "AppStream's guide of March 2023, the last that AWS published as source \
         (awsdocs/amazon-appstream2-developer-guide, external-identity-providers-setting-up-saml.md, step 6)",
    ],
    fallback: "it refuses `endpoint` there, so that sign-ins go to the standard host",
};

/// Which instance types AppStream has.
pub const INSTANCE_TYPES: Dated = Dated {
    what: "instance types of AppStream",
    as_of: "2026-11-28",
    sources: &["AppStream's service model in botocore 1.44.8 (CreateFleet, InstanceType)"],
    fallback: "it warns of an instance type that is not listed, and AWS decides",
};

/// Which names of time zones stand for others.
pub const TIME_ZONE_ALIASES: Dated = Dated {
    what: "names of time zones that stand for others",
    as_of: "2025b",
    sources: &["the IANA time zone database, file `backward`"],
    fallback: "it takes an alias that is not listed for a name of its own, and AWS decides",
};

/// Which policies browsers know, of those that Headset sets.
pub const BROWSER_POLICIES: Dated = Dated {
    what: "browser policies that Headset sets, with their types and first versions on Windows",
    as_of: "2026-11-30",
    sources: &[
        "chromium/chromium, components/policy/resources/templates/policy_definitions (of after Chrome 144 where they have changed)",
        "Microsoft's pages of Edge, one for each policy: 15 of 2026-05-20, two without a date, four of 2025-04-22 (AutoplayAllowlist, \
         NotificationsAllowedForUrls, PromotionalTabsEnabled, SpotlightExperiencesAndRecommendationsEnabled), and their index of \
         2026-10-01; Microsoft Edge - Update policies of 2024-07-24",
        "mozilla/policy-templates of 2026-08-20, policies-schema.json and docs/oma-uris.md",
    ],
    fallback: "a policy that a browser does not know any more has no effect there",
};

/// All of them.
pub const ALL: [Dated; 6] = [
    REGIONS,
    SIGN_IN_HOSTS,
    RELAY_HOSTS,
    INSTANCE_TYPES,
    TIME_ZONE_ALIASES,
    BROWSER_POLICIES,
];

/// All of them as a section of the page of assumptions.
pub fn section() -> String {
    let mut out = String::from(
        "\n## Tables that lag behind\n\n\
         Headset holds these lists as they were on the day that is given. AWS and the browsers add to them. This section is generated \
         from `crates/kinds/src/evidence/dated.rs`.\n\n\
         | list | as of | read from | what Headset does about what is newer |\n|---|---|---|---|\n",
    );
    for one in ALL {
        let sources = one.sources.join("; ");
        out.push_str(
            &[
                "| ",
                one.what,
                " | ",
                one.as_of,
                " | ",
                &sources,
                " | ",
                one.fallback,
                " |\n",
            ]
            .concat(),
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_table_says_when_and_where_it_was_read() {
        let page = section();
        for one in ALL {
            let is_day = one.as_of.parse::<jiff::civil::Date>().is_ok();
            // The time zone database counts its editions: the year, and a letter.
            let (year, letter) = one.as_of.split_at(4.min(one.as_of.len()));
            let is_edition = year.parse::<u16>().is_ok() && letter.len() == 1;
            assert!(is_day || is_edition, "{one:?}");
            assert!(!one.sources.is_empty(), "{one:?}");
            assert!(
                one.sources.iter().all(|source| !source.trim().is_empty()),
                "{one:?}"
            );
            let row = format!("| {} | {} | {}", one.what, one.as_of, one.sources[0]);
            assert!(page.contains(&row), "{row}\n{page}");
        }
    }
}
