//! Checks a reading, first with rules, then with the facts alone, and turns the actions of findings into edits.

mod about;
mod already_broken;
mod derived;
mod elsewhere;
mod fixing;
mod joined;
mod knowledge;
mod named_release;
mod unknown_from;

pub use derived::{DERIVED, NAMED_RELEASE_DIFFERS};
pub use elsewhere::{Beside, OtherUses, withhold_used_elsewhere};
pub use fixing::touches;
pub use knowledge::{Knowledge, KnowledgeError};

use std::collections::HashSet;

use crate::assemble::{self, Assembled};
use crate::diagnostic::{Consequence, Diagnostic};
use crate::edit::{Applicability, Fix};
use crate::facts::version::{Release, Upgrade};
use crate::member::{Member, Mention, Setting};
use crate::rule::{Case, Check, Finding, MentionCase, Subject};
use crate::source::{Source, Span};
use crate::surface::Reading;
use fixing::fix;

/// Returns all findings about a file, in order of place; `members` are those that it is a part of.
///
/// If the upgrade has no running release, a member whose text names one is checked from that release.
#[must_use]
pub fn check(
    source: &Source,
    reading: &Reading,
    members: &[Assembled],
    upgrade: Upgrade,
    knowledge: &Knowledge,
) -> Vec<Diagnostic> {
    let mut of_members = Vec::new();
    for (index, assembled) in members.iter().enumerate() {
        let member = &assembled.member;
        let named = named_release::of(member, &knowledge.catalogue);
        let given = upgrade;
        let upgrade = with_evidence(upgrade, named);
        let mut diagnostics = Vec::new();
        let mut found = findings(member, upgrade, knowledge);
        if let Some(named) = named {
            let as_it_is = Upgrade {
                from: None,
                to: named,
            };
            let refused = findings(member, as_it_is, knowledge);
            named_release::add_refusals(named, refused, &mut found);
            found.extend(named_release::contradiction(named, given));
        }
        let mut releases = vec![upgrade.to];
        releases.extend(named.filter(|named| *named != upgrade.to));
        found.extend(named_release::faults(&releases, knowledge));
        for mut finding in found {
            if !joined::belongs_here(assembled, &mut finding) {
                continue;
            }
            let touches = touches(index, member, &finding.actions);
            let found = diagnostic(
                source,
                reading,
                Some(member),
                None,
                (upgrade, knowledge),
                finding,
            );
            let mut found = Diagnostic { touches, ..found };
            if let Some(named) = named {
                named_release::withhold(named, upgrade, &mut found);
            }
            diagnostics.push(found);
        }
        let catalogue = &knowledge.catalogue;
        diagnostics.extend(joined::incomplete(
            catalogue, reading, assembled, upgrade.to,
        ));
        of_members.push(diagnostics);
    }
    let mut diagnostics = joined::united(reading, members, of_members);
    diagnostics.extend(joined::not_rendered(source, reading));
    diagnostics.extend(joined::not_shown(reading));
    for mention in &reading.mentions {
        for (rule, check) in knowledge.rules.iter() {
            let Check::Mention(check) = check else {
                continue;
            };
            let case = MentionCase {
                rule,
                catalogue: &knowledge.catalogue,
                upgrade,
                mention,
            };
            if let Some(finding) = check(&case) {
                let context = (upgrade, knowledge);
                let found = diagnostic(source, reading, None, Some(mention), context, finding);
                diagnostics.push(found);
            }
        }
    }
    diagnostics.sort_by(|one, other| (one.span, &one.rule).cmp(&(other.span, &other.rule)));
    diagnostics
}

/// Returns all findings about a file that no other file belongs to, in order of place.
#[must_use]
pub fn check_alone(
    source: &Source,
    reading: &Reading,
    upgrade: Upgrade,
    knowledge: &Knowledge,
) -> Vec<Diagnostic> {
    let members = assemble::members(source, reading, &knowledge.catalogue, None);
    check(source, reading, &members, upgrade, knowledge)
}

/// Returns the upgrade, with the running release that the member's text names if none was given.
fn with_evidence(upgrade: Upgrade, named: Option<Release>) -> Upgrade {
    let evidence = named.filter(|release| *release <= upgrade.to);
    Upgrade {
        from: upgrade.from.or(evidence),
        to: upgrade.to,
    }
}

