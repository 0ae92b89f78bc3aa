//! The members that a text starts, as far as a run over many files needs them.

use std::path::PathBuf;

use super::plain_path::plain;
use super::said::Said;
use crate::assemble::{Assembled, Part};
use crate::facts::catalogue::Catalogue;
use crate::facts::version::Release;
use crate::member::{Delivery, Member};
use crate::server::effective::is_decided_by_other_file;
use crate::source::{Source, Span};
use crate::surface::Reading;

/// What distinguishes a member from the others of a run: a member that a configuration file decides is the same as the
/// member of that file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The file that decides.
    pub path: PathBuf,
    /// The line at which the member begins there, 1-based.
    pub line: usize,
    /// 0 for a configuration file, else the number of the member in the text.
    pub number: usize,
}

/// A text that configures a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextOf {
    /// The file.
    pub path: PathBuf,
    /// The places of its settings, and where it begins; `None` if they are not known.
    pub places: Option<Vec<Span>>,
}

/// A member that a text starts.
#[derive(Clone, Debug)]
pub struct SeenMember {
    /// What distinguishes it.
    pub key: Key,
    /// The file and the line where it is started.
    pub start: (PathBuf, usize),
    /// The release that its text names.
    pub evidence: Option<Release>,
    /// The texts that configure it.
    pub texts: Vec<TextOf>,
    /// What it says about its cluster.
    pub said: Option<Box<Said>>,
}

/// Returns the members that a text starts, read for an upgrade to `to`.
#[must_use]
pub fn seen(
    own: (&Source, &Reading),
    members: &[Assembled],
    to: Release,
    catalogue: &Catalogue,
) -> Vec<SeenMember> {
    let (source, reading) = own;
    let path = plain(source.path()).to_path_buf();
    let started = members.iter().enumerate();
    let started = started
        .filter(|(_, assembled)| assembled.is_started_here && !assembled.member.only_informs());
    let seen = started.map(|(index, assembled)| {
        let member = &assembled.member;
        let anchor = reading.file_span(member.anchor);
        let line = source.line_column(anchor.start).line;
        let is_file = member.delivery == Delivery::ConfigFile;
        let is_decided_elsewhere = is_decided_by_other_file(catalogue, member, to);
        let decided = is_decided_elsewhere
            .then(|| file_of(own, assembled))
            .flatten();
        let said = if is_decided_elsewhere {
            None
        } else {
            Said::of(own, assembled, catalogue, to)
        };
        let mut texts = Vec::new();
        if said.is_some() || decided.is_some() {
            texts = texts_of(own, assembled, anchor);
        }
        SeenMember {
            key: decided.unwrap_or_else(|| Key {
                path: path.clone(),
                line,
                number: if is_file { 0 } else { index + 1 },
            }),
            start: (path.clone(), line),
            evidence: member
                .evidence
                .and_then(|named| catalogue.release(named.version).ok()),
            texts,
            said: said.map(Box::new),
        }
    });
    seen.collect()
}

/// Returns the members of all files, each once.
#[must_use]
pub fn merged<'a>(seen: impl Iterator<Item = &'a SeenMember>) -> Vec<SeenMember> {
    let mut all: Vec<&SeenMember> = seen.collect();
    all.sort_by(|one, other| (&one.key, &one.start).cmp(&(&other.key, &other.start)));
    let merged = all.chunk_by(|one, other| one.key == other.key).map(|same| {
        let said = same.iter().find_map(|one| one.said.clone());
        // The process is where the member is started, not its file.
        let first = same
            .iter()
            .find(|one| one.said.is_none())
            .unwrap_or(&same[0]);
        let mut releases: Vec<Release> = same.iter().filter_map(|one| one.evidence).collect();
        releases.sort();
        releases.dedup();
        SeenMember {
            key: first.key.clone(),
            start: first.start.clone(),
            // Several processes that have the same file may run several releases.
            evidence: releases.first().copied().filter(|_| releases.len() == 1),
            texts: same.iter().flat_map(|one| one.texts.clone()).collect(),
            said,
        }
    });
    merged.collect()
}

/// Returns what distinguishes the member of the configuration file that decides.
fn file_of((source, reading): (&Source, &Reading), assembled: &Assembled) -> Option<Key> {
    let (path, source, reading, members) = match assembled.config_file.as_ref()? {
        Part::Own => (source.path(), source, reading, &reading.members),
        // Its places are those of the outer text.
        Part::Inside(inner) => (source.path(), source, reading, &inner.members),
        Part::Other(text) => {
            let other = &text.reading;
            (text.path.as_ref(), &text.source, other, &other.members)
        }
    };
    let members = members.iter();
    let mut files = members.filter(|member| member.delivery == Delivery::ConfigFile);
    let member: &Member = files.next().filter(|_| files.next().is_none())?;
    Some(Key {
        path: plain(path).to_path_buf(),
        line: source
            .line_column(reading.file_span(member.anchor).start)
            .line,
        number: 0,
    })
}

fn texts_of(
    (source, reading): (&Source, &Reading),
    assembled: &Assembled,
    anchor: Span,
) -> Vec<TextOf> {
    let settings = assembled.member.settings.iter();
    let (own, others): (Vec<_>, Vec<_>) = settings.partition(|setting| setting.elsewhere.is_none());
    let mut places: Vec<Span> = own
        .iter()
        .map(|setting| reading.file_span(setting.place()))
        .collect();
    places.push(anchor);
    let mut texts = vec![TextOf {
        path: plain(source.path()).to_path_buf(),
        places: Some(places),
    }];
    for other in others
        .iter()
        .filter_map(|setting| setting.elsewhere.as_ref())
    {
        let text = TextOf {
            path: plain(&other.path).to_path_buf(),
            places: None,
        };
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}
