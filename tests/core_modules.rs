//! The library without the feature `cli` uses no file, process, network, terminal or clock.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::PathBuf;

/// What no module of the core may use.
const FORBIDDEN: [&str; 9] = [
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::os",
    "std::process",
    "std::thread",
    "std::time",
    "std::path::absolute",
];

/// What has no effect outside the process although its module could.
const HARMLESS: [&str; 5] = [
    "std::net::IpAddr",
    "std::net::Ipv4Addr",
    "std::net::Ipv6Addr",
    "std::time::Duration",
    "std::io::Error",
];

/// Files whose use of a forbidden module is optional.
const EXCEPT: [(&str, &str); 1] = [
    // The work is done without a thread if none can be started.
    ("src/check/knowledge.rs", "std::thread"),
];

/// Methods that use files or threads and need no import.
const METHODS: [&str; 9] = [
    ".canonicalize(",
    ".exists()",
    ".is_dir()",
    ".is_file()",
    ".metadata(",
    ".read_dir(",
    ".read_link(",
    "scope.spawn(",
    "thread::spawn(",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the files of a module and of the modules in it that no `#[cfg]` leaves out, as paths from the root of the
/// package.
fn core(file: &str, folder: &str, files: &mut Vec<String>) {
    let text = fs::read_to_string(root().join(file)).unwrap();
    files.push(file.to_owned());
    let mut is_left_out = false;
    for line in text.lines() {
        let module = line.split_once("mod ").filter(|(visibility, _)| {
            ["", "pub ", "pub(crate) ", "pub(super) "].contains(visibility)
        });
        if let Some(name) = module.and_then(|(_, name)| name.strip_suffix(';'))
            && !is_left_out
        {
            core(
                &format!("{folder}/{name}.rs"),
                &format!("{folder}/{name}"),
                files,
            );
        }
        is_left_out = line.starts_with("#[cfg(");
    }
}

/// The code of a file without comments and tests.
fn code(file: &str) -> String {
    let text = fs::read_to_string(root().join(file)).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap();
    let lines = code.lines().map(|line| line.split("//").next().unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the paths that begin with `std::`, each name of a group on its own.
fn paths(code: &str) -> Vec<String> {
    let starts = code.match_indices("std::").map(|(at, _)| at);
    starts
        .flat_map(|at| unfolded("std::", &code[at + 5..]))
        .collect()
}

/// Returns the names of a path or a group at the begin of a text, after a prefix.
fn unfolded(prefix: &str, text: &str) -> Vec<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let length = text.find(|c| !is_name(c)).unwrap_or(text.len());
    let path = format!("{prefix}{}", &text[..length]);
    let Some(group) = text[length..].strip_prefix('{') else {
        return vec![path];
    };
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        if depth == 0 && matches!(c, ',' | '}') {
            found.extend(unfolded(&path, group[start..at].trim()));
            start = at + 1;
        }
        match c {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    found
}

/// Returns what a file uses of these.
fn touched(file: &str) -> Vec<String> {
    let code = code(file);
    let is_in = |path: &str, module: &str| {
        let rest = path.strip_prefix(module);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    let mut touched = paths(&code);
    touched.retain(|path| {
        FORBIDDEN.iter().any(|module| is_in(path, module))
            && !HARMLESS.iter().any(|harmless| is_in(path, harmless))
            && !EXCEPT.contains(&(file, path))
    });
    let methods = METHODS.iter().filter(|method| code.contains(**method));
    touched.extend(methods.map(|method| (*method).to_owned()));
    touched
}

#[test]
fn no_module_of_the_core_touches_the_world() {
    let mut files = Vec::new();
    core("src/lib.rs", "src", &mut files);
    for file in ["src/lint.rs", "src/report/json.rs", "src/surface/site.rs"] {
        assert!(files.iter().any(|known| known == file), "{file}");
    }
    for file in ["src/cli.rs", "src/project/walk.rs", "src/report/text.rs"] {
        assert!(root().join(file).exists(), "{file}");
        assert!(!files.iter().any(|known| known == file), "{file}");
    }
    let touching = files.iter().map(|file| (file, touched(file)));
    let touching: Vec<_> = touching
        .filter(|(_, touched)| !touched.is_empty())
        .collect();
    assert!(touching.is_empty(), "{touching:#?}");
}

#[test]
fn what_touches_the_world_is_found() {
    for (file, used) in [
        ("src/project/walk.rs", "std::fs"),
        ("src/project/neighbours/uses.rs", "std::thread"),
        ("src/project/configuration.rs", "std::io"),
        ("src/project/write.rs", "std::io::Write"),
        ("src/cli/config_resolver.rs", "std::env::current_dir"),
        ("src/cli/files.rs", ".exists()"),
    ] {
        let touched = touched(file);
        assert!(
            touched.iter().any(|path| path == used),
            "{file}: {touched:?}"
        );
    }
}
