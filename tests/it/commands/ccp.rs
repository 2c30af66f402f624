//! `ccp fetch` and `ccp build`: the library comes into a cache, and the pages into a folder.

use crate::support::desk::{APPLY, Desk, script};
use crate::support::fixtures::CENTER;

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

/// A PNG of one pixel.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\
    \x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";

/// What is no text is in neither plans nor state, and is published byte for byte.
#[test]
fn a_picture_that_is_no_text_is_published_as_it_is() {
    let desk = Desk::with(&format!("{CENTER}ccp: {{ hosting: s3, logo: logo.png }}\n"));
    let file = desk.path().join("logo.png");
    std::fs::write(&file, PIXEL).unwrap();
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    desk.ok(&["ccp", "build", "center.yaml", "--sim", "--out", "pages"]);
    let built = |desk: &Desk| {
        let files = std::fs::read_dir(desk.path().join("pages")).unwrap();
        let mut pictures = files.map(|file| file.unwrap().path());
        let picture = pictures.find(|path| path.extension().is_some_and(|end| end == "png"));
        std::fs::read(picture.unwrap()).unwrap()
    };
    assert_eq!(built(&desk), PIXEL);
    // What is there is what was meant: verify reads it as a browser does.
    let said = desk.run(&["verify", "center.yaml", "--sim", "--all", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&said.data).unwrap();
    let checks = report["checks"].as_array().unwrap();
    let of_picture = |check: &&serde_json::Value| {
        check["check"] == "file-served" && check["address"].as_str().unwrap().ends_with(".png")
    };
    let served = checks.iter().find(of_picture).unwrap();
    assert_eq!(served["result"], "passed", "{served}");
    // Another picture is another file, and one that is cut short is none.
    std::fs::write(&file, &PIXEL[..PIXEL.len() - 4]).unwrap();
    let said = desk.run(&["plan", "center.yaml", "--sim"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.talk.contains("error[logo]: `logo.png` is cut short"),
        "{}",
        said.talk
    );
}

/// A preview needs no account and no library, opens the browser, answers on this machine, and ends with Ctrl-C.
#[cfg(unix)]
#[test]
fn a_preview_shows_the_pages_before_anything_is_made() {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::process::{Command, Stdio};

    let desk = Desk::example("split-ccp.yaml");
    let text = std::fs::read_to_string(desk.path().join("center.yaml")).unwrap();
    let logo = r#"<svg xmlns="http://www.w3.org/2000/svg"><title>Acme</title></svg>"#;
    std::fs::write(desk.path().join("logo.svg"), logo).unwrap();
    desk.write(&text.replace(
        "ccp: { hosting: s3 }",
        "ccp: { hosting: s3, logo: logo.svg, language: de }",
    ));
    // A browser that says what it is to open. It is waited for by reading from a pipe that this test holds open, too.
    let bin = desk.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    let opened = desk.path().join("opened");
    assert!(Command::new("mkfifo").arg(&opened).status().unwrap().success());
    let browser = format!("#!/bin/sh\necho \"$1\" > '{}'\n", opened.display());
    script(&bin.join("xdg-open"), &browser);
    let pipe = std::fs::File::options()
        .read(true)
        .write(true)
        .open(&opened)
        .unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || tell.send(BufReader::new(pipe).lines().next()));
    let mut child = Command::new(env!("CARGO_BIN_EXE_headset"))
        .args(["ccp", "preview", "center.yaml"])
        .current_dir(desk.path())
        .env_clear()
        .env("HOME", desk.path())
        .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let page = lines
        .by_ref()
        .map(|line| line.unwrap().trim().to_owned())
        .find(|line| line.ends_with("/audio-only.html"))
        .unwrap();
    let rest = page.strip_prefix("http://").unwrap();
    let (address, path) = rest.split_once('/').unwrap();
    assert!(address.starts_with("127.0.0.1:"), "{page}");
    let first = told.recv_timeout(std::time::Duration::from_secs(20));
    assert_eq!(
        first.unwrap().unwrap().unwrap(),
        format!("http://{address}/audio-only.html")
    );
    let get = |path: &str| {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        write!(stream, "GET /{path} HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let answer = get(path);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("<html lang=\"de\">"), "{answer}");
    let picture = answer.split("<img id=\"logo\" src=\"").nth(1).unwrap();
    let picture = get(picture.split('"').next().unwrap());
    assert!(
        picture.contains("image/svg+xml") && picture.ends_with(logo),
        "{picture}"
    );
    Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
