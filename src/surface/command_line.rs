//! Command lines that start etcd: `--command`, Procfiles, scripts, files that hold just an etcd command.

mod program;

use super::embedded::Decoded;
use super::site::{FlagSite, FlagValue, Site, VariableWordSite};
use super::words::{Dialect, Token, Word, tokens};
use super::{Insistence, Reading, Recognition, Request, mark_overridden};
use crate::catalogue::{Catalogue, Spelling, ValueType};
use crate::setting::{Completeness, Delivery, Member, Place, Setting, TextId, Value};
use crate::source::Span;
use crate::version::Version;
use program::{Invocation, Program};

/// How deep `sh -c` may nest.
const SHELL_DEPTH: usize = 4;

pub(super) fn read(request: &Request<'_>) -> Recognition {
    if !request.text.contains("etcd") {
        return Recognition::No("");
    }
    let mut reading = Reading::of("command-line");
    let mut finder = Finder {
        catalogue: request.catalogue,
        reading: &mut reading,
        commands: 0,
    };
    let start = if request.text.starts_with('\u{feff}') {
        3
    } else {
        0
    };
    let procfile = procfile_lines(request);
    let is_script = request.text[start..].starts_with("#!")
        && first_line(request.text).contains("sh")
        || [".sh", ".bash", ".ksh"]
            .iter()
            .any(|end| request.file_name.ends_with(end));
    if procfile.is_empty() {
        finder.find(
            request.text,
            Span::new(start, request.text.len()),
            Dialect::Shell,
            0,
            0,
        );
    }
    for line in &procfile {
        finder.find(request.text, *line, Dialect::Shell, 0, 0);
    }
    let commands = finder.commands;
    let found = reading.members.len();
    let sets_something = |member: &Member| {
        member.settings.iter().any(|setting| {
            request
                .catalogue
                .spelled(setting.spelling, &setting.name)
                .is_some()
        })
    };
    let only_etcd = !procfile.is_empty() || is_script || commands == found;
    let telling = reading.members.iter().any(sets_something);
    if request.insistence < Insistence::Forced && !(only_etcd && telling) {
        return Recognition::No(if is_script {
            "a script that starts no etcd with flags or ETCD_ variables of its own"
        } else {
            ""
        });
    }
    if found == 0 {
        return Recognition::No("it holds no etcd command");
    }
    Recognition::Read(reading)
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// The commands of a Procfile, behind `name:`.
fn procfile_lines(request: &Request<'_>) -> Vec<Span> {
    let mut lines = Vec::new();
    let mut at = 0;
    let named = request.file_name.starts_with("Procfile");
    for line in request.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let body = line.trim();
        if body.is_empty() || body.starts_with('#') {
            continue;
        }
        let name = line.len()
            - line
                .trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
                .len();
        let is_process = name > 0 && line[name..].starts_with(": ");
        if is_process {
            lines.push(Span::new(start + name + 1, start + line.len()));
        } else if !named {
            return Vec::new();
        }
    }
    // Outside a Procfile a line such as `name: value` is YAML, unless it starts etcd with a flag.
    let starts_etcd = |line: &Span| {
        let mut words = line.of(request.text).split_whitespace();
        words.any(|word| word == "etcd" || word.ends_with("/etcd"))
            && words.any(|word| word.starts_with('-'))
    };
    if named || lines.iter().all(starts_etcd) {
        lines
    } else {
        Vec::new()
    }
}

/// Looks for commands that start etcd.
pub(super) struct Finder<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) reading: &'a mut Reading,
    /// How many commands were seen, etcd or not.
    pub(super) commands: usize,
}

