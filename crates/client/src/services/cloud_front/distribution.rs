//! Distributions.

use serde::{Deserialize, Serialize};

use super::common::{IF_MATCH, NO_ANSWER, SERVICE, list, member, operation, versioned};
use super::config::{Aliases, DistributionConfig};
use super::tags::Tags;
use crate::operation::{Body, Http, Nothing, Operation};
use crate::service::Service;
use crate::values::Flat;

/// A distribution.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Distribution {
    /// Its id.
    pub id: String,
    /// Its ARN.
    #[serde(rename = "ARN")]
    pub arn: String,
    /// `Deployed`, or `InProgress` until all edges have what was changed.
    pub status: String,
    /// How many invalidations are on their way.
    pub in_progress_invalidation_batches: u32,
    /// The host name that CloudFront gave it.
    pub domain_name: String,
    /// Its configuration.
    pub distribution_config: DistributionConfig,
}

/// One with its version.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct FoundDistribution {
    /// The version.
    #[serde(rename = "ETag")]
    pub etag: String,
    /// The thing.
    #[serde(rename = "Distribution")]
    pub found: Distribution,
}

/// A configuration with tags.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DistributionConfigWithTags {
    /// The configuration.
    pub distribution_config: DistributionConfig,
    /// The tags.
    pub tags: Tags,
}

/// Makes a distribution.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateDistributionWithTags {
    /// What it is.
    pub distribution_config_with_tags: DistributionConfigWithTags,
}

operation!(
    CreateDistributionWithTags,
    FoundDistribution,
    Http {
        body: Body::Member("DistributionConfigWithTags", "DistributionConfigWithTags"),
        answer: versioned("Distribution"),
        ..Http::of("POST", "/2020-05-31/distribution?WithTags")
    }
);

/// Reads a distribution.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetDistribution {
    /// Its id.
    pub id: String,
}

operation!(
    GetDistribution,
    FoundDistribution,
    Http {
        answer: versioned("Distribution"),
        ..Http::of("GET", "/2020-05-31/distribution/{Id}")
    }
);

/// Writes another configuration over that of a distribution.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateDistribution {
    /// Its id.
    pub id: String,
    /// The version that is changed.
    pub if_match: String,
    /// What it is from now on.
    pub distribution_config: DistributionConfig,
}

operation!(
    UpdateDistribution,
    Nothing,
    Http {
        headers: &[IF_MATCH],
        body: Body::Member("DistributionConfig", "DistributionConfig"),
        answer: NO_ANSWER,
        ..Http::of("PUT", "/2020-05-31/distribution/{Id}/config")
    }
);

/// Deletes a distribution that is disabled everywhere.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteDistribution {
    /// Its id.
    pub id: String,
    /// The version that is deleted.
    pub if_match: String,
}

operation!(
    DeleteDistribution,
    Nothing,
    Http {
        headers: &[IF_MATCH],
        answer: NO_ANSWER,
        ..Http::of("DELETE", "/2020-05-31/distribution/{Id}")
    }
);

/// Lists distributions, page by page.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListDistributions {
    /// What the page comes after.
    pub marker: Option<String>,
}

/// A distribution in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DistributionSummary {
    /// Its id.
    pub id: String,
    /// Its ARN.
    #[serde(rename = "ARN")]
    pub arn: String,
    /// A text for people.
    pub comment: String,
    /// Names of one's own.
    pub aliases: Aliases,
}

list!(
    /// Distributions.
    Distributions,
    DistributionItems of DistributionSummary,
    "DistributionSummary",
    next_marker
);

/// The answer to [`ListDistributions`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DistributionList {
    /// The page.
    pub distribution_list: Distributions,
}

operation!(
    ListDistributions,
    DistributionList,
    Http {
        query: &[("Marker", "Marker")],
        answer: member("DistributionList"),
        ..Http::of("GET", "/2020-05-31/distribution")
    }
);
