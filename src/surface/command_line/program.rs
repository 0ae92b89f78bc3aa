//! Which program a command starts, behind `exec`, `sudo`, `env`, `docker run` and their like.

use super::image_version;
use crate::catalogue::{Catalogue, Spelling};
use crate::source::Span;
use crate::surface::is_telling;
use crate::surface::words::Word;
use crate::version::Version;

/// A command that starts etcd, or a shell with a script that may.
pub(super) struct Invocation {
    pub(super) program: Program,
    pub(super) variables: Vec<VariableWord>,
    pub(super) evidence: Option<Version>,
}

/// What is started.
pub(super) enum Program {
    /// etcd; its arguments begin at that word.
    Etcd { arguments: usize },
    /// `sh -c`, and the word that is the script.
    Shell { script: usize },
}

/// A word that sets a variable for the program.
pub(super) struct VariableWord {
    pub(super) word: usize,
    /// The name, a stretch of the decoded word.
    pub(super) name: Span,
    /// What begins another such word behind it.
    pub(super) lead: String,
}

/// A program that starts another: its options that take a value, and how many words of its own follow them.
struct Wrapper {
    names: &'static [&'static str],
    valued: &'static [&'static str],
    operands: usize,
}

const WRAPPERS: [Wrapper; 14] = [
    Wrapper {
        names: &["exec"],
        valued: &["-a"],
        operands: 0,
    },
    Wrapper {
        names: &[
            "command", "builtin", "nohup", "setsid", "time", "then", "do", "else", "if", "while",
            "until", "!", "{",
        ],
        valued: &[],
        operands: 0,
    },
    Wrapper {
        names: &["env"],
        valued: &["-u", "-C", "-S", "--unset", "--chdir"],
        operands: 0,
    },
    Wrapper {
        names: &["sudo", "doas"],
        valued: &[
            "-u", "-g", "-h", "-p", "-C", "-r", "-t", "-U", "-D", "-R", "-T", "--user", "--group",
            "--host", "--chdir",
        ],
        operands: 0,
    },
    Wrapper {
        names: &["nice"],
        valued: &["-n", "--adjustment"],
        operands: 0,
    },
    Wrapper {
        names: &["ionice"],
        valued: &["-c", "-n", "-p", "--class", "--classdata"],
        operands: 0,
    },
    Wrapper {
        names: &["numactl"],
        valued: &["-i", "-p", "-P", "-c", "-N", "-C", "-m", "-l", "-w"],
        operands: 0,
    },
    Wrapper {
        names: &["taskset"],
        valued: &[],
        operands: 1,
    },
    Wrapper {
        names: &["chrt"],
        valued: &[],
        operands: 1,
    },
    Wrapper {
        names: &["timeout"],
        valued: &["-k", "-s"],
        operands: 1,
    },
    Wrapper {
        names: &["gosu", "su-exec", "chroot"],
        valued: &[],
        operands: 1,
    },
    Wrapper {
        names: &["dumb-init", "tini", "catatonit"],
        valued: &["-e", "-p", "-r"],
        operands: 0,
    },
    Wrapper {
        names: &["stdbuf"],
        valued: &["-i", "-o", "-e"],
        operands: 0,
    },
    Wrapper {
        names: &["systemd-cat", "chpst", "setpriv", "runuser"],
        valued: &["-t", "-p", "-u", "-g", "-U"],
        operands: 0,
    },
];

const CONTAINER_ENGINES: [&str; 3] = ["docker", "podman", "nerdctl"];

/// Options of `docker run` that take no value.
const CONTAINER_SWITCHES: [&str; 12] = [
    "-d",
    "-i",
    "-t",
    "--rm",
    "--init",
    "--privileged",
    "--detach",
    "--interactive",
    "--tty",
    "--read-only",
    "-P",
    "--publish-all",
];

