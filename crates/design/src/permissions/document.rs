//! Policy documents, as values.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// The most characters of a managed policy, white space not counted (IAM's quotas).
pub(super) const MOST: usize = 6144;

/// A policy document.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Document {
    version: &'static str,
    /// Its statements, each with a `Sid` of its own.
    pub statement: Vec<Statement>,
}

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Effect {
    /// It allows.
    Allow,
    /// It denies, also what another one allows.
    Deny,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    /// What it is for.
    pub sid: String,
    /// What it does.
    pub effect: Effect,
    /// Actions, none with a wildcard.
    pub action: BTreeSet<String>,
    /// ARNs; one asterisk where AWS knows no resource.
    pub resource: BTreeSet<String>,
    /// Conditions: by operator and key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub condition: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

impl Document {
    fn new(statement: Vec<Statement>) -> Document {
        Document {
            version: "2012-10-17",
            statement,
        }
    }

    /// The document as text, in the form in which people read it.
    pub fn text(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("a document holds texts");
        text + "\n"
    }

    /// How many characters IAM counts.
    pub fn length(&self) -> usize {
        let text = serde_json::to_string(self).expect("a document holds texts");
        text.chars().filter(|letter| !letter.is_whitespace()).count()
    }
}

impl Statement {
    fn new<'a>(sid: &str, effect: Effect, actions: impl IntoIterator<Item = &'a str>) -> Statement {
        Statement {
            sid: sid.to_owned(),
            effect,
            action: actions.into_iter().map(str::to_owned).collect(),
            resource: BTreeSet::new(),
            condition: BTreeMap::new(),
        }
    }

    pub(super) fn allow<'a>(sid: &str, actions: impl IntoIterator<Item = &'a str>) -> Statement {
        Statement::new(sid, Effect::Allow, actions)
    }

    pub(super) fn deny<'a>(sid: &str, actions: impl IntoIterator<Item = &'a str>) -> Statement {
        Statement::new(sid, Effect::Deny, actions)
    }

    /// On these resources as well.
    pub(super) fn on(mut self, resources: impl IntoIterator<Item = String>) -> Statement {
        self.resource.extend(resources);
        self
    }

    /// On everything: AWS knows no resource of these actions, or nothing tells it before it is there.
    pub(super) fn on_everything(self) -> Statement {
        self.on(["*".to_owned()])
    }

    /// Only where this key has one of these values by this operator.
    pub(super) fn when(
        mut self,
        operator: &str,
        key: &str,
        values: impl IntoIterator<Item = impl Into<String>>,
    ) -> Statement {
        let keys = self.condition.entry(operator.to_owned()).or_default();
        keys.entry(key.to_owned())
            .or_default()
            .extend(values.into_iter().map(Into::into));
        self
    }

    /// Whether there is anything that it is about.
    fn is_about_something(&self) -> bool {
        !self.action.is_empty() && !self.resource.is_empty()
    }
}

/// Puts statements into as few documents as hold them, in their order. One that is longer than a document is split by its
/// resources.
pub(super) fn split(statements: Vec<Statement>) -> Vec<Document> {
    let mut documents: Vec<Document> = Vec::new();
    let whole = statements.into_iter().filter(Statement::is_about_something);
    for statement in whole.flat_map(fitting) {
        let joined = documents.last().map(|last| {
            let mut longer = last.statement.clone();
            longer.push(statement.clone());
            Document::new(longer)
        });
        match (joined, documents.last_mut()) {
            (Some(joined), Some(last)) if joined.length() <= MOST => *last = joined,
            _ => documents.push(Document::new(vec![statement])),
        }
    }
    documents
}

/// The same statement in parts that each fit into a document.
fn fitting(statement: Statement) -> Vec<Statement> {
    let alone = Document::new(vec![statement.clone()]);
    if alone.length() <= MOST || statement.resource.len() < 2 {
        return vec![statement];
    }
    let half = statement.resource.len() / 2;
    let part = |sid: String, resources: BTreeSet<String>| Statement {
        sid,
        resource: resources,
        ..statement.clone()
    };
    let (first, rest): (Vec<_>, Vec<_>) = statement
        .resource
        .iter()
        .cloned()
        .enumerate()
        .partition(|(index, _)| *index < half);
    let texts = |some: Vec<(usize, String)>| some.into_iter().map(|(_, text)| text).collect();
    let mut parts = fitting(part(format!("{}A", statement.sid), texts(first)));
    parts.extend(fitting(part(format!("{}B", statement.sid), texts(rest))));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long(sid: &str, resources: usize) -> Statement {
        Statement::allow(sid, ["s3:GetObject"])
            .on((0..resources).map(|index| format!("arn:aws:s3:::a-bucket-with-a-long-name/{index:04}")))
    }

    #[test]
    fn documents_keep_iams_limit_and_lose_nothing() {
        for sizes in [vec![1, 1], vec![100, 100, 1], vec![400], vec![1, 900, 1]] {
            let statements: Vec<Statement> = sizes
                .iter()
                .enumerate()
                .map(|(index, size)| long(&format!("S{index}"), *size))
                .collect();
            let documents = split(statements);
            assert!(
                documents.iter().all(|document| document.length() <= MOST),
                "{sizes:?}"
            );
            let resources: usize = documents
                .iter()
                .flat_map(|document| &document.statement)
                .map(|statement| statement.resource.len())
                .sum();
            assert_eq!(resources, sizes.iter().sum::<usize>());
            for document in &documents {
                let sids: BTreeSet<&str> = document.statement.iter().map(|one| one.sid.as_str()).collect();
                assert_eq!(sids.len(), document.statement.len());
            }
        }
        assert_eq!(split(vec![Statement::allow("Nothing", ["s3:GetObject"])]), []);
    }
}
