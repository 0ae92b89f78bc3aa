//! Tests completions and man pages with the shells and the formatters that read them, if those are installed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "says what is skipped")]

use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Command, Stdio};

const COMMANDS: [&str; 11] = [
    "lint",
    "fix",
    "show",
    "init",
    "lsp",
    "schema",
    "rules",
    "explain",
    "option",
    "completions",
    "man",
];

fn printed(arguments: &[&str]) -> String {
    let mut out = Vec::new();
    let mut err = Vec::new();
    let arguments = ["etcd-uplift"].iter().chain(arguments).map(Into::into);
    let status = etcd_uplift::cli::run(arguments, &mut std::io::empty(), &mut out, &mut err);
    assert_eq!(status, 0, "{}", String::from_utf8_lossy(&err));
    String::from_utf8(out).unwrap()
}

/// Gives a text to a program that checks it; returns its error messages, or `None` if it is not installed.
fn complaints(program: &str, arguments: &[&str], text: &str) -> Option<String> {
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            println!("skipped: {program} is not installed");
            return None;
        }
        Err(error) => panic!("{program}: {error}"),
    };
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{program}: {message}");
    Some(message)
}

#[test]
fn completions_name_every_command_and_shells_read_them() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = printed(&["completions", shell]);
        for command in COMMANDS {
            assert!(script.contains(command), "{shell}: {command}");
        }
        let check: &[&str] = match shell {
            "bash" | "zsh" => &["-n"],
            "fish" => &["--no-execute"],
            _ => continue,
        };
        if let Some(message) = complaints(shell, check, &script) {
            assert_eq!(message, "", "{shell}");
        }
    }
}

#[test]
fn the_definition_of_the_arguments_has_these_commands() {
    let help = printed(&["--help"]);
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    let names = commands.lines().filter(|line| !line.starts_with("   "));
    let names: Vec<&str> = names
        .map(|line| line.split_whitespace().next().unwrap())
        .collect();
    assert_eq!(names, COMMANDS);
}

/// Checks that roff reads a page without a warning.
fn check_page(page: &str, name: &str) {
    assert!(page.contains(".SH NAME"), "{name}");
    assert!(page.is_ascii(), "{name}");
    let groff = ["-ww", "-man", "-Tutf8", "-z"];
    if let Some(message) = complaints("groff", &groff, page) {
        assert_eq!(message, "", "{name}");
    }
}

#[test]
fn man_pages_are_there_for_every_command_and_read_without_a_warning() {
    let main = printed(&["man"]);
    check_page(&main, "etcd-uplift");
    for part in ["EXIT STATUS", "ENVIRONMENT", "FILES"] {
        assert!(main.contains(part), "{part}");
    }
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("man1");
    let told = printed(&["man", "--output", inner.to_str().unwrap()]);
    assert_eq!(told, "");
    let read = |name: &str| std::fs::read_to_string(inner.join(name)).unwrap();
    assert_eq!(read("etcd-uplift.1"), main);
    for command in COMMANDS {
        assert!(main.contains(&format!("\\-{command}(1)")), "{command}");
        let name = format!("etcd-uplift-{command}.1");
        let page = read(&name);
        check_page(&page, &name);
        assert!(page.contains(&format!("etcd\\-uplift {command}")), "{name}");
    }
    assert_eq!(
        std::fs::read_dir(&inner).unwrap().count(),
        COMMANDS.len() + 1
    );
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let mut err = Vec::new();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let arguments = ["etcd-uplift", "man", "--output", file.to_str().unwrap()];
    let status = etcd_uplift::cli::run(
        arguments.map(Into::into),
        &mut std::io::empty(),
        &mut Vec::new(),
        &mut err,
    );
    assert_eq!(status, 2);
    let message = String::from_utf8(err).unwrap();
    assert!(
        message.contains("cannot write") && message.contains("Cargo.toml"),
        "{message}"
    );
}
