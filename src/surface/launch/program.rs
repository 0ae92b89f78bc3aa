//! Which program a command starts, behind `exec`, `sudo`, `env`, `docker run` and their like.

use super::engine;
use super::variable_word::{VariableWord, assigned_name};
use crate::facts::catalogue::{Catalogue, Spelling};
use crate::facts::version::Version;
use crate::source::base_name;
use crate::surface::evidence::is_telling;
use crate::text::quoting::Quoting;
use crate::text::words::Word;

/// A command that starts etcd, or a shell with a script that may.
pub(in crate::surface) struct Invocation {
    pub(in crate::surface) program: Program,
    pub(in crate::surface) variables: Vec<VariableWord>,
    pub(in crate::surface) evidence: Option<Version>,
    /// A file of variables is given too: `docker run --env-file`.
    pub(in crate::surface) reads_variables: bool,
    /// It runs in a container, which is given no variables but those that are named.
    pub(in crate::surface) in_container: bool,
}

/// What is started.
pub(in crate::surface) enum Program {
    /// etcd; its arguments begin at that word.
    Etcd { arguments: usize },
    /// A server of k3s or RKE2, which runs etcd within; its arguments begin at that word.
    Server { arguments: usize },
    /// `sh -c`, and the word that is the script.
    Shell { script: usize },
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
        valued: &[
            "-i",
            "-p",
            "-P",
            "-c",
            "-N",
            "-C",
            "-m",
            "-w",
            "--interleave",
            "--preferred",
            "--preferred-many",
            "--cpunodebind",
            "--physcpubind",
            "--membind",
            "--weighted-interleave",
        ],
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

/// The program a command starts, if it is etcd or a shell.
pub(in crate::surface) fn find(words: &[Word], catalogue: &Catalogue) -> Option<Invocation> {
    let mut variables = Vec::new();
    let mut evidence = None;
    let mut reads_variables = false;
    let mut in_container = false;
    let mut at = 0;
    loop {
        let word = words.get(at)?;
        if let Some(name) = assigned_name(word, 0) {
            variables.push(VariableWord {
                word: at,
                name,
                lead: " ".to_owned(),
                option: 0,
            });
            at += 1;
            continue;
        }
        let program = base_name(word.text());
        if let Some(next) = windows_starter(words, at) {
            at = next;
            continue;
        }
        if is_etcd(word, &words[at + 1..], catalogue) {
            return Some(Invocation {
                program: Program::Etcd { arguments: at + 1 },
                variables,
                evidence,
                reads_variables,
                in_container,
            });
        }
        if matches!(program, "k3s" | "rke2") {
            let is_server = words
                .get(at + 1)
                .is_some_and(|word| word.text() == "server");
            return is_server.then_some(Invocation {
                program: Program::Server { arguments: at + 2 },
                variables,
                evidence,
                reads_variables,
                in_container,
            });
        }
        if matches!(
            program,
            "sh" | "bash" | "ash" | "dash" | "ksh" | "zsh" | "su"
        ) {
            let option = (at + 1..words.len()).find(|&index| {
                let text = words[index].text();
                text.starts_with('-') && !text.starts_with("--") && text.contains('c')
            })?;
            words.get(option + 1)?;
            return Some(Invocation {
                program: Program::Shell { script: option + 1 },
                variables,
                evidence,
                reads_variables,
                in_container,
            });
        }
        if let Some(container) = engine::find(program, words, at + 1) {
            in_container = true;
            // What stands before the engine is the engine's own.
            variables = container.variables;
            evidence = container.evidence;
            reads_variables |= container.reads_variables;
            let arguments = container.arguments;
            if container.starts_etcd || starts_with_server_flags(&words[arguments..], catalogue) {
                return Some(Invocation {
                    program: Program::Etcd { arguments },
                    variables,
                    evidence,
                    reads_variables,
                    in_container,
                });
            }
            at = arguments;
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

/// Where the program begins behind `start "title" /b`, `call` and `cmd /c` of Windows.
fn windows_starter(words: &[Word], at: usize) -> Option<usize> {
    let word = &words[at];
    let windows = matches!(
        word.quoting(),
        Some(
            Quoting::BatchBare
                | Quoting::BatchQuoted
                | Quoting::PowerShellBare
                | Quoting::PowerShellDouble
                | Quoting::PowerShellSingle
        )
    );
    let name = word.text().to_ascii_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    if !windows || !matches!(base_name(name), "start" | "call" | "cmd") {
        return None;
    }
    let mut next = at + 1;
    while let Some(option) = words.get(next) {
        let text = option.text();
        // The first argument in quotes is a title.
        let title = name == "start"
            && next == at + 1
            && option
                .quoting()
                .is_none_or(|quoting| quoting == Quoting::BatchQuoted);
        if !title && !text.starts_with('/') {
            break;
        }
        next += if text.eq_ignore_ascii_case("/d") && name == "start" {
            2
        } else {
            1
        };
    }
    Some(next)
}

/// Whether these are arguments for the program of an image, and that can only be etcd.
pub(in crate::surface) fn starts_with_server_flags(
    arguments: &[Word],
    catalogue: &Catalogue,
) -> bool {
    let flag = |word: &Word| {
        let text = word.text().strip_prefix('-')?;
        let name = text.strip_prefix('-').unwrap_or(text);
        Some(name.split('=').next().unwrap_or(name).to_owned())
    };
    arguments.first().and_then(flag).is_some()
        && arguments.iter().filter_map(flag).any(|name| {
            ["initial-", "listen-peer", "listen-client"]
                .iter()
                .any(|start| name.starts_with(start))
                && is_telling(catalogue, Spelling::Flag, &name)
        })
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
