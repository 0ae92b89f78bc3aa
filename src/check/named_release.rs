//! The release that a text names, in the tag of an image: the binary that its member runs with.

use super::Knowledge;
use super::derived::{NAMED_RELEASE_DIFFERS, RELEASE_WITH_A_FAULT};
use crate::diagnostic::{Consequence, Diagnostic, Severity};
use crate::edit::When;
use crate::facts::catalogue::Catalogue;
use crate::facts::hops::Hops;
use crate::facts::version::{Release, Upgrade};
use crate::member::Member;
use crate::rule::{Finding, Subject};

/// Returns the release that the text of a member names.
pub(super) fn of(member: &Member, catalogue: &Catalogue) -> Option<Release> {
    catalogue.release(member.evidence?.version).ok()
}

/// Adds what that release refuses in the member as it is; `refused` are the findings for it.
pub(super) fn add_refusals(named: Release, refused: Vec<Finding>, found: &mut Vec<Finding>) {
    let refused = refused.into_iter();
    for mut refusal in
        refused.filter(|it| it.consequence == Consequence::Refused && it.subject != Subject::Member)
    {
        let is_same = |other: &&mut Finding| {
            other.subject == refusal.subject && other.consequence == Consequence::Refused
        };
        let note = format!("this text names etcd {named}, which refuses it as it is now");
        if let Some(same) = found.iter_mut().find(is_same) {
            // The running release that refuses it is this one.
            same.severity = None;
            same.notes.push(note);
            continue;
        }
        found.retain(|other| {
            other.subject != refusal.subject || other.consequence != Consequence::Deprecated
        });
        refusal.notes.push(note);
        refusal.actions.clear();
        found.push(refusal);
    }
}

/// Returns the note that the text names another release than those of the upgrade.
pub(super) fn contradiction(named: Release, upgrade: Upgrade) -> Option<Finding> {
    let from = upgrade.from?;
    if named.same_line(from) || named.same_line(upgrade.to) {
        return None;
    }
    let (from, to) = (from.line(), upgrade.to.line());
    let (rule, _) = NAMED_RELEASE_DIFFERS;
    let is_older = named < upgrade.to;
    let checked = if from == to {
        format!("the check is for etcd {to}")
    } else {
        format!("the upgrade is from {from} to {to}")
    };
    Some(advice(
        rule,
        format!("this text names etcd {named}, {checked}"),
        format!("the member runs etcd {named}"),
        if is_older {
            format!("check it with --from {}", named.line())
        } else {
            format!("check it with --to {}, or correct the tag", named.line())
        },
    ))
}

/// Returns warnings of the releases among these that no member should run.
pub(super) fn faults(releases: &[Release], knowledge: &Knowledge) -> Vec<Finding> {
    let newest = |release: &Release| knowledge.catalogue.release(release.line()).ok();
    // The facts are parsed only if they are needed: the newest patch of a minor has no such fault.
    let older = releases
        .iter()
        .filter(|release| newest(release) != Some(**release));
    let mut older = older.peekable();
    if older.peek().is_none() {
        return Vec::new();
    }
    let Ok(hops) = Hops::built_in() else {
        return Vec::new();
    };
    let found = older.filter_map(|release| {
        let (rule, _) = RELEASE_WITH_A_FAULT;
        let hop = hops.hop_to(*release)?;
        Some(Finding {
            severity: Some(Severity::Warning),
            docs: hop.sources.clone(),
            ..advice(
                rule,
                format!("etcd {release} has a fault for which no member should run it"),
                format!("etcd {release}: {}", hops.fault(*release)?.why),
                format!("use etcd {} or a later patch", hop.target),
            )
        })
    });
    found.collect()
}

/// Returns a finding about the member that concerns no option.
fn advice(rule: &str, title: String, message: String, instead: String) -> Finding {
    Finding {
        title,
        instead,
        ..Finding::derived(rule, Subject::Member, Consequence::Advice, message)
    }
}

/// Removes a fix that needs a newer binary than the text names.
pub(super) fn withhold(named: Release, upgrade: Upgrade, found: &mut Diagnostic) {
    let needs_newer = matches!(found.when, Some((When::With | When::After, _)));
    if needs_newer && found.fix.is_some() && named.line() < upgrade.to.line() {
        found.fix = None;
        found.notes.push(format!(
            "no fix: this text names etcd {named}, which does not accept the new form: change both together, with \
             `fix --bump` or by hand"
        ));
    }
}
