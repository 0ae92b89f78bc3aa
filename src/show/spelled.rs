//! The settings of a member in one spelling, so that a release has the same values in force with them.

use super::in_force::InForce;
use super::not_in_force::{Effect, NotInForce, not_in_force};
use super::row::{Row, nanoseconds, rows};
use super::writer::can_write;
use crate::facts::catalogue::{Catalogue, EtcdOption, KeyType, Spelling};
use crate::facts::go_value::{parse_bool, parse_whole};
use crate::facts::version::Release;
use crate::member::{Completeness, Delivery, Member, Place, Setting, Value};
use crate::server::acceptance::{self, Acceptance};
use crate::server::effective::Effective;
use crate::server::startup;
use crate::source::Span;

/// What is not written, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The option, if that has a value in force.
    pub option: Option<String>,
    /// The option, or the setting as it is spelled.
    pub what: String,
    /// Why it is left out.
    pub why: String,
}

/// The settings of a member in one spelling.
#[derive(Clone, Debug)]
pub struct Spelled {
    /// The release that they are for.
    pub release: Release,
    /// The spelling.
    pub spelling: Spelling,
    /// The settings; they are in no text, so their places mean nothing.
    pub settings: Vec<Setting>,
    /// The options that are not set in the member, and are written down because the release has another default in the
    /// spelling.
    pub defaults: Vec<String>,
    /// What is not written.
    pub left_out: Vec<LeftOut>,
    /// Why the release does not start with these settings, nor with those of the member.
    pub refusals: Vec<String>,
}

/// Returns what is set in a member in one spelling, ready for its release: under the names that take effect, and without
/// what the release refuses or ignores. Where the release has another default in that spelling, the value in force is
/// written down.
#[must_use]
pub fn spelled(catalogue: &Catalogue, in_force: &InForce, spelling: Spelling) -> Spelled {
    let release = in_force.release;
    let rows = rows(catalogue, in_force);
    let writer = Writer {
        catalogue,
        in_force,
        spelling,
        release,
    };
    let mut settings: Vec<(String, Setting)> = Vec::new();
    let mut left_out: Vec<LeftOut> = Vec::new();
    for row in rows.iter().filter(|row| row.origin.is_some()) {
        match writer.setting(row) {
            Ok(Some(setting)) => settings.push((row.option.clone(), setting)),
            Ok(None) => {}
            Err(why) => left_out.push(left(row, why)),
        }
    }
    let mut defaults: Vec<String> = Vec::new();
    // Another spelling may have other defaults, and derive other values from them.
    let differing = writer.differing(&settings, &rows);
    for row in differing.into_iter().filter(|row| row.origin.is_none()) {
        match writer.setting(row) {
            Ok(Some(setting)) => {
                settings.push((row.option.clone(), setting));
                defaults.push(row.option.clone());
            }
            Ok(None) => {}
            Err(why) => {
                let other = format!("{why}, so etcd {release} uses another default");
                left_out.push(left(row, other));
            }
        }
    }
    settings.sort_by(|(one, _), (other, _)| one.cmp(other));
    for row in writer.differing(&settings, &rows) {
        let is_written = settings.iter().any(|(option, _)| *option == row.option);
        if is_written {
            let why = format!(
                "etcd {release} uses another value if it is given as a {}",
                spelling.word()
            );
            left_out.push(left(row, why));
        }
    }
    let before = startup::refusals(catalogue, &in_force.member, release);
    let is_old = |line: &str| before.iter().any(|one| one.line == line);
    for refusal in startup::refusals(catalogue, &writer.member(&settings), release) {
        let index = refusal.setting.filter(|_| !is_old(&refusal.line));
        let option = index.and_then(|index| settings.get(index));
        let Some((option, _)) = option.cloned() else {
            continue;
        };
        let row = rows.iter().find(|row| row.option == option);
        let why = format!("etcd {release} does not start: {}", refusal.line);
        left_out.extend(row.map(|row| left(row, why)));
    }
    let is_left = |option: &str| {
        left_out
            .iter()
            .any(|left| left.option.as_deref() == Some(option))
    };
    settings.retain(|(option, _)| !is_left(option));
    defaults.retain(|option| !is_left(option));
    // What holds without the setting is not lost.
    let differing = writer.differing(&settings, &rows);
    let is_known = |option: &str| rows.iter().any(|row| row.option == option && row.is_known);
    left_out.retain(|left| {
        let option = left.option.as_deref();
        option.is_none_or(|option| {
            !in_force.is_complete
                || !is_known(option)
                || differing.iter().any(|row| row.option == option)
        })
    });
    let refusals = startup::refusals(catalogue, &writer.member(&settings), release);
    let dead = not_in_force(catalogue, in_force);
    left_out.extend(dead.iter().filter_map(|one| of_dead(one, release)));
    Spelled {
        release,
        spelling,
        settings: settings.into_iter().map(|(_, setting)| setting).collect(),
        defaults,
        left_out,
        refusals: refusals.into_iter().map(|refusal| refusal.line).collect(),
    }
}

fn left(row: &Row, why: String) -> LeftOut {
    LeftOut {
        option: Some(row.option.clone()),
        what: match row.value.as_str() {
            "" => format!("{}=\"\"", row.option),
            value => format!("{}={value}", row.option),
        },
        why,
    }
}

