//! Blueprints that another one names.

use super::*;

#[test]
fn the_blueprints_that_pipelines_work_on_are_read_as_they_are_named() {
    let text = include_str!("../../../../tests/whole/bootstrap.yaml");
    let minimal = "version: 1\nname: acme-tiny\nconnect: { alias: acme-tiny }\n";
    let with = |environment: Result<&str, &str>| {
        let load = |path: &str| {
            assert_eq!(path, "folder/minimal.yaml");
            environment
                .map(str::to_owned)
                .map_err(|why| why.to_owned().into())
        };
        let sources = Sources {
            load: &load,
            ..Sources::alone("folder/b.yaml", text)
        };
        let (blueprint, findings) = read(&sources);
        let codes: Vec<&str> = findings.iter().map(|finding| finding.code).collect();
        (blueprint, codes)
    };
    let (blueprint, codes) = with(Ok(minimal));
    assert_eq!(codes, [""; 0]);
    let blueprint = blueprint.expect("no errors");
    assert_eq!(
        blueprint.environments["folder/minimal.yaml"].name.value,
        "acme-tiny"
    );
    let bootstrap = blueprint.bootstrap.expect("bootstrap");
    let ci = bootstrap.ci.expect("ci");
    assert_eq!((ci.provider.host(), ci.audience()), ("ci.example.com", "headset"));
    let role = &ci.roles["apply"];
    assert_eq!(values(&role.environments), ["folder/minimal.yaml"]);
    assert_eq!(role.run, [CiCommand::Apply, CiCommand::Destroy]);
    assert_eq!(role.session, Duration::from_hours(2));
    let state = bootstrap.state.expect("state");
    assert_eq!(state.previous_versions, Duration::from_hours(30 * 24));
    assert!(state.entry.protect && !bootstrap.protect && bootstrap.boundary);

    assert_eq!(with(Err("it is not there")).1, ["unreadable-file"]);
    let codes = with(Ok("version: 1\nname: acme-tiny\nconnect: { alias: 1 }\n")).1;
    assert!(
        codes.contains(&"bad-environment") && codes.contains(&"wrong-type"),
        "{codes:?}"
    );
    // Another one of the sort, or this one itself: no end of reading.
    let codes = with(Ok(text)).1;
    assert_eq!(codes, ["bootstrap-of-bootstrap", "bad-environment"]);
}
