//! Origin access controls: how distributions sign what they ask of an origin.

use serde::{Deserialize, Serialize};

use super::common::{IF_MATCH, NO_ANSWER, SERVICE, list, member, operation, versioned};
use crate::operation::{Body, Http, Nothing, Operation};
use crate::service::Service;
use crate::values::Flat;

/// How a distribution signs what it asks of an origin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct OriginAccessControlConfig {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// `sigv4`.
    pub signing_protocol: String,
    /// `always`, `never` or `no-override`.
    pub signing_behavior: String,
    /// `s3`.
    pub origin_access_control_origin_type: String,
}

/// An origin access control.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct OriginAccessControl {
    /// Its id.
    pub id: String,
    /// What it says.
    pub origin_access_control_config: OriginAccessControlConfig,
}

/// One with its version.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct FoundOriginAccessControl {
    /// The version.
    #[serde(rename = "ETag")]
    pub etag: String,
    /// The thing.
    #[serde(rename = "OriginAccessControl")]
    pub found: OriginAccessControl,
}

/// Makes an origin access control.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateOriginAccessControl {
    /// What it says.
    pub origin_access_control_config: OriginAccessControlConfig,
}

operation!(
    CreateOriginAccessControl,
    FoundOriginAccessControl,
    Http {
        body: Body::Member("OriginAccessControlConfig", "OriginAccessControlConfig"),
        answer: versioned("OriginAccessControl"),
        ..Http::of("POST", "/2020-05-31/origin-access-control")
    }
);

/// Reads an origin access control.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetOriginAccessControl {
    /// Its id.
    pub id: String,
}

operation!(
    GetOriginAccessControl,
    FoundOriginAccessControl,
    Http {
        answer: versioned("OriginAccessControl"),
        ..Http::of("GET", "/2020-05-31/origin-access-control/{Id}")
    }
);

/// Writes another configuration over that of an origin access control.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateOriginAccessControl {
    /// Its id.
    pub id: String,
    /// The version that is changed.
    pub if_match: String,
    /// What it says from now on.
    pub origin_access_control_config: OriginAccessControlConfig,
}

operation!(
    UpdateOriginAccessControl,
    Nothing,
    Http {
        headers: &[IF_MATCH],
        body: Body::Member("OriginAccessControlConfig", "OriginAccessControlConfig"),
        answer: NO_ANSWER,
        ..Http::of("PUT", "/2020-05-31/origin-access-control/{Id}/config")
    }
);

/// Deletes an origin access control.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteOriginAccessControl {
    /// Its id.
    pub id: String,
    /// The version that is deleted.
    pub if_match: String,
}

operation!(
    DeleteOriginAccessControl,
    Nothing,
    Http {
        headers: &[IF_MATCH],
        answer: NO_ANSWER,
        ..Http::of("DELETE", "/2020-05-31/origin-access-control/{Id}")
    }
);

/// Lists origin access controls, page by page.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListOriginAccessControls {
    /// What the page comes after.
    pub marker: Option<String>,
}

/// An origin access control in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct OriginAccessControlSummary {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

list!(
    /// Origin access controls.
    OriginAccessControls,
    OriginAccessControlItems of OriginAccessControlSummary,
    "OriginAccessControlSummary",
    next_marker
);

/// The answer to [`ListOriginAccessControls`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct OriginAccessControlList {
    /// The page.
    pub origin_access_control_list: OriginAccessControls,
}

operation!(
    ListOriginAccessControls,
    OriginAccessControlList,
    Http {
        query: &[("Marker", "Marker")],
        answer: member("OriginAccessControlList"),
        ..Http::of("GET", "/2020-05-31/origin-access-control")
    }
);
