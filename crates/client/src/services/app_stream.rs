//! AppStream 2.0: what its SDK crate does not have yet. The service speaks JSON beside the protocol of the SDK.

use serde::Serialize;

use crate::hosts;
use crate::operation::{Nothing, Operation};
use crate::service::{Json, Protocol, Service};

/// The service.
pub static SERVICE: Service = Service {
    name: "appstream",
    id: "AppStream",
    signing_name: "appstream",
    version: "2016-12-01",
    host: &hosts::APPSTREAM,
    protocol: Protocol::Json(Json {
        version: "1.1",
        target: "PhotonAdminProxyService",
        was_query: false,
    }),
};

/// Changes an image builder, which has to be stopped.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateImageBuilder {
    /// Its name.
    pub name: String,
    /// The name shown in the console.
    pub display_name: Option<String>,
    /// A description.
    pub description: Option<String>,
}

impl Operation for UpdateImageBuilder {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "UpdateImageBuilder";
    type Answer = Nothing;
}
