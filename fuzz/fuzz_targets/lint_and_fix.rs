//! Lints and fixes any text: findings are inside the text, and a rewritten text has no further fix.
#![no_main]

use std::sync::LazyLock;

use etcd_uplift::check::Knowledge;
use etcd_uplift::edit::Applicability;
use etcd_uplift::lint::{LintOptions, LintResult, lint};
use etcd_uplift::rewrite::{RewriteOptions, rewrite};
use etcd_uplift::source::Source;
use etcd_uplift::facts::version::{Upgrade, Version};
use libfuzzer_sys::fuzz_target;

static KNOWLEDGE: LazyLock<Knowledge> =
    LazyLock::new(|| Knowledge::built_in().expect("the rules are tested"));

fuzz_target!(|input: (u8, &str)| {
    let (choice, text) = input;
    let release = |text: &str| {
        let version: Version = text.parse().expect("a version");
        KNOWLEDGE.catalogue.release(version).expect("a known one")
    };
    let (from, to) = [("2.3", "3.7"), ("3.2", "3.4"), ("3.3", "3.6"), ("3.6", "3.7")][usize::from(choice % 4)];
    let upgrade = Upgrade {
        from: Some(release(from)),
        to: release(to),
    };
    let name = ["etcd.conf.yml", "etcd.service", "etcd.env", "pod.yaml", "start.sh"][usize::from(choice / 4 % 5)];
    let source = Source::new(name, text);
    let options = LintOptions::new(&KNOWLEDGE, upgrade);
    let LintResult::Linted(linted) = lint(&source, &options) else {
        return;
    };
    for found in linted.diagnostics {
        assert!(found.span.end <= text.len());
        assert!(text.is_char_boundary(found.span.start) && text.is_char_boundary(found.span.end));
    }
    let options = RewriteOptions {
        lint: options,
        least: if choice % 2 == 0 { Applicability::Unsafe } else { Applicability::Safe },
    };
    if let Ok(first) = rewrite(&source, &options) {
        let again = rewrite(&source.with_text(first.text.as_str()), &options);
        assert_eq!(again.map(|again| again.text).ok(), Some(first.text), "a second run changes nothing");
    }
});
