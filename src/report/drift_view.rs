//! How drift reads: a line for each thing that differs, one for each leaf, and how much of it there is.

use serde::Serialize;
use serde_json::{Value, json};

use super::unopened::Unopened;
use super::words::{plural, put};
use super::{leaf_view, metadata_view, reason};
use headset_core::Leaf;
use headset_core::diagnostic::{Diagnostic, Place};
use headset_engine::drift::{Class, DriftReport, Entry, Field, Planned, Waived, Why};
use headset_engine::metadata::Certificate;
use headset_engine::plan::Reason;

/// One thing that differs, in one way.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// The environment.
    pub environment: String,
    /// The thing's address.
    pub address: String,
    /// In which way.
    pub sort: Class,
    /// Why, in one sentence without a full stop.
    pub what: String,
    /// The same for programs.
    pub because: Why,
    /// Where, leaf by leaf; empty where the thing as a whole differs.
    pub fields: Vec<Line>,
    /// The blueprint lets it be for a while.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waived: Option<Waived>,
    /// Where the blueprint asks for the thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// One leaf at which a thing differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// The field of the kind's table.
    pub field: String,
    /// The whole path.
    pub path: String,
    /// What was applied last.
    pub was: Option<Value>,
    /// What is there.
    pub is: Option<Value>,
    /// What is wanted.
    pub wanted: Option<Value>,
}

impl Line {
    fn of(field: &Field) -> Line {
        Line {
            field: field.name.clone(),
            path: field.path.clone(),
            was: field.applied.clone(),
            is: field.live.clone(),
            wanted: field.want.clone(),
        }
    }

    /// `path: was → is (wanted ...)`; of texts of several lines those that differ.
    pub fn lines(&self) -> Vec<String> {
        leaf_view::drift_lines(&Leaf {
            path: self.path.clone(),
            values: [self.was.clone(), self.is.clone(), self.wanted.clone()],
        })
    }
}

impl Difference {
    /// The difference for people: a line for it, and one for each leaf.
    pub fn text(&self) -> String {
        let sort = match self.sort {
            _ if self.waived.is_some() => "waived",
            Class::Drift => "drift",
            Class::Extra => "extra",
            Class::Follows => "follows",
            Class::Missing => "missing",
            Class::Pending => "pending",
            Class::Unknown => "unknown",
        };
        let mut out = format!("{sort:<8} {}: {}\n", self.address, self.what);
        if let Some(Waived { reason, until }) = &self.waived {
            put(
                &mut out,
                format_args!("         waived until {until}: {reason}\n"),
            );
        }
        for line in self.fields.iter().flat_map(Line::lines) {
            put(&mut out, format_args!("         {line}\n"));
        }
        out
    }
}

/// What differs, in words.
pub fn differences(report: &DriftReport) -> Vec<Difference> {
    let rows = report.entries.iter().map(|entry| Difference {
        environment: report.environment.clone(),
        address: entry.address.to_string(),
        sort: entry.class,
        what: sentence(entry),
        because: entry.why.clone(),
        fields: entry.fields.iter().map(Line::of).collect(),
        waived: entry.waived.clone(),
        place: entry.place.clone(),
    });
    rows.collect()
}

/// What others put into lists, as a plan tells it: nothing is done about it.
pub fn remarks(entries: &[Entry]) -> Vec<Diagnostic> {
    let remarks = entries.iter().map(|entry| {
        let message = format!("{}: {}", entry.address, sentence(entry));
        let remark = match entry.class {
            Class::Unknown => Diagnostic::warning("unlisted", message),
            Class::Drift | Class::Extra | Class::Follows | Class::Missing | Class::Pending => {
                Diagnostic::remark("extra", message)
            }
        };
        remark.at_maybe(entry.place.clone())
    });
    remarks.collect()
}

/// Why something differs.
fn sentence(entry: &Entry) -> String {
    let outside = "it was changed outside of Headset";
    match &entry.why {
        Why::Unread { error } => error.to_string(),
        Why::ChangedOutside => outside.to_owned(),
        Why::ChangedAsWanted => format!("{outside}, to what the blueprint asks for; apply records that"),
        Why::ChangedAndShared => {
            format!("{outside}; it is shared with the rest of the account, and apply leaves it")
        }
        Why::AddedByOthers => {
            "others added something to it that the blueprint does not declare; apply leaves it: delete it where it \
             was made, or drift keeps reporting it"
                .to_owned()
        }
        Why::AddedToIt => {
            "others added to it what the blueprint does not declare; apply takes that away".to_owned()
        }
        Why::Undeclared {
            holder,
            one,
            physical_id,
            about,
        } => {
            let about = about.as_ref().map_or_else(String::new, |about| format!(", {about}"));
            format!("{one} of {holder} that the blueprint does not declare ({physical_id}{about}); apply leaves it")
        }
        Why::Unlisted { what, error } => format!("its {what} could not be listed: {error}"),
        Why::ChangedAndPlanned { planned } => format!("{outside}; {}", of_plan(planned)),
        Why::Follows { followed } if followed.is_empty() => "it follows what it refers to".to_owned(),
        Why::Follows { followed } => {
            let mut followed: Vec<String> = followed.iter().map(ToString::to_string).collect();
            followed.sort();
            format!("follows {}", followed.join(" and "))
        }
        Why::SharedDiffers => {
            "it is shared with the rest of the account and lacks something that is needed; apply leaves it".to_owned()
        }
        Why::Imported => "it was imported, and is not yet as the blueprint says".to_owned(),
        Why::FoundAgain => reason::sentence(&Reason::FoundAgain),
        Why::BlueprintChanged => "the blueprint changed".to_owned(),
        Why::Planned(planned) => of_plan(planned),
        Why::Refused { refusal } => refusal.finding(&entry.address).message,
        Why::Metadata { freshness } => metadata_view::sentence(freshness),
    }
}

