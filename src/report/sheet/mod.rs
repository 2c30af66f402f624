//! A report as pipelines show it: what any command has found, row by row.
//!
//! `drift` and `plan` make a [`Sheet`] each; the modules below write it in the forms that pipelines read.

mod github;
mod html;
mod junit;
mod markdown;
mod of_drift;
mod of_plan;
mod paths;
mod sarif;
mod text;

pub use github::annotations;
pub use html::html;
pub use junit::junit;
pub use markdown::{COMMENT, SUMMARY, markdown};
pub use of_drift::of_drift;
pub use of_plan::of_plan;
pub use paths::from_top;
pub use sarif::sarif;
pub use text::text;

use serde::{Deserialize, Serialize};

use super::unopened::Unopened;
use headset_core::diagnostic::{Diagnostic, Place, Severity};

/// A command that reports by a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// `headset drift`.
    Drift,
    /// `headset plan`.
    Plan,
}

impl Command {
    /// The word by which it is called.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Command::Drift => "drift",
            Command::Plan => "plan",
        }
    }

    /// What stands above its report.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Command::Drift => "Drift",
            Command::Plan => "Plan",
        }
    }
}

/// What a command has found in one or several environments. Its form in JSON is what `headset report merge` reads.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sheet {
    /// The command.
    pub command: Command,
    /// The environments, in the order in which they were asked for.
    pub chapters: Vec<Chapter>,
}

/// What a command has seen of the environment of one blueprint.
#[derive(Clone, Debug)]
pub struct Looked<T> {
    /// The blueprint, as it was named.
    pub file: String,
    /// What there is to report.
    pub found: T,
    /// What was noticed on the way.
    pub findings: Vec<Diagnostic>,
}

impl<T> Looked<T> {
    /// What was seen of the environment of this blueprint.
    pub fn at(file: impl Into<String>, found: T, findings: Vec<Diagnostic>) -> Looked<T> {
        Looked {
            file: file.into(),
            found,
            findings,
        }
    }
}

/// What could not be looked at, for programs.
pub fn unopened<'a>(unseen: &'a [Looked<()>]) -> Vec<Unopened<'a>> {
    let unopened = unseen.iter().map(|looked| Unopened {
        file: &looked.file,
        findings: &looked.findings,
    });
    unopened.collect()
}

/// The file of a blueprint that is named with one of its targets: `center.yaml#us` is in `center.yaml`.
fn source(name: &str) -> String {
    let is_file = |file: &str| {
        [".yaml", ".yml", ".json"]
            .iter()
            .any(|ending| file.ends_with(ending))
    };
    match name.rsplit_once('#') {
        Some((file, _)) if is_file(file) => file.to_owned(),
        _ => name.to_owned(),
    }
}

/// What could not be looked at: each file as a chapter of its own.
fn of_unseen(unseen: &[Looked<()>]) -> impl Iterator<Item = Chapter> + '_ {
    unseen.iter().map(|looked| Chapter {
        environment: looked.file.clone(),
        file: source(&looked.file),
        summary: format!("{}: it could not be looked at", looked.file),
        rows: of_findings(&looked.findings).collect(),
        quiet: Vec::new(),
    })
}

/// One environment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Chapter {
    /// Its name.
    pub environment: String,
    /// The blueprint that it is of, as it was named.
    pub file: String,
    /// How much of what was found, in one line.
    pub summary: String,
    /// What was found.
    pub rows: Vec<Row>,
    /// Addresses of which nothing was found.
    pub quiet: Vec<String>,
}

/// One thing that was found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    /// What sort of thing it is: a stable name, in kebab case.
    pub rule: String,
    /// The same in a few words.
    pub about: String,
    /// How bad it is.
    pub severity: Severity,
    /// It could not be read.
    pub is_unread: bool,
    /// The address of the thing, if it is about one.
    pub address: Option<String>,
    /// What it is, in one sentence without a full stop.
    pub what: String,
    /// What differs, a line for each.
    pub lines: Vec<String>,
    /// What to do about it, where there is something to say.
    pub help: Option<String>,
    /// It is known and let be for a while: why, and until when.
    pub waived: Option<(String, String)>,
    /// Where in a blueprint it comes from.
    pub place: Option<Place>,
}

