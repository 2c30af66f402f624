//! Where the library of the pages comes from: npm, a file or an address, before an apply or inside one.

#![cfg(unix)]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

use headset_design::pages::library::{LICENCE, SCRIPT};

use crate::browser::tools;
use crate::support::desk::{Desk, script};
use crate::support::fixtures::CENTER;
use crate::support::program::Program as _;
use crate::support::served::{cloud, headset};

/// Where the pages are.
const DOMAIN: &str = "desk.example.com";

/// Puts an npm into a folder that notes what it is asked for, and does this.
fn npm(folder: &Path, does: &str) -> String {
    std::fs::create_dir_all(folder).unwrap();
    let program = folder.join("npm");
    let noted = folder.join("noted");
    let text = format!("#!/bin/sh\necho \"$*\" >> '{}'\n{does}\n", noted.display());
    script(&program, &text);
    format!("{}:/usr/bin:/bin", folder.display())
}

/// Passes everything on to a simulated cloud but the word that it is one: what is behind this could be AWS.
fn nameless(cloud: &str) -> String {
    let cloud = cloud.strip_prefix("http://").unwrap().to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let cloud = cloud.clone();
            std::thread::spawn(move || pass(stream, &cloud));
        }
    });
    address
}

fn pass(mut stream: TcpStream, cloud: &str) -> Option<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    if head.contains(" /_sim/") {
        let gone = b"HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        return stream.write_all(gone).ok();
    }
    let lines: Vec<(String, &str)> = head
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| (line.to_ascii_lowercase(), line))
        .collect();
    let length = lines
        .iter()
        .find_map(|(lower, _)| lower.strip_prefix("content-length:"));
    let mut body = vec![0; length.map_or(0, |length| length.trim().parse().unwrap())];
    stream.read_exact(&mut body).ok()?;
    let kept = lines
        .iter()
        .filter(|(lower, _)| !lower.starts_with("connection:"));
    let mut request: Vec<u8> = kept
        .flat_map(|(_, line)| [*line, "\r\n"].concat().into_bytes())
        .collect();
    request.extend(b"connection: close\r\n\r\n");
    request.extend(body);
    let mut cloud = TcpStream::connect(cloud).ok()?;
    cloud.write_all(&request).ok()?;
    std::io::copy(&mut cloud, &mut stream).ok().map(drop)
}

#[test]
fn the_library_comes_from_npm_a_file_or_an_address_and_into_an_apply() {
    let test = "the_library_comes_from_npm_a_file_or_an_address_and_into_an_apply";
    let Some(script) = tools::file(test, &tools::LIBRARY) else {
        return;
    };
    let archive = script
        .ancestors()
        .nth(3)
        .unwrap()
        .join("amazon-connect-streams-2.28.2.tgz");
    let archive = archive.to_str().unwrap();
    let desk = Desk::with(&format!(
        "{CENTER}ccp: {{ hosting: cloudfront, domain: {{ name: {DOMAIN}, certificate: \
         \"arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012\" }} }}\n"
    ));
    let bin = desk.path().join("bin");
    let path = npm(&bin, &format!("cp '{archive}' ./streams.tgz && echo streams.tgz"));
    let cache = desk.path().join("cache");
    let given = [
        ("PATH", path.as_str()),
        ("HEADSET_CACHE", cache.to_str().unwrap()),
    ];
    let noted = || std::fs::read_to_string(bin.join("noted")).unwrap_or_default();
    let asked = "pack --silent --ignore-scripts ";
    let package = format!("{asked}amazon-connect-streams@2.28.2\n");
    let address = "https://packages.example.com/streams.tgz";
    for (from, expected) in [
        (None, package.clone()),
        (Some(archive), String::new()),
        (Some(address), format!("{asked}{address}\n")),
    ] {
        drop(std::fs::remove_file(bin.join("noted")));
        let from: Vec<&str> = from.iter().flat_map(|from| ["--from", from]).collect();
        let said = desk.run_with(&[&["ccp", "fetch"][..], &from].concat(), &given);
        assert_eq!(said.code, Some(0), "{from:?}: {}", said.talk);
        assert_eq!(noted(), expected, "{from:?}");
        let mut kept: Vec<String> = std::fs::read_dir(&cache)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        kept.sort();
        assert_eq!(kept, [LICENCE.sha256, SCRIPT.sha256], "{from:?}");
        std::fs::remove_dir_all(&cache).unwrap();
    }

    // Where AWS could be, the library itself has to be there, and a script that stands in for it never is.
    drop(std::fs::remove_file(bin.join("noted")));
    let (_running, simulated) = cloud();
    let endpoint = nameless(&simulated);
    let run = |path: &str, arguments: &[&str]| {
        let mut command = headset(desk.path(), &endpoint);
        let output = command
            .args(arguments)
            .env("PATH", path)
            .env("HEADSET_CACHE", &cache)
            .said();
        let all = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(all).unwrap())
    };
    let apply = ["apply", "center.yaml", "--yes"];
    let broken = npm(&desk.path().join("offline"), "echo 'npm is offline' >&2; exit 1");
    let (code, talk) = run(&broken, &apply);
    assert_eq!(code, Some(1), "{talk}");
    assert!(
        talk.contains("error[ccp-library]") && talk.contains("npm is offline"),
        "{talk}"
    );
    let (code, talk) = run(&path, &apply);
    assert_eq!(code, Some(0), "{talk}");
    assert!(
        talk.contains("npm fetches amazon-connect-streams 2.28.2"),
        "{talk}"
    );
    assert_eq!(noted(), package);
    let host = simulated.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "GET /connect-streams-2.28.2-a3a19302.js HTTP/1.1\r\nhost: {DOMAIN}\r\nconnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let published = std::fs::read(&script).unwrap();
    assert!(
        answer.ends_with(&published),
        "{}",
        String::from_utf8_lossy(&answer[..300])
    );

    // The checks get the pages under their own name from the endpoint that has AWS's place.
    let (code, said) = run(&path, &["verify", "center.yaml", "--all"]);
    assert_eq!(code, Some(0), "{said}");
    let looked = format!("file-served: looked at https://{DOMAIN}/audio-only.html");
    assert!(
        said.contains(&looked) && said.contains(", 0 failed, 0 unknown, 0 not made"),
        "{said}"
    );
}
