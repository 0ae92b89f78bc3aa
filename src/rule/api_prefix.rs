//! Paths of the v3 API over HTTP whose prefix the new release no longer serves under that name.

use super::{Finding, MentionCase, Subject, UpgradeContext};
use crate::diagnostic::Consequence;
use crate::edit::Applicability;
use crate::facts::catalogue::{ApiPrefix, PrefixStatus};
use crate::facts::version::Release;
use crate::member::{Action, MentionKind};

/// Checks one path.
pub(super) fn check(case: &MentionCase<'_>) -> Option<Finding> {
    let MentionKind::ApiPrefix(prefix) = &case.mention.kind else {
        return None;
    };
    let context = UpgradeContext {
        catalogue: case.catalogue,
        upgrade: case.upgrade,
    };
    let prefixes = &case.catalogue.api_prefixes;
    let old = prefixes.iter().find(|known| known.prefix == *prefix)?;
    let to = case.upgrade.to;
    let served = prefixes
        .iter()
        .find(|known| known.at(to) == PrefixStatus::Served);
    let (consequence, message) = match old.at(to) {
        PrefixStatus::Served => return None,
        PrefixStatus::Rewritten => (
            Consequence::Deprecated,
            format!(
                "{} still answers: it rewrites the path to {}",
                context.to(),
                served?.prefix
            ),
        ),
        PrefixStatus::Absent => (
            Consequence::Unreachable,
            format!("{} answers 404 page not found", context.to()),
        ),
    };
    let mut finding = Finding::new(case.rule, Subject::Mention, consequence, message);
    finding.since = since(case, old);
    let Some(new) = served else {
        return Some(finding);
    };
    finding.title = format!("`{prefix}` is not the API prefix of {}", context.to());
    finding.instead.clone_from(&new.prefix);
    finding.actions = vec![Action::Replace {
        span: case.mention.span,
        text: new.prefix.clone(),
    }];
    finding.applicability = Applicability::Safe;
    finding.fix_title = format!("Replace `{prefix}` with `{}`", new.prefix);
    finding.when = context.when(
        |release| old.at(release) != PrefixStatus::Absent,
        |release| new.at(release) != PrefixStatus::Absent,
    );
    if let Some(from) = case.upgrade.from
        && let Some(shared) = prefixes.iter().find(|known| {
            known.prefix != *prefix
                && known.prefix != new.prefix
                && known.at(from) != PrefixStatus::Absent
                && known.at(to) != PrefixStatus::Absent
        })
        && new.at(from) == PrefixStatus::Absent
        && old.at(to) == PrefixStatus::Absent
    {
        finding.notes.push(format!(
            "{} and {} both answer {}: write it before the upgrade, and {} after it",
            context.shown(from),
            context.to(),
            shared.prefix,
            new.prefix
        ));
    }
    Some(finding)
}

/// Returns the release since which the prefix is answered in the new way, or `None` if it was never answered otherwise.
fn since(case: &MentionCase<'_>, prefix: &ApiPrefix) -> Option<Release> {
    let to = case.upgrade.to;
    let lines = case.catalogue.lines().filter(|(_, first, _)| *first <= to);
    let (mut begin, mut is_new) = (None, false);
    for (_, first, _) in lines.rev() {
        if prefix.at(first) != prefix.at(to) {
            is_new = true;
            break;
        }
        begin = Some(first);
    }
    begin.filter(|_| is_new)
}