fn of_dead(found: &NotInForce, release: Release) -> Option<LeftOut> {
    let why = match found.effect {
        Effect::Refused => format!("etcd {release} does not start: {}", found.why),
        // Other settings may be at fault.
        Effect::DoesNotStart => return None,
        Effect::None => found.why.clone(),
    };
    Some(LeftOut {
        option: None,
        what: found.setting.clone()?,
        why,
    })
}

struct Writer<'a> {
    catalogue: &'a Catalogue,
    in_force: &'a InForce,
    spelling: Spelling,
    release: Release,
}

impl Writer<'_> {
    /// Returns the setting that gives an option the value of its row; `None` if another row does.
    fn setting(&self, row: &Row) -> Result<Option<Setting>, String> {
        let option = self.catalogue.option(&row.option);
        let Some(option) = option.filter(|option| option.address.is_none()) else {
            // The URLs that the server makes of an address have their own row.
            return Ok(None);
        };
        if !row.is_known {
            return Err("its value depends on something else".to_owned());
        }
        let (spelling, release) = (self.spelling, self.release);
        let name = option
            .spelled(spelling, release)
            .filter(|_| option.accepts(spelling, release))
            .ok_or_else(|| format!("etcd {release} has no {} for it", spelling.word()))?;
        let value = match spelling {
            Spelling::Key => self.key_value(option, row)?,
            Spelling::Flag | Spelling::Variable => Value::Text(self.flag_value(row)?),
        };
        if spelling == Spelling::Variable && value.text() == Some("") {
            return Err("an empty variable is not set".to_owned());
        }
        let place = Place::new(0, Span::at(0));
        let setting = Setting {
            spelling,
            name,
            name_place: place,
            value,
            value_place: place,
            overridden: false,
            elsewhere: None,
            site: usize::MAX,
        };
        match acceptance::check(self.catalogue, &setting, release) {
            Acceptance::Accepted if can_write(&setting) => Ok(Some(setting)),
            Acceptance::Accepted => {
                Err("the value has characters that cannot be written there".to_owned())
            }
            Acceptance::Refused(line) => Err(format!("etcd {release} does not start: {line}")),
            _ => Err(format!("etcd {release} ignores it")),
        }
    }

    fn flag_value(&self, row: &Row) -> Result<String, String> {
        let items = self.items(row).unwrap_or_default();
        if items.len() > 1 && items.iter().any(|item| item.contains(',')) {
            return Err("an item of the list has a comma".to_owned());
        }
        Ok(row.value.clone())
    }

    fn key_value(&self, option: &EtcdOption, row: &Row) -> Result<Value, String> {
        let text = row.value.as_str();
        let other = || format!("a {} cannot hold the value", self.spelling.word());
        Ok(match option.key_type_at(self.release) {
            KeyType::String => Value::Text(text.to_owned()),
            KeyType::Bool => Value::Bool(parse_bool(text).ok_or_else(other)?),
            KeyType::Duration => Value::Integer(row.nanoseconds.ok_or_else(other)?.into()),
            KeyType::Int | KeyType::Int64 | KeyType::Uint | KeyType::Uint32 | KeyType::Uint64 => {
                Value::Integer(parse_whole(text).ok_or_else(other)?)
            }
            KeyType::List => {
                let items = self.items(row);
                let split = || text.split(',').map(str::to_owned).collect();
                let items: Vec<String> = items.unwrap_or_else(split);
                Value::List(items.into_iter().map(Value::Text).collect())
            }
            KeyType::Unsupported => return Err(other()),
        })
    }

    /// Returns the items of a list as they are set.
    fn items(&self, row: &Row) -> Option<Vec<String>> {
        let in_force = self.in_force;
        let effective = Effective::new(self.catalogue, &in_force.member, self.release);
        let items = effective.listed(&row.option)?;
        (items.join(",") == row.value).then_some(items)
    }

    fn member(&self, settings: &[(String, Setting)]) -> Member {
        let settings = settings.iter().map(|(_, setting)| setting.clone());
        Member {
            settings: settings.collect(),
            completeness: if self.in_force.is_complete {
                Completeness::Whole
            } else {
                Completeness::Partial
            },
            delivery: match self.spelling {
                Spelling::Key => Delivery::ConfigFile,
                Spelling::Flag | Spelling::Variable => Delivery::Environment,
            },
            ..Member::at(Place::new(0, Span::at(0)))
        }
    }

    /// Returns the rows whose values the release does not have in force with these settings.
    fn differing<'r>(&self, settings: &[(String, Setting)], rows: &'r [Row]) -> Vec<&'r Row> {
        let member = self.member(settings);
        let effective = Effective::new(self.catalogue, &member, self.release);
        let is_same = |row: &&Row| {
            let resolved = effective.resolved(&row.option);
            match row.nanoseconds {
                Some(number) => resolved.and_then(|text| nanoseconds(&text)) == Some(number),
                None => resolved.as_deref() == Some(&row.value),
            }
        };
        let known = rows.iter().filter(|row| row.is_known);
        known.filter(|row| !is_same(row)).collect()
    }
}