/// Returns what rules and facts find about a member, without places.
#[must_use]
pub fn findings(member: &Member, upgrade: Upgrade, knowledge: &Knowledge) -> Vec<Finding> {
    let catalogue = &knowledge.catalogue;
    let mut findings = Vec::new();
    // A process that only prints something reads the flags, and nothing else is checked.
    let starts = !member.only_informs();
    for (rule, check) in knowledge.rules.iter().filter(|_| starts) {
        let Check::Member(check) = check else {
            continue;
        };
        findings.extend(check(&Case {
            rule,
            catalogue,
            upgrade,
            member,
        }));
    }
    findings.retain(|finding| match finding.subject {
        Subject::Setting(index) => !derived::is_unread_variable(catalogue, upgrade, member, index),
        _ => true,
    });
    findings.extend(derived::startup(catalogue, upgrade, member, &findings));
    // A setting that works differently, or that a policy forbids, may also be one that the release does not read.
    let is_about_reading = |finding: &&Finding| {
        !matches!(
            finding.consequence,
            Consequence::Changed | Consequence::DefaultChanged | Consequence::Advice
        )
    };
    let subjects: HashSet<Subject> = findings
        .iter()
        .filter(is_about_reading)
        .map(|finding| finding.subject)
        .collect();
    let mut options: HashSet<String> = findings
        .iter()
        .filter(is_about_reading)
        .filter_map(|finding| finding.option.clone())
        .collect();
    for (index, setting) in member.settings.iter().enumerate() {
        let option = setting.option_in(catalogue);
        let covered = subjects.contains(&Subject::Setting(index))
            || setting.overridden && option.is_some_and(|option| options.contains(&option.name));
        if !covered && let Some(finding) = derived::finding(catalogue, upgrade, member, index) {
            options.extend(finding.option.clone());
            findings.push(finding);
        }
    }
    already_broken::lower(catalogue, upgrade, member, &mut findings);
    findings
}

fn diagnostic(
    source: &Source,
    reading: &Reading,
    member: Option<&Member>,
    mention: Option<&Mention>,
    (upgrade, knowledge): (Upgrade, &Knowledge),
    finding: Finding,
) -> Diagnostic {
    let setting: Option<&Setting> = match (finding.subject, member) {
        (Subject::Setting(index), Some(member)) => member.settings.get(index),
        _ => None,
    };
    let span = match (setting, member, mention) {
        (Some(setting), _, _) => reading.file_span(setting.place()),
        (None, Some(member), _) => {
            let argument = member
                .positional_arguments
                .first()
                .filter(|_| finding.subject == Subject::PositionalArgument);
            reading.file_span(argument.map_or(member.anchor, |argument| argument.place))
        }
        (None, None, Some(mention)) => mention.span,
        _ => Span::at(0),
    };
    let value = setting.and_then(|setting| {
        let span = reading.file_span(setting.value_place);
        (!span.is_empty()).then(|| span.of(&source.text).to_owned())
    });
    let mut notes = finding.notes.clone();
    notes.extend(reading.origin(span.start).map(str::to_owned));
    let mut when = finding.when.clone();
    let mut fix = match fix(source, reading, member, knowledge, &finding) {
        Ok(fix) => fix,
        Err(why) => {
            notes.push(format!("no fix: {why}"));
            None
        }
    };
    let is_safe = |fix: &&mut Fix| fix.applicability == Applicability::Safe;
    if let Some(fix) = fix.as_mut().filter(is_safe)
        && let (Some(from), Some(member), Some(option)) = (upgrade.from, member, &finding.option)
        && unknown_from::takes_effect(
            &knowledge.catalogue,
            member,
            (option, &finding.actions),
            (from, upgrade.to),
        )
    {
        fix.applicability = Applicability::Unsafe;
        notes.push(format!(
            "not safe: etcd {} ignores the setting, but the new form takes effect",
            from.line()
        ));
    }
    if let Some(fix) = fix.as_mut().filter(is_safe)
        && upgrade.from.is_none()
        && let Some(why) =
            unknown_from::doubt(&knowledge.catalogue, member, &finding.actions, upgrade.to)
    {
        fix.applicability = Applicability::Unsafe;
        notes.push(format!("not safe without --from: {why}"));
        when = None;
    }
    Diagnostic {
        about: about::about(source, &finding, member, setting, mention),
        since: finding.since,
        touches: Vec::new(),
        severity: finding.resulting_severity(),
        rule: finding.rule,
        consequence: finding.consequence,
        title: finding.title,
        message: finding.message,
        instead: finding.instead,
        notes,
        when,
        spelling: setting.map(|setting| setting.spelling),
        option: finding.option,
        value,
        span,
        docs: finding.docs,
        fix,
    }
}
