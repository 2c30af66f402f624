//! `ccp fetch` and `ccp build`: the library comes into a cache, and the pages into a folder.

use crate::support::desk::{APPLY, Desk};

#[test]
fn a_package_that_was_changed_is_not_taken() {
    let desk = Desk::example("split-ccp.yaml");
    let folder = desk.path().join("package/release");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("connect-streams-min.js"), "not the library").unwrap();
    std::fs::write(desk.path().join("package/LICENSE.txt"), "a licence").unwrap();
    let said = desk.run(&["ccp", "fetch", "--from", "package"]);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert!(
        said.talk
            .contains("release/connect-streams-min.js of the package is not what"),
        "{}",
        said.talk
    );
    let left = std::fs::read_dir(desk.path().join(".cache/headset"))
        .unwrap()
        .count();
    assert_eq!(left, 0, "nothing is kept of it");
    let said = desk.run(&["ccp", "fetch", "--from", "nowhere.tgz"]);
    assert!(
        said.talk.contains("no file or folder `nowhere.tgz`"),
        "{}",
        said.talk
    );
}

/// Simulated runs need no network: they publish a script that says what it is.
#[test]
fn the_pages_are_written_as_they_are_published() {
    let desk = Desk::example("split-ccp.yaml");
    let early = desk.run(&["ccp", "build", "center.yaml", "--out", "pages", "--sim"]);
    assert_eq!(early.code, Some(1), "{}", early.talk);
    assert!(
        early.talk.contains("cannot be written yet: it waits for"),
        "{}",
        early.talk
    );
    desk.ok(&APPLY);
    desk.ok(&["ccp", "build", "center.yaml", "--out", "pages", "--sim"]);
    let read = |name: &str| std::fs::read_to_string(desk.path().join("pages").join(name)).unwrap();
    let page = read("in-session.html");
    assert!(
        page.contains("https://acme-support.my.connect.aws/ccp-v2/"),
        "{page}"
    );
    let names = page
        .split("src=\"")
        .skip(1)
        .chain(page.split("stylesheet\" href=\"").skip(1));
    let names: Vec<&str> = names.map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(names.len(), 4, "{page}");
    let stands_in = names
        .iter()
        .find(|name| name.contains("stand-in"))
        .expect("no library is at hand");
    assert!(read(stands_in).contains("standIn: true"));
    names.iter().for_each(|name| drop(read(name)));
}
