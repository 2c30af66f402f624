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

/// The script for agents' machines is not carried out here: sockets are no part of a builder. That it can be read is.
#[test]
fn the_check_of_a_network_is_read() {
    let script = include_str!("../../../../../policies/network/check.ps1");
    assert!(script.is_ascii(), "an encoding could change it");
    let block = read::read(script).unwrap();
    assert!(block.len() > 10, "{}", block.len());
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
