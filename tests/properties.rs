//! Properties over generated configurations: what a rewrite keeps, and that no reader panics.
//!
//! A generated configuration that is not read fails. Each property counts what it exercised, and fails if that is next
//! to nothing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, reason = "tests/real_etcd.rs starts servers from seeds")]
#[path = "generated/generator.rs"]
mod generator;
#[path = "properties/odd_texts.rs"]
mod odd_texts;
#[path = "properties/tally.rs"]
mod tally;

use std::sync::LazyLock;

use etcd_uplift::check::{Knowledge, check_alone};
use etcd_uplift::diagnostic::Diagnostic;
use etcd_uplift::edit::Applicability;
use etcd_uplift::facts::version::{Release, Upgrade};
use etcd_uplift::lint::LintOptions;
use etcd_uplift::rewrite::{RewriteError, RewriteOptions, rewrite};
use etcd_uplift::source::Source;
use etcd_uplift::surface::{Discovery, FileReading, Reading, read};
use generator::dice::Dice;
use generator::ground::Ground;
use generator::member::Member;
use generator::surfaces::FORMS;
use proptest::prelude::*;
use tally::{CASES, Tally, holds};

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::built_in().unwrap());

fn options(from: Release, to: Release, least: Applicability) -> RewriteOptions<'static> {
    let upgrade = Upgrade {
        from: Some(from),
        to,
    };
    RewriteOptions {
        lint: LintOptions::new(&KNOWLEDGE, upgrade),
        least,
    }
}

fn release() -> impl Strategy<Value = Release> {
    let releases: Vec<Release> = KNOWLEDGE
        .catalogue
        .lines()
        .map(|(_, _, last)| last)
        .collect();
    proptest::sample::select(releases)
}

/// The numbers that determine a configuration: its form, and its content.
fn rolls() -> impl Strategy<Value = (usize, Vec<u16>)> {
    (
        0..FORMS.len(),
        proptest::collection::vec(any::<u16>(), 0..300),
    )
}

/// Returns a generated configuration and its settings, or `None` if the form cannot contain them.
fn configuration(form: usize, rolls: &[u16], release: Release) -> Option<(Source, Member)> {
    let form = &FORMS[form];
    let mut dice = Dice::new(rolls.to_vec());
    let ground = Ground::imagined();
    let catalogue = &KNOWLEDGE.catalogue;
    let options = generator::member::MemberOptions {
        catalogue,
        release,
        ground: &ground,
        spellings: form.spellings,
        starts: false,
    };
    let member = Member::generated(&options, &mut dice);
    let crlf = dice.once_in(6);
    let text = (form.written)(&member, catalogue, &mut dice)?;
    let text = if crlf {
        text.replace('\n', "\r\n")
    } else {
        text
    };
    Some((Source::new(form.file_name, text), member))
}

/// Reads a generated configuration, which must be recognised without a surface being named.
fn read_generated(form: usize, source: &Source, tally: &Tally) -> Result<Reading, TestCaseError> {
    match read(source, &KNOWLEDGE.catalogue, Discovery::Explicit, None) {
        FileReading::Read(reading) => {
            tally.count("read");
            Ok(reading)
        }
        other => {
            let what = FORMS[form].what;
            let why = format!("{what}: {other:?}\n{}", source.text);
            Err(TestCaseError::fail(why))
        }
    }
}

/// Returns the settings of a reading, one line each.
fn written(reading: &Reading) -> Vec<String> {
    let settings = reading.members.iter().flat_map(|member| &member.settings);
    let mut lines: Vec<String> = settings
        .map(|setting| {
            format!(
                "{:?} {} {:?}",
                setting.spelling, setting.name, setting.value
            )
        })
        .collect();
    lines.sort();
    lines
}

fn settings(source: &Source) -> Vec<String> {
    match read(source, &KNOWLEDGE.catalogue, Discovery::Explicit, None) {
        FileReading::Read(reading) => written(&reading),
        _ => Vec::new(),
    }
}

