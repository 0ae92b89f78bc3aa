//! Hostile bytes: nothing panics, nothing is lost, and nothing controls a terminal.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use proptest::prelude::*;

fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_etcd-uplift"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

fn lint(name: &str, input: &[u8]) -> (Option<i32>, String) {
    let output = run(
        &["lint", "--stdin-filename", name, "--to", "3.6", "-"],
        input,
    );
    let message = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(message).unwrap())
}

fn fix(name: &str, input: &[u8]) -> Output {
    run(
        &[
            "fix",
            "--stdin-filename",
            name,
            "--from",
            "3.3",
            "--to",
            "3.6",
            "-",
        ],
        input,
    )
}

#[test]
fn bytes_that_are_no_utf8_are_named_and_given_back() {
    let input = b"name: a\nlog-output: stdout\ndata-dir: \xff\xfe/x\r\n";
    let (status, message) = lint("etcd.conf.yml", input);
    assert_eq!(status, Some(2));
    assert!(
        message.contains("etcd.conf.yml:3:11") && message.contains("is not UTF-8"),
        "{message}"
    );
    let output = fix("etcd.conf.yml", input);
    assert_eq!(output.stdout, input);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn nul_bytes_are_named_and_given_back() {
    let input = b"name: a\nlog-output: std\0out\n";
    let (status, message) = lint("etcd.conf.yml", input);
    assert_eq!(status, Some(2));
    assert!(message.contains("NUL byte at offset 23"), "{message}");
    assert_eq!(fix("etcd.conf.yml", input).stdout, input);
}

#[test]
fn utf_16_is_named_and_given_back() {
    let text = "name: a\nlog-output: stdout\n";
    let little: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(text.bytes().flat_map(|byte| [byte, 0]))
        .collect();
    let big: Vec<u8> = [0xfe, 0xff]
        .into_iter()
        .chain(text.bytes().flat_map(|byte| [0, byte]))
        .collect();
    for input in [little, big] {
        let (status, message) = lint("etcd.conf.yml", &input);
        assert_eq!(status, Some(2));
        assert!(message.contains("is UTF-16; etcd reads UTF-8"), "{message}");
        assert_eq!(fix("etcd.conf.yml", &input).stdout, input);
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("etcd.conf.yml"), &input).unwrap();
        let walked = Command::new(env!("CARGO_BIN_EXE_etcd-uplift"))
            .args(["lint", "."])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert_eq!(walked.status.code(), Some(2), "walked past in silence");
    }
}

#[test]
fn line_ends_stay_as_they_are() {
    let input = b"name: a\r\nlog-output: stdout\nlog-level: info\r\ndata-dir: x\n\r\n";
    let output = fix("etcd.conf.yml", input);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("name: a\r\n"), "{text:?}");
    assert!(
        text.ends_with("log-level: info\r\ndata-dir: x\n\r\n"),
        "{text:?}"
    );
    assert!(text.contains("log-outputs"), "{text:?}");
}

#[test]
fn what_steers_a_terminal_is_shown_escaped() {
    for mark in [
        "\u{202e}",
        "\u{2066}",
        "\u{2069}",
        "\u{200f}",
        "\u{1b}[31m",
        "\u{7}",
        "\u{9b}",
    ] {
        let input = format!("ETCD_NAME=a\nETCD_ENABLE_V2=tr{mark}ue\nETCD_LOG_OUTPUT={mark}\n");
        for format in ["text", "concise"] {
            let output = run(
                &[
                    "lint",
                    "--stdin-filename",
                    "etcd.env",
                    "--to",
                    "3.6",
                    "--format",
                    format,
                    "-",
                ],
                input.as_bytes(),
            );
            let message = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert!(!message.contains(mark), "{format} {mark:?}: {message:?}");
            let escaped = format!("\\u{{{:x}}}", u32::from(mark.chars().next().unwrap()));
            assert!(
                format == "concise" || message.contains(&escaped),
                "{format} {mark:?}: {message:?}"
            );
        }
    }
}

const NAMES: [&str; 8] = [
    "etcd.conf.yml",
    "etcd.env",
    "run.sh",
    "etcd.service",
    "pod.yaml",
    "Dockerfile",
    "etcd.tf",
    "run.ps1",
];

/// Pieces of configurations with bytes between them that no configuration has.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let pieces: [&[u8]; 24] = [
        b"name: a\n",
        b"log-output: stdout\r\n",
        b"ETCD_ENABLE_V2=true\n",
        b"etcd --enable-v2 ",
        b"#!/bin/sh\n",
        b"[Service]\nExecStart=/usr/bin/etcd --enable-v2\n",
        b"FROM etcd\nENV ETCD_ENABLE_V2=true\n",
        b"apiVersion: v1\nkind: Pod\n",
        b"\0",
        b"\xff",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\r",
        b"\r\n",
        b"\xe2\x80\xae",
        b"'",
        b"\"",
        b"\\\n",
        b"{{ ",
        b"}}",
        b"<<EOF\n",
        b"EOF\n",
        b"${",
        b"$(",
    ];
    let piece = prop_oneof![
        4 => prop::sample::select(pieces.to_vec()).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_end_in_a_status_and_are_not_lost(bytes in bytes(), name in prop::sample::select(NAMES.to_vec())) {
        let (status, message) = lint(name, &bytes);
        prop_assert!(matches!(status, Some(0..=2)), "{status:?} {message}");
        prop_assert!(!message.contains("This is a bug"), "{message}");
        let output = fix(name, &bytes);
        let message = String::from_utf8(output.stderr).unwrap();
        prop_assert!(matches!(output.status.code(), Some(0..=2)), "{message}");
        prop_assert!(!message.contains("This is a bug"), "{message}");
        let readable = std::str::from_utf8(&bytes).is_ok_and(|text| !text.contains('\0'));
        prop_assert!(readable || output.stdout == bytes, "bytes of an unreadable text are lost");
        let again = fix(name, &output.stdout);
        prop_assert_eq!(again.stdout, output.stdout, "a second fix changes more");
    }
}
