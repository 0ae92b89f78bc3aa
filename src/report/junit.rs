//! JUnit XML: a suite for each file, a failed case for each finding, a passed one if there is none.

use std::fmt::Write;

use super::escape::push_escape;
use super::identity::{Identities, NOT_LINTED};
use super::{FileReport, Outcome, Report, Root, visible};

/// Returns the report as XML.
#[must_use]
pub fn render(report: &Report, root: &Root) -> String {
    let mut identities = Identities::below(root);
    let mut suites: Vec<Suite> = Vec::new();
    for file in &report.files {
        let path = root.locate(&file.path).text();
        let cases = cases(file, &path, &mut identities);
        if matches!(file.outcome, Outcome::NotEtcd(_)) {
            continue;
        }
        // The parts of a file that could not be read have rows of their own.
        match suites.last_mut().filter(|suite| suite.name == path) {
            Some(suite) => suite.cases.extend(cases),
            None => suites.push(Suite { name: path, cases }),
        }
    }
    if suites.is_empty() {
        suites.push(Suite {
            name: env!("CARGO_PKG_NAME").to_owned(),
            cases: Vec::new(),
        });
    }
    for suite in &mut suites {
        if suite.cases.is_empty() {
            suite.cases.push(Case {
                name: "nothing found".to_owned(),
                problem: None,
            });
        }
    }
    document(&suites)
}

struct Suite {
    name: String,
    cases: Vec<Case>,
}

impl Suite {
    fn count(&self, element: &str) -> usize {
        let problems = self.cases.iter().filter_map(|case| case.problem.as_ref());
        problems
            .filter(|problem| problem.element == element)
            .count()
    }
}

struct Case {
    name: String,
    problem: Option<Problem>,
}

struct Problem {
    element: &'static str,
    kind: &'static str,
    message: String,
    text: String,
}

fn cases(file: &FileReport, path: &str, identities: &mut Identities<'_>) -> Vec<Case> {
    match &file.outcome {
        Outcome::Linted(linted) => linted
            .diagnostics
            .iter()
            .map(|found| {
                let place = linted.source.line_column(found.span.start);
                let identity = identities.finding(&file.path, found);
                Case {
                    name: named(&found.rule, &found.about, identity.ordinal),
                    problem: Some(Problem {
                        element: "failure",
                        kind: found.severity.word(),
                        message: found.title.clone(),
                        text: format!(
                            "{path}:{}:{}: {}; help: {}",
                            place.line, place.column, found.message, found.instead
                        ),
                    }),
                }
            })
            .collect(),
        Outcome::Failed(error) => {
            let place = error.place.map_or_else(String::new, |place| {
                format!(":{}:{}", place.line, place.column)
            });
            let identity = identities.error(&file.path, error);
            vec![Case {
                name: named(NOT_LINTED, "file", identity.ordinal),
                problem: Some(Problem {
                    element: "error",
                    kind: NOT_LINTED,
                    message: error.message.clone(),
                    text: format!("{path}{place}: {}", error.message),
                }),
            }]
        }
        Outcome::NotEtcd(_) => Vec::new(),
    }
}

/// Services compare cases of two runs by their names.
fn named(rule: &str, about: &str, ordinal: usize) -> String {
    match ordinal {
        0 => format!("{rule}: {about}"),
        _ => format!("{rule}: {about} ({})", ordinal + 1),
    }
}

fn document(suites: &[Suite]) -> String {
    let total = |count: &dyn Fn(&Suite) -> usize| suites.iter().map(count).sum::<usize>();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a `String` cannot fail.
    let _ = writeln!(
        out,
        "<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
        env!("CARGO_PKG_NAME"),
        total(&|suite| suite.cases.len()),
        total(&|suite| suite.count("failure")),
        total(&|suite| suite.count("error")),
    );
    for suite in suites {
        let name = escaped(&suite.name);
        let _ = writeln!(
            out,
            "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
            suite.cases.len(),
            suite.count("failure"),
            suite.count("error"),
        );
        for case in &suite.cases {
            let opening = format!(
                "    <testcase name=\"{}\" classname=\"{name}\"",
                escaped(&case.name)
            );
            let Some(problem) = &case.problem else {
                let _ = writeln!(out, "{opening}/>");
                continue;
            };
            let _ = writeln!(
                out,
                "{opening}>\n      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n    </testcase>",
                problem.element,
                escaped(problem.kind),
                escaped(&problem.message),
                escaped(&problem.text),
            );
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

/// Escapes a text for XML, in attributes too. XML 1.0 has no form at all for most control characters.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in visible(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => push_escape(&mut escaped, c),
            _ => escaped.push(c),
        }
    }
    escaped
}
