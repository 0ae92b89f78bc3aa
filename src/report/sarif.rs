//! SARIF 2.1.0, as code scanning services read it.

mod wire;

use std::collections::BTreeMap;

use super::documentation::{CHANGES, page, sources_of};
use super::escape::quiet_json;
use super::identity::{Identities, Identity};
use super::upgrade::WireUpgrade;
use super::{FileError, FileReport, LintedFile, Outcome, Report, Root, visible};
use crate::check::Knowledge;
use crate::diagnostic::{Diagnostic, Impact, Severity};
use crate::edit::{Applicability, Fix};
use crate::rule::Rule;
use crate::source::{LineColumn, Source, Span};
use crate::suppression::{Suppressor, rules_without_advice};
use wire::{
    Artifact, ArtifactChange, ArtifactContent, Configuration, Driver, Invocation, Log, Message,
    MultiformatMessage, Notification, PhysicalLocation, Place, Region, Replacement, ReportingRule,
    ResultProperties, RuleProperties, Run, RunProperties, SarifFix, SarifResult, Suppression, Tool,
};

/// The name of our fingerprint; the number is raised when its computation changes.
const FINGERPRINT: &str = "etcdUpliftIdentity/v1";

/// Returns the report as one SARIF log.
///
/// # Errors
/// Returns an error if serialising fails, which these types rule out.
pub fn render(
    report: &Report,
    knowledge: &Knowledge,
    root: &Root,
) -> Result<String, serde_json::Error> {
    let levels = levels(report);
    let ids: Vec<&str> = levels.keys().copied().collect();
    let mut identities = Identities::below(root);
    let mut results = Vec::new();
    let mut notifications = Vec::new();
    for file in &report.files {
        match &file.outcome {
            Outcome::Linted(linted) => {
                for (found, by) in linted.all() {
                    let identity = identities.finding(&file.path, found);
                    let rule = ids.binary_search(&found.rule.as_str()).unwrap_or_default();
                    let place = FilePlace { file, linted, root };
                    results.push(result(&place, found, rule, &identity, by));
                }
            }
            Outcome::Failed(error) => notifications.push(notification(file, error, root)),
            Outcome::NotEtcd(_) => {}
        }
    }
    let repository = env!("CARGO_PKG_REPOSITORY");
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    information_uri: Some(repository).filter(|uri| !uri.is_empty()),
                    version: env!("CARGO_PKG_VERSION"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: levels
                        .iter()
                        .map(|(id, level)| rule(id, *level, knowledge))
                        .collect(),
                },
            },
            invocations: [Invocation {
                execution_successful: notifications.is_empty(),
                tool_execution_notifications: notifications,
            }],
            column_kind: "unicodeCodePoints",
            results,
            properties: RunProperties {
                upgrade: WireUpgrade::of(report),
            },
        }],
    };
    let mut text = quiet_json(&serde_json::to_string_pretty(&log)?);
    text.push('\n');
    Ok(text)
}

/// Returns the rules that found something, in order of id, each with its highest severity.
fn levels(report: &Report) -> BTreeMap<&str, Severity> {
    let mut levels = BTreeMap::new();
    for (found, _) in report.linted().flat_map(|(_, linted)| linted.all()) {
        let level = levels.entry(found.rule.as_str()).or_insert(found.severity);
        *level = found.severity.max(*level);
    }
    levels
}

fn rule(id: &str, level: Severity, knowledge: &Knowledge) -> ReportingRule {
    let advice = knowledge.rules.get(id);
    let derived = rules_without_advice().find(|(derived, _)| *derived == id);
    let title = match (advice, derived) {
        (Some(rule), _) => rule.title.clone(),
        (None, Some((_, meaning))) => meaning.to_owned(),
        (None, None) => id.to_owned(),
    };
    let why = advice.map_or_else(|| title.clone(), |rule| rule.why.trim().to_owned());
    let sources = advice
        .map(|rule| rule.sources.as_slice())
        .unwrap_or_default();
    // The last source is about the newest release.
    let uri = sources.iter().rev().find_map(|source| page(source));
    let security = advice.is_some_and(|rule| rule.impact == Impact::Security);
    ReportingRule {
        id: id.to_owned(),
        name: id.to_owned(),
        short_description: Message {
            text: escaped(&title),
        },
        full_description: Message {
            text: escaped(&why),
        },
        help: help(id, &why, advice),
        help_uri: match advice {
            Some(rule) if rule.is_own => uri,
            _ => Some(uri.unwrap_or_else(|| CHANGES.to_owned())),
        },
        default_configuration: Configuration {
            level: level.word(),
        },
        properties: RuleProperties {
            tags: if security {
                vec!["etcd", "upgrade", "security"]
            } else {
                vec!["etcd", "upgrade"]
            },
        },
    }
}

