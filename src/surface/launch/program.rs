//! Finds the program that a command starts, after `exec`, `sudo`, `env`, `docker run` and similar wrappers.

use super::engine;
use super::entry_point::EntryPoint;
use super::unknown_program::{SHELLS, has_option, is_script_file, may_run_rest};
use super::variable_word::{VariableWord, assigned_name};
use crate::facts::catalogue::{Catalogue, Spelling};
use crate::facts::version::Version;
use crate::member::Inherited;
use crate::source::Span;
use crate::source::base_name;
use crate::surface::evidence::is_telling;
use crate::text::quoting::Quoting;
use crate::text::words::Word;

/// A command that starts etcd, or a shell whose script may.
pub(in crate::surface) struct Invocation {
    pub(in crate::surface) program: Program,
    pub(in crate::surface) variables: Vec<VariableWord>,
    pub(in crate::surface) evidence: Option<(Version, Span)>,
    /// The environment files of its container: the word of each, and where its path begins in the word.
    pub(in crate::surface) variable_files: Vec<(usize, usize)>,
    /// Whether it gets more variables or options from elsewhere.
    pub(in crate::surface) reads_variables: bool,
    /// Whether it runs in a container, which gets only the variables that are named.
    pub(in crate::surface) in_container: bool,
    /// The variables of the process around it that it gets.
    pub(in crate::surface) inherited: Inherited,
    /// Whether the arguments of the script name the program, and may have more flags: `exec "$@" --name=a`.
    pub(in crate::surface) passes_arguments: bool,
}

/// What is started.
pub(in crate::surface) enum Program {
    /// etcd; `arguments` is the index of its first argument.
    Etcd { arguments: usize },
    /// A server of k3s or RKE2, which runs etcd inside; `arguments` is the index of its first argument.
    Server { arguments: usize },
    /// `sh -c`; `script` is the index of the script.
    Shell { script: usize },
}

/// A program that starts another: its options with a value, and how many operands follow the options.
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

/// Finds the program that a command starts, if it is etcd, a server with etcd inside, or a shell with a script.
pub(in crate::surface) fn find(words: &[Word], catalogue: &Catalogue) -> Option<Invocation> {
    let mut variables = Vec::new();
    let mut evidence = None;
    let mut reads_variables = false;
    let mut variable_files = Vec::new();
    let mut in_container = false;
    let mut inherited = Inherited::All;
    let mut passes_arguments = false;
    // The entry point of a container, which is not one of the words.
    let mut entry_point: Option<String> = None;
    // Whether the entry point is a program of which only its arguments tell whether it runs them.
    let mut runs_unknown = false;
    let mut at = 0;
    let program = loop {
        let is_named = entry_point.is_some();
        let text = match entry_point.take() {
            Some(name) => name,
            None => words.get(at)?.text().to_owned(),
        };
        if !is_named {
            if let Some(name) = assigned_name(&words[at], 0) {
                variables.push(VariableWord {
                    word: at,
                    name,
                    lead: " ".to_owned(),
                    option: 0,
                });
                at += 1;
                continue;
            }
            if let Some(next) = windows_starter(words, at) {
                at = next;
                continue;
            }
            at += 1;
        }
        let name = base_name(&text);
        if is_etcd(&text, &words[at..], catalogue) {
            passes_arguments = is_all_arguments(&text);
            break Program::Etcd { arguments: at };
        }
        if matches!(name, "k3s" | "rke2") {
            if words.get(at)?.text() != "server" {
                return None;
            }
            break Program::Server { arguments: at + 1 };
        }
        if name == "su" || SHELLS.contains(&name) {
            let script = shell_script(name, words, at)?;
            words.get(script)?;
            break Program::Shell { script };
        }
        if let Some(container) = engine::find(name, words, at, catalogue) {
            in_container = true;
            inherited = container.inherited;
            // Variables before the engine are those of the engine.
            variables = container.variables;
            evidence = container.evidence;
            reads_variables |= container.reads_variables;
            variable_files = container.variable_files;
            entry_point = container.entry_point;
            at = container.command;
            continue;
        }
        let wrapper = WRAPPERS
            .iter()
            .find(|wrapper| wrapper.names.contains(&name));
        let Some(wrapper) = wrapper else {
            if !is_named || !may_run_rest(&[&text]) {
                return None;
            }
            // What it sets is not known.
            reads_variables = true;
            runs_unknown = !is_script_file(&text);
            let arguments = words.get(at..).unwrap_or_default();
            if !runs_unknown
                && let Some(program) = EntryPoint::Unknown.program(arguments, catalogue)
            {
                entry_point = Some(program.to_owned());
            }
            continue;
        };
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
    };
    let has_flags = matches!(program, Program::Etcd { arguments } if has_option(&words[arguments..], catalogue));
    if runs_unknown && !has_flags {
        return None;
    }
    Some(Invocation {
        program,
        variables,
        evidence,
        variable_files,
        reads_variables,
        in_container,
        inherited,
        passes_arguments,
    })
}

/// Returns where the script of a shell is, after `-c`; `None` if the shell runs a file.
fn shell_script(shell: &str, words: &[Word], start: usize) -> Option<usize> {
    let mut at = start;
    while let Some(word) = words.get(at) {
        let text = word.text();
        at += 1;
        match text.strip_prefix('-') {
            Some(letters) if !letters.starts_with('-') => {
                if letters.contains('c') {
                    return Some(at);
                }
                // `-o pipefail`, `-euo pipefail`
                at += usize::from(shell != "su" && letters.ends_with(['o', 'O']));
            }
            Some("-rcfile" | "-init-file") => at += 1,
            Some(_) => {}
            // The operand of `su` is a user.
            None if shell == "su" || text.starts_with('+') || !word.expansions.is_empty() => {}
            None => return None,
        }
    }
    None
}

/// Returns where the program begins after `start "title" /b`, `call` and `cmd /c` of Windows.
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

/// Whether the word is all arguments of the script: a program, and flags of it.
fn is_all_arguments(text: &str) -> bool {
    matches!(text, "$@" | "${@}")
}

/// Whether a program of that name is etcd: by its file name, or a variable or the arguments of the script followed by
/// etcd's own flags.
fn is_etcd(text: &str, arguments: &[Word], catalogue: &Catalogue) -> bool {
    if matches!(base_name(text), "etcd" | "etcd2" | "etcd3" | "etcd.exe") {
        return true;
    }
    let names_etcd = || {
        let text = text.to_ascii_lowercase();
        text.starts_with('$') && text.contains("etcd") && !text.contains("etcdctl")
    };
    (is_all_arguments(text) || names_etcd())
        && arguments
            .iter()
            .filter_map(Word::flag_name)
            .any(|flag| is_telling(catalogue, Spelling::Flag, flag))
}