/// What the plan says.
fn of_plan(planned: &Planned) -> String {
    reason::with_side_effect(&planned.reason, planned.side_effect.as_deref())
}

/// An environment for people: its name where there are several, what differs, and how much of it.
pub fn text(report: &DriftReport, of_several: bool) -> String {
    let environment = &report.environment;
    let mut lines: Vec<String> = Vec::new();
    lines.extend(of_several.then(|| format!("{environment}\n")));
    lines.extend(differences(report).iter().map(Difference::text));
    for certificate in &report.certificates {
        let urgent = metadata_view::urgent_lines(certificate);
        let line = |line| format!("expiry   {}: {line}\n", certificate.address);
        lines.extend(urgent.iter().map(line));
    }
    lines.push(format!("{}\n", summary(report)));
    lines.concat()
}

/// How much of what differs, in one line.
pub(super) fn summary(report: &DriftReport) -> String {
    let mut parts = vec![
        plural(report.count(Class::Drift), "drift"),
        format!("{} pending", report.count(Class::Pending)),
        format!("{} following", report.count(Class::Follows)),
        format!("{} unknown", report.count(Class::Unknown)),
    ];
    // What is rare is named where there is any.
    for (class, word) in [(Class::Missing, "missing"), (Class::Extra, "extra")] {
        if report.count(class) > 0 {
            parts.insert(1, format!("{} {word}", report.count(class)));
        }
    }
    if report.waived() > 0 {
        parts.push(format!("{} waived", report.waived()));
    }
    format!("{}: {}", report.environment, parts.join(", "))
}

/// All environments, and the blueprints of those that could not be looked at, for programs: one document.
pub fn json<'a>(reports: impl IntoIterator<Item = &'a DriftReport>, unopened: &[Unopened<'_>]) -> Value {
    let reports: Vec<&DriftReport> = reports.into_iter().collect();
    let count = |class| reports.iter().map(|report| report.count(class)).sum::<usize>();
    let waived: usize = reports.iter().map(|report| report.waived()).sum();
    let all = reports.iter().copied();
    let differences: Vec<Difference> = all.clone().flat_map(differences).collect();
    let certificates: Vec<&Certificate> = all.clone().flat_map(|report| &report.certificates).collect();
    let publications = all.map(|report| report.publications.as_slice());
    let metadata: Vec<metadata_view::PublishedRow> = publications.flat_map(metadata_view::rows).collect();
    json!({
        "schema_version": 1,
        "drift": count(Class::Drift), "extra": count(Class::Extra), "missing": count(Class::Missing),
        "pending": count(Class::Pending), "follows": count(Class::Follows), "unknown": count(Class::Unknown),
        "waived": waived,
        "differences": differences, "certificates": certificates, "metadata": metadata,
        "unopened": unopened,
    })
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::super::written::{check, every};
    use super::*;
    use headset_core::diagnostic::Diagnostic;

    #[test]
    fn drift_reads_so_for_people_and_so_for_programs() {
        let report = samples::drift();
        every!(
            Why,
            report.entries.iter().map(|entry| &entry.why),
            [
                Unread,
                ChangedOutside,
                ChangedAsWanted,
                ChangedAndShared,
                AddedByOthers,
                AddedToIt,
                Undeclared,
                Unlisted,
                ChangedAndPlanned,
                Follows,
                SharedDiffers,
                Imported,
                FoundAgain,
                BlueprintChanged,
                Refused,
                Metadata,
                Planned
            ]
        );
        check("drift_view.txt", &text(&report, true));
        let why = [Diagnostic::error("unreadable-file", "there is no such file")];
        let unopened = [Unopened {
            file: "other.yaml",
            findings: &why,
        }];
        let json = serde_json::to_string_pretty(&json([&report], &unopened)).unwrap();
        check("drift_view.json", &format!("{json}\n"));
    }
}
