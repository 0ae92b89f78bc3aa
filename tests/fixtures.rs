//! Runs every case below `fixtures/`.
//!
//! `fixtures/README.md` describes a case; `tests/fixture_layout.rs` checks that it contains nothing else. A missing
//! expectation is a failure. `.ci/bless fixtures` writes them; read them before you commit them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use etcd_uplift::check::Knowledge;
use etcd_uplift::diagnostic::Diagnostic;
use etcd_uplift::edit::Applicability;
use etcd_uplift::facts::hops::{Hops, Route};
use etcd_uplift::facts::version::{Upgrade, Version};
use etcd_uplift::lint::{Content, LintOptions, LintResult, decode, lint};
use etcd_uplift::rewrite::{Rewrite, RewriteOptions, rewrite, rewrite_with_tags};
use etcd_uplift::source::Source;

struct Case {
    folder: PathBuf,
    input: PathBuf,
    upgrade: Upgrade,
    least: Applicability,
    bump: bool,
}

#[test]
fn every_fixture_gives_the_report_and_the_rewrite_beside_it() {
    let knowledge = Knowledge::built_in().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let bless = std::env::var_os("ETCD_UPLIFT_BLESS").is_some();
    let mut failures = Vec::new();
    let mut cases = 0;
    // `tests/members.rs` runs the cases of several files.
    let topics = folders(&root)
        .into_iter()
        .filter(|kind| !kind.ends_with("members"))
        .flat_map(|kind| folders(&kind))
        .collect::<Vec<_>>();
    for folder in topics.iter().flat_map(|topic| folders(topic)) {
        cases += 1;
        match case(&folder, &knowledge).and_then(|case| run(&case, &knowledge, bless)) {
            Ok(()) => {}
            Err(why) => failures.push(format!(
                "{}: {why}",
                folder.strip_prefix(&root).unwrap().display()
            )),
        }
    }
    assert!(cases > 0, "no fixtures");
    println!("{cases} fixtures");
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(root) else {
        return Vec::new();
    };
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn case(folder: &Path, knowledge: &Knowledge) -> Result<Case, String> {
    let arguments = fs::read_to_string(folder.join("arguments"))
        .map_err(|error| format!("arguments: {error}"))?;
    let mut words = arguments.split_whitespace();
    let (mut from, mut to, mut least, mut bump) = (None, None, Applicability::Safe, false);
    while let Some(word) = words.next() {
        let mut version = || {
            let version: Version = words
                .next()
                .unwrap_or_default()
                .parse()
                .map_err(|error| format!("{error}"))?;
            knowledge
                .catalogue
                .release(version)
                .map_err(|error| error.to_string())
        };
        match word {
            "--from" => from = Some(version()?),
            "--to" => to = Some(version()?),
            "--unsafe" => least = Applicability::Unsafe,
            "--bump" => bump = true,
            other => return Err(format!("arguments: {other}")),
        }
    }
    let inputs: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            name != "arguments" && !name.ends_with(".fixed") && !name.ends_with(".report")
        })
        .collect();
    let [input] = inputs.as_slice() else {
        return Err(format!("{} inputs instead of one", inputs.len()));
    };
    Ok(Case {
        folder: folder.to_path_buf(),
        input: input.clone(),
        upgrade: Upgrade {
            from,
            to: to.unwrap_or_else(|| knowledge.catalogue.newest()),
        },
        least,
        bump,
    })
}

