//! Properties over generated configurations: what a rewrite keeps, and that nothing brings a reader down.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, reason = "tests/real_etcd.rs starts servers from seeds")]
#[path = "generated/generator.rs"]
mod generator;

use std::sync::LazyLock;

use etcd_uplift::check::{Knowledge, check};
use etcd_uplift::diagnostic::Diagnostic;
use etcd_uplift::edit::Applicability;
use etcd_uplift::facts::version::{Release, Upgrade};
use etcd_uplift::rewrite::{RewriteError, Terms, rewrite};
use etcd_uplift::source::Source;
use etcd_uplift::suppression::COMMENTS_COUNT;
use etcd_uplift::surface::{FileReading, Insistence, Reading, read, surfaces};
use generator::dice::Dice;
use generator::ground::Ground;
use generator::member::Member;
use generator::surfaces::FORMS;
use proptest::prelude::*;

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::built_in().unwrap());

fn terms(from: Release, to: Release, least: Applicability) -> Terms<'static> {
    Terms {
        knowledge: &KNOWLEDGE,
        upgrade: Upgrade {
            from: Some(from),
            to,
        },
        insistence: Insistence::Forced,
        surface: None,
        least,
        policy: &COMMENTS_COUNT,
        neighbours: None,
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

/// The numbers that say a configuration: which form, and what it holds.
fn rolls() -> impl Strategy<Value = (usize, Vec<u16>)> {
    (
        0..FORMS.len(),
        proptest::collection::vec(any::<u16>(), 0..300),
    )
}

/// A generated configuration, and the settings that it holds; none where the form cannot hold them.
fn configuration(form: usize, rolls: &[u16], release: Release) -> Option<(Source, Member)> {
    let form = &FORMS[form];
    let mut dice = Dice::new(rolls.to_vec());
    let ground = Ground::imagined();
    let catalogue = &KNOWLEDGE.catalogue;
    let terms = generator::member::Terms {
        catalogue,
        release,
        ground: &ground,
        spellings: form.spellings,
        starts: false,
    };
    let member = Member::generated(&terms, &mut dice);
    let crlf = dice.once_in(6);
    let text = (form.written)(&member, catalogue, &mut dice)?;
    let text = if crlf {
        text.replace('\n', "\r\n")
    } else {
        text
    };
    Some((Source::new(form.file_name, text), member))
}

/// The settings of a reading, one line each.
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
    match read(source, &KNOWLEDGE.catalogue, Insistence::Named, None) {
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

/// The characters of the old text that the new one does not hold in the same order.
fn is_subsequence_of_lines(kept: &[&str], text: &str) -> bool {
    let mut lines = text.lines();
    kept.iter().all(|wanted| lines.any(|line| line == *wanted))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rewrite_comes_to_rest_and_leaves_nothing_it_could_fix(
        (form, rolls) in rolls(),
        from in release(),
        to in release(),
        also_unsafe in any::<bool>(),
    ) {
        let (from, to) = (from.min(to), from.max(to));
        let least = if also_unsafe { Applicability::Unsafe } else { Applicability::Safe };
        let terms = terms(from, to, least);
        let Some((source, _)) = configuration(form, &rolls, from) else { return Ok(()) };
        let text = source.text.clone();
        let insistence = Insistence::Named;
        let terms = Terms { insistence, ..terms };
        let FileReading::Read(reading) = read(&source, &KNOWLEDGE.catalogue, insistence, None) else {
            return Ok(());
        };
        let before = check(&source, &reading, terms.upgrade, &KNOWLEDGE);
        let once = rewrite(&source, &terms).map_err(|error| failed(&error, &source))?;
        for found in &once.remaining {
            if let Some(fix) = &found.fix {
                prop_assert!(fix.applicability < least, "{} is left in\n{}", found.rule, once.text);
            }
        }
        // A fix that may be made unasked takes its finding away.
        for found in before.iter().filter(|found| is_safe(found)) {
            let stays = once.remaining.iter().any(|other| {
                (&other.rule, &other.option, &other.value) == (&found.rule, &found.option, &found.value)
            });
            let is_withheld = !once.withheld.is_empty();
            prop_assert!(!stays || is_withheld, "{} is still found in\n{}", found.rule, once.text);
        }
        let twice = rewrite(&source.with_text(once.text.clone()), &terms)
            .map_err(|error| failed(&error, &source))?;
        prop_assert_eq!(&twice.text, &once.text, "{:?}\nof\n{}", once.withheld, text);
        // Later passes may touch more, but only settings that were found in an earlier one.
        let touched = |line: &String| {
            before.iter().flat_map(|found| &found.touches).any(|touch| line.split(' ').nth(1) == Some(&touch.name))
        };
        if once.fixes > 0 && once.fixes <= before.len() {
            let after = settings(&source.with_text(once.text.clone()));
            for kept in written(&reading).iter().filter(|line| !touched(line)) {
                prop_assert!(after.contains(kept), "{kept} is lost in\n{}\nof\n{text}", once.text);
            }
        }
        prop_assert_eq!(once.text.contains('\r'), text.contains('\r'));
        prop_assert!(once.text.is_empty() || once.text.ends_with('\n') == text.ends_with('\n'));
    }

    #[test]
    fn lines_that_no_finding_points_at_stay(
        (form, rolls) in rolls(),
        to in release(),
    ) {
        let Some((source, _)) = configuration(form, &rolls, to) else { return Ok(()) };
        let text = source.text.clone();
        let FileReading::Read(reading) = read(&source, &KNOWLEDGE.catalogue, Insistence::Named, None) else {
            return Ok(());
        };
        let upgrade = Upgrade { from: Some(Release::new(3, 2, 32)).filter(|from| *from <= to), to };
        let found = check(&source, &reading, upgrade, &KNOWLEDGE);
        let touched = |offset: usize, length: usize| {
            found.iter().filter_map(|found| found.fix.as_ref()).flat_map(|fix| &fix.edits)
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
        let terms = Terms { insistence: Insistence::Named, upgrade, ..terms(to, to, Applicability::Safe) };
        let rewritten = rewrite(&source, &terms).map_err(|error| failed(&error, &source))?;
        // Later passes may touch more, but only settings that were found in an earlier one.
        if rewritten.fixes <= found.len() {
            prop_assert!(is_subsequence_of_lines(&kept, &rewritten.text), "{text}\n---\n{}", rewritten.text);
        }
    }

    #[test]
    fn what_is_read_is_what_was_written((form, rolls) in rolls(), release in release()) {
        let Some((source, member)) = configuration(form, &rolls, release) else { return Ok(()) };
        let entry = &FORMS[form];
        let reading = match read(&source, &KNOWLEDGE.catalogue, Insistence::Named, None) {
            FileReading::Read(reading) => reading,
            other => return Err(TestCaseError::fail(format!("{}: {other:?}\n{}", entry.what, source.text))),
        };
        let mut given: Vec<String> = member.settings.iter()
            .map(|given| format!("{:?} {} {:?}", given.spelling, given.name, given.value)).collect();
        given.sort();
        prop_assert_eq!(written(&reading), given, "{}\n{}", entry.what, source.text);
        prop_assert_eq!(reading.surface_name(), entry.surface, "{}", source.text);
        prop_assert_eq!(reading.members.len(), 1, "{}", source.text);
    }

    #[test]
    fn arbitrary_text_is_read_by_every_surface_without_a_panic(text in "(?s).{0,300}") {
        let source = Source::new("etcd.conf.yml", text);
        for surface in surfaces() {
            let _ = read(&source, &KNOWLEDGE.catalogue, Insistence::Forced, Some(surface));
        }
    }

    #[test]
    fn text_near_etcds_is_read_by_every_surface_without_a_panic(
        pieces in proptest::collection::vec(
            proptest::sample::select(vec![
                "etcd", " ", "--", "name", "=", "\"", "'", "\\", "\n", "\r\n", "$", "{", "}", "[", "]", ":", "- ", "#",
                "ETCD_NAME", "ETCD_OPTS", "ca-file", "client-transport-security", "&a", "*a", "<<", "[Service]\n",
                "ExecStart=", "Environment=", "sh -c ", "{{", "}}", "{%", "%}", "http://x:1/v3alpha/kv", "\u{feff}", "é",
                "|", ">", ";", "%i", "apiVersion: v1\nkind: Pod\nspec: {containers: [{", "command: [", "]", "args: ",
                "\n- ", "env: ", "name: ", "value: ", "services: {a: {", "|-\n   ", ", ", "extraArgs: ", "\\x20", "`", "(", ")", "docker run -e ",
            ]),
            0..40,
        ),
    ) {
        let source = Source::new("etcd.conf.yml", pieces.concat());
        for surface in surfaces() {
            let forced = Some(surface);
            if let FileReading::Read(reading) = read(&source, &KNOWLEDGE.catalogue, Insistence::Forced, forced) {
                let upgrade = Upgrade { from: Some(Release::new(3, 2, 0)), to: Release::new(3, 4, 0) };
                let _ = check(&source, &reading, upgrade, &KNOWLEDGE);
            }
        }
    }
}
