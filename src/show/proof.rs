//! Proves a rewrite: what the new release runs the members of the new texts with, against what the running release runs
//! them with as they are.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::difference::{Difference, differences, differences_reported_for};
use super::in_force::{InForce, Origin, members};
use super::row::Row;
use crate::assemble::OtherFiles;
use crate::check::Knowledge;
use crate::facts::version::Release;
use crate::source::Source;
use crate::surface::Reading;

/// A text and the other files of its tree, before or after a rewrite.
#[derive(Clone, Copy)]
pub struct TextInTree<'a> {
    /// The text.
    pub source: &'a Source,
    /// What was read of it.
    pub reading: &'a Reading,
    /// The other files of the tree, as they are at that time.
    pub files: Option<&'a dyn OtherFiles>,
}

/// A member of a text that is rewritten.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Its name, as written, if it is set.
    pub name: Option<String>,
    /// Where it is started.
    pub start: Origin,
    /// What the new release runs it with differently.
    pub differences: Vec<Difference>,
    /// What of this the rewrite causes, and no finding about the old text reports.
    pub unreported: Vec<Difference>,
    /// The files with its settings.
    pub files: BTreeSet<PathBuf>,
}

/// Returns the members that a rewritten text has settings of; none if another number of members is found in the new text.
#[must_use]
pub fn proofs(
    old: TextInTree<'_>,
    new: TextInTree<'_>,
    (from, to): (Release, Release),
    knowledge: &Knowledge,
) -> Vec<Proof> {
    let catalogue = &knowledge.catalogue;
    let at = |text: TextInTree<'_>, release| {
        members((text.source, text.reading), catalogue, text.files, release)
    };
    let (running, unchanged, rewritten) = (at(old, from), at(old, to), at(new, to));
    if running.len() != rewritten.len() || unchanged.len() != rewritten.len() {
        return Vec::new();
    }
    let members = running.iter().zip(&unchanged).zip(&rewritten);
    let proofs = members.map(|((running, unchanged), rewritten)| {
        let found = differences_reported_for(unchanged, running, rewritten, knowledge);
        let without_rewrite = differences(running, unchanged, knowledge);
        let is_unreported = |one: &&Difference| {
            one.rules.is_empty() && !without_rewrite.iter().any(|other| is_same(one, other))
        };
        Proof {
            name: running.name.clone(),
            start: running.start.clone(),
            unreported: found.iter().filter(is_unreported).cloned().collect(),
            differences: found,
            files: files(running),
        }
    });
    let own = &old.source.path;
    let proofs = proofs.filter(|proof| !proof.start.is_elsewhere || proof.files.contains(own));
    proofs.collect()
}

/// Whether the new release has the same value in both.
fn is_same(one: &Difference, other: &Difference) -> bool {
    let value = |row: &Option<Row>| row.as_ref().map(|row| (row.value.clone(), row.is_known));
    one.option == other.option && value(&one.new) == value(&other.new)
}

fn files(member: &InForce) -> BTreeSet<PathBuf> {
    let beside = member.beside.iter().map(|(_, origin)| origin);
    let origins = member.origins.iter().chain(beside);
    let origins = origins.chain([&member.start]);
    origins.map(|origin| origin.path.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface::{Discovery, FileReading, read};

    fn unreported(old: &str, new: &str) -> Vec<String> {
        let knowledge = Knowledge::built_in().unwrap();
        let catalogue = &knowledge.catalogue;
        let release = |version: &str| catalogue.release(version.parse().unwrap()).unwrap();
        let text = |text: &str| Source::new("etcd.conf.yml", text);
        let reading = |source: &Source| match read(source, catalogue, Discovery::Explicit, None) {
            FileReading::Read(reading) => reading,
            other => panic!("{other:?}"),
        };
        let (old, new) = (text(old), text(new));
        let (old_reading, new_reading) = (reading(&old), reading(&new));
        let side = |source, reading| TextInTree {
            source,
            reading,
            files: None,
        };
        let (old, new) = (side(&old, &old_reading), side(&new, &new_reading));
        let releases = (release("3.3"), release("3.4"));
        let found = proofs(old, new, releases, &knowledge);
        assert_eq!(found.len(), 1);
        let options = found[0].unreported.iter();
        options.map(|one| one.option.clone()).collect()
    }

    #[test]
    fn a_value_that_no_finding_is_about_has_to_stay() {
        let old = "name: a\nsnapshot-count: 5\nlog-output: stdout\n";
        let with = |count: &str, log: &str| format!("name: a\nsnapshot-count: {count}\n{log}\n");
        let fixed = with("5", "log-outputs: [stdout]");
        assert_eq!(unreported(old, &fixed), Vec::<String>::new());
        let wrong = with("6", "log-outputs: [stdout]");
        assert_eq!(unreported(old, &wrong), ["snapshot-count"]);
        let lost = "name: a\nlog-outputs: [stdout]\n";
        assert_eq!(unreported(old, lost), ["snapshot-count"]);
    }
}
