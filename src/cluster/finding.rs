//! A finding about a cluster, at the place of one of its members.

use super::said::Spot;
use crate::diagnostic::{Consequence, Diagnostic, Severity};
use crate::source::Span;

/// What is wrong between members of a cluster.
#[derive(Clone, Debug)]
pub struct ClusterFinding {
    /// The rule's id.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The name of the member that it is reported for.
    pub member: String,
    /// The option, by its catalogue name.
    pub option: Option<&'static str>,
    /// Where it is reported.
    pub spot: Spot,
    /// The problem, in one line.
    pub title: String,
    /// What etcd does.
    pub message: String,
    /// What to write.
    pub instead: String,
    /// Where the other sides are written.
    pub notes: Vec<String>,
}

impl ClusterFinding {
    /// Returns the finding with its place in the file, and where etcd does what it says.
    #[must_use]
    pub fn at(self, span: Span, sources: Vec<String>) -> Diagnostic {
        let what = self.option.map_or_else(
            || "member".to_owned(),
            |option| match self.spot.spelling {
                Some(spelling) => format!("{} {option}", spelling.word()),
                None => format!("option {option}"),
            },
        );
        Diagnostic {
            rule: self.rule.to_owned(),
            consequence: Consequence::Advice,
            severity: self.severity,
            about: format!("{what} of {}", self.member),
            title: self.title,
            message: self.message,
            instead: self.instead,
            notes: self.notes,
            when: None,
            option: self.option.map(str::to_owned),
            spelling: self.spot.spelling,
            value: self.spot.value,
            span,
            since: None,
            docs: sources,
            fix: None,
            touches: Vec::new(),
        }
    }
}