impl Finder<'_> {
    /// Adds a member for each command in `text[range]` that starts etcd. Gives the indices of the members.
    pub(super) fn find(
        &mut self,
        text: &str,
        range: Span,
        dialect: Dialect,
        text_id: TextId,
        depth: usize,
    ) -> Vec<usize> {
        let mut found = Vec::new();
        let mut command: Vec<Word> = Vec::new();
        let mut skip_next = false;
        for token in tokens(text, range, dialect) {
            match token {
                Token::Word(word) => {
                    if !std::mem::take(&mut skip_next) {
                        command.push(word);
                    }
                }
                Token::Redirection { takes_word } => skip_next = takes_word,
                Token::Separator => {
                    skip_next = false;
                    found.extend(self.command(&command, text_id, depth));
                    command.clear();
                }
            }
        }
        found.extend(self.command(&command, text_id, depth));
        found
    }

    fn command(&mut self, words: &[Word], text_id: TextId, depth: usize) -> Vec<usize> {
        if words.is_empty() {
            return Vec::new();
        }
        self.commands += 1;
        let Some(invocation) = program::find(words, self.catalogue) else {
            return Vec::new();
        };
        match invocation.program {
            Program::Shell { script } if depth < SHELL_DEPTH => {
                self.shell(&words[script], text_id, depth)
            }
            Program::Shell { .. } => Vec::new(),
            Program::Etcd { arguments } => self
                .etcd(words, &invocation, arguments, text_id)
                .into_iter()
                .collect(),
        }
    }

    fn shell(&mut self, script: &Word, text_id: TextId, depth: usize) -> Vec<usize> {
        self.commands -= 1;
        let decoded: Decoded = script.decoded.clone();
        let inner = decoded.text.clone();
        let inner_id = self.reading.embed(decoded, text_id);
        let members = self.find(
            &inner,
            Span::new(0, inner.len()),
            Dialect::Shell,
            inner_id,
            depth + 1,
        );
        // What the outer text expands before the shell sees it is unknown too.
        for &member in &members {
            for setting in &mut self.reading.members[member].settings {
                let inside = setting.value_place.text == inner_id;
                if inside && script.expands_in(setting.value_place.span) {
                    let text = setting.value_place.span.of(&inner).to_owned();
                    setting.value = Value::Unknown(text);
                }
            }
        }
        members
    }

    fn etcd(
        &mut self,
        words: &[Word],
        invocation: &Invocation,
        arguments: usize,
        text_id: TextId,
    ) -> Option<usize> {
        let mut settings = Vec::new();
        for variable in &invocation.variables {
            let word = &words[variable.word];
            let name = word.text()[variable.name.start..variable.name.end].to_owned();
            if name.starts_with("ETCD_") {
                let previous_end = variable
                    .word
                    .checked_sub(1)
                    .map_or(word.span.start, |before| words[before].span.end);
                settings.push(variable_setting(
                    self.reading,
                    word,
                    variable.name,
                    variable.lead.clone(),
                    Span::new(previous_end, word.span.end),
                    text_id,
                ));
            }
        }
        let previous_end = words[arguments - 1].span.end;
        let list = flag_list(
            self.catalogue,
            &words[arguments..],
            previous_end,
            text_id,
            self.reading,
        )?;
        settings.extend(list.settings);
        mark_overridden(&mut settings);
        let by_file = settings
            .iter()
            .any(|setting| setting.name == "config-file" || setting.name == "ETCD_CONFIG_FILE");
        self.reading.members.push(Member {
            settings,
            completeness: if list.whole && !by_file {
                Completeness::Whole
            } else {
                Completeness::Partial
            },
            delivery: Delivery::Environment,
            anchor: Place::new(text_id, words[arguments - 1].span),
            evidence: invocation.evidence,
            plain_colon_in_flow: None,
            strays: list.strays,
        });
        Some(self.reading.members.len() - 1)
    }
}

/// A variable setting that is one word.
pub(super) fn variable_setting(
    reading: &mut Reading,
    word: &Word,
    name: Span,
    lead: String,
    extent: Span,
    text_id: TextId,
) -> Setting {
    let inner = Span::new(name.end + 1, word.text().len());
    let text = word.text()[inner.start..].to_owned();
    let value = if word.expands_in(inner) {
        Value::Unknown(text)
    } else {
        Value::Text(text)
    };
    Setting {
        spelling: Spelling::Variable,
        name: word.text()[name.start..name.end].to_owned(),
        name_place: Place::new(text_id, word.outer(name)),
        value,
        value_place: Place::new(text_id, word.outer(inner)),
        overridden: false,
        site: reading.add_site(Site::VariableWord(VariableWordSite {
            word: word.clone(),
            name,
            value: inner,
            lead,
            extent,
        })),
    }
}

