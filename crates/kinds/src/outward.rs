//! What others say of a kind: AWS's bill, its quotas, and the resource that Terraform has for such a thing.

use serde::Serialize;
use serde_json::Value;

/// What AWS bills by the hour for a thing that runs. <https://aws.amazon.com/appstream2/pricing/>
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "billed")]
pub enum HourlyCost {
    /// One machine, as long as it runs: an image builder.
    Machine {
        /// Its instance type.
        instance: String,
    },
    /// So many machines, whether users stream from them or not: an always-on fleet.
    AlwaysOn {
        /// How many.
        count: u64,
        /// Their instance type.
        instance: String,
    },
    /// Machines at the full price while users stream from them, and at the fee for stopped instances else: an
    /// on-demand fleet.
    OnDemand {
        /// How many.
        count: u64,
        /// On how many of them users stream now.
        sessions: u32,
        /// Their instance type.
        instance: String,
    },
    /// Machines by use, whose number AWS decides: an elastic fleet.
    ByUse {
        /// Their instance type.
        instance: String,
    },
}

/// A quota of AWS's that limits how many things of a kind there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Quota {
    /// Service Quotas' code of the service.
    pub service: &'static str,
    /// Service Quotas' code of the quota.
    pub code: &'static str,
    /// What it counts.
    pub counts: &'static str,
    /// AWS's default. Accounts may have less: what is applied is Service Quotas' to tell.
    pub default: u64,
    /// Whether each Connect instance has a quota of its own, not each account.
    pub per_instance: bool,
}

/// What Service Quotas calls AppStream.
const APPSTREAM: &str = "appstream2";

impl Quota {
    /// A quota of AppStream's in each region of an account. Codes and defaults: AppStream's page on service quotas.
    pub(crate) const fn appstream(code: &'static str, counts: &'static str, default: u64) -> Quota {
        Quota {
            service: APPSTREAM,
            code,
            counts,
            default,
            per_instance: false,
        }
    }

    /// A quota of Connect's. Codes and defaults: Connect's page on service quotas.
    pub(crate) const fn connect(
        code: &'static str,
        counts: &'static str,
        default: u64,
        per_instance: bool,
    ) -> Quota {
        Quota {
            service: "connect",
            code,
            counts,
            default,
            per_instance,
        }
    }
}

/// The resource of Terraform's AWS provider that manages such a thing.
#[derive(Clone, Copy, Debug)]
pub struct Terraform {
    /// Its type, such as `aws_appstream_fleet`.
    pub resource: &'static str,
    /// The form of the id that `terraform import` takes, as the provider's documentation gives it.
    pub form: &'static str,
    /// That id of one thing, by its physical id and the spec that was applied.
    pub import_id: fn(&str, &Value) -> Option<String>,
}

impl Terraform {
    /// One that is imported by what is its physical id here, too.
    pub(crate) const fn by_id(resource: &'static str, form: &'static str) -> Terraform {
        Terraform {
            resource,
            form,
            import_id: |id, _| Some(id.to_owned()),
        }
    }
}
