//! The form of an entry.

/// One belief.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Its name, as the code asks for it: a service and what it is about. One that ends in `.*` stands for one quirk for
    /// each operation.
    pub id: &'static str,
    /// What the simulator does.
    pub belief: &'static str,
    /// What comes closest to a source, and why it does not settle the point.
    pub source: &'static str,
    /// What the simulator does instead where the seed turns the quirk on; `None` for an assumption.
    pub fallback: Option<&'static str>,
    /// Where a difference from AWS would show: operations of the service that the id names (or `service:Operation`), `*`
    /// for any, each with a member of its answer where there is one.
    pub signals: &'static [&'static str],
}
