//! Release numbers of etcd are in `rules/`, with their sources, and not in Rust.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;

use etcd_uplift::facts::behaviours::{BUILT_IN, Behaviours};
use etcd_uplift::facts::catalogue::Catalogue;
use etcd_uplift::facts::version::Release;

/// Texts in Rust that may name a release: the start of the file's path, the text, and why.
const NAMED_IN_RUST: [(&str, &str, &str); 4] = [
    (
        "src/facts/version.rs",
        "write it as 3.4, v3.4, 3.4.20 or v3.4.20-build1",
        "shows how a version is written",
    ),
    (
        "src/lsp/config_resolver.rs",
        r#"{"from": "3.4", "to": "3.5"}"#,
        "shows how a setting is written",
    ),
    (
        "src/cli/init.rs",
        r#"# from = \"3.3\""#,
        "shows how a setting is written",
    ),
    (
        "src/report/sarif.rs",
        "2.1.0",
        "a version of SARIF, which is no release of etcd",
    ),
];

#[test]
fn a_behaviour_has_a_description_and_sources() {
    let catalogue = Catalogue::built_in().unwrap();
    let (_, oldest, _) = catalogue.lines().next().unwrap();
    for fact in Behaviours::parse(BUILT_IN).unwrap().iter() {
        let id = fact.id;
        assert!(!fact.what.contains('\n'), "{id:?}");
        assert!(fact.what.ends_with(['.', '"']), "{id:?}: {}", fact.what);
        assert!(fact.releases.first() >= oldest, "{id:?}");
        sources(&fact.sources, &format!("{id:?}"));
        // A behaviour of no release, or of all, needs no name.
        let does = |release| catalogue.does(id, release);
        let points: Vec<Release> = turning_points(&catalogue);
        assert!(points.iter().any(|&release| does(release)), "{id:?}");
        assert!(!points.iter().all(|&release| does(release)), "{id:?}");
    }
    for field in &catalogue.go_fields {
        sources(&field.sources, &field.names.join(", "));
    }
}

/// All patches of all minors.
fn turning_points(catalogue: &Catalogue) -> Vec<Release> {
    let patches = |(_, first, last): (_, Release, Release)| {
        (first.patch..=last.patch).map(move |patch| Release { patch, ..first })
    };
    catalogue.lines().flat_map(patches).collect()
}

/// `path:line@tag` or `path@tag` in etcd's repository, or `run` with the releases that ran.
fn sources(sources: &[String], of: &str) {
    assert!(!sources.is_empty(), "{of}");
    for source in sources {
        let is_run = source.strip_prefix("run ").is_some_and(|releases| {
            let mut releases = releases.split_whitespace();
            releases.all(|release| Release::try_from(release.to_owned()).is_ok())
        });
        let is_cited = source.split_once('@').is_some_and(|(place, tag)| {
            let path = place.split_once(':').map_or(place, |(path, line)| {
                assert!(line.parse::<u32>().is_ok(), "{of}: {source}");
                path
            });
            path.contains('.') && (tag.starts_with('v') || tag == "main")
        });
        assert!(is_run || is_cited, "{of}: {source}");
    }
}