/// The program a command starts, if it is etcd or a shell.
pub(super) fn find(words: &[Word], catalogue: &Catalogue) -> Option<Invocation> {
    let mut variables = Vec::new();
    let mut evidence = None;
    let mut at = 0;
    loop {
        let word = words.get(at)?;
        if let Some(name) = assigned_name(word, 0) {
            variables.push(VariableWord {
                word: at,
                name,
                lead: " ".to_owned(),
            });
            at += 1;
            continue;
        }
        let program = base_name(word.text());
        if is_etcd(word, &words[at + 1..], catalogue) {
            return Some(Invocation {
                program: Program::Etcd { arguments: at + 1 },
                variables,
                evidence,
            });
        }
        if matches!(program, "sh" | "bash" | "ash" | "dash" | "ksh" | "zsh") {
            let option = (at + 1..words.len()).find(|&index| {
                let text = words[index].text();
                text.starts_with('-') && !text.starts_with("--") && text.ends_with('c')
            })?;
            words.get(option + 1)?;
            return Some(Invocation {
                program: Program::Shell { script: option + 1 },
                variables,
                evidence,
            });
        }
        if CONTAINER_ENGINES.contains(&program) {
            let image = container(words, at + 1, &mut variables)?;
            evidence = image_version(words[image].text());
            let next = words.get(image + 1);
            let official = base_name(words[image].text()).split([':', '@']).next() == Some("etcd");
            let own_entry_point = official && next.is_none_or(|next| next.text().starts_with('-'));
            if own_entry_point {
                return Some(Invocation {
                    program: Program::Etcd {
                        arguments: image + 1,
                    },
                    variables,
                    evidence,
                });
            }
            at = image + 1;
            continue;
        }
        let wrapper = WRAPPERS
            .iter()
            .find(|wrapper| wrapper.names.contains(&program))?;
        at += 1;
        while let Some(option) = words.get(at).filter(|word| word.text().starts_with('-')) {
            at += 1;
            if option.text() == "--" {
                break;
            }
            if wrapper.valued.contains(&option.text()) {
                at += 1;
            }
        }
        at += wrapper.operands;
    }
}

/// The index of the image of `docker run`; collects the variables given with `-e`.
fn container(words: &[Word], start: usize, variables: &mut Vec<VariableWord>) -> Option<usize> {
    let run =
        (start..words.len()).find(|&index| matches!(words[index].text(), "run" | "create"))?;
    let mut at = run + 1;
    loop {
        let text = words.get(at)?.text();
        if !text.starts_with('-') {
            return Some(at);
        }
        for (option, joined) in [
            ("--env=", true),
            ("-e=", true),
            ("-e", false),
            ("--env", false),
        ] {
            if joined && text.starts_with(option) {
                if let Some(name) = assigned_name(&words[at], option.len()) {
                    variables.push(VariableWord {
                        word: at,
                        name,
                        lead: format!(" {}", option.trim_end_matches('=')) + " ",
                    });
                }
            } else if text == option
                && let Some(name) = words.get(at + 1).and_then(|word| assigned_name(word, 0))
            {
                variables.push(VariableWord {
                    word: at + 1,
                    name,
                    lead: format!(" {option} "),
                });
            }
        }
        let cluster = text.len() > 1
            && text[1..]
                .chars()
                .all(|c| matches!(c, 'd' | 'i' | 't' | 'P'));
        let alone = text.contains('=') || CONTAINER_SWITCHES.contains(&text) || cluster;
        at += if alone { 1 } else { 2 };
    }
}

/// The name in `NAME=value`, looked for from that byte on.
fn assigned_name(word: &Word, from: usize) -> Option<Span> {
    let text = &word.text()[from..];
    let length = text.find('=')?;
    let name = &text[..length];
    let fits = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    fits.then(|| Span::new(from, from + length))
}

fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Whether the word starts etcd: by its file name, or a variable followed by etcd's own flags.
fn is_etcd(word: &Word, arguments: &[Word], catalogue: &Catalogue) -> bool {
    let name = base_name(word.text());
    if matches!(name, "etcd" | "etcd2" | "etcd3" | "etcd.exe") {
        return true;
    }
    let text = word.text();
    text.starts_with('$')
        && text.to_ascii_lowercase().contains("etcd")
        && !text.to_ascii_lowercase().contains("etcdctl")
        && arguments.iter().any(|argument| {
            let flag = argument.text().trim_start_matches('-');
            let flag = flag.split('=').next().unwrap_or(flag);
            argument.text().starts_with('-') && is_telling(catalogue, Spelling::Flag, flag)
        })
}
