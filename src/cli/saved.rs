//! Saved plans as files.

use std::io::Write as _;
use std::path::Path;

use fs_err as fs;
use headset_engine::plan::Plan;
use headset_engine::saved::{Bound, Given, Saved, is_saved};

use super::environment::Environment;
use super::exit::Failure;
use super::terminal;
use crate::report::plan_json;

/// The most that is read of a saved plan, in bytes.
const MOST: u64 = 64 << 20;

/// The plan in a file; `None`: the file is meant to be something else.
pub(super) fn load(path: &Path) -> Result<Option<Saved>, Failure> {
    // What cannot be read is reported where it is read as a blueprint.
    let Some(text) = terminal::read_text(path, MOST).ok().filter(|text| is_saved(text)) else {
        return Ok(None);
    };
    let saved = Saved::read(&text).map_err(|why| {
        Failure::new(format!("{} is no saved plan: {why}", path.display()))
            .help("save the plan again with `headset plan FILE --out PLAN`; nothing else may edit it")
    })?;
    Ok(Some(saved))
}

/// Refuses to write over what is no saved plan: a blueprint, most likely.
pub(super) fn may_be_written(path: &Path) -> Result<(), Failure> {
    let is_there = path.symlink_metadata().is_ok();
    let is_plan = || terminal::read_text(path, MOST).is_ok_and(|text| is_saved(&text));
    match is_there && !is_plan() {
        true => Err(Failure::new(format!(
            "{} is there already and is no saved plan",
            path.display()
        ))
        .help("give --out another name")),
        false => Ok(()),
    }
}

/// Writes a plan into a file that only its owner may read: it names users and addresses.
pub(super) fn write(
    path: &Path,
    environment: &Environment,
    plan: &Plan,
    given: Given,
) -> Result<(), Failure> {
    let bound = environment.bound(&environment.state);
    let saved = Saved::of(environment, plan, bound, given);
    let document = saved.document(plan_json::json(std::slice::from_ref(plan), &[], &[]));
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(&beside)?;
    file.write_all(format!("{document}\n").as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    Ok(())
}

/// Refuses a plan that does not hold for this environment as it is now.
pub(super) fn holds(environment: &Environment, saved: &Saved, now: &Bound) -> Result<(), Failure> {
    match saved.unbound(now) {
        None => Ok(()),
        Some(stale) => Err(Failure::Refused(environment.invocation.complete_all(vec![stale]))),
    }
}
