//! Blueprints of tests, read.

use headset_blueprint::Sources;
use headset_blueprint::model::Blueprint;

/// A blueprint, where other files are read so.
pub(crate) fn read_with(
    name: &str,
    text: &str,
    load: &dyn Fn(&str) -> Result<String, headset_core::text_file::Unreadable>,
) -> Blueprint {
    let (blueprint, findings) = headset_blueprint::read(&Sources {
        load,
        ..Sources::alone(name, text)
    });
    assert!(!headset_core::diagnostic::has_errors(&findings), "{findings:#?}");
    blueprint.unwrap()
}
