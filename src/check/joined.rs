//! Findings about members that are joined from several texts: each is reported in the text with its setting.

use std::collections::{HashMap, HashSet};

use crate::assemble::{Assembled, Why};
use crate::diagnostic::{Diagnostic, Severity};
use crate::edit::Fix;
use crate::facts::catalogue::Catalogue;
use crate::facts::version::Release;
use crate::member::{Elsewhere, Reference, ReferenceKind, Setting};
use crate::rule::{Finding, Subject};
use crate::server::effective::is_decided_by_other_file;
use crate::source::{Source, Span};
use crate::surface::Reading;

/// The title of `template-not-rendered`.
const NOT_RENDERED: &str = "a template is left in a file with the name of a configuration file";

/// Whether a finding belongs to the text that is checked. The other texts that matter to it are named in its notes.
pub(super) fn belongs_here(assembled: &Assembled, finding: &mut Finding) -> bool {
    let settings = &assembled.member.settings;
    let elsewhere = |index: usize| settings.get(index)?.elsewhere.as_ref();
    if let Subject::Setting(index) = finding.subject
        && let Some(other) = elsewhere(index)
    {
        // Of a conflict, the text that is checked may have the other side.
        let here = finding.related.iter().copied();
        let Some(here) = here.into_iter().find(|index| elsewhere(*index).is_none()) else {
            return false;
        };
        let name = &settings[index].name;
        let note = format!("`{name}` is set in {}", shown(other));
        finding.subject = Subject::Setting(here);
        finding.actions.clear();
        finding.notes.push(note);
        return true;
    }
    if finding.subject == Subject::Member && !assembled.is_started_here {
        return false;
    }
    let acted = finding.actions.iter().filter_map(|action| action.setting());
    let mut others = acted.filter_map(elsewhere);
    if let Some(other) = others.next() {
        let note = format!("no fix: {} has to change too", shown(other));
        finding.actions.clear();
        finding.notes.push(note);
    }
    let related = finding.related.iter().copied();
    for (index, other) in related.filter_map(|index| Some((index, elsewhere(index)?))) {
        let setting: &Setting = &settings[index];
        let written = setting.spelling.written(&setting.name);
        finding
            .notes
            .push(format!("`{written}` is set in {}", shown(other)));
    }
    true
}

fn shown(other: &Elsewhere) -> String {
    format!("{}:{}", other.path.display(), other.line)
}

/// Returns the notes that files of a member are missing, without a configuration file that `release` does not read.
pub(super) fn incomplete<'r>(
    catalogue: &Catalogue,
    reading: &'r Reading,
    assembled: &'r Assembled,
    release: Release,
) -> impl Iterator<Item = Diagnostic> + 'r {
    let is_file_read = is_decided_by_other_file(catalogue, &assembled.member, release);
    let missing = assembled.missing.iter().filter(move |missing| {
        is_file_read || !matches!(missing.reference.kind, ReferenceKind::ConfigFile)
    });
    missing.map(|missing| {
        let reference = &missing.reference;
        let span = reading.file_span(reference.place);
        let decides = match (reference.kind, &reference.object) {
            _ if missing.why == Why::NotRendered => "it changes this container",
            (ReferenceKind::Variables | ReferenceKind::Process, Some(_)) => {
                "defaults, and conflicts that only this object decides, are not checked"
            }
            (ReferenceKind::Variables | ReferenceKind::Process, None) => {
                "defaults, and conflicts that only this file decides, are not checked"
            }
            (ReferenceKind::ConfigFile, _) => "this file decides all settings, and is not checked",
        };
        // The values of a secret may be encoded.
        let not_there = || format!("{} is not in this tree", reference.path);
        let not_read = || {
            let title = format!("{} is not read", reference.path);
            (title, "check by hand what it sets")
        };
        let (title, instead) = match &missing.why {
            _ if is_secret(reference) => not_read(),
            Why::Unread => not_read(),
            Why::Edited(task) => {
                let place = format!("{}:{}", task.path.display(), task.line);
                (
                    format!("{}; `{}` in {place} edits it", not_there(), task.module),
                    "check by hand what the file sets on the hosts",
                )
            }
            Why::NotRendered => (
                format!("the result of {} is not known exactly", reference.path),
                "check what is rendered from it",
            ),
            Why::NotThere => (not_there(), "check a folder that holds both files"),
        };
        Diagnostic {
            message: decides.to_owned(),
            instead: instead.to_owned(),
            about: match reference.object {
                Some(_) => reference.path.clone(),
                None => format!("file {}", reference.path),
            },
            title,
            ..Diagnostic::advice("member-incomplete", Severity::Note, span)
        }
    })
}

