//! Compares the members of clusters when all files of a run are checked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::check::Knowledge;
use crate::cluster::{self, Cluster, SeenMember, Sources, is_about_clusters, merged, plain};
use crate::diagnostic::Diagnostic;
use crate::facts::version::Upgrade;
use crate::report::clusters::{ReportedCluster, ReportedMember};
use crate::report::{FileReport, ForClusters, Outcome};
use crate::source::{Source, Span};
use crate::suppression::{Checked, Suppressed, suppress_about_clusters};

/// A text that was checked.
pub struct CheckedText<'a> {
    /// The text.
    pub source: &'a Source,
    /// The upgrade, for this text.
    pub upgrade: Upgrade,
    /// What is compared.
    pub for_clusters: &'a ForClusters,
    /// Its findings, in order of place.
    pub diagnostics: &'a mut Vec<Diagnostic>,
    /// Its suppressed findings.
    pub suppressed: &'a mut Vec<Suppressed>,
}

/// Compares the members of the clusters in files, adds what is found to their findings, and returns the clusters.
/// Members of several trees are not compared; `tree` tells that of a file. A second run replaces what the first found.
#[must_use]
pub fn compare_files(
    files: &mut [FileReport],
    knowledge: &Knowledge,
    tree: impl Fn(&Path) -> usize,
) -> Vec<ReportedCluster> {
    let texts = files.iter_mut().filter_map(|file| match &mut file.outcome {
        Outcome::Linted(linted) => {
            let linted = linted.as_mut();
            Some(CheckedText {
                source: &linted.source,
                upgrade: linted.upgrade,
                for_clusters: &linted.for_clusters,
                diagnostics: &mut linted.diagnostics,
                suppressed: &mut linted.suppressed,
            })
        }
        _ => None,
    });
    let mut texts: Vec<CheckedText<'_>> = texts.collect();
    compare(&mut texts, knowledge, tree)
}

/// Compares the members of the clusters in texts, as [`compare_files`] does for files.
pub fn compare(
    texts: &mut [CheckedText<'_>],
    knowledge: &Knowledge,
    tree: impl Fn(&Path) -> usize,
) -> Vec<ReportedCluster> {
    let catalogue = &knowledge.catalogue;
    for text in texts.iter_mut() {
        text.diagnostics
            .retain(|found| !is_about_clusters(&found.rule));
        text.suppressed
            .retain(|one| !is_about_clusters(&one.diagnostic.rule));
    }
    let seen = texts.iter().flat_map(|text| &text.for_clusters.seen);
    let members = merged(seen);
    let clusters = cluster::clusters(&members, |member| tree(&member.start.0));
    if clusters.is_empty() {
        return Vec::new();
    }
    let by_path: BTreeMap<PathBuf, usize> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| (plain(text.source.path()).to_path_buf(), index))
        .collect();
    let mut found: BTreeMap<usize, Vec<Diagnostic>> = BTreeMap::new();
    let mut compared: BTreeSet<usize> = BTreeSet::new();
    // Parsed only if something is found.
    let mut sources: Option<Sources> = None;
    for cluster in &clusters {
        let paths = cluster.members.iter().flat_map(|(member, _)| &member.texts);
        compared.extend(paths.filter_map(|text| by_path.get(&text.path)));
        for finding in cluster::findings(cluster, catalogue) {
            let path = plain(&finding.spot.path).to_path_buf();
            let Some(&index) = by_path.get(&path) else {
                // The file with the setting is not checked in this run.
                continue;
            };
            let source = texts[index].source;
            let span = finding.spot.span;
            let span = span.unwrap_or_else(|| written(source, finding.spot.line));
            let sources = sources.get_or_insert_with(Sources::built_in);
            let docs = sources.of(finding.rule);
            found.entry(index).or_default().push(finding.at(span, docs));
        }
    }
    let to = |cluster: &Cluster<'_>| {
        let paths = cluster.members.iter().map(|(member, _)| &member.start.0);
        let mut texts = paths.filter_map(|path| texts.get(*by_path.get(path)?));
        texts
            .next()
            .map_or_else(|| catalogue.newest(), |text| text.upgrade.to)
    };
    let reported: Vec<ReportedCluster> = clusters
        .iter()
        .map(|cluster| reported(cluster, to(cluster)))
        .collect();
    for index in compared {
        let text = &mut texts[index];
        let Checked {
            diagnostics,
            suppressed,
            ..
        } = suppress_about_clusters(
            text.source,
            &text.for_clusters.comments,
            (text.upgrade, knowledge),
            &text.for_clusters.policy,
            found.remove(&index).unwrap_or_default(),
            true,
        );
        text.diagnostics.extend(diagnostics);
        text.diagnostics
            .sort_by(|one, other| (one.span, &one.rule).cmp(&(other.span, &other.rule)));
        text.suppressed.extend(suppressed);
        text.suppressed.sort_by_key(|one| one.diagnostic.span);
    }
    reported
}

/// Returns the text of a line without the blanks around it.
fn written(source: &Source, line: usize) -> Span {
    let span = source.line_span(line).unwrap_or(Span::at(0));
    let text = span.of(&source.text);
    let start = span.start + (text.len() - text.trim_start().len());
    Span::new(start, start + text.trim().len())
}

fn reported(cluster: &Cluster<'_>, to: crate::facts::version::Release) -> ReportedCluster {
    let members = cluster.members.iter();
    let members = members.map(|(member, said): &(&SeenMember, _)| ReportedMember {
        name: said.name.clone(),
        path: member.start.0.clone(),
        line: member.start.1,
        key: member.key.clone(),
        texts: member.texts.clone(),
    });
    ReportedCluster {
        token: cluster.token().map(str::to_owned),
        members: members.collect(),
        not_found: cluster.not_found().into_iter().map(str::to_owned).collect(),
        to,
    }
}