/// Flags without a program, as in `ETCD_OPTS="--name a"`.
pub(super) fn flags(
    catalogue: &Catalogue,
    text: &str,
    text_id: TextId,
    reading: &mut Reading,
) -> FlagList {
    let words = super::words::words(text, Span::new(0, text.len()), Dialect::Shell);
    flag_list(catalogue, &words, 0, text_id, reading).unwrap_or_default()
}

/// The flags of one command.
#[derive(Default)]
pub(super) struct FlagList {
    pub(super) settings: Vec<Setting>,
    /// Whether these are all flags: none comes from a variable.
    pub(super) whole: bool,
    pub(super) strays: Vec<Place>,
}

/// Reads flags as Go's flag package does; none for etcd's subcommands, which are other programs.
fn flag_list(
    catalogue: &Catalogue,
    words: &[Word],
    previous_end: usize,
    text_id: TextId,
    reading: &mut Reading,
) -> Option<FlagList> {
    let mut list = FlagList {
        whole: true,
        ..FlagList::default()
    };
    let mut previous_end = previous_end;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        let text = word.text();
        let dashes = text.len() - text.trim_start_matches('-').len();
        if dashes == 0 || dashes > 2 || text.len() == dashes {
            let all = Span::new(0, text.len());
            if matches!(text, "gateway" | "grpc-proxy") && at == 1 {
                return None;
            } else if word.expands_in(all) || text.is_empty() {
                list.whole = false;
            } else {
                list.strays.push(Place::new(text_id, word.span));
            }
            previous_end = word.span.end;
            continue;
        }
        let equals = text.find('=');
        let name = Span::new(dashes, equals.unwrap_or(text.len()));
        if word.expands_in(name) {
            list.whole = false;
            previous_end = word.span.end;
            continue;
        }
        let flag = text[name.start..name.end].to_owned();
        let next = words.get(at);
        let (value, value_span, site_value) = match equals {
            Some(equals) => {
                let inner = Span::new(equals + 1, text.len());
                let body = text[inner.start..].to_owned();
                let value = if word.expands_in(inner) {
                    Value::Unknown(body)
                } else {
                    Value::Text(body)
                };
                (value, word.outer(inner), FlagValue::Inline(inner))
            }
            None => match next.filter(|next| takes_next(catalogue, &flag, next)) {
                Some(next) => {
                    at += 1;
                    let body = next.text().to_owned();
                    let value = if next.expansions.is_empty() {
                        Value::Text(body)
                    } else {
                        Value::Unknown(body)
                    };
                    let inner = next.outer(Span::new(0, next.text().len()));
                    (value, inner, FlagValue::Next(next.clone()))
                }
                None => (Value::Bare, Span::at(word.span.end), FlagValue::Absent),
            },
        };
        let end = match &site_value {
            FlagValue::Next(next) => next.span.end,
            _ => word.span.end,
        };
        let name_span = word.outer(Span::new(0, name.end));
        let site = reading.add_site(Site::Flag(FlagSite {
            word: word.clone(),
            dashes,
            name,
            value: site_value,
            previous_end,
        }));
        list.settings.push(Setting {
            spelling: Spelling::Flag,
            name: flag,
            name_place: Place::new(text_id, name_span),
            value,
            value_place: Place::new(text_id, value_span),
            overridden: false,
            site,
        });
        previous_end = end;
    }
    Some(list)
}

/// Whether a flag without `=` takes the next word: all but booleans do.
fn takes_next(catalogue: &Catalogue, flag: &str, next: &Word) -> bool {
    match catalogue.option(flag) {
        Some(option) => !matches!(
            option.type_at(catalogue.newest()),
            ValueType::Bool | ValueType::Ignored
        ),
        None => !next.text().starts_with('-'),
    }
}

/// The version in an image's tag: `quay.io/coreos/etcd:v3.4.20`.
#[must_use]
pub(super) fn image_version(image: &str) -> Option<Version> {
    let image = image.split('@').next()?;
    let (name, tag) = image.rsplit_once(':')?;
    let base = name.rsplit('/').next()?;
    if !base.contains("etcd") {
        return None;
    }
    let tag = tag.split(['-', '_', '+']).next()?;
    tag.parse().ok()
}
