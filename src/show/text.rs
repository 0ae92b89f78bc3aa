//! What is in force, as text for people, and as settings in one spelling.

use std::fmt::Write;

use super::difference::Difference;
use super::in_force::Origin;
use super::not_in_force::{Effect, NotInForce};
use super::row::Row;
use super::shown::ShownMember;
use super::spelled::Spelled;
use super::writer;
use crate::facts::catalogue::{Catalogue, Spelling, ValueType};
use crate::report::{visible, visible_path};

/// The widest value that other columns are aligned to.
const WIDEST_VALUE: usize = 48;

/// Returns the members with their options in force, or with what differs from the other release.
#[must_use]
pub fn render(members: &[ShownMember]) -> String {
    let members = members.iter().map(member);
    members.collect::<Vec<String>>().join("\n")
}

/// Returns what is set in the members in one spelling.
#[must_use]
pub fn render_spelled(members: &[ShownMember], catalogue: &Catalogue) -> String {
    let texts = members.iter().filter_map(|member| {
        let spelled = member.spelled.as_ref()?;
        let mut text = format!("# {}\n", head(member));
        for line in comments(spelled) {
            push(
                &mut text,
                &format!("# {}", visible(&line.replace('\n', "\\n"))),
            );
        }
        text.push_str(&settings(spelled, catalogue));
        Some((spelled.spelling, text))
    });
    let texts: Vec<(Spelling, String)> = texts.collect();
    let is_file = texts.iter().any(|(spelling, _)| *spelling == Spelling::Key);
    let between = if is_file { "---\n" } else { "\n" };
    let texts: Vec<String> = texts.into_iter().map(|(_, text)| text).collect();
    texts.join(between)
}

/// Returns what is to be known about settings in one spelling.
fn comments(spelled: &Spelled) -> Vec<String> {
    let release = spelled.release;
    let refusals = spelled.refusals.iter();
    let refusals = refusals.map(|line| format!("etcd {release} does not start: {line}"));
    let left = spelled.left_out.iter();
    let left = left.map(|left| format!("left out: {}: {}", left.what, left.why));
    let mut lines: Vec<String> = refusals.chain(left).collect();
    if !spelled.defaults.is_empty() {
        let options = spelled.defaults.join(", ");
        lines.push(format!(
            "not set before, and written because etcd {release} has another default for a {}: {options}",
            spelled.spelling.word()
        ));
    }
    lines
}

/// Returns the settings alone.
#[must_use]
pub fn settings(spelled: &Spelled, catalogue: &Catalogue) -> String {
    let is_duration = |setting: &crate::member::Setting| {
        let option = setting.option_in(catalogue);
        option.is_some_and(|option| option.type_at(spelled.release) == ValueType::Duration)
    };
    match spelled.spelling {
        Spelling::Key => writer::file(&spelled.settings, is_duration),
        Spelling::Flag => writer::command(&spelled.settings),
        Spelling::Variable => writer::variables(&spelled.settings),
    }
}

fn member(member: &ShownMember) -> String {
    let mut text = format!("{}\n", head(member));
    let (refused, dead): (Vec<&NotInForce>, Vec<&NotInForce>) = member
        .not_in_force
        .iter()
        .partition(|one| one.effect != Effect::None);
    for one in refused {
        let at = one
            .origin
            .as_ref()
            .map_or_else(String::new, |at| format!(" ({})", shown(at)));
        let line = format!(
            "  etcd {} does not start: {}",
            member.release,
            visible(&one.why)
        );
        push(&mut text, &format!("{line}{at}"));
    }
    let lines = match member.from {
        Some(_) => compared(&member.differences),
        None => in_force(&member.rows),
    };
    for line in aligned(&lines) {
        push(&mut text, &line);
    }
    for one in dead {
        let setting = one.setting.as_deref().map_or_else(String::new, value);
        let at = one
            .origin
            .as_ref()
            .map_or_else(String::new, |at| format!(" ({})", shown(at)));
        push(
            &mut text,
            &format!("  not in force: {setting}{at}: {}", visible(&one.why)),
        );
    }
    text
}

fn push(text: &mut String, line: &str) {
    text.push_str(line.trim_end());
    text.push('\n');
}

/// Returns the line about the member as a whole.
fn head(member: &ShownMember) -> String {
    let start = shown(&member.start);
    let mut line = match &member.name {
        Some(name) => format!("{} ({start})", visible(name)),
        None => start,
    };
    // Writing to a `String` cannot fail.
    let _ = match member.from {
        Some(from) => write!(line, ", etcd {from} -> {}", member.release),
        None => write!(line, " at etcd {}", member.release),
    };
    if let Some(file) = &member.config_file {
        let _ = write!(line, ", configuration file {}", visible_path(&file.path));
    }
    if !member.is_complete {
        let missing: Vec<_> = member.missing.iter().map(|path| visible(path)).collect();
        let why = match missing.len() {
            0 => "other settings are given elsewhere".to_owned(),
            1 => format!("{} is not in this tree", missing[0]),
            _ => format!("{} are not in this tree", missing.join(", ")),
        };
        let _ = write!(line, "; incomplete: {why}, so defaults are not shown");
    }
    line
}

fn shown(origin: &Origin) -> String {
    format!("{}:{}", visible_path(&origin.path), origin.line)
}

fn in_force(rows: &[Row]) -> Vec<[String; 3]> {
    let rows = rows
        .iter()
        .map(|row| [row.option.clone(), of_row(row), from(row)]);
    rows.collect()
}

fn compared(differences: &[Difference]) -> Vec<[String; 3]> {
    let lines = differences.iter().map(|one| {
        let side = |row: &Option<Row>| row.as_ref().map_or_else(|| "-".to_owned(), of_row);
        let row = one.new.as_ref().filter(|row| row.origin.is_some());
        let at = row
            .or(one.old.as_ref())
            .map_or_else(|| "default".to_owned(), from);
        let rules = if one.rules.is_empty() {
            "(no finding)".to_owned()
        } else {
            visible(&one.rules.join(", ")).into_owned()
        };
        let change = format!("{} -> {}", side(&one.old), side(&one.new));
        [one.option.clone(), change, format!("{at}  {rules}")]
    });
    lines.collect()
}

fn of_row(row: &Row) -> String {
    match (row.is_known, row.value.as_str()) {
        (true, text) => value(text),
        (false, "") => "(depends on another value)".to_owned(),
        (false, text) => format!("{} (as written)", value(text)),
    }
}

/// Returns a value on one line, in quotes if it would not be seen.
fn value(text: &str) -> String {
    let line = text.replace('\n', "\\n");
    if text.is_empty() || text.trim() != text {
        format!("\"{}\"", visible(&line))
    } else {
        visible(&line).into_owned()
    }
}

fn from(row: &Row) -> String {
    row.origin
        .as_ref()
        .map_or_else(|| "default".to_owned(), shown)
}

fn aligned(lines: &[[String; 3]]) -> Vec<String> {
    let width = |text: &String| text.chars().count();
    let first = lines.iter().map(|line| width(&line[0])).max().unwrap_or(0);
    let second = lines.iter().map(|line| width(&line[1]));
    let second = second
        .filter(|width| *width <= WIDEST_VALUE)
        .max()
        .unwrap_or(0);
    let lines = lines
        .iter()
        .map(|[one, two, three]| format!("  {one:first$}  {two:second$}  {three}"));
    lines.collect()
}
