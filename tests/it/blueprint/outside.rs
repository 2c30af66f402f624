//! A blueprint of others names files of this machine: those of its own project are read, and no others.

use crate::support::desk::Desk;

const PRIVATE: &str = "root:x:0:0:the machine's own:/root:/bin/bash\n";

/// A file elsewhere, as `extends`, as a base of a base, through a link, and as metadata.
#[test]
fn files_of_other_places_are_not_shown() {
    let elsewhere = tempfile::tempdir().unwrap();
    let private = elsewhere.path().join("passwd");
    std::fs::write(&private, PRIVATE).unwrap();
    let private = private.display().to_string();
    let desk = Desk::with("name: acme\n");
    std::fs::write(desk.path().join("base.yaml"), format!("extends: {private}\n")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(elsewhere.path(), desk.path().join("link")).unwrap();
    let metadata = format!(
        "version: 1\nname: acme\nlifetime: 1d\nconnect: {{ alias: acme-x }}\nsign_in:\n  idp:\n    other:\n      applications:\n        \
         desk: {{ metadata: {{ file: {private} }} }}\n"
    );
    for (what, text) in [
        (
            "absolute",
            format!("version: 1\nname: acme\nextends: {private}\n"),
        ),
        ("base", "version: 1\nname: acme\nextends: base.yaml\n".to_owned()),
        (
            "link",
            "version: 1\nname: acme\nextends: link/passwd\n".to_owned(),
        ),
        ("metadata", metadata),
    ] {
        desk.write(&text);
        let said = desk.run(&["validate", "center.yaml"]);
        let all = said.data + &said.talk;
        assert_eq!(said.code, Some(1), "{what}: {all}");
        assert!(!all.contains("root:x"), "{what}: {all}");
        assert!(
            what == "metadata" || (all.contains("outside of the project") && all.contains("--allow-outside")),
            "{what}: {all}"
        );
        let trusted = desk.run(&["validate", "center.yaml", "--allow-outside"]);
        assert!(
            !trusted.talk.contains("outside of the project"),
            "{what}: {}",
            trusted.talk
        );
    }
}

/// A checkout's folders are one project; what is beside it is not.
#[test]
fn a_project_is_the_checkout() {
    let desk = Desk::with("version: 1\nname: acme\n");
    let make = |path: &str, text: &str| {
        let path = desk.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    make("checkout/.git/HEAD", "ref: refs/heads/main\n");
    make("checkout/base.yaml", "version: 1\nname: acme\n");
    make("checkout/env/test.yaml", "extends: ../base.yaml\n");
    make("checkout/env/out.yaml", "extends: ../../center.yaml\n");
    let said = desk.run(&["validate", "checkout/env/test.yaml"]);
    assert_eq!(said.code, Some(0), "{}", said.talk);
    let said = desk.run(&["validate", "checkout/env/out.yaml"]);
    assert!(
        said.code == Some(1) && said.talk.contains("outside of the project"),
        "{}",
        said.talk
    );
}

#[test]
fn a_credential_is_not_put_into_a_name() {
    let desk = Desk::with(
        "version: 1\nname: acme\nlifetime: 1d\ntags: { who: \"${env:GITHUB_TOKEN}\" }\nconnect: { alias: acme-x }\n",
    );
    let token = [("GITHUB_TOKEN", "ghp_Planted1234567890")];
    let said = desk.run_with(&["plan", "center.yaml", "--sim"], &token);
    let all = said.data + &said.talk;
    assert_eq!(said.code, Some(1), "{all}");
    assert!(
        all.contains("asks for a credential") && !all.contains("ghp_Planted"),
        "{all}"
    );
}

/// Files that never end, or never begin.
#[test]
#[cfg(unix)]
fn what_is_no_file_is_not_waited_for() {
    let desk = Desk::example("minimal.yaml");
    std::fs::create_dir(desk.path().join("pages")).unwrap();
    let pipes = ["pipe", "pipe.html", "pages/headset-apply.1"].map(|name| desk.path().join(name));
    assert!(
        std::process::Command::new("mkfifo")
            .args(&pipes)
            .status()
            .unwrap()
            .success()
    );
    for arguments in [
        &["validate", "pipe"][..],
        &["validate", "/dev/zero"],
        &["plan", "center.yaml", "--sim", "--faults", "pipe"],
        &["plan", "center.yaml", "--sim", "--faults", "/dev/zero"],
        &["sim", "replay", "/dev/zero"],
        &["sim", "replay", "pipe"],
        &["plan", "center.yaml", "--sim", "--record", "pipe"],
        &["plan", "center.yaml", "--sim", "--record", "/dev/null"],
        &["man", "--out", "pages"],
        &[
            "network",
            "check",
            "center.yaml",
            "--sim",
            "--report",
            "pipe.html",
        ],
        &["plan", "center.yaml", "--sim", "--format", "github"],
    ] {
        let said = desk.run_with(arguments, &[("GITHUB_STEP_SUMMARY", "pipe")]);
        assert_eq!(said.code, Some(1), "{arguments:?}: {}", said.talk);
        assert!(
            said.talk.contains("is a device or a pipe"),
            "{arguments:?}: {}",
            said.talk
        );
    }
    let said = desk.run(&["apply", "center.yaml", "--sim", "--timeline", "pipe.html"]);
    assert_eq!(said.code, Some(64), "{}", said.talk);
    assert!(said.talk.contains("is a device or a pipe"), "{}", said.talk);
    // A pipe of the shell is a file like any other.
    let script = format!(
        "cat center.yaml | {} validate /dev/stdin",
        env!("CARGO_BIN_EXE_headset")
    );
    let piped = std::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(desk.path())
        .output()
        .unwrap();
    assert!(piped.status.success(), "{piped:?}");
}

/// Files without an end to them: what is longer than any recording is not read.
#[test]
fn files_that_are_longer_than_any_recording_are_refused() {
    let desk = Desk::example("minimal.yaml");
    let words = ["plan", "center.yaml", "--sim", "--record", "calls.jsonl"];
    // Without a byte on the disk.
    let lengthen = |name: &str, length: u64| {
        let file = std::fs::OpenOptions::new()
            .write(true)
            .open(desk.path().join(name));
        file.unwrap().set_len(length).unwrap();
    };
    desk.ok(&words);
    // A line of zeros that goes on for a while is read over.
    lengthen("calls.jsonl", 4 << 20);
    desk.ok(&words);
    let kept = std::fs::read(desk.path().join("calls.jsonl.key")).unwrap();
    for (name, length) in [("calls.jsonl.key", 300 << 20), ("calls.jsonl", 5 << 30)] {
        lengthen(name, length);
        let said = desk.run(&words);
        assert_eq!(said.code, Some(1), "{name}: {}", said.talk);
        assert!(said.talk.contains("is longer than"), "{name}: {}", said.talk);
        std::fs::write(desk.path().join("calls.jsonl.key"), &kept).unwrap();
    }
}
