//! systemd units and drop-ins: `ExecStart=` and similar commands, `Environment=`.

use super::command_line::{Finder, flags_in, insert_flags, variable_setting};
use super::evidence::{is_telling, names_option};
use super::properties::{Comments, Continuation, Surface, Syntax};
use super::read_error::ReadError;
use super::reading::Reading;
use super::request::{Discovery, Recognition, Request};
use super::site::unwritable::Unwritable;
use super::systemctl_cat::{several_units, shown_files};
use super::task_file;
use super::unit_file::UnitFile;
use crate::facts::catalogue::{Catalogue, Spelling};
use crate::member::{
    Completeness, Delivery, Member, Place, Reference, ReferenceKind, Setting, mark_overridden,
};
use crate::source::Span;
use crate::text::decoded::Decoded;
use crate::text::quoting::Quoting;
use crate::text::words::{Dialect, words};

/// The properties of this surface.
pub(super) const SURFACE: Surface = Surface {
    name: "systemd-unit",
    syntax: Syntax::Other,
    comments: Comments::OwnLine,
    continuation: Continuation::EscapeAcrossComments,
    is_script: false,
};

pub(super) fn read(request: &Request<'_>) -> Recognition {
    let text = request.text;
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let has_section = lines.any(|line| {
        matches!(
            line.trim(),
            "[Service]" | "[Unit]" | "[Install]" | "[Container]"
        )
    });
    if !has_section {
        return Recognition::No("");
    }
    // A playbook may write a unit and other files.
    if request.discovery < Discovery::Forced && writes_files(request) {
        return Recognition::No("");
    }
    let shown = shown_files(text);
    let mut reading = Reading::of(SURFACE);
    if !shown.is_empty() {
        mark_output(request, &mut reading, &shown);
    }
    if let Some(units) = several_units(text, &shown) {
        return read_each(request, reading, units);
    }
    let mut variables: Vec<Variable> = Vec::new();
    let mut commands: Vec<Directive<'_>> = Vec::new();
    let mut unit = UnitFile {
        is_drop_in: shown.is_empty() && is_drop_in(request.file_name),
        ..UnitFile::default()
    };
    for directive in directives(text) {
        match directive.name {
            name @ ("ExecStart" | "ExecStartPre" | "ExecStartPost" | "ExecReload" | "ExecStop"
            | "ExecStopPost" | "ExecCondition") => {
                if directive.value.is_empty() {
                    commands.retain(|command| command.name != name);
                    unit.resets_commands |= name == "ExecStart";
                } else {
                    commands.push(directive);
                }
            }
            "Environment" if directive.value.is_empty() => {
                variables.clear();
                unit.resets_variables = true;
            }
            "Environment" => match environment(request, &mut reading, &directive) {
                Ok(found) => {
                    // A later assignment replaces an earlier one.
                    let is_again = |variable: &Variable| {
                        let mut found = found.iter();
                        variable.holder.is_some() && found.any(|new| new.holder == variable.holder)
                    };
                    variables.retain(|variable| !is_again(variable));
                    variables.extend(found);
                }
                Err(error) => return Recognition::Unreadable(error),
            },
            "EnvironmentFile" if directive.value.is_empty() => {
                unit.environment_files.clear();
                unit.resets_environment_files = true;
            }
            "EnvironmentFile" => unit
                .environment_files
                .push(environment_file(text, directive.value)),
            "UnsetEnvironment" => {
                let names = words(text, directive.value, Dialect::Unit);
                let names = names.iter().map(|word| word.text().to_owned());
                unit.unset.extend(names);
            }
            _ => {}
        }
    }
    let start = |finder: &mut Finder<'_>| {
        for command in &commands {
            let body = command.value.of(text);
            let rest = body.trim_start_matches(['@', '-', ':', '+', '!', '|']);
            let prefix = &body[..body.len() - rest.len()];
            finder.names_itself = prefix.contains('@');
            let range = Span::new(command.value.start + prefix.len(), command.value.end);
            finder.find(text, range, Dialect::Unit, 0, 0);
        }
    };
    complete(request, reading, (unit, variables), start)
}

