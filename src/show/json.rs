//! What is in force as one versioned JSON object. Lines are 1-based.

use serde::Serialize;

use super::difference::Difference;
use super::in_force::Origin;
use super::not_in_force::{Effect, NotInForce};
use super::row::Row;
use super::shown::ShownMember;
use crate::facts::version::Release;
use crate::report::quiet_json;

/// The version of this format.
const VERSION: u32 = 1;

/// Returns the members as one JSON object.
///
/// # Errors
/// Returns an error if serialising fails, which these types rule out.
pub fn render(
    members: &[ShownMember],
    release: Release,
    from: Option<Release>,
) -> Result<String, serde_json::Error> {
    let wire = WireShow {
        version: VERSION,
        tool: WireTool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
        release: release.to_string(),
        from: from.map(|from| from.to_string()),
        members: members.iter().map(member).collect(),
    };
    let mut text = quiet_json(&serde_json::to_string_pretty(&wire)?);
    text.push('\n');
    Ok(text)
}

fn member(member: &ShownMember) -> WireMember<'_> {
    let is_compared = member.from.is_some();
    WireMember {
        name: member.name.as_deref(),
        path: member.start.path.to_string_lossy().into_owned(),
        line: member.start.line,
        release: member.release.to_string(),
        config_file: member.config_file.as_ref().map(origin),
        complete: member.is_complete,
        missing: &member.missing,
        options: (!is_compared).then(|| member.rows.iter().map(option).collect()),
        differences: is_compared.then(|| member.differences.iter().map(difference).collect()),
        not_in_force: member.not_in_force.iter().map(not_in_force).collect(),
    }
}

fn option(row: &Row) -> WireOption<'_> {
    WireOption {
        option: &row.option,
        value: &row.value,
        known: row.is_known,
        nanoseconds: row.nanoseconds,
        origin: row.origin.as_ref().map(origin),
        default: row.origin.is_none(),
    }
}

fn difference(difference: &Difference) -> WireDifference<'_> {
    WireDifference {
        option: &difference.option,
        old: difference.old.as_ref().map(option),
        new: difference.new.as_ref().map(option),
        rules: &difference.rules,
    }
}

fn not_in_force(found: &NotInForce) -> WireNotInForce<'_> {
    WireNotInForce {
        setting: found.setting.as_deref(),
        origin: found.origin.as_ref().map(origin),
        message: &found.why,
        refused: found.effect != Effect::None,
    }
}

fn origin(origin: &Origin) -> WireOrigin {
    WireOrigin {
        path: origin.path.to_string_lossy().into_owned(),
        line: origin.line,
    }
}

#[derive(Serialize)]
struct WireShow<'a> {
    version: u32,
    tool: WireTool,
    release: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    members: Vec<WireMember<'a>>,
}

#[derive(Serialize)]
struct WireTool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct WireMember<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    path: String,
    line: usize,
    release: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    config_file: Option<WireOrigin>,
    complete: bool,
    missing: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<Vec<WireOption<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    differences: Option<Vec<WireDifference<'a>>>,
    not_in_force: Vec<WireNotInForce<'a>>,
}

#[derive(Serialize)]
struct WireOption<'a> {
    option: &'a str,
    value: &'a str,
    known: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    nanoseconds: Option<i64>,
    origin: Option<WireOrigin>,
    default: bool,
}

#[derive(Serialize)]
struct WireDifference<'a> {
    option: &'a str,
    old: Option<WireOption<'a>>,
    new: Option<WireOption<'a>>,
    rules: &'a [String],
}

#[derive(Serialize)]
struct WireNotInForce<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    setting: Option<&'a str>,
    origin: Option<WireOrigin>,
    message: &'a str,
    refused: bool,
}

#[derive(Serialize)]
struct WireOrigin {
    path: String,
    line: usize,
}