/// Returns the notes about what an output does not show of its members.
pub(super) fn not_shown(reading: &Reading) -> impl Iterator<Item = Diagnostic> {
    reading.doubts().iter().map(|doubt| Diagnostic {
        message: doubt.message.to_owned(),
        instead: doubt.instead.to_owned(),
        about: doubt.title.clone(),
        title: doubt.title.clone(),
        ..Diagnostic::advice("member-incomplete", Severity::Note, doubt.span)
    })
}

/// Returns the note that a file contains a template although its name is the one that etcd is given.
pub(super) fn not_rendered(source: &Source, reading: &Reading) -> Option<Diagnostic> {
    let span = reading.template_in_config_file()?;
    let name = source.file_name().to_ascii_lowercase();
    let is_deployed = [".yml", ".yaml"].iter().any(|end| name.ends_with(end));
    let is_in_templates = source.path.components().any(|part| {
        let part = part.as_os_str();
        part == "templates" || part == "charts"
    });
    (is_deployed && !is_in_templates).then(|| Diagnostic {
        message: "etcd renders no templates: it refuses this as YAML, or reads it as text"
            .to_owned(),
        instead: "name the file as a template, such as etcd.conf.yml.j2, or write the value"
            .to_owned(),
        about: NOT_RENDERED.to_owned(),
        title: NOT_RENDERED.to_owned(),
        ..Diagnostic::advice("template-not-rendered", Severity::Note, span)
    })
}

fn is_secret(reference: &Reference) -> bool {
    let object = reference.object.as_ref();
    object.is_some_and(|object| object.is_secret)
}

/// Whether two fixes change the text in the same way, whichever member begins where.
fn is_same_fix(one: Option<&Fix>, other: Option<&Fix>) -> bool {
    let change = |fix: &Fix| (fix.edits.clone(), fix.applicability, fix.when);
    one.map(change) == other.map(change)
}

/// Returns the findings of all members. What several members have in common is one finding; its fix stays only if it is
/// the same for all members with that setting.
pub(super) fn united(
    reading: &Reading,
    members: &[Assembled],
    of_members: Vec<Vec<Diagnostic>>,
) -> Vec<Diagnostic> {
    if members.len() < 2 {
        return of_members.into_iter().flatten().collect();
    }
    // How many members have a setting of this text at a place.
    let mut sharing: HashMap<Span, usize> = HashMap::new();
    for assembled in members {
        let own = assembled.member.settings.iter();
        let own = own.filter(|setting| setting.elsewhere.is_none());
        let places: HashSet<Span> = own
            .map(|setting| reading.file_span(setting.place()))
            .collect();
        for place in places {
            *sharing.entry(place).or_default() += 1;
        }
    }
    // Each finding with the fixes that agree with its own, which change all of these members.
    let mut united: Vec<(Diagnostic, usize)> = Vec::new();
    let mut known: HashMap<(String, Span, Option<String>), usize> = HashMap::new();
    for found in of_members.into_iter().flatten() {
        let key = (found.rule.clone(), found.span, found.option.clone());
        let Some(&at) = known.get(&key) else {
            known.insert(key, united.len());
            united.push((found, 1));
            continue;
        };
        let (first, agreeing) = &mut united[at];
        if is_same_fix(first.fix.as_ref(), found.fix.as_ref()) {
            *agreeing += 1;
            first.touches.extend(found.touches);
            if let (Some(fix), Some(other)) = (&mut first.fix, found.fix) {
                fix.writes.extend(other.writes);
            }
        }
    }
    let united = united.into_iter().map(|(mut found, agreeing)| {
        let wanted = sharing.get(&found.span).copied().unwrap_or(1);
        if found.fix.is_some() && agreeing < wanted {
            found.fix = None;
            found.notes.push(
                "no fix: another member that this text configures does not need it".to_owned(),
            );
        }
        found
    });
    united.collect()
}
