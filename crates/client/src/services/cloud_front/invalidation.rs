//! Invalidations: edges forget what they keep.

use serde::{Deserialize, Serialize};

use super::common::{NO_ANSWER, SERVICE, list, operation};
use crate::operation::{Body, Http, Nothing, Operation};
use crate::service::Service;
use crate::values::Flat;

list!(
    /// Paths.
    Paths,
    PathItems of String,
    "Path"
);

/// What edges are to forget.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct InvalidationBatch {
    /// The paths, each with a slash at its beginning.
    pub paths: Paths,
    /// What makes it one that is not repeated.
    pub caller_reference: String,
}

/// Lets edges forget what they keep of some paths.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateInvalidation {
    /// Id of the distribution.
    pub distribution_id: String,
    /// What they are to forget.
    pub invalidation_batch: InvalidationBatch,
}

operation!(
    CreateInvalidation,
    Nothing,
    Http {
        body: Body::Member("InvalidationBatch", "InvalidationBatch"),
        answer: NO_ANSWER,
        ..Http::of("POST", "/2020-05-31/distribution/{DistributionId}/invalidation")
    }
);
