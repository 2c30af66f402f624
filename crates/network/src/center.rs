//! One environment, as far as its network is concerned.

use crate::authority::Authority;
use crate::terms::{Condition, RegionOf};

/// One environment, as far as its network is concerned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Center {
    /// What it is called.
    pub environment: String,
    /// The Connect instance.
    pub instance: Option<Instance>,
    /// The pages.
    pub pages: Option<Pages>,
    /// Where the agent's voice is.
    pub audio: Audio,
    /// How agents sign in to Connect.
    pub sign_in: SignIn,
    /// Sites of other products whose pages embed the panel.
    pub sites: Vec<Authority>,
    /// The streamed desktops.
    pub desktops: Option<Desktops>,
}

/// A Connect instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// Its region.
    pub region: String,
    /// Its host, if its alias is known.
    pub host: Option<String>,
    /// Whether it was there before, so that it may have an older host.
    pub existing: bool,
}

/// What serves the pages.
#[derive(Clone, Debug, PartialEq)]
pub struct Pages {
    /// Whether CloudFront does.
    pub cloudfront: bool,
    /// Their host, if it is known.
    pub host: Option<String>,
}

/// Where the agent's voice is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audio {
    /// On the agent's own machine: the split panel.
    #[default]
    Split,
    /// In the session.
    Session,
    /// On a desk phone.
    Phone,
}

/// How agents sign in to Connect.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum SignIn {
    /// The blueprint does not say.
    #[default]
    Unknown,
    /// By Connect's own directory.
    Directory,
    /// By IAM Identity Center.
    IdentityCenter {
        /// Its home region.
        region: String,
        /// The host of its access portal, if that is known.
        portal: Option<String>,
    },
    /// By another product.
    Provider {
        /// Which.
        name: String,
        /// Its hosts, as far as they are known.
        hosts: Vec<Authority>,
    },
}

/// Streamed desktops.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Desktops {
    /// Their region.
    pub region: String,
    /// Whether AppStream's own user pool has users.
    pub user_pool: bool,
    /// Whether a sign-in by SAML leads to them.
    pub sign_in: bool,
    /// Whether they may be streamed by UDP.
    pub udp: bool,
    /// Whether all of them are streamed through interface endpoints alone.
    pub endpoint: bool,
    /// Whether they have home folders, Google Drive or OneDrive.
    pub storage: bool,
    /// The hosts of the pages that their applications open.
    pub applications: Vec<Authority>,
    /// The hosts of what is installed in their images.
    pub installers: Vec<Authority>,
    /// The most agents at once, if the blueprint limits them.
    pub most: Option<u64>,
}

impl Center {
    /// Whether a condition holds of it. What a blueprint does not say is asked for elsewhere.
    pub fn holds(&self, condition: Condition) -> bool {
        let desktops = |what: fn(&Desktops) -> bool| self.desktops.as_ref().is_some_and(what);
        let has_panel = self.instance.is_some();
        match condition {
            Condition::SplitAudio => has_panel && self.audio == Audio::Split,
            Condition::SessionAudio => has_panel && self.audio == Audio::Session,
            Condition::PhoneAudio => has_panel && self.audio == Audio::Phone,
            Condition::Saml => matches!(
                self.sign_in,
                SignIn::IdentityCenter { .. } | SignIn::Provider { .. }
            ),
            Condition::IdentityCenter => matches!(self.sign_in, SignIn::IdentityCenter { .. }),
            Condition::SamlProvider => matches!(self.sign_in, SignIn::Provider { .. }),
            Condition::ConnectDirectory => self.sign_in == SignIn::Directory,
            Condition::S3 => self.pages.as_ref().is_some_and(|pages| !pages.cloudfront),
            Condition::CloudFront => self.pages.as_ref().is_some_and(|pages| pages.cloudfront),
            Condition::Sites => has_panel && !self.sites.is_empty(),
            Condition::Desktops => self.desktops.is_some(),
            Condition::UserPool => desktops(|desktops| desktops.user_pool),
            Condition::DesktopSignIn => desktops(|desktops| desktops.sign_in),
            Condition::UdpStreaming => desktops(|desktops| desktops.udp),
            Condition::StreamingEndpoint => desktops(|desktops| desktops.endpoint),
            Condition::StorageConnectors => desktops(|desktops| desktops.storage),
            Condition::Applications => desktops(|desktops| !desktops.applications.is_empty()),
            Condition::Installers => desktops(|desktops| !desktops.installers.is_empty()),
            Condition::GovCloud => self
                .regions()
                .into_iter()
                .any(|region| region.starts_with(GOVCLOUD)),
            Condition::Attachments
            | Condition::AgentWorkspace
            | Condition::ScreenRecording
            | Condition::Scheduling
            | Condition::GlobalResiliency
            | Condition::Fips
            | Condition::DomainJoined
            | Condition::Stateless
            | Condition::Addresses
            | Condition::TurnHosts => false,
        }
    }