fn help(id: &str, why: &str, rule: Option<&Rule>) -> MultiformatMessage {
    let mut text = why.to_owned();
    let mut markdown = why.to_owned();
    if let Some(rule) = rule {
        let instead = format!("\n\nHelp: {}", rule.instead);
        text.push_str(&instead);
        markdown.push_str(&instead);
        if !rule.sources.is_empty() {
            text.push_str(&format!("\n\n{}:", sources_of(rule)));
            markdown.push_str(&format!("\n\n{}:\n", sources_of(rule)));
        }
        for source in &rule.sources {
            text.push_str(&format!("\n{source}"));
            markdown.push_str(&match page(source) {
                Some(page) => format!("\n* [{source}]({page})"),
                None => format!("\n* {source}"),
            });
        }
    }
    let more = format!("\n\nMore: `{} explain {id}`", env!("CARGO_PKG_NAME"));
    MultiformatMessage {
        text: escaped(&format!("{text}{more}")),
        markdown: format!("{markdown}{more}"),
    }
}

/// Returns the file of a finding.
struct FilePlace<'r> {
    file: &'r FileReport,
    linted: &'r LintedFile,
    root: &'r Root,
}

/// Returns one result; a suppressed finding has its suppression.
fn result(
    place: &FilePlace<'_>,
    found: &Diagnostic,
    rule_index: usize,
    identity: &Identity,
    by: Option<&Suppressor>,
) -> SarifResult {
    let uri = place.root.locate(&place.file.path).uri();
    let fixes = found.fix.iter();
    SarifResult {
        rule_id: found.rule.clone(),
        rule_index,
        level: found.severity.word(),
        message: Message {
            text: escaped(&format!(
                "{}: {}. Help: {}",
                found.title, found.message, found.instead
            )),
        },
        locations: [located(
            uri.clone(),
            Some(region(&place.linted.source, found.span)),
        )],
        partial_fingerprints: BTreeMap::from([(FINGERPRINT, identity.fingerprint())]),
        fixes: fixes
            .filter(|fix| fix.applicability > Applicability::Manual)
            .map(|fix| proposed(fix, &uri, &place.linted.source))
            .collect(),
        suppressions: by.map(|by| {
            [Suppression {
                kind: match by {
                    Suppressor::Comment(_) => "inSource",
                    Suppressor::Configuration | Suppressor::Baseline => "external",
                },
                justification: escaped(by.reason()),
            }]
        }),
        properties: ResultProperties {
            consequence: found.consequence.word(),
            option: found.option.clone(),
            when: found.when.as_ref().map(|(when, _)| when.word()),
            applicability: found.fix.as_ref().map(|fix| fix.applicability.word()),
        },
    }
}

fn proposed(fix: &Fix, uri: &str, source: &Source) -> SarifFix {
    let replacements = fix.edits.iter().map(|edit| Replacement {
        deleted_region: region(source, edit.span),
        inserted_content: ArtifactContent {
            text: edit.text.clone(),
        },
    });
    SarifFix {
        description: Message {
            text: escaped(&format!("{} ({})", fix.title, fix.applicability.word())),
        },
        artifact_changes: [ArtifactChange {
            artifact_location: Artifact {
                uri: uri.to_owned(),
            },
            replacements: replacements.collect(),
        }],
    }
}

fn notification(file: &FileReport, error: &FileError, root: &Root) -> Notification {
    let uri = root.locate(&file.path).uri();
    Notification {
        level: "error",
        message: Message {
            text: escaped(&format!("{}: {}", file.path.display(), error.message)),
        },
        locations: [located(uri, error.place.map(|place| at(place, place)))],
    }
}

fn located(uri: String, region: Option<Region>) -> Place {
    Place {
        physical_location: PhysicalLocation {
            artifact_location: Artifact { uri },
            region,
        },
    }
}

fn region(source: &Source, span: Span) -> Region {
    at(source.line_column(span.start), source.line_column(span.end))
}

fn at(start: LineColumn, end: LineColumn) -> Region {
    Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

/// Escapes a message for SARIF, in which `{0}` is a placeholder for an argument, and a bracket before a parenthesis a
/// link.
///
/// Other braces stay single. SARIF requires all of them doubled, but the services that show messages show both, and
/// what etcd 3.6 prints contains many.
fn escaped(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(visible).collect();
    let text = lines.join("\n").replace("](", "] (");
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut rest = text.as_str();
    while let Some(open) = rest.find('{') {
        let inner = &rest[open + 1..];
        let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
        escaped.push_str(&rest[..open]);
        if digits > 0 && inner[digits..].starts_with('}') {
            escaped.push_str(&format!("{{{{{}}}}}", &inner[..digits]));
            rest = &inner[digits + 1..];
        } else {
            escaped.push('{');
            rest = inner;
        }
    }
    escaped.push_str(rest);
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sarif_takes_for_arguments_and_links_is_escaped() {
        assert_eq!(escaped("{\"msg\":1} {0} {12}"), "{\"msg\":1} {{0}} {{12}}");
        assert_eq!(escaped("[a](https://b) {"), "[a] (https://b) {");
        assert_eq!(escaped("a\nb\u{1b}"), "a\nb\\u{1b}");
    }
}
