//! Reads any text as every surface: it is read or refused with a reason, and its spans are inside the text.
#![no_main]

use std::sync::LazyLock;

use etcd_uplift::check::Knowledge;
use etcd_uplift::source::Source;
use etcd_uplift::surface::{FileReading, Discovery, read, surfaces};
use libfuzzer_sys::fuzz_target;

static KNOWLEDGE: LazyLock<Knowledge> =
    LazyLock::new(|| Knowledge::built_in().expect("the rules are tested"));

fuzz_target!(|text: &str| {
    let source = Source::new("fuzzed", text);
    for surface in surfaces() {
        let reading = read(&source, &KNOWLEDGE.catalogue, Discovery::Forced, Some(surface));
        if let FileReading::Unreadable(error) = reading {
            assert!(error.offset <= text.len(), "{}", surface.name);
        }
    }
});