    /// The region of a service, if the environment has that.
    pub fn region(&self, of: RegionOf) -> Option<&str> {
        match of {
            RegionOf::Connect | RegionOf::S3 => self.instance.as_ref().map(|it| it.region.as_str()),
            RegionOf::Appstream => self.desktops.as_ref().map(|it| it.region.as_str()),
            RegionOf::IdentityCenter => match &self.sign_in {
                SignIn::IdentityCenter { region, .. } => Some(region),
                _ => None,
            },
        }
    }

    fn regions(&self) -> Vec<&str> {
        let of = [RegionOf::Connect, RegionOf::Appstream];
        of.into_iter().filter_map(|of| self.region(of)).collect()
    }
}

/// What the regions of AWS GovCloud (US) begin with.
const GOVCLOUD: &str = "us-gov-";

/// A host of AWS as it is called in a region's part of AWS: the data has the names of the ordinary one.
pub(crate) fn in_partition(host: String, region: Option<&str>) -> String {
    let end = match region {
        Some(region) if region.starts_with("cn-") => "amazonaws.com.cn",
        Some(region) if region.starts_with("eusc-") => "amazonaws.eu",
        _ => return host,
    };
    match host.strip_suffix("amazonaws.com") {
        Some(before) => format!("{before}{end}"),
        None => host,
    }
}

/// What stands in a hole.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Filling {
    /// These hosts.
    Hosts(Vec<Authority>),
    /// Not known: this pattern has them all, and this is to be said.
    Pattern(String, &'static str),
    /// Not known, and no pattern has them.
    Words(String, &'static str),
    /// There is none.
    Nothing,
}

impl Center {
    /// What stands in a hole of the data: its name, without braces.
    pub(crate) fn filling(&self, hole: &str) -> Filling {
        let known = |host: &Option<String>, pattern: &str, remark: &'static str| match host {
            Some(host) => Filling::Hosts(vec![host.as_str().into()]),
            None => Filling::Pattern(pattern.to_owned(), remark),
        };
        match hole {
            "instance" => self.instance.as_ref().map_or(Filling::Nothing, |instance| {
                match instance.region.starts_with(GOVCLOUD) {
                    true => known(
                        &instance.host,
                        "*.govcloud.connect.aws",
                        "the blueprint names the instance by its id: put ALIAS.govcloud.connect.aws here",
                    ),
                    false => known(
                        &instance.host,
                        "*.my.connect.aws",
                        "the blueprint names the instance by its id: put ALIAS.my.connect.aws here",
                    ),
                }
            }),
            "pages" => match (&self.pages, self.region(RegionOf::S3)) {
                (Some(pages), _) if pages.cloudfront => known(
                    &pages.host,
                    "*.cloudfront.net",
                    "CloudFront gives the host: put the one of `headset output` here, or set `ccp.domain`",
                ),
                (Some(pages), Some(region)) => known(
                    &pages.host,
                    &in_partition(format!("*.s3.{region}.amazonaws.com"), Some(region)),
                    "the bucket's name holds the account: set `aws.account` or `ccp.bucket`",
                ),
                _ => Filling::Nothing,
            },
            "portal" => match &self.sign_in {
                SignIn::IdentityCenter { portal, .. } => known(
                    portal,
                    "*.awsapps.com",
                    "put the host of your access portal here, such as d-0123456789.awsapps.com",
                ),
                _ => Filling::Nothing,
            },
            "identity_provider" => match &self.sign_in {
                SignIn::Provider { name, hosts } if hosts.is_empty() => Filling::Words(
                    format!("the sign-in hosts of {name}"),
                    "the blueprint has neither `start_url` nor the address of metadata",
                ),
                SignIn::Provider { hosts, .. } => Filling::Hosts(hosts.clone()),
                _ => Filling::Nothing,
            },
            "sites" => Filling::Hosts(self.sites.clone()),
            "applications" => self.of_desktops(|desktops| &desktops.applications),
            "installers" => self.of_desktops(|desktops| &desktops.installers),
            _ => Filling::Nothing,
        }
    }

    fn of_desktops(&self, hosts: fn(&Desktops) -> &Vec<Authority>) -> Filling {
        self.desktops.as_ref().map_or(Filling::Nothing, |desktops| {
            Filling::Hosts(hosts(desktops).clone())
        })
    }
}