/// Adds the members that `start` finds, with the variables of their unit.
pub(super) fn complete(
    request: &Request<'_>,
    mut reading: Reading,
    (mut unit, variables): (UnitFile, Vec<Variable>),
    start: impl FnOnce(&mut Finder<'_>),
) -> Recognition {
    let mut finder = Finder::new(request, &mut reading);
    start(&mut finder);
    if let Some(error) = finder.error {
        return Recognition::Unreadable(error);
    }
    let expanded = finder.expanded;
    let counts = |variable: &Variable| match &variable.holder {
        Some(name) => expanded.contains_key(name) || variable.is_telling(request.catalogue),
        None => true,
    };
    let mut settings: Vec<Setting> = Vec::new();
    let mut held: Vec<(Place, Vec<Setting>)> = Vec::new();
    for variable in &variables {
        let held = variable.settings.iter().cloned();
        unit.variables
            .extend(held.map(|setting| (variable.holder.clone(), setting)));
    }
    for variable in variables.into_iter().filter(counts) {
        if let Some(name) = &variable.holder {
            reading.hazards.set_holder(&variable.settings, name);
            if let Some(place) = expanded.get(name) {
                held.push((*place, variable.settings));
                continue;
            }
            reading.hazards.unexpanded.insert(name.clone());
        }
        settings.extend(variable.settings);
    }
    let mut variables = settings;
    let options = variables
        .iter()
        .filter(|setting| setting.option_in(request.catalogue).is_some())
        .count();
    if reading.is_empty() {
        if options == 0 && request.discovery < Discovery::Forced {
            return Recognition::No(
                "a unit that neither starts etcd nor sets one of its variables",
            );
        }
        if let Some(first) = variables.first() {
            let anchor = first.name_place;
            reading.members.push(Member {
                settings: Vec::new(),
                completeness: Completeness::Partial,
                delivery: Delivery::Environment,
                ..Member::at(anchor)
            });
        }
    }
    if reading.members.len() > 1 {
        // Each command of the unit gets all of them.
        let held = held.iter().flat_map(|(_, settings)| settings);
        let sites = variables.iter().chain(held).map(|setting| setting.site);
        reading.hazards.shared.extend(sites);
    }
    for (index, member) in reading.members.iter_mut().enumerate() {
        if index == 0 {
            for (place, flags) in std::mem::take(&mut held) {
                insert_flags(&mut member.settings, flags, place);
            }
            variables.retain(|setting| {
                setting.spelling != Spelling::Variable || member.inherited.contains(&setting.name)
            });
            variables.append(&mut member.settings);
            member.settings = std::mem::take(&mut variables);
            mark_overridden(&mut member.settings);
        }
    }
    reading.unit = Some(Box::new(unit));
    Recognition::Read(reading)
}

/// Whether the text is a playbook with the contents of files.
fn writes_files(request: &Request<'_>) -> bool {
    let may_write = request.text.contains("content:") && request.text.contains("dest:");
    may_write
        && matches!(task_file::read(request), Recognition::Read(reading) if reading.files.iter().any(|file| file.is_read))
}

/// Whether a file of that name continues a unit, and is none itself.
fn is_drop_in(file_name: &str) -> bool {
    let is_template = |end: &&str| ["j2", "erb", "tpl", "tmpl", "epp"].contains(end);
    let (stem, end) = file_name.rsplit_once('.').unwrap_or((file_name, ""));
    let name = if is_template(&end) { stem } else { file_name };
    name.ends_with(".conf")
}

/// Reads the value of `EnvironmentFile=`.
fn environment_file(text: &str, value: Span) -> Reference {
    let path = value.of(text);
    let is_optional = path.starts_with('-');
    let start = value.start + usize::from(is_optional);
    Reference {
        kind: ReferenceKind::Variables,
        path: text[start..value.end].trim_matches(['"', ' ']).to_owned(),
        place: Place::new(0, Span::new(start, value.end)),
        is_optional,
        object: None,
    }
}

/// Records that the text is output of `systemctl cat`, which shows these files.
fn mark_output(request: &Request<'_>, reading: &mut Reading, files: &[(usize, &str)]) {
    let text = request.text;
    let all = Span::new(0, text.len());
    reading
        .hazards
        .output
        .set_read_only(all, Unwritable::UnitOutput);
    for (start, file) in files {
        let origin = format!("this line is in {file}");
        reading.hazards.output.begin(*start, origin);
    }
    let directives = directives(text).into_iter();
    for directive in directives.filter(|directive| directive.name == "Environment") {
        hide_others(request.catalogue, text, reading, directive.value);
    }
}

/// Reads each unit of an output as a text of its own.
pub(super) fn read_each(
    request: &Request<'_>,
    mut reading: Reading,
    units: Vec<Span>,
) -> Recognition {
    for unit in units {
        let mut decoded = Decoded::default();
        decoded.push_verbatim(unit.of(request.text), unit.start, Quoting::Fixed);
        request.read_embedded(&mut reading, decoded, 0, request.file_name);
    }
    if reading.is_empty() {
        return Recognition::No("its units neither start etcd nor set one of its variables");
    }
    Recognition::Read(reading)
}

/// Hides the variables of other programs in the value of `Environment=`: they may be secrets.
pub(super) fn hide_others(catalogue: &Catalogue, text: &str, reading: &mut Reading, value: Span) {
    for word in words(text, value, Dialect::Unit) {
        let (name, value) = word.text().split_once('=').unwrap_or_default();
        // Flags in a variable are settings.
        if catalogue.spelled(Spelling::Variable, name).is_none() && !value.starts_with('-') {
            reading.hazards.output.hide(word.span);
        }
    }
}

/// `Name=value`, the value with its continuation lines.
pub(super) struct Directive<'t> {
    pub(super) name: &'t str,
    /// Where the line begins.
    pub(super) start: usize,
    pub(super) value: Span,
}