impl Row {
    /// A finding as a row.
    fn of_finding(finding: &Diagnostic) -> Row {
        Row {
            rule: finding.code.to_owned(),
            about: finding.code.replace('-', " "),
            severity: finding.severity,
            is_unread: false,
            address: None,
            what: finding.message.clone(),
            lines: finding.notes.clone(),
            help: finding.help.clone(),
            waived: None,
            place: finding.place.clone(),
        }
    }

    /// What it is about: the address, or what sort of finding.
    fn subject(&self) -> &str {
        self.address.as_deref().unwrap_or(&self.rule)
    }

    /// What sort of thing it is for people: that it is waived goes before what it is.
    fn sort(&self) -> &str {
        match self.waived {
            Some(_) => "waived",
            None => &self.rule,
        }
    }

    /// The sentence, with what there is to say of a waiver.
    fn sentence(&self) -> String {
        match &self.waived {
            Some((reason, until)) => format!("{} (waived until {until}: {reason})", self.what),
            None => self.what.clone(),
        }
    }
}

/// The rows of findings that stand for themselves.
fn of_findings(findings: &[Diagnostic]) -> impl Iterator<Item = Row> + '_ {
    findings.iter().map(Row::of_finding)
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::super::written::check;
    use super::*;

    /// One of everything, with texts that would break out of every form.
    fn hostile() -> Sheet {
        let place = samples::place();
        let odd = "</script><b>|`\n]]>--> ::error::%0A & \"quoted\" \u{7}";
        let row = |severity, waived| Row {
            rule: "drift".to_owned(),
            about: "changed outside of Headset".to_owned(),
            severity,
            is_unread: false,
            address: Some(format!("s3.object/{odd}")),
            what: odd.to_owned(),
            lines: vec![odd.to_owned(), "```".to_owned(), "</details>".to_owned()],
            help: Some(odd.to_owned()),
            waived,
            place: Some(place.clone()),
        };
        Sheet {
            command: Command::Drift,
            chapters: vec![Chapter {
                environment: odd.to_owned(),
                file: "center.yaml".to_owned(),
                summary: odd.to_owned(),
                rows: vec![
                    row(Severity::Error, None),
                    row(Severity::Error, Some((odd.to_owned(), "2026-12-31".to_owned()))),
                ],
                quiet: vec![odd.to_owned()],
            }],
        }
    }

    fn sheets() -> [(&'static str, Sheet); 2] {
        let finding = Diagnostic::warning("waiver-unused", "nothing differs that the waiver is about");
        let findings = vec![finding.at(samples::place()).help("delete it")];
        let drift = of_drift(
            &[Looked::at("center.yaml", samples::drift(), findings.clone())],
            &[],
            false,
        );
        let plan = of_plan(&[Looked::at("center.yaml", samples::plan(), findings)], &[]);
        [("drift", drift), ("plan", plan)]
    }

    #[test]
    fn a_sheet_reads_so_in_each_form() {
        for (name, sheet) in sheets() {
            check(&format!("sheet/{name}.sarif"), &format!("{}\n", sarif(&sheet)));
            check(
                &format!("sheet/{name}.junit.xml"),
                &format!("{}\n", junit(&sheet)),
            );
            check(&format!("sheet/{name}.md"), &markdown(&sheet, COMMENT));
            check(&format!("sheet/{name}.github"), &annotations(&sheet));
            check(&format!("sheet/{name}.html"), &html(&sheet));
        }
    }

    /// Reports of several machines are joined by what they hold.
    #[test]
    fn what_is_written_as_json_is_read_back() {
        for (_, sheet) in sheets() {
            let written = serde_json::to_value(&sheet).unwrap();
            let read: Sheet = serde_json::from_value(written.clone()).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), written);
            assert_eq!(markdown(&read, COMMENT), markdown(&sheet, COMMENT));
            assert_eq!(text(&read), text(&sheet));
            let summary = &sheet.chapters[0].summary;
            assert!(
                text(&sheet).ends_with(&format!("{summary}\n")),
                "{}",
                text(&sheet)
            );
        }
    }

    /// The types are made of the standard's schema by others: what they do not know is no SARIF.
    #[test]
    fn what_is_written_as_sarif_is_read_back() {
        for (_, sheet) in sheets() {
            let read: serde_sarif::sarif::Sarif = serde_json::from_str(&sarif(&sheet)).unwrap();
            let run = &read.runs[0];
            let rows: usize = sheet.chapters.iter().map(|chapter| chapter.rows.len()).sum();
            assert_eq!(run.results.as_ref().unwrap().len(), rows);
            let rules = run.tool.driver.rules.as_ref().unwrap();
            for result in run.results.as_ref().unwrap() {
                let at = usize::try_from(result.rule_index.unwrap()).unwrap();
                assert_eq!(Some(&rules[at].id), result.rule_id.as_ref());
                // GitHub refuses a document with a result that has no place in a file.
                let location = &result.locations.as_ref().unwrap()[0];
                let file = location
                    .physical_location
                    .as_ref()
                    .unwrap()
                    .artifact_location
                    .as_ref();
                assert_eq!(file.unwrap().uri.as_deref(), Some("center.yaml"));
            }
        }
    }

    #[test]
    fn no_text_breaks_out_of_its_form() {
        let sheet = hostile();
        let xml = junit(&sheet);
        let parsed = roxmltree::Document::parse(&xml).unwrap();
        let cases = parsed.descendants().filter(|node| node.has_tag_name("testcase"));
        assert_eq!(cases.count(), 3);
        let page = html(&sheet);
        assert!(!page.contains("</script>") && !page.contains("<b>"), "{page}");
        // An annotation is one line, and the text cannot begin another one.
        let lines = annotations(&sheet);
        assert!(lines.lines().all(|line| line.starts_with("::")), "{lines}");
        assert_eq!(lines.lines().count(), 2, "{lines}");
        let markdown = markdown(&sheet, COMMENT);
        // What is fenced in is code, and the fence is longer than any in it.
        let mut fenced = false;
        let open: Vec<&str> = markdown
            .lines()
            .filter(|line| {
                fenced ^= line.starts_with("````");
                !fenced
            })
            .collect();
        let open = open.join("\n");
        assert!(
            !fenced && !open.contains("</script>") && !open.contains("<b>"),
            "{markdown}"
        );
        let table = markdown
            .lines()
            .filter(|line| line.starts_with("| ") && !line.starts_with("| |"));
        for line in table {
            let bare = line.replace("\\|", "");
            assert_eq!(bare.matches('|').count(), 4, "{line}");
        }
        drop(serde_json::from_str::<serde_json::Value>(&sarif(&sheet)).unwrap());
    }

    /// GitHub refuses a longer comment as a whole.
    #[test]
    fn markdown_says_what_it_leaves_out() {
        let mut sheet = hostile();
        let row = sheet.chapters[0].rows[0].clone();
        sheet.chapters[0].rows = (0..3_000).map(|_| row.clone()).collect();
        for most in [COMMENT, SUMMARY] {
            let text = markdown(&sheet, most);
            assert!(text.len() <= most, "{}", text.len());
            assert!(
                text.contains("more are not shown"),
                "{}",
                &text[text.len() - 300..]
            );
        }
    }

    #[test]
    fn a_target_is_in_the_file_of_its_blueprint() {
        for (name, file) in [
            ("envs/a.yaml#us", "envs/a.yaml"),
            ("a.yml", "a.yml"),
            ("a#b", "a#b"),
            ("#1.yaml", "#1.yaml"),
        ] {
            assert_eq!(source(name), file);
        }
    }

    #[test]
    fn annotations_keep_to_what_github_shows() {
        let mut sheet = hostile();
        let row = sheet.chapters[0].rows[0].clone();
        sheet.chapters[0].rows = (0..30).map(|_| row.clone()).collect();
        let lines = annotations(&sheet);
        let errors = lines.lines().filter(|line| line.starts_with("::error"));
        assert_eq!(errors.count(), 10);
        assert!(lines.contains("20 more are in the summary"), "{lines}");
    }
}
