//! Texts that nobody writes: no reader panics on them.

use etcd_uplift::check::check_alone;
use etcd_uplift::facts::version::{Release, Upgrade};
use etcd_uplift::source::Source;
use etcd_uplift::surface::{Discovery, FileReading, read, surfaces};
use proptest::prelude::*;

use super::tally::{CASES, Tally, holds};
use super::{KNOWLEDGE, configuration, release, rolls};

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_is_read_by_every_surface_without_a_panic(text in "(?s).{0,300}") {
        let source = Source::new("etcd.conf.yml", text);
        for surface in surfaces() {
            let _ = read(&source, &KNOWLEDGE.catalogue, Discovery::Forced, Some(surface));
        }
    }
}

/// Parts of etcd's configurations, and of texts that break them.
const PIECES: &[&str] = &[
    "etcd",
    " ",
    "--",
    "name",
    "=",
    "\"",
    "'",
    "\\",
    "\n",
    "\r\n",
    "$",
    "{",
    "}",
    "[",
    "]",
    ":",
    "- ",
    "#",
    "ETCD_NAME",
    "ETCD_OPTS",
    "ca-file",
    "client-transport-security",
    "&a",
    "*a",
    "<<",
    "[Service]\n",
    "ExecStart=",
    "Environment=",
    "sh -c ",
    "{{",
    "}}",
    "{%",
    "%}",
    "http://x:1/v3alpha/kv",
    "\u{feff}",
    "é",
    "|",
    ">",
    ";",
    "%i",
    "apiVersion: v1\nkind: Pod\nspec: {containers: [{",
    "command: [",
    "]",
    "args: ",
    "\n- ",
    "env: ",
    "name: ",
    "value: ",
    "services: {a: {",
    "|-\n   ",
    ", ",
    "extraArgs: ",
    "\\x20",
    "`",
    "(",
    ")",
    "docker run -e ",
];

fn pieces(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<&'static str>> {
    proptest::collection::vec(proptest::sample::select(PIECES), count)
}

/// Reads a text as every surface, and checks what was read; returns whether some surface read settings.
fn is_read_by_any_surface(source: &Source) -> bool {
    let mut is_read = false;
    for surface in surfaces() {
        let forced = Some(surface);
        let reading = read(source, &KNOWLEDGE.catalogue, Discovery::Forced, forced);
        if let FileReading::Read(reading) = reading {
            let upgrade = Upgrade {
                from: Some(Release::new(3, 2, 0)),
                to: Release::new(3, 4, 0),
            };
            let _ = check_alone(source, &reading, upgrade, &KNOWLEDGE);
            is_read |= reading.settings() > 0;
        }
    }
    is_read
}

#[test]
fn text_near_etcds_is_read_by_every_surface_without_a_panic() {
    holds(&pieces(0..40), |pieces| {
        is_read_by_any_surface(&Source::new("etcd.conf.yml", pieces.concat()));
        Ok(())
    });
}

#[test]
fn a_configuration_with_pieces_in_it_is_read_by_every_surface_without_a_panic() {
    let tally = Tally::default();
    let places = proptest::collection::vec(any::<prop::sample::Index>(), 4);
    let strategy = (rolls(), release(), pieces(1..4), places);
    holds(&strategy, |((form, rolls), release, pieces, places)| {
        let Some((source, _)) = configuration(form, &rolls, release) else {
            return Ok(());
        };
        let mut text = source.text.clone();
        for (piece, place) in pieces.iter().zip(places) {
            let mut at = place.index(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            text.insert_str(at, piece);
        }
        if is_read_by_any_surface(&source.with_text(text)) {
            tally.count("read");
        }
        Ok(())
    });
    tally.demand("read", CASES / 4);
}
