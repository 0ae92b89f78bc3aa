//! Compares the published JSON Schemas with what the tool itself accepts.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use etcd_uplift::check::Knowledge;
use etcd_uplift::diagnostic::Threshold;
use etcd_uplift::project::configuration::{self, Configuration};
use etcd_uplift::rule::{self, BUILT_IN, CHECKS};
use etcd_uplift::source::Source;
use etcd_uplift::surface::surfaces;
use serde_json::Value;

fn accepts(schema: &str, text: &str) -> bool {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::options().build(&schema).unwrap();
    match toml::from_str::<Value>(text) {
        Ok(content) => validator.is_valid(&content),
        Err(_) => false,
    }
}

fn names(list: &Value) -> Vec<&str> {
    let items = list.as_array().unwrap();
    items.iter().map(|item| item.as_str().unwrap()).collect()
}

#[test]
fn a_configuration_is_accepted_by_both_or_by_none() {
    let knowledge = Knowledge::built_in().unwrap();
    let path = Path::new("/a/etcd-uplift.toml");
    for (text, is_good) in [
        ("", true),
        ("from = '3.3'\nto = 'v3.6.1'\nfail-on = 'never'\n", true),
        (
            "ignore = ['pre-vote-on']\nexclude = ['*.bak', 'vendor']\nrules = ['own', '../shared']\n",
            true,
        ),
        (
            "[per-file.'old/**']\nfrom = '3.3'\nto = '3.4'\nfail-on = 'error'\nignore = []\nsurface = 'env-file'\n",
            true,
        ),
        ("form = '3.3'\n", false),
        ("from = 3.3\n", false),
        ("from = '3'\n", false),
        ("to = '3.4-rc.1'\n", false),
        ("fail-on = 'sometimes'\n", false),
        ("fail-on = 'Error'\n", false),
        ("ignore = 'pre-vote-on'\n", false),
        ("ignore = ['Pre Vote']\n", false),
        ("exclude = [1]\n", false),
        ("rules = 'own'\n", false),
        ("rules = ['']\n", false),
        ("exclude = ['']\n", false),
        ("[per-file]\nsurface = 'env-file'\n", false),
        ("[per-file.'x']\nsurface = 'yaml'\n", false),
        ("[per-file.'x']\nexclude = ['y']\n", false),
        ("[per-file.'x']\nrules = ['y']\n", false),
    ] {
        let parsed = Configuration::parse(path, text, &knowledge);
        assert_eq!(parsed.is_ok(), is_good, "{text}{parsed:?}");
        assert_eq!(accepts(configuration::SCHEMA, text), is_good, "{text}");
    }
}

#[test]
fn the_schemas_list_what_there_is() {
    let schema: Value = serde_json::from_str(configuration::SCHEMA).unwrap();
    let per_file = &schema["properties"]["per-file"]["additionalProperties"]["properties"];
    let surfaces: Vec<&str> = surfaces().map(|surface| surface.name).collect();
    assert_eq!(names(&per_file["surface"]["enum"]), surfaces);
    for threshold in names(&schema["definitions"]["threshold"]["enum"]) {
        let text = format!("fail-on = '{threshold}'\n");
        let knowledge = Knowledge::built_in().unwrap();
        Configuration::parse(Path::new("/a/etcd-uplift.toml"), &text, &knowledge).unwrap();
    }
    let known = <Threshold as clap::ValueEnum>::value_variants().len();
    assert_eq!(
        names(&schema["definitions"]["threshold"]["enum"]).len(),
        known
    );

    let schema: Value = serde_json::from_str(rule::SCHEMA).unwrap();
    let checks: Vec<&str> = CHECKS.iter().map(|(name, _)| *name).collect();
    let properties = &schema["definitions"]["rule"]["properties"];
    assert_eq!(names(&properties["check"]["enum"]), checks);
}

#[test]
fn every_rule_of_the_tool_is_of_the_form_of_its_schema() {
    for &(file, text) in BUILT_IN {
        assert!(accepts(rule::SCHEMA, text), "{file}");
    }
}

/// A valid rule of an organisation's own.
const RULE: &str = "\
[[rule]]
id = 'house-rule'
title = 'tokens are signed'
impact = 'security'
severity = 'error'
check = 'policy'
if-set = ['auth-token']
if-value = { one-of = ['simple'] }
why = 'They are proof.'
instead = 'auth-token: jwt'

[[rule.example]]
title = 'a simple token'
file = 'etcd.conf.yml'
from = '3.4'
to = '3.5'
before = 'auth-token: simple'
after = 'auth-token: simple'
";

/// Adds the text as the only file of rules; returns the error.
fn added(text: &str) -> Result<(), String> {
    let Knowledge {
        catalogue,
        mut rules,
        ..
    } = Knowledge::built_in().unwrap();
    let is_taken = |id: &str| id == "option-removed";
    rules
        .add_own(&catalogue, &Source::new("own/a.toml", text), &is_taken)
        .map_err(|error| error.to_string())
}

