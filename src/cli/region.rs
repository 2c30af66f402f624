//! Regions of AWS, as options and AWS's configuration give them.

use super::exit::Failure;
use super::terminal;
use headset_blueprint::region::{check_form, unlisted};

/// Reads the value of an option.
pub(super) fn parse(text: &str) -> Result<String, String> {
    check_form(text).map(|()| text.to_owned())
}

/// Warns of regions that AWS's lists do not have.
pub(super) fn warn<'a>(regions: impl Iterator<Item = &'a String>) {
    let findings: Vec<_> = regions.filter_map(|region| unlisted(region)).collect();
    terminal::diagnostics(&findings);
}

/// Checks the region of AWS's configuration.
pub(super) fn configured(region: &str) -> Result<(), Failure> {
    check_form(region).map_err(|why| {
        Failure::new(why)
            .help("it comes from AWS_REGION or from the profile of AWS's configuration: set it there")
    })?;
    terminal::diagnostics(unlisted(region).as_slice());
    Ok(())
}
