//! One stage of a Dockerfile: the process that its image runs.

use super::instructions::Instruction;
use crate::facts::catalogue::Spelling;
use crate::member::{Completeness, Member, Place, Setting, Value};
use crate::source::{Span, base_name};
use crate::surface::command_line::variable_setting;
use crate::surface::json_list;
use crate::surface::launch::{Image, Launch, Part};
use crate::surface::process::is_variable;
use crate::surface::read_error::ReadError;
use crate::surface::reading::Reading;
use crate::surface::request::Request;
use crate::surface::site::Site;
use crate::surface::site::item::Notation;
use crate::surface::site::word::VariableLineSite;
use crate::text::words::{Dialect, Word, words};

/// One stage.
#[derive(Clone, Default)]
pub(super) struct Stage<'a> {
    pub(super) name: Option<String>,
    /// The stage that it is based on.
    pub(super) base: Option<usize>,
    /// The image that it is based on.
    pub(super) image: Image,
    /// Whether commands in shell form are run by a POSIX shell.
    pub(super) runs_sh: bool,
    /// Whether another stage has a part of its settings.
    pub(super) partial: bool,
    pub(super) entrypoint: Option<&'a Instruction>,
    pub(super) command: Option<&'a Instruction>,
    pub(super) variables: Vec<&'a Instruction>,
}

/// Merges each stage with the stage that it is based on, which then runs nothing of its own.
///
/// A stage that several stages are based on is not merged: it stays a process of its own.
pub(super) fn inherited(mut stages: Vec<Stage<'_>>) -> Vec<Stage<'_>> {
    let mut successors = vec![0usize; stages.len()];
    for base in stages.iter().filter_map(|stage| stage.base) {
        successors[base] += 1;
    }
    for at in 0..stages.len() {
        let Some(base) = stages[at].base else {
            continue;
        };
        let mut stage = std::mem::take(&mut stages[at]);
        if successors[base] == 1 {
            let before = std::mem::take(&mut stages[base]);
            if stage.entrypoint.is_none() {
                stage.entrypoint = before.entrypoint;
                stage.command = stage.command.or(before.command);
            }
            stage.variables.splice(0..0, before.variables);
            stage.partial |= before.partial;
        } else {
            stage.partial = true;
        }
        stages[at] = stage;
    }
    stages
}

impl<'a> Stage<'a> {
    /// Applies an instruction to the process.
    pub(super) fn take(&mut self, text: &str, instruction: &'a Instruction) {
        match instruction.keyword.as_str() {
            "ENTRYPOINT" => self.entrypoint = Some(instruction),
            "CMD" => self.command = Some(instruction),
            "ENV" => self.variables.push(instruction),
            "SHELL" => {
                let shell = json_list::arguments(text, instruction.arguments, Notation::Dockerfile)
                    .unwrap_or_default();
                let program = shell.first().map_or("", |first| first.word.text());
                self.runs_sh = ["sh", "bash", "ash", "dash"].contains(&base_name(program));
            }
            _ => {}
        }
    }

    /// Adds the members that the stage's image runs.
    pub(super) fn members(
        &self,
        request: &Request<'_>,
        reading: &mut Reading,
        backslash: bool,
    ) -> Result<(), ReadError> {
        let first = reading.members.len();
        let mut variables = Vec::new();
        for instruction in &self.variables {
            variables.extend(environment(request.text, reading, instruction, backslash));
        }
        let launch = Launch {
            entry_point: self.part(request, self.entrypoint)?,
            command: self.part(request, self.command)?,
            variables,
            has_more_variables: self.partial,
            image: self.image,
            ..Launch::default()
        };
        launch.add_members(request, reading)?;
        for member in &mut reading.members[first..] {
            if member.completeness == Completeness::Whole && !shows_member(member) {
                member.completeness = Completeness::Partial;
            }
        }
        Ok(())
    }

    /// Reads what `ENTRYPOINT` or `CMD` runs: a list of arguments, or a text for a shell.
    fn part<'r>(
        &self,
        request: &Request<'r>,
        instruction: Option<&Instruction>,
    ) -> Result<Option<Part<'r>>, ReadError> {
        let text = request.text;
        let Some(range) = instruction.map(|instruction| instruction.arguments) else {
            return Ok(None);
        };
        if let Some(list) = json_list::arguments(text, range, Notation::Dockerfile) {
            return Ok(Some(Part::List(list)));
        }
        let body = range.of(text);
        let looks_like_list = body.starts_with('[') && body.trim_end().ends_with(']');
        if looks_like_list && body.contains("etcd") && body.contains("--") {
            return Err(ReadError {
                message: "this looks like a list of arguments but is not JSON: a shell would run it unchanged"
                    .to_owned(),
                offset: range.start,
            });
        }
        // A script for another shell is not read.
        let script = if self.runs_sh {
            range
        } else {
            Span::at(range.start)
        };
        Ok(Some(Part::Script(text, Place::new(0, script))))
    }
}

