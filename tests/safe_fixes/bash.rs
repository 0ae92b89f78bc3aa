//! Runs scripts in bash with programs that only record how they are started.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use super::usage::quoted;

/// Programs that the scripts start.
const PROGRAMS: [&str; 6] = ["etcd", "etcdctl", "printer", "flannel", "helm", "kube"];

/// Appends name, arguments, standard input (of the printer) and environment, each ended by NUL.
const STUB: &str = "#!/bin/sh\n\
    in=\n\
    if [ \"${0##*/}\" = printer ]; then in=$(/bin/cat); fi\n\
    { printf '%s\\0' begin \"${0##*/}\" \"$in\" \"$#\" \"$@\"; /bin/cat /proc/self/environ; printf 'end\\0'; } >>\"$RUN_LOG\"\n";

/// One start of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Launch {
    pub(crate) program: String,
    pub(crate) input: String,
    pub(crate) arguments: Vec<String>,
    /// For etcd: `ETCD_*`. For others: variables with their own prefix.
    pub(crate) variables: Vec<(String, String)>,
}

/// What a script did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) launches: Vec<Launch>,
    pub(crate) output: String,
    pub(crate) status: Option<i32>,
}

/// A folder with the programs.
pub(crate) struct Bash {
    folder: tempfile::TempDir,
}

impl Bash {
    /// Returns `None` if there is no bash.
    pub(crate) fn new() -> Option<Bash> {
        let is_there = |path: &str| Path::new(path).exists();
        if !is_there("/proc/self/environ") || !is_there("/bin/bash") || !is_there("/bin/sh") {
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder of its own");
        let programs = folder.path().join("bin");
        fs::create_dir(&programs).expect("a folder for programs");
        for name in PROGRAMS {
            let path = programs.join(name);
            fs::write(&path, STUB).expect("a program");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
        }
        for name in ["env", "printenv", "cat", "rm"] {
            symlink(Path::new("/usr/bin").join(name), programs.join(name)).expect("a link");
        }
        Some(Bash { folder })
    }

    pub(crate) fn run(&self, script: &str, condition: bool) -> Run {
        let (log, file) = (
            self.folder.path().join("log"),
            self.folder.path().join("start.sh"),
        );
        fs::write(&log, "").expect("a log");
        fs::write(&file, script).expect("a script");
        let output = Command::new("/bin/bash")
            .args(["--norc", "--noprofile"])
            .arg(&file)
            .env_clear()
            .env("PATH", self.folder.path().join("bin"))
            .env("RUN_LOG", &log)
            .env("COND", if condition { "true" } else { "" })
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .expect("bash starts");
        let log = fs::read(&log).expect("the log");
        Run {
            launches: launches(&String::from_utf8_lossy(&log)),
            output: String::from_utf8_lossy(&output.stdout).into_owned(),
            status: output.status.code(),
        }
    }
}

fn launches(log: &str) -> Vec<Launch> {
    let mut parts = log.split('\0');
    let mut launches = Vec::new();
    while parts.next() == Some("begin") {
        let mut next = || parts.next().unwrap_or_default().to_owned();
        let (program, input) = (next(), next());
        let count = next().parse().unwrap_or(0);
        let arguments = (0..count).map(|_| next()).collect();
        let variables = parts.by_ref().take_while(|part| *part != "end");
        let prefix = format!("{}_", program.to_ascii_uppercase());
        let mut variables: Vec<(String, String)> = variables
            .filter_map(|part| part.split_once('='))
            .filter(|(name, _)| name.starts_with(&prefix))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        variables.sort();
        launches.push(Launch {
            program,
            input,
            arguments,
            variables,
        });
    }
    launches
}

impl Launch {
    /// Writes the same start as the simplest script: every word in quotes.
    pub(crate) fn as_script(&self) -> String {
        let mut script = "#!/bin/sh\n".to_owned();
        for (name, value) in &self.variables {
            script.push_str(&format!("{name}={} ", quoted(value)));
        }
        script.push_str("etcd");
        for word in &self.arguments {
            script.push(' ');
            script.push_str(&quoted(word));
        }
        script + "\n"
    }
}
