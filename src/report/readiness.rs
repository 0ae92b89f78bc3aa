//! Which clusters of a run are ready for the new release.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::clusters::ReportedCluster;
use super::{LintedFile, Outcome, Report, visible_path};
use crate::cluster::{Key, TextOf, plain};
use crate::diagnostic::{Consequence, Severity};
use crate::source::Span;

/// What was found in the texts of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The number of errors.
    pub errors: usize,
    /// The number of warnings.
    pub warnings: usize,
    /// The number of refusals that are no errors of the upgrade: the running release has them too.
    pub refusals: usize,
    /// The files that could not be checked, or a part of them.
    pub failed: usize,
    /// The files with errors or refusals.
    pub files: Vec<PathBuf>,
}

impl State {
    /// Whether the cluster can be upgraded as its texts are.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.errors == 0 && self.refusals == 0 && self.failed == 0
    }
}

impl ReportedCluster {
    /// Counts the findings in the texts of the members. In a text that starts several members, only those at the places
    /// of these members count.
    #[must_use]
    pub fn state(&self, report: &Report) -> State {
        let mut state = State::default();
        for file in &report.files {
            let path = plain(&file.path);
            let texts = self.members.iter().flat_map(|member| &member.texts);
            let texts: Vec<&TextOf> = texts.filter(|text| text.path == path).collect();
            if texts.is_empty() {
                continue;
            }
            match &file.outcome {
                Outcome::Linted(linted) => self.count(linted, &texts, path, &mut state),
                Outcome::Failed(_) => state.failed += 1,
                Outcome::NotEtcd(_) => {}
            }
        }
        state
    }

    fn count(&self, linted: &LintedFile, texts: &[&TextOf], path: &Path, state: &mut State) {
        let mut seen = linted.for_clusters.seen.iter();
        let is_of_this = |key: &Key| self.members.iter().any(|member| member.key == *key);
        let are_all_of_this = seen.all(|member| is_of_this(&member.key));
        let places: Option<BTreeSet<Span>> = texts
            .iter()
            .map(|text| text.places.as_ref())
            .collect::<Option<Vec<_>>>()
            .map(|places| places.into_iter().flatten().copied().collect());
        let mut has_errors = false;
        for found in &linted.diagnostics {
            let is_here = |places: &BTreeSet<Span>| places.contains(&found.span);
            if !are_all_of_this && !places.as_ref().is_none_or(is_here) {
                continue;
            }
            match found.severity {
                Severity::Error => {
                    state.errors += 1;
                    has_errors = true;
                }
                _ if found.consequence == Consequence::Refused => {
                    state.refusals += 1;
                    has_errors = true;
                }
                Severity::Warning => state.warnings += 1,
                Severity::Note => {}
            }
        }
        if has_errors {
            state.files.push(path.to_path_buf());
        }
    }

    /// Returns the token and the names of the members.
    fn name(&self) -> String {
        let names: Vec<&str> = self
            .members
            .iter()
            .map(|member| member.name.as_str())
            .collect();
        let mut names = names.join(", ");
        if !self.not_found.is_empty() {
            names.push_str(&format!("; not found: {}", self.not_found.join(", ")));
        }
        match &self.token {
            Some(token) => format!("cluster {token} ({names})"),
            None => format!("cluster ({names})"),
        }
    }

    /// Returns the file that all members are in, or the folder that they have in common.
    fn place(&self) -> String {
        let mut paths = self.members.iter().map(|member| member.path.as_path());
        let first = paths.next().unwrap_or(Path::new(""));
        if paths.clone().all(|path| path == first) {
            return visible_path(first);
        }
        let first = first.parent().unwrap_or(Path::new(""));
        let common = paths.fold(first, |common, path| {
            let mut folders = common.ancestors();
            let shared = folders.find(|folder| path.starts_with(folder));
            shared.unwrap_or(Path::new(""))
        });
        visible_path(common)
    }
}

/// The most files that a line names.
const NAMED_FILES: usize = 3;

impl Report {
    /// Returns a line for each cluster: whether it is ready, and why not.
    #[must_use]
    pub fn cluster_lines(&self) -> Vec<String> {
        let names: Vec<String> = self.clusters.iter().map(ReportedCluster::name).collect();
        let lines = self.clusters.iter().zip(&names).map(|(cluster, name)| {
            let is_same = |other: &&String| *other == name;
            let place = if names.iter().filter(is_same).count() > 1 {
                format!(" in {}", cluster.place())
            } else {
                String::new()
            };
            let state = cluster.state(self);
            let plural = |count: usize, one: &str| match count {
                0 => None,
                1 => Some(format!("1 {one}")),
                _ => Some(format!("{count} {one}s")),
            };
            let failed = match state.failed {
                0 => None,
                1 => Some("1 file could not be checked".to_owned()),
                count => Some(format!("{count} files could not be checked")),
            };
            let files = match state.files.as_slice() {
                [] => String::new(),
                files if files.len() > NAMED_FILES => format!(" in {} files", files.len()),
                files => {
                    let files = files.iter().map(|path| visible_path(path));
                    format!(" in {}", files.collect::<Vec<_>>().join(", "))
                }
            };
            let refusals = plural(state.refusals, "refusal");
            let grave = plural(state.errors, "error").into_iter().chain(refusals);
            let grave = grave.collect::<Vec<_>>().join(", ");
            let grave = (!grave.is_empty()).then(|| format!("{grave}{files}"));
            let why = [grave, plural(state.warnings, "warning"), failed];
            let why: Vec<String> = why.into_iter().flatten().collect();
            let to = cluster.to.line();
            match (state.is_ready(), why.join(", ").as_str()) {
                (true, "") => format!("{name}{place}: ready for etcd {to}"),
                (true, why) => format!("{name}{place}: ready for etcd {to}, {why}"),
                (false, why) => format!("{name}{place}: not ready for etcd {to}: {why}"),
            }
        });
        lines.collect()
    }
}