#[test]
fn no_release_number_is_in_rust() {
    let mut found = Vec::new();
    let mut used = [false; NAMED_IN_RUST.len()];
    for file in ignore::Walk::new(root().join("src")).map(Result::unwrap) {
        let path = file.path().strip_prefix(root()).unwrap();
        let is_rust = path.extension().is_some_and(|end| end == "rs");
        // `foo/tests.rs` is declared after `#[cfg(test)]`.
        if !is_rust || path.ends_with("tests.rs") {
            continue;
        }
        let text = fs::read_to_string(file.path()).unwrap();
        let (code, strings) = parts(without_tests(&text));
        let numbers = code.match_indices("Release::new(");
        found.extend(numbers.filter_map(|(at, name)| {
            let argument = code[at + name.len()..].trim_start();
            argument
                .starts_with(|c: char| c.is_ascii_digit())
                .then(|| format!("{}: {name}{:.8}", path.display(), argument))
        }));
        for string in strings {
            let mut rest = string.clone();
            for (entry, (in_file, text, _)) in NAMED_IN_RUST.iter().enumerate() {
                if path == Path::new(in_file) && rest.contains(text) {
                    used[entry] = true;
                    rest = rest.replace(text, "");
                }
            }
            if names_release(&rest) {
                found.push(format!("{}: \"{string}\"", path.display()));
            }
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
    for ((_, text, why), used) in NAMED_IN_RUST.iter().zip(used) {
        assert!(used, "nothing names {text}, which is {why}");
    }
}

#[test]
fn release_numbers_are_found() {
    let text = r##"
        // "3.4" in a comment /* no more
        fn f<'a>(c: char) -> &'a str { /* "3.5" /* inside */ "3.5" */
            let (a, b) = ('"', '\'');
            g("since etcd 3.6", "a \"quoted\" 3.7", r#"raw "2.3""#, "127.0.0.1", b"13.4")
        }
    "##;
    let (code, strings) = parts(text);
    assert!(!code.contains("3.4") && !code.contains("3.5") && code.contains("let (a, b)"));
    let named: Vec<bool> = strings.iter().map(|text| names_release(text)).collect();
    assert_eq!(named, [true, true, true, false, false], "{strings:?}");
    let text = "fn f() {}\n#[cfg(test)]\nmod tests {\n    use x;\n}\nfn g() {}\n";
    assert_eq!(without_tests(text), "fn f() {}\n");
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the text up to its unit tests, which are at the end.
fn without_tests(text: &str) -> &str {
    let tests = text.find("#[cfg(test)]\nmod tests {");
    &text[..tests.unwrap_or(text.len())]
}

/// Returns whether a text contains the number of an etcd release.
fn names_release(text: &str) -> bool {
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    text.char_indices().any(|(at, _)| {
        let rest = &text[at..];
        let after = rest.strip_prefix("2.").or_else(|| rest.strip_prefix("3."));
        after.is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit()))
            && !text[..at].ends_with(is_number)
    })
}

/// Rust's code without its comments and strings, and the strings as they are written.
fn parts(text: &str) -> (String, Vec<String>) {
    let (mut code, mut strings) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let raw = raw_string(rest).filter(|_| !code.ends_with(is_word));
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            comment(rest)
        } else if let Some((start, end, length)) = raw {
            strings.push(rest[start..end].to_owned());
            length
        } else if c == '"' {
            let end = quoted(rest, '"');
            strings.push(rest[1..end - 1].to_owned());
            end
        } else if c == '\'' && is_character(rest) {
            quoted(rest, '\'')
        } else {
            code.push(c);
            c.len_utf8()
        };
        rest = &rest[length..];
    }
    (code, strings)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Returns the length of a comment, which may contain others.
fn comment(text: &str) -> usize {
    let mut depth = 0;
    for (at, _) in text.char_indices() {
        if text[at..].starts_with("/*") {
            depth += 1;
        } else if text[..at].ends_with("*/") {
            depth -= 1;
            if depth == 0 {
                return at;
            }
        }
    }
    text.len()
}

/// Where the content of a raw string starts and ends, and the length of all.
fn raw_string(text: &str) -> Option<(usize, usize, usize)> {
    let marked = text.strip_prefix('r')?;
    let content = marked.trim_start_matches('#').strip_prefix('"')?;
    let marks = marked.len() - content.len() - 1;
    let start = text.len() - content.len();
    let close = format!("\"{}", "#".repeat(marks));
    let end = start + content.find(&close)?;
    Some((start, end, end + close.len()))
}

/// The length of a string or a character with its quotes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Returns whether a quote begins a character and no lifetime.
fn is_character(text: &str) -> bool {
    let mut inside = text.chars().skip(1);
    inside.next() == Some('\\') || inside.next() == Some('\'')
}
