use std::collections::BTreeMap;

use base64::Engine as _;

use super::*;

/// A machine that records what is started; a test says how image-assistant.exe answers on it.
#[derive(Default)]
struct Fake {
    started: Vec<(String, String)>,
    answers: Vec<(i64, String)>,
    files: BTreeMap<String, String>,
    said: Vec<String>,
}

impl Machine for Fake {
    fn start(&mut self, program: &str, line: &str) -> Option<(i64, String)> {
        if !program.ends_with(".exe") {
            return None;
        }
        self.started.push((program.to_owned(), line.to_owned()));
        let answer = match self.answers.is_empty() {
            true => (0, r#"{"status":0,"message":"Success"}"#.to_owned()),
            false => self.answers.remove(0),
        };
        Some(answer)
    }

    fn knows(&mut self, command: &str) -> bool {
        command.eq_ignore_ascii_case("Read-S3Object")
    }

    fn object(&mut self, object: &Object) -> Result<String, String> {
        Ok(format!("{} {} {}", object.profile, object.bucket, object.key))
    }

    fn read(&mut self, path: &str) -> Option<String> {
        self.files.get(path).cloned()
    }

    fn exists(&mut self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    fn files(&mut self, folder: &str) -> Vec<String> {
        self.files
            .keys()
            .filter(|path| path.starts_with(folder))
            .cloned()
            .collect()
    }

    fn write(&mut self, path: &str, content: &str) {
        self.files.insert(path.to_owned(), content.to_owned());
    }

    fn remove(&mut self, path: &str) {
        self.files.remove(path);
    }

    fn fetch(&mut self, url: &str) -> Result<String, String> {
        Ok(url.to_owned())
    }

    fn hash(&mut self, path: &str) -> Option<String> {
        self.files.get(path).map(|content| format!("{:x}", content.len()))
    }

    fn ask(&mut self, question: &str) -> String {
        question.to_uppercase()
    }

    fn say(&mut self, text: &str) {
        self.said.push(text.to_owned());
    }
}

/// What was said, and what was shown as errors.
fn run(script: &str) -> (Vec<String>, Vec<String>) {
    let mut fake = Fake::default();
    let errors = paste(&mut fake, script).unwrap_or_else(|error| panic!("{script}: {error}"));
    (fake.said, errors)
}

fn started(script: &str) -> Vec<(String, String)> {
    let mut fake = Fake::default();
    assert_eq!(paste(&mut fake, script), Ok(Vec::new()), "{script}");
    fake.started
}

#[test]
fn statements_are_carried_out() {
    for (script, said) in [
        ("$a = 1; $a += 2; Write-Host $a", "3"),
        ("$a = 'x'\n$a += \"y\"\nWrite-Host \"<$a>\"", "<xy>"),
        (
            "if ('A' -eq 'a') { Write-Host yes } else { Write-Host no }",
            "yes",
        ),
        (
            "if (1 -gt 2) { Write-Host a } elseif ($true -and (-not $false)) { Write-Host b }",
            "b",
        ),
        ("foreach ($i in @(1, 2, 3)) { $t += $i }\nWrite-Host 'x'", ""),
        (
            "function Add-One([int] $n) { return $n + 1 }\nWrite-Host (Add-One (Add-One 1))",
            "3",
        ),
        (
            "try { throw 'no' } catch { Write-Host ('caught ' + $_) }",
            "caught no",
        ),
        ("$m = @{ code = 5; text = 'x' }; Write-Host ($m.code - 2)", "3"),
        ("Write-Host (@('a', 'b') -join \"`n\")", "a\nb"),
        (
            "$j = '{\"Status\": 0, \"list\": [{\"n\": \"q\"}]}' | ConvertFrom-Json; Write-Host $j.list.n $j.status",
            "q 0",
        ),
        (
            "Write-Host (@('a.exe', 'b.txt') | Where-Object { $_ -like '*.exe' } | ForEach-Object { \"<$_>\" })",
            "<a.exe>",
        ),
        (
            "$t = 'ab{c}d'; Write-Host $t.Substring($t.IndexOf('{'), $t.LastIndexOf('}') - $t.IndexOf('{') + 1)",
            "{c}",
        ),
        (
            "Write-Host ('{0} of {1}' -f 1, 2) (Split-Path -Parent 'C:\\a\\b.txt') (Join-Path 'C:\\a' 'b')",
            "1 of 2 C:\\a C:\\a\\b",
        ),
        ("Write-Host (Read-Host 'really?')", "REALLY?"),
        ("Write-Host \"`$x costs 5`$\" # a remark", "$x costs 5$"),
        ("& { Write-Host 'in a block' }", "in a block"),
        ("& ([ScriptBlock]::Create('Write-Host made'))", "made"),
    ] {
        let (spoken, errors) = run(script);
        if said.is_empty() {
            assert_eq!(errors.len(), 1, "a variable without a value is named: {script}");
        } else {
            assert_eq!((spoken.concat().as_str(), errors), (said, Vec::new()), "{script}");
        }
    }
}

/// At a prompt an error ends one statement, inside of a block everything.
#[test]
fn what_fails_at_the_prompt_does_not_stop_the_next_line() {
    let (said, errors) = run("throw 'a'; Write-Host 1\nWrite-Host 2\nnothing here\nWrite-Host 3");
    assert_eq!((said.concat().as_str(), errors.len()), ("23", 2));
    let (said, errors) = run("& { Write-Host 1\nthrow 'a'\nWrite-Host 2 }");
    assert_eq!((said.concat().as_str(), errors), ("1", vec!["a".to_owned()]));
}

#[test]
fn programs_get_their_arguments_as_windows_powershell_hands_them_on() {
    for (script, line) in [
        (r#"a.exe --name "b c" --x='d' ''"#, r#"--name "b c" --x=d"#),
        (r#"a.exe --app "say ""hi"" now""#, r#"--app "say "hi" now""#),
        ("& 'C:\\Tools\\a.exe' x `\n  y # z", "x y"),
        ("a.exe \"a`tb``c`\"d`$e\"", "\"a\tb`c\"d$e\""),
        ("a.exe\u{a0}b\u{2028}c\u{3000}d", "b c d"),
    ] {
        assert_eq!(started(script)[0].1, line, "{script}");
    }
    let start = "$s = New-Object System.Diagnostics.ProcessStartInfo\n$s.FileName = 'a.exe'\n$s.Arguments = '--x \"y\"'\n\
                 $p = [System.Diagnostics.Process]::Start($s)\nWrite-Host $p.ExitCode $p.StandardOutput.ReadToEnd()\n\
                 $p.WaitForExit()";
    assert_eq!(started(start), [("a.exe".to_owned(), "--x \"y\"".to_owned())]);
}

#[test]
fn what_a_shell_would_refuse_is_refused() {
    for (script, complaint) in [
        ("a.exe \"a", "does not close"),
        ("a.exe > x", "operator"),
        ("a.exe && b", "operator"),
        ("a.exe @x", "list"),
        ("a.exe \u{2013}-name a", "parameter"),
        ("a.exe \"$$\"", "expand"),
        ("if ($true) { a.exe", "`}` is missing"),
        ("'a' 'b'", "unexpected"),
        ("while ($true) { }", "cannot follow"),
        ("a.exe \"`u{41}\"", "version of PowerShell"),
    ] {
        let said = paste(&mut Fake::default(), script).expect_err(script);
        assert!(said.contains(complaint), "{script}: {said}");
    }
    for (script, complaint) in [
        ("a.exe \"$env:X-$x\"", "expand $x"),
        ("assist create-image", "not recognized"),
        ("[Net.WebClient]::New()", "do not know"),
        ("'x' | ConvertFrom-Json; throw 'y'", "y"),
    ] {
        let (_, errors) = run(script);
        assert!(errors.join("\n").contains(complaint), "{script}: {errors:?}");
    }
}

/// What a word processor makes of quotes closes a text as the straight ones do, and what follows is a command.
#[test]
fn curly_quotes_are_quotes() {
    for quote in [
        '"', '\u{201c}', '\u{201d}', '\u{201e}', '\'', '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}',
    ] {
        let straight = if letters::is_single_quote(quote) {
            '\''
        } else {
            '"'
        };
        let script = format!("a.exe {straight}a{quote}; calc.exe; {straight}b{straight}");
        let programs: Vec<String> = started(&script).into_iter().map(|(program, _)| program).collect();
        assert_eq!(programs, ["a.exe", "calc.exe"], "{quote}");
        let doubled = format!("a.exe {straight}a{quote}{quote}b{straight}");
        assert_eq!(started(&doubled)[0].1, format!("a{quote}b"));
    }
}

#[test]
fn a_text_in_base64_is_one_word() {
    let encoded = base64::engine::general_purpose::STANDARD.encode("a\u{201d};--x$y`z");
    let script = format!("a.exe ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{encoded}')))");
    assert_eq!(started(&script)[0].1, "a\u{201d};--x$y`z");
    let (_, errors) = run(&script.replace(&encoded, "%"));
    assert!(errors[0].contains("FromBase64String"), "{errors:?}");
}

#[test]
fn commands_that_fail_stop_only_where_the_script_says_so() {
    let (said, errors) = run("'x' | ConvertFrom-Json\nWrite-Host on");
    assert_eq!((said.len(), errors.len()), (2, 0));
    let (said, errors) = run("& { $ErrorActionPreference = 'Stop'\n'x' | ConvertFrom-Json\nWrite-Host on }");
    assert_eq!((said.len(), errors.len()), (0, 1));
}

/// What the script for agents' machines calls.
const CHECK: [&str; 2] = [
    include_str!("../../../../../policies/network/check.ps1"),
    include_str!("../../../../../policies/network/desk.ps1"),
];

/// Sockets are no part of a builder, so that no host is tried here. That all of it can be read is.
#[test]
fn the_check_of_a_network_is_read() {
    for script in CHECK {
        assert!(script.is_ascii(), "an encoding could change it");
        let block = read::read(script).unwrap();
        assert!(block.len() > 10, "{}", block.len());
    }
}

/// What that script decides takes no socket: the program's own decisions have the same cases.
#[test]
fn what_a_check_of_a_network_decides_is_carried_out() {
    let certificate = |rest: &str| format!("Find-CertificateCause {rest}");
    let cases = [
        ("Get-Reach '15.193.0.1'", "public"),
        ("Get-Reach '2600:f0f2:7100::1'", "public"),
        ("Get-Reach '0.0.0.0'", "nowhere"),
        ("Get-Reach '127.0.0.1'", "nowhere"),
        ("Get-Reach '::1'", "nowhere"),
        ("Get-Reach '::ffff:127.0.0.1'", "nowhere"),
        ("Get-Reach '169.254.1.1'", "nowhere"),
        ("Get-Reach '192.0.2.7'", "nowhere"),
        ("Get-Reach 'FE80::1'", "nowhere"),
        ("Get-Reach '10.1.2.3'", "private"),
        ("Get-Reach '172.31.255.1'", "private"),
        ("Get-Reach '172.32.0.1'", "public"),
        ("Get-Reach '192.168.0.1'", "private"),
        ("Get-Reach '100.64.0.1'", "private"),
        ("Get-Reach 'fd00::1'", "private"),
        ("Find-NameCause '9003'", "no-such-name"),
        ("Find-NameCause '9002'", "resolver-fails"),
        ("Find-NameCause '9005'", "resolver-refuses"),
        ("Find-NameCause '1460'", "resolver-silent"),
        ("Find-NameCause ''", "name-not-found"),
        ("Find-ConnectionCause 'ConnectionRefused'", "refused"),
        ("Find-ConnectionCause 'TimedOut'", "dropped"),
        ("Find-ConnectionCause 'HostUnreachable'", "unreachable"),
        ("Find-ProxyCause '200'", ""),
        ("Find-ProxyCause '407'", "proxy-sign-in"),
        ("Find-ProxyCause '403'", "proxy-forbids"),
        ("Find-ProxyCause '502'", "proxy-fails"),
        ("Find-ProxyCause ''", "proxy-garbled"),
        (
            "Find-HandshakeCause 'socket' 'ConnectionReset' $true",
            "reset-at-name",
        ),
        ("Find-HandshakeCause 'stream' 'x' $false", "reset-in-handshake"),
        (
            "Find-HandshakeCause 'socket' 'TimedOut' $true",
            "silent-in-handshake",
        ),
        ("Find-HandshakeCause 'other' 'x' $true", "alert"),
        ("Find-WebSocketCause '101' $true ''", ""),
        ("Find-WebSocketCause '101' $false ''", "web-socket-stripped"),
        ("Find-WebSocketCause '426' $false ''", "web-socket-stripped"),
        ("Find-WebSocketCause '403' $false '404'", ""),
        ("Find-WebSocketCause '403' $false '403'", "web-socket-unproven"),
        ("Find-WebSocketCause '200' $false '200'", "web-socket-unproven"),
        ("Find-WebSocketCause '403' $false ''", "web-socket-unproven"),
        ("Find-MediaCause 50 50 3 40", ""),
        ("Find-MediaCause 50 45 3 40", "lossy"),
        ("Find-MediaCause 50 50 31 40", "jitter"),
        ("Find-MediaCause 50 50 3 301", "late"),
        ("Find-BrowserFitness 158 157 160", "enough"),
        ("Find-BrowserFitness 155 157 160", "unknown"),
        ("Find-BrowserFitness 154 157 160", "short"),
        ("Find-BestFitness @('short', 'enough', 'unknown')", "enough"),
        ("Find-BestFitness @('short', 'unknown')", "unknown"),
        ("Find-BestFitness @('short')", "short"),
        ("Find-BestFitness @()", "unknown"),
        ("Test-Least $null 2000", "unknown"),
        ("Test-Least 1999 2000", "short"),
        ("Test-Least 2000 2000", "enough"),
        ("Test-Tunnel 'Acme VPN Adapter'", "True"),
        ("Test-Tunnel 'Intel(R) Ethernet Connection'", "False"),
    ];
    let cases = cases.map(|(call, said)| (call.to_owned(), said));
    // Now, since and until, and by how much the clock is ahead: all in seconds.
    let of_certificates = [
        ("$true $true @() 5000 1000 9000 0", ""),
        ("$true $false @() 5000 1000 9000 0", "other-issuer"),
        (
            "$false $true @('UntrustedRoot') 5000 1000 9000 0",
            "foreign-authority",
        ),
        (
            "$false $true @('PartialChain', 'x') 5000 1000 9000 0",
            "foreign-authority",
        ),
        ("$false $true @() 5000 1000 9000 0", "other-name"),
        ("$false $true @('Revoked') 5000 1000 9000 0", "bad-certificate"),
        ("$false $true @('NotTimeValid') 9500 1000 9000 0", "expired"),
        ("$false $true @('NotTimeValid') 9500 1000 9000 $null", "expired"),
        ("$false $true @('NotTimeValid') 500 1000 9000 0", "not-yet-valid"),
        (
            "$false $true @('NotTimeValid') 9500 1000 9000 4500",
            "clock-wrong",
        ),
        (
            "$false $true @('NotTimeValid') 500 1000 9000 (0 - 900)",
            "clock-wrong",
        ),
        // By the clock of the host it is over, too.
        ("$false $true @('NotTimeValid') 99500 1000 9000 400", "expired"),
    ];
    let of_certificates = of_certificates.map(|(rest, said)| (certificate(rest), said));
    let cases: Vec<(String, &str)> = cases.into_iter().chain(of_certificates).collect();
    let calls: Vec<&str> = cases.iter().map(|(call, _)| call.as_str()).collect();
    for ((call, expected), said) in cases.iter().zip(results(&calls)) {
        assert_eq!(said, *expected, "{call}");
    }
}

/// What calls of the functions of that script result in, one after the other.
fn results(calls: &[&str]) -> Vec<String> {
    let lines: String = calls
        .iter()
        .map(|call| format!("Write-Host ({call})\n"))
        .collect();
    let (said, errors) = run(&format!("{}\n{lines}", CHECK.concat()));
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(said.len(), calls.len(), "{said:?}");
    said
}

/// A member of a wildcard that is gone says nothing beside one that is there.
#[test]
fn a_row_is_what_its_worst_host_is() {
    let gone = "@{ host = 'a'; cause = 'no-such-name'; verdict = 'blocked' }";
    let open = "@{ host = 'b'; cause = ''; verdict = 'open' }";
    let slow = "@{ host = 'c'; cause = 'late'; verdict = 'slow' }";
    let silent = "@{ host = 'd'; cause = 'silent'; verdict = 'unknown' }";
    let cases = [
        (vec![gone, open], true, "b"),
        (vec![gone, open], false, "a"),
        (vec![gone], true, "a"),
        (vec![open, silent, slow], false, "c"),
        (vec![open, silent], true, "d"),
        (vec![], true, ""),
    ];
    let calls = cases
        .iter()
        .map(|(hosts, wildcard, _)| format!("(Find-Worst @({}) ${wildcard}).host", hosts.join(", ")));
    let calls: Vec<String> = calls.collect();
    let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
    for ((said, call), (_, _, worst)) in results(&calls).iter().zip(&calls).zip(&cases) {
        assert_eq!(said, worst, "{call}");
    }
}

#[test]
fn what_is_on_the_machine_is_taken() {
    let script = "if (Get-Command 'aws.exe' -ErrorAction SilentlyContinue) { 'cli' } elseif (Get-Command 'Read-S3Object') { \
                  Read-S3Object -ProfileName 'p' -Region 'r' -BucketName 'b' -Key 'k' -File 'c:\\f'; \
                  Write-Host ([System.IO.File]::ReadAllText('c:\\f')) }";
    assert_eq!(run(script), (vec!["p b k".to_owned()], Vec::new()));
    let (_, errors) = run("$ErrorActionPreference = 'Stop'; Get-Command 'aws.exe'");
    assert_eq!(errors.len(), 1, "{errors:?}");
}