fn is_safe(found: &Diagnostic) -> bool {
    let fix = found.fix.as_ref();
    fix.is_some_and(|fix| fix.applicability == Applicability::Safe)
}

fn failed(error: &RewriteError, source: &Source) -> TestCaseError {
    TestCaseError::fail(format!("{error}\n{}:\n{}", source.file_name(), source.text))
}

/// Returns the characters of the old text that are not in the new one in the same order.
fn is_subsequence_of_lines(kept: &[&str], text: &str) -> bool {
    let mut lines = text.lines();
    kept.iter().all(|wanted| lines.any(|line| line == *wanted))
}

#[test]
fn a_rewrite_converges_and_leaves_nothing_it_could_fix() {
    let tally = Tally::default();
    let strategy = (rolls(), release(), release(), any::<bool>());
    holds(&strategy, |((form, rolls), from, to, also_unsafe)| {
        let (from, to) = (from.min(to), from.max(to));
        let least = if also_unsafe {
            Applicability::Unsafe
        } else {
            Applicability::Safe
        };
        let options = options(from, to, least);
        let Some((source, _)) = configuration(form, &rolls, from) else {
            return Ok(());
        };
        let text = source.text.clone();
        let reading = read_generated(form, &source, &tally)?;
        let before = check_alone(&source, &reading, options.lint.upgrade, &KNOWLEDGE);
        let once = rewrite(&source, &options).map_err(|error| failed(&error, &source))?;
        if once.fixes > 0 {
            tally.count("fixed");
        }
        for found in &once.remaining {
            if let Some(fix) = &found.fix {
                prop_assert!(
                    fix.applicability < least,
                    "{} is left in\n{}",
                    found.rule,
                    once.text
                );
            }
        }
        // A safe fix removes its finding.
        for found in before.iter().filter(|found| is_safe(found)) {
            let stays = once.remaining.iter().any(|other| {
                (&other.rule, &other.option, &other.value)
                    == (&found.rule, &found.option, &found.value)
            });
            let is_withheld = !once.withheld.is_empty();
            prop_assert!(
                !stays || is_withheld,
                "{} is still found in\n{}",
                found.rule,
                once.text
            );
        }
        let twice = rewrite(&source.with_text(once.text.clone()), &options)
            .map_err(|error| failed(&error, &source))?;
        prop_assert_eq!(&twice.text, &once.text, "{:?}\nof\n{}", once.withheld, text);
        // Later passes may touch more, but only settings that were found in an earlier one.
        let touched = |line: &String| {
            before
                .iter()
                .flat_map(|found| &found.touches)
                .any(|touch| line.split(' ').nth(1) == Some(&touch.name))
        };
        if once.fixes > 0 && once.fixes <= before.len() {
            tally.count("settings compared");
            let after = settings(&source.with_text(once.text.clone()));
            for kept in written(&reading).iter().filter(|line| !touched(line)) {
                prop_assert!(
                    after.contains(kept),
                    "{kept} is lost in\n{}\nof\n{text}",
                    once.text
                );
            }
        }
        prop_assert_eq!(once.text.contains('\r'), text.contains('\r'));
        prop_assert!(once.text.is_empty() || once.text.ends_with('\n') == text.ends_with('\n'));
        Ok(())
    });
    tally.demand("read", CASES / 2);
    tally.demand("fixed", 30);
    tally.demand("settings compared", 20);
}