pub(super) fn directives(text: &str) -> Vec<Directive<'_>> {
    let mut found = Vec::new();
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    while at < text.len() {
        let end = physical_end(text, at);
        let line = &text[at..end];
        let body = line.trim_start();
        if body.is_empty() || body.starts_with(['#', ';', '[']) {
            at = end + 1;
            continue;
        }
        let Some(equals) = line.find('=') else {
            at = end + 1;
            continue;
        };
        let start = at;
        let mut last = end;
        while is_continued(&text[at..last]) && last < text.len() {
            // Comment lines inside a continuation do not end it.
            let mut next = last + 1;
            let mut next_end = physical_end(text, next);
            while text[next..next_end].trim_start().starts_with(['#', ';']) && next_end < text.len()
            {
                next = next_end + 1;
                next_end = physical_end(text, next);
            }
            at = next;
            last = next_end;
        }
        let value_end = start.max(last - (text[at..last].len() - text[at..last].trim_end().len()));
        let raw_start = start + equals + 1;
        let lead = text[raw_start..value_end.max(raw_start)].len()
            - text[raw_start..value_end.max(raw_start)]
                .trim_start_matches([' ', '\t'])
                .len();
        found.push(Directive {
            name: line[..equals].trim(),
            start,
            value: Span::new(
                (raw_start + lead).min(value_end.max(raw_start)),
                value_end.max(raw_start),
            ),
        });
        at = last + 1;
    }
    found
}

fn physical_end(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    text[at..].find('\n').map_or(text.len(), |found| at + found)
}

/// Whether a line ends with a backslash that is not escaped.
fn is_continued(line: &str) -> bool {
    let line = line.strip_suffix('\r').unwrap_or(line);
    (line.len() - line.trim_end_matches('\\').len()) % 2 == 1
}

/// One variable of a unit, and what it sets.
pub(super) struct Variable {
    /// The name of a variable of flags; `None` if etcd reads the variable itself.
    holder: Option<String>,
    settings: Vec<Setting>,
}

impl Variable {
    fn is_telling(&self, catalogue: &Catalogue) -> bool {
        let mut settings = self.settings.iter();
        settings.any(|setting| is_telling(catalogue, Spelling::Flag, &setting.name))
    }
}

/// Reads the variables of one `Environment=` line.
pub(super) fn environment(
    request: &Request<'_>,
    reading: &mut Reading,
    directive: &Directive<'_>,
) -> Result<Vec<Variable>, ReadError> {
    let text = request.text;
    let all = words(text, directive.value, Dialect::Unit);
    reading.report_unread_rest(&all, 0);
    let mut variables = Vec::new();
    // New lines end as the first one does.
    let first_line = text.split_inclusive('\n').next().unwrap_or_default();
    let line_break = if first_line.ends_with("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    for (index, word) in all.iter().enumerate() {
        let Some(equals) = word.text().find('=') else {
            continue;
        };
        let value = Span::new(equals + 1, word.text().len());
        let is_option = names_option(request.catalogue, &word.text()[..equals]);
        if value.of(word.text()).starts_with('-') && !is_option && word.unclosed.is_none() {
            // `Environment="ETCD_OPTS=--name a"`
            let inner = reading.embed(word.decoded.clone(), 0);
            let list = flags_in(request.catalogue, word.text(), value, inner, reading);
            variables.push(Variable {
                holder: Some(word.text()[..equals].to_owned()),
                settings: list.settings,
            });
            continue;
        }
        if !word.text().starts_with("ETCD_") || word.text().starts_with("ETCDCTL_") {
            continue;
        }
        if let Some(offset) = word.unclosed {
            let message = "the quote that opens here is never closed".to_owned();
            return Err(ReadError { message, offset });
        }
        let (lead, removal) = if all.len() == 1 {
            let indent = &text[directive.start..directive.value.start];
            let end = directive.value.end;
            let next_line = text[end..]
                .find('\n')
                .map_or(text.len(), |found| end + found + 1);
            (
                format!("{line_break}{indent}"),
                Span::new(directive.start, next_line),
            )
        } else if index > 0 {
            (
                " ".to_owned(),
                Span::new(all[index - 1].span.end, word.span.end),
            )
        } else {
            (
                " ".to_owned(),
                Span::new(word.span.start, all[1].span.start),
            )
        };
        let name = Span::new(0, equals);
        variables.push(Variable {
            holder: None,
            settings: vec![variable_setting(reading, word, name, lead, removal, 0)],
        });
    }
    Ok(variables)
}