/// Whether its flags set how it is reached; the variables of an image are usually completed when it is run.
fn shows_member(member: &Member) -> bool {
    member.settings.iter().any(|setting| {
        setting.spelling == Spelling::Flag
            && ["listen-", "initial-", "advertise-"]
                .iter()
                .any(|start| setting.name.starts_with(start))
    })
}

/// Returns the settings of an `ENV` instruction.
fn environment(
    text: &str,
    reading: &mut Reading,
    instruction: &Instruction,
    backslash: bool,
) -> Vec<Setting> {
    let all = words(text, instruction.arguments, Dialect::Dockerfile);
    reading.report_unread_rest(&all, 0);
    let Some(first) = all.first() else {
        return Vec::new();
    };
    if !first.text().contains('=') {
        return legacy(text, reading, instruction, first, all.get(1))
            .into_iter()
            .collect();
    }
    let mut settings = Vec::new();
    for (index, word) in all.iter().enumerate() {
        let Some(equals) = word.text().find('=') else {
            continue;
        };
        let name = Span::new(0, equals);
        let raw = word.span.of(text);
        let starts_bare = raw.starts_with(name.of(word.text()));
        if !is_variable(name.of(word.text())) || !starts_bare || word.unclosed.is_some() {
            continue;
        }
        let mut setting = if all.len() == 1 {
            let start = word.span.start;
            let inner = Span::new(equals + 1, word.text().len());
            let value = value_of(inner.of(word.text()), !word.expands_in(inner));
            let name = Span::new(start, start + equals);
            let raw = Span::new(name.end + 1, word.span.end);
            line_setting(text, reading, instruction, name, value, raw)
        } else {
            let (gap, removal) = match index.checked_sub(1) {
                Some(before) => {
                    let gap = Span::new(all[before].span.end, word.span.start);
                    (gap, Span::new(gap.start, word.span.end))
                }
                None => {
                    let gap = Span::new(word.span.end, all[1].span.start);
                    (gap, Span::new(word.span.start, gap.end))
                }
            };
            let lead = gap.of(text).to_owned();
            variable_setting(reading, word, name, lead, removal, 0)
        };
        if !backslash && raw.contains(['\\', '`']) {
            setting.value = Value::Unknown(raw[equals + 1..].to_owned());
        }
        settings.push(setting);
    }
    settings
}

/// Reads `ENV NAME value`: everything after the name is the value.
fn legacy(
    text: &str,
    reading: &mut Reading,
    instruction: &Instruction,
    name: &Word,
    value: Option<&Word>,
) -> Option<Setting> {
    let variable = name.text();
    let raw = Span::new(value?.span.start, instruction.arguments.end);
    if !is_variable(variable) || name.span.of(text) != variable {
        return None;
    }
    let alone = value.filter(|value| value.span == raw && value.unclosed.is_none());
    let (value, known) = match alone {
        Some(word) => (word.text(), word.expansions.is_empty()),
        None => {
            let value = raw.of(text);
            (value, !value.contains(['"', '\'', '\\', '$', '`']))
        }
    };
    let value = value_of(value, known);
    Some(line_setting(
        text,
        reading,
        instruction,
        name.span,
        value,
        raw,
    ))
}

fn value_of(text: &str, known: bool) -> Value {
    if known {
        Value::Text(text.to_owned())
    } else {
        Value::Unknown(text.to_owned())
    }
}

/// Returns the setting of a variable that has an instruction of its own.
fn line_setting(
    text: &str,
    reading: &mut Reading,
    instruction: &Instruction,
    name: Span,
    value: Value,
    raw_value: Span,
) -> Setting {
    Setting {
        spelling: Spelling::Variable,
        name: name.of(text).to_owned(),
        name_place: Place::new(0, name),
        value,
        value_place: Place::new(0, unquoted(text, raw_value)),
        overridden: false,
        elsewhere: None,
        site: reading.add_site(Site::VariableLine(VariableLineSite {
            lead: Span::new(instruction.line.start, name.start),
            name,
            raw_value,
            line: instruction.line,
            line_break: instruction.line_break,
        })),
    }
}

/// Returns the span inside the quotes, if any.
fn unquoted(text: &str, raw: Span) -> Span {
    let body = raw.of(text);
    let quote = body.chars().next().filter(|c| matches!(c, '"' | '\''));
    match quote {
        Some(quote) if raw.len() > 1 && body.ends_with(quote) => {
            Span::new(raw.start + 1, raw.end - 1)
        }
        _ => raw,
    }
}