#[test]
fn a_rule_that_is_not_understood_is_an_error_at_its_place() {
    added(RULE).unwrap();
    assert!(accepts(rule::SCHEMA, RULE));
    // The text to replace, its replacement, the place and the message of the error, and whether the schema refuses it
    // too.
    for (from, to, place, message, is_of_form) in [
        ("title", "titel", "3:1", "unknown field `titel`", false),
        (
            "title = 'tokens are signed'\n",
            "",
            "1:1",
            "missing field `title`",
            false,
        ),
        (
            "'house-rule'",
            "'House rule'",
            "2:6",
            "lower-case letters",
            false,
        ),
        (
            "'house-rule'",
            "'pre-vote-on'",
            "2:6",
            "`pre-vote-on` is a built-in rule",
            true,
        ),
        (
            "'house-rule'",
            "'option-removed'",
            "2:6",
            "`option-removed` is a built-in rule",
            true,
        ),
        (
            "'security'",
            "'safety'",
            "4:10",
            "unknown variant `safety`",
            false,
        ),
        (
            "'error'",
            "'fatal'",
            "5:12",
            "unknown variant `fatal`",
            false,
        ),
        (
            "'policy'",
            "'polcy'",
            "6:9",
            "there is no check `polcy`; known checks: policy, behaviour-changed, read-otherwise",
            false,
        ),
        (
            "'policy'",
            "'ca-file'",
            "6:9",
            "is for a built-in rule",
            false,
        ),
        (
            "'policy'",
            "'behaviour-changed'\nbegins = '3.4'",
            "6:9",
            "needs `does`",
            false,
        ),
        (
            "'policy'",
            "'behaviour-changed'\ndoes = 'x'",
            "1:1",
            "missing field `begins`",
            false,
        ),
        (
            "'policy'",
            "'read-otherwise'\nbegins = '3.4'\ndoes = 'x'",
            "5:12",
            "only a rule with `check = \"policy\"` sets it",
            false,
        ),
        (
            "'auth-token'",
            "'auth-tokens'",
            "7:11",
            "did you mean `auth-token`?",
            true,
        ),
        (
            "'auth-token'",
            "'ETCD_AUTH_TOKEN'",
            "7:11",
            "did you mean `auth-token`?",
            true,
        ),
        (
            "'auth-token'",
            "'colour'",
            "7:11",
            "no option `colour` in any release",
            true,
        ),
        (
            "if-set = ['auth-token']\n",
            "",
            "2:6",
            "would apply to every member",
            false,
        ),
        (
            "if-set",
            "unless-set",
            "8:12",
            "`if-value` has no effect without `if-set`",
            true,
        ),
        (
            "one-of = ['simple']",
            "one-of = []",
            "8:12",
            "lists no value",
            false,
        ),
        (
            "one-of = ['simple']",
            "shorter-than = 'soon'",
            "8:12",
            "soon",
            true,
        ),
        (
            "one-of = ['simple']",
            "matches = 'sim(ple'",
            "8:24",
            "not a regular expression: unclosed group",
            true,
        ),
        (
            "{ one-of = ['simple'] }",
            "{ matches = \"\"\"\na\n(?x)((\\\\w{100}){100}){100}\"\"\" }",
            "8:24",
            "the regular expression needs more than 10 MiB",
            true,
        ),
        (
            "one-of = ['simple']",
            "matches = ['simple']",
            "8:24",
            "invalid type: sequence, expected a string",
            false,
        ),
        (
            "one-of = ['simple']",
            "matches = 'simple', one-of = ['simple']",
            "8:12",
            "",
            false,
        ),
        (
            "one-of",
            "any-of",
            "8:14",
            "unknown variant `any-of`",
            false,
        ),
        (
            "why =",
            "begins = '3'\nwhy =",
            "9:10",
            "`3` is not an etcd version",
            false,
        ),
        (
            "why =",
            "begins = '4.0'\nwhy =",
            "9:10",
            "etcd 4.0 is not known",
            true,
        ),
        (
            "why =",
            "begins = '3.5'\nends = '3.4'\nwhy =",
            "10:8",
            "`ends` must be later than `begins`",
            true,
        ),
        (
            "why =",
            "keep = { option = 'auth-token' }\nwhy =",
            "9:19",
            "have no fix",
            false,
        ),
        ("why =", "pin = false\nwhy =", "9:7", "have no fix", false),
        (
            "to = '3.5'",
            "to = '9.9'",
            "16:6",
            "etcd 9.9 is not known",
            true,
        ),
        ("to = '3.5'", "to = '3.3'", "16:6", "is newer than", true),
        ("to = '3.5'\n", "", "12:1", "missing field `to`", false),
        (RULE, "", "1:1", "contains no rule", false),
    ] {
        let text = RULE.replacen(from, to, 1);
        let error = added(&text).unwrap_err();
        assert!(
            error.starts_with(&format!("own/a.toml:{place}: ")),
            "{to}: {error}"
        );
        assert!(error.contains(message), "{to}: {error}");
        assert_eq!(accepts(rule::SCHEMA, &text), is_of_form, "{to}");
    }
    let twice = format!("{RULE}\n{RULE}");
    let error = added(&twice).unwrap_err();
    assert_eq!(error, "own/a.toml:21:6: there are two rules `house-rule`");
}