#[test]
fn every_form_is_read_and_fixed() {
    let lines = KNOWLEDGE.catalogue.lines();
    let releases: Vec<Release> = lines.map(|(_, _, last)| last).collect();
    for (form, entry) in FORMS.iter().enumerate() {
        let tally = Tally::default();
        for (seed, &from) in (0..).zip(releases.iter().cycle()).take(2 * releases.len()) {
            let rolls = Dice::seeded(seed).rolls().to_vec();
            let Some((source, _)) = configuration(form, &rolls, from) else {
                continue;
            };
            let reading = read_generated(form, &source, &tally).unwrap();
            let options = options(from, KNOWLEDGE.catalogue.newest(), Applicability::Unsafe);
            let rewritten = rewrite(&source, &options).map_err(|error| failed(&error, &source));
            let fixes = rewritten.unwrap().fixes;
            if reading.is_read_only() {
                assert_eq!(fixes, 0, "{}", source.text);
                tally.count("unchanged");
            }
            if fixes > 0 {
                tally.count("fixed");
            }
        }
        let (read, fixed) = (tally.get("read"), tally.get("fixed"));
        let is_read_only = tally.get("unchanged") == read;
        let what = entry.what;
        assert!(
            read >= 5 && (fixed >= 2 || is_read_only),
            "{what}: {read} read, {fixed} fixed"
        );
    }
}

#[test]
fn lines_that_no_finding_points_at_stay() {
    let tally = Tally::default();
    holds(&(rolls(), release()), |((form, rolls), to)| {
        let Some((source, _)) = configuration(form, &rolls, to) else {
            return Ok(());
        };
        let text = source.text.clone();
        let reading = read_generated(form, &source, &tally)?;
        let upgrade = Upgrade {
            from: Some(Release::new(3, 2, 32)).filter(|from| *from <= to),
            to,
        };
        let found = check_alone(&source, &reading, upgrade, &KNOWLEDGE);
        let touched = |offset: usize, length: usize| {
            found
                .iter()
                .filter_map(|found| found.fix.as_ref())
                .flat_map(|fix| &fix.edits)
                .any(|edit| edit.span.start <= offset + length && offset <= edit.span.end)
        };
        let mut offset = 0;
        let mut kept = Vec::new();
        for line in text.split_inclusive('\n') {
            if !touched(offset, line.len()) {
                kept.push(line.trim_end_matches(['\n', '\r']));
            }
            offset += line.len();
        }
        let options = RewriteOptions {
            lint: LintOptions::new(&KNOWLEDGE, upgrade),
            least: Applicability::Safe,
        };
        let rewritten = rewrite(&source, &options).map_err(|error| failed(&error, &source))?;
        // Later passes may touch more, but only settings that were found in an earlier one.
        if rewritten.fixes <= found.len() {
            if rewritten.fixes > 0 && !kept.is_empty() {
                tally.count("lines compared");
            }
            prop_assert!(
                is_subsequence_of_lines(&kept, &rewritten.text),
                "{text}\n---\n{}",
                rewritten.text
            );
        }
        Ok(())
    });
    tally.demand("read", CASES / 2);
    tally.demand("lines compared", 5);
}

#[test]
fn what_is_read_is_what_was_written() {
    let tally = Tally::default();
    holds(&(rolls(), release()), |((form, rolls), release)| {
        let Some((source, member)) = configuration(form, &rolls, release) else {
            return Ok(());
        };
        let entry = &FORMS[form];
        let reading = read_generated(form, &source, &tally)?;
        let mut given: Vec<String> = member
            .settings
            .iter()
            .map(|given| format!("{:?} {} {:?}", given.spelling, given.name, given.value))
            .collect();
        given.sort();
        prop_assert_eq!(written(&reading), given, "{}\n{}", entry.what, source.text);
        prop_assert_eq!(reading.surface_name(), entry.surface, "{}", source.text);
        prop_assert_eq!(reading.members.len(), 1, "{}", source.text);
        Ok(())
    });
    tally.demand("read", CASES / 2);
}

#[test]
fn every_surface_has_a_generated_form() {
    for surface in etcd_uplift::surface::surfaces() {
        let mut forms = FORMS.iter();
        assert!(
            forms.any(|form| form.surface == surface.name),
            "{}",
            surface.name
        );
    }
}