fn run(case: &Case, knowledge: &Knowledge, bless: bool) -> Result<(), String> {
    let name = case.input.file_name().unwrap().to_str().unwrap();
    let bytes = fs::read(&case.input).unwrap();
    let source = match decode(Path::new(name), bytes, None) {
        Ok(Content::Text(source)) => source,
        other => return Err(format!("{other:?}")),
    };
    let text = source.text.clone();
    let options = LintOptions::new(knowledge, case.upgrade);
    let linted = match lint(&source, &options) {
        LintResult::Linted(linted) => linted,
        LintResult::NotEtcd(why) => {
            expect(case, &format!("{name}.fixed"), &text, bless)?;
            return expect(
                case,
                &format!("{name}.report"),
                &format!("not etcd: {why}\n"),
                bless,
            );
        }
        LintResult::Unreadable(error) => {
            let place = source.line_column(error.offset);
            expect(case, &format!("{name}.fixed"), &text, bless)?;
            let report = format!(
                "unreadable {}:{}: {}\n",
                place.line, place.column, error.message
            );
            return expect(case, &format!("{name}.report"), &report, bless);
        }
    };
    let reading = &linted.reading;
    let mut report = format!(
        "{}, members: {}, settings: {}\n",
        reading.surface_name(),
        reading.members.len(),
        reading.settings()
    );
    for error in &reading.unread {
        let place = source.line_column(error.offset);
        writeln!(
            report,
            "unread {}:{}: {}",
            place.line, place.column, error.message
        )
        .unwrap();
    }
    for found in &linted.diagnostics {
        describe(&mut report, &source, found);
    }
    for silenced in &linted.suppressed {
        let found = &silenced.diagnostic;
        let place = source.line_column(found.span.start);
        let (line, column, rule) = (place.line, place.column, &found.rule);
        writeln!(
            report,
            "\n{line}:{column} silenced[{rule}] {:?}",
            silenced.by
        )
        .unwrap();
    }
    let options = RewriteOptions {
        lint: options,
        least: case.least,
    };
    let once = fixed(&source, &options, case.bump)?;
    let twice = fixed(&source.with_text(once.text.clone()), &options, case.bump)?;
    if twice.text != once.text {
        return Err("a second run changes the text again".to_owned());
    }
    if once.remaining.iter().any(|found| {
        found
            .fix
            .as_ref()
            .is_some_and(|fix| fix.applicability >= case.least)
    }) {
        return Err("a finding with an applicable fix is left".to_owned());
    }
    expect(case, &format!("{name}.fixed"), &once.text, bless)?;
    expect(case, &format!("{name}.report"), &report, bless)
}

fn fixed(source: &Source, options: &RewriteOptions<'_>, bump: bool) -> Result<Rewrite, String> {
    let fixed = if bump {
        let hops = Hops::built_in().unwrap();
        let lint = options.lint;
        let upgrade = Route::one_stop(&hops, &lint.knowledge.catalogue, lint.upgrade, None);
        let lint = LintOptions { upgrade, ..lint };
        rewrite_with_tags(source, &RewriteOptions { lint, ..*options }, &hops)
    } else {
        rewrite(source, options)
    };
    fixed.map_err(|error| error.to_string())
}

fn describe(report: &mut String, source: &Source, found: &Diagnostic) {
    let start = source.line_column(found.span.start);
    let end = source.line_column(found.span.end);
    writeln!(
        report,
        "\n{}:{}-{}:{} {}[{}] {}\n  {}\n  etcd:  {}\n  help:  {}",
        start.line,
        start.column,
        end.line,
        end.column,
        found.severity.word(),
        found.rule,
        found.consequence.word(),
        found.title,
        found.message,
        found.instead
    )
    .unwrap();
    if let Some((when, why)) = &found.when {
        writeln!(report, "  when:  {}, {why}", when.word()).unwrap();
    }
    for note in &found.notes {
        writeln!(report, "  note:  {note}").unwrap();
    }
    if let Some(fix) = &found.fix {
        writeln!(
            report,
            "  fix:   {}, {}",
            fix.applicability.word(),
            fix.title
        )
        .unwrap();
    }
}

fn expect(case: &Case, name: &str, actual: &str, bless: bool) -> Result<(), String> {
    let path = case.folder.join(name);
    if bless {
        fs::write(&path, actual).unwrap();
        return Ok(());
    }
    let expected = fs::read_to_string(&path).map_err(|_| format!("{name} is missing"))?;
    if expected == actual {
        Ok(())
    } else {
        Err(format!(
            "{name} differs\n--- expected\n{expected}\n--- actual\n{actual}"
        ))
    }
}
