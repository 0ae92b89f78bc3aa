//! Parses any text as Go's values.
#![no_main]

use std::sync::LazyLock;

use etcd_uplift::facts::catalogue::Catalogue;
use etcd_uplift::facts::version::Release;
use etcd_uplift::facts::{go_url, go_value};
use libfuzzer_sys::fuzz_target;

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::built_in().expect("the facts are tested"));

fuzz_target!(|text: &str| {
    let _ = go_value::parse_bool(text);
    let _ = go_value::parse_int(text, 64);
    let _ = go_value::parse_uint(text, 64);
    let _ = go_value::parse_duration(text);
    for release in [Release::new(2, 3, 8), Release::new(3, 4, 0), Release::new(3, 7, 0)] {
        let _ = go_url::parse_list(&CATALOGUE, text, release);
    }
    let _ = go_url::split_host_port(text);
});
