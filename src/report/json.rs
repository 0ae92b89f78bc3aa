//! The versioned JSON report. Lines and columns are 1-based, byte offsets 0-based.

use std::borrow::Cow;

use serde::Serialize;

use super::clusters::ReportedCluster;
use super::documentation::page;
use super::escape::quiet_json;
use super::upgrade::WireUpgrade;
use super::{FileReport, LintedFile, Outcome, Report};
use crate::diagnostic::Diagnostic;
use crate::edit::Fix;

/// The version of this format.
const VERSION: u32 = 1;

/// Returns the report as one JSON object.
///
/// # Errors
/// Returns an error if serialising fails, which these types rule out.
pub fn render(report: &Report) -> Result<String, serde_json::Error> {
    let summary = report.summary();
    let wire = WireReport {
        version: VERSION,
        tool: WireTool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
        upgrade: WireUpgrade::of(report),
        summary: WireSummary {
            files: summary.files,
            members: summary.members,
            findings: summary.findings,
            errors: summary.errors,
            warnings: summary.warnings,
            notes: summary.notes,
            fixable: summary.fixable,
        },
        files: report.files.iter().filter_map(file).collect(),
        clusters: report
            .clusters
            .iter()
            .map(|it| cluster(report, it))
            .collect(),
        findings: report
            .linted()
            .flat_map(|(file, linted)| {
                linted
                    .diagnostics
                    .iter()
                    .map(|found| finding(file, linted, found))
            })
            .collect(),
    };
    let mut text = quiet_json(&serde_json::to_string_pretty(&wire)?);
    text.push('\n');
    Ok(text)
}

fn file(file: &FileReport) -> Option<WireFile> {
    let path = file.path.to_string_lossy().into_owned();
    match &file.outcome {
        Outcome::Linted(linted) => Some(WireFile {
            path,
            surface: linted.surface,
            members: linted.members,
            settings: linted.settings,
            error: None,
        }),
        Outcome::Failed(error) => Some(WireFile {
            path,
            surface: "",
            members: 0,
            settings: 0,
            error: Some(WireError {
                message: error.message.clone(),
                line: error.place.map(|place| place.line),
                column: error.place.map(|place| place.column),
            }),
        }),
        Outcome::NotEtcd(_) => None,
    }
}

fn cluster<'r>(report: &'r Report, cluster: &'r ReportedCluster) -> WireCluster<'r> {
    let state = cluster.state(report);
    let members = cluster.members.iter();
    let members = members.map(|member| WireMember {
        name: &member.name,
        path: member.path.to_string_lossy().into_owned(),
        line: member.line,
    });
    WireCluster {
        token: cluster.token.as_deref(),
        members: members.collect(),
        not_found: &cluster.not_found,
        to: cluster.to.to_string(),
        ready: state.is_ready(),
        errors: state.errors,
        refusals: state.refusals,
        warnings: state.warnings,
    }
}

fn finding<'r>(
    file: &'r FileReport,
    linted: &'r LintedFile,
    found: &'r Diagnostic,
) -> WireFinding<'r> {
    let start = linted.source.line_column(found.span.start);
    let end = linted.source.line_column(found.span.end);
    WireFinding {
        rule: &found.rule,
        severity: found.severity.word(),
        consequence: found.consequence.word(),
        title: &found.title,
        message: &found.message,
        instead: &found.instead,
        notes: &found.notes,
        when: found.when.as_ref().map(|(when, _)| when.word()),
        option: found.option.as_deref(),
        spelling: found.spelling.map(crate::facts::catalogue::Spelling::word),
        value: found.value.as_deref(),
        path: file.path.to_string_lossy().into_owned(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        start: found.span.start,
        end: found.span.end,
        docs: links(&found.docs),
        fix: found.fix.as_ref().map(fix),
    }
}

/// Returns a page for each source that has one, and the other sources as they are.
fn links(sources: &[String]) -> Vec<Cow<'_, str>> {
    let link = |source| page(source).map_or(Cow::Borrowed(source), Cow::Owned);
    sources.iter().map(String::as_str).map(link).collect()
}

fn fix(fix: &Fix) -> WireFix<'_> {
    WireFix {
        title: &fix.title,
        applicability: fix.applicability.word(),
        when: fix.when.word(),
        edits: fix
            .edits
            .iter()
            .map(|edit| WireEdit {
                start: edit.span.start,
                end: edit.span.end,
                text: &edit.text,
            })
            .collect(),
    }
}

#[derive(Serialize)]
struct WireReport<'r> {
    version: u32,
    tool: WireTool,
    upgrade: WireUpgrade<'r>,
    summary: WireSummary,
    files: Vec<WireFile>,
    clusters: Vec<WireCluster<'r>>,
    findings: Vec<WireFinding<'r>>,
}

#[derive(Serialize)]
struct WireTool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct WireSummary {
    files: usize,
    members: usize,
    findings: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    fixable: usize,
}

#[derive(Serialize)]
struct WireFile {
    path: String,
    surface: &'static str,
    members: usize,
    settings: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<WireError>,
}

#[derive(Serialize)]
struct WireCluster<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'r str>,
    members: Vec<WireMember<'r>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    not_found: &'r [String],
    to: String,
    ready: bool,
    errors: usize,
    refusals: usize,
    warnings: usize,
}

#[derive(Serialize)]
struct WireMember<'r> {
    name: &'r str,
    path: String,
    line: usize,
}

#[derive(Serialize)]
struct WireError {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

#[derive(Serialize)]
struct WireFinding<'r> {
    rule: &'r str,
    severity: &'static str,
    consequence: &'static str,
    title: &'r str,
    message: &'r str,
    instead: &'r str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'r [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    option: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'r str>,
    path: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    start: usize,
    end: usize,
    docs: Vec<Cow<'r, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<WireFix<'r>>,
}

#[derive(Serialize)]
struct WireFix<'r> {
    title: &'r str,
    applicability: &'static str,
    when: &'static str,
    edits: Vec<WireEdit<'r>>,
}

#[derive(Serialize)]
struct WireEdit<'r> {
    start: usize,
    end: usize,
    text: &'r str,
}
