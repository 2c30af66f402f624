//! What a blueprint of what exists is to be of.

use std::fmt;
use std::str::FromStr;

use super::draft::letters;
use crate::cli::exit::Failure;
use headset_kinds::regions::Regions;

/// What is to be written down.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Wanted {
    /// The alias of an instance of Amazon Connect.
    pub(in crate::cli) alias: Option<String>,
    /// AppStream's stacks.
    pub(in crate::cli) stacks: Vec<Stack>,
    /// The regions; none: the configured one. The first is where a named instance is.
    pub(in crate::cli) regions: Vec<String>,
    /// Whether all other regions are looked at, too.
    pub(in crate::cli) all_regions: bool,
    /// Whether everything else that is there belongs to it.
    pub(in crate::cli) discover: bool,
}

/// A stack, as `--stack NAME` or `--stack NAME@REGION` says it.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Stack {
    pub(in crate::cli) name: String,
    region: Option<String>,
}

impl Stack {
    /// The stack of this name, in the region of the others.
    pub(in crate::cli) fn called(name: String) -> Stack {
        Stack { name, region: None }
    }
}

impl FromStr for Stack {
    type Err = String;

    fn from_str(text: &str) -> Result<Stack, String> {
        let (name, region) = match text.split_once('@') {
            None => (text, None),
            Some((name, region)) => (name, Some(region.to_owned())),
        };
        match name.is_empty() || region.as_ref().is_some_and(String::is_empty) {
            true => Err("give NAME, or NAME@REGION".to_owned()),
            false => Ok(Stack {
                name: name.to_owned(),
                region,
            }),
        }
    }
}

impl fmt::Display for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.region.iter().try_for_each(|region| write!(f, "@{region}"))
    }
}

impl Wanted {
    /// Where everything is: AppStream may be in another region than the rest, and in one.
    pub(in crate::cli) fn places(&self, region: &str) -> Result<Regions, Failure> {
        let mut regions = self
            .stacks
            .iter()
            .map(|stack| stack.region.as_deref().unwrap_or(region));
        let appstream = regions.next().unwrap_or(region).to_owned();
        match regions.find(|other| *other != appstream) {
            Some(other) => Err(Failure::usage(format!(
                "a blueprint has its stacks in one region, and these are in {appstream} and {other}"
            ))
            .help("write a blueprint for each region")),
            None => Ok(Regions {
                appstream,
                ..Regions::all_in(region)
            }),
        }
    }

    /// Whether something is named.
    pub(in crate::cli) fn is_anything(&self) -> bool {
        self.alias.is_some() || !self.stacks.is_empty() || self.discover
    }

    /// The name of the environment: that of the instance or of the first stack, in the letters that a name may have.
    pub(in crate::cli) fn name(&self) -> String {
        let stack = self.stacks.first().map(|stack| stack.name.as_str());
        let own = self.alias.as_deref().or(stack);
        let name = letters(own.unwrap_or_default(), "-");
        let name: String = name.chars().take(32).collect();
        match name.trim_matches('-') {
            name if name.len() < 2 => "imported".to_owned(),
            name => name.to_owned(),
        }
    }

    /// What a command line says of it.
    pub(in crate::cli) fn said(&self) -> String {
        let alias = self.alias.iter().map(|alias| format!("--alias {alias}"));
        let stacks = self.stacks.iter().map(|stack| format!("--stack {stack}"));
        let regions = self.regions.iter().map(|region| format!("--region {region}"));
        let discover = self.discover.then(|| "--discover".to_owned());
        let everywhere = self.all_regions.then(|| "--all-regions".to_owned());
        let all = alias
            .chain(stacks)
            .chain(discover)
            .chain(regions)
            .chain(everywhere);
        all.collect::<Vec<_>>().join(" ")
    }
}
