//! `--process PID`: the files of a running etcd.

use std::path::{Path, PathBuf};

use super::command_error::CommandError;
use crate::check::Knowledge;
use crate::lint::{Content, decode};
use crate::member::Member;
use crate::project::neighbours::process::file_of;
use crate::project::walk;
use crate::report::{visible, visible_path};
use crate::source::base_name;
use crate::surface::{self, ARGUMENTS, Discovery, FileReading, VARIABLES};

/// Returns the files that configure a running etcd: its arguments, its variables, and the configuration file that they
/// name, if it has one.
pub(super) fn files(id: u32, knowledge: &Knowledge) -> Result<Vec<PathBuf>, CommandError> {
    let failed = |message: String| CommandError::Usage(format!("--process {id}: {message}"));
    if !Path::new("/proc/self/cmdline").exists() {
        return Err(failed("this system shows no processes in /proc".to_owned()));
    }
    let folder = PathBuf::from(format!("/proc/{id}"));
    let (arguments, variables) = (folder.join(ARGUMENTS), folder.join(VARIABLES));
    if !folder.is_dir() {
        return Err(failed("no such process".to_owned()));
    }
    let unreadable = |path: &Path, message: &str| {
        let path = visible_path(path);
        failed(format!(
            "{path}: {message}; run etcd-uplift as the user of the process, or as root"
        ))
    };
    let members = members(&arguments, knowledge).map_err(|error| match error {
        Unread::File(message) => unreadable(&arguments, &message),
        Unread::Process(message) => failed(message),
    })?;
    walk::read(&variables).map_err(|message| unreadable(&variables, &message))?;
    let given = self::members(&variables, knowledge).unwrap_or_default();
    let mut named = members.iter().chain(&given);
    let named = named.find_map(|member| member.config_file(true)?.value.text());
    let mut files = vec![arguments, variables];
    if let Some(path) = named {
        let file = file_of(&files[0], path).ok_or_else(|| {
            let root = folder.join("root");
            let path = visible(path);
            let why = match std::fs::metadata(&root) {
                Ok(_) => "the process has no such file",
                Err(_) => {
                    "permission denied; run etcd-uplift as the user of the process, or as root"
                }
            };
            failed(format!("{path} below {}: {why}", root.display()))
        })?;
        walk::read(&file).map_err(|message| unreadable(&file, &message))?;
        files.push(file);
    }
    Ok(files)
}

/// Why a file of a process is not read.
enum Unread {
    /// It cannot be opened.
    File(String),
    /// The process is no etcd server.
    Process(String),
}

/// Returns the members in a file of `/proc`.
fn members(path: &Path, knowledge: &Knowledge) -> Result<Vec<Member>, Unread> {
    let bytes = walk::read(path).map_err(Unread::File)?;
    if bytes.is_empty() {
        let message = "it has no arguments: it has ended, or is a part of the kernel";
        return Err(Unread::Process(message.to_owned()));
    }
    let program = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
    let program = String::from_utf8_lossy(program).into_owned();
    let content = decode(path, bytes, None).map_err(|error| Unread::Process(error.message))?;
    let Content::Text(source) = content else {
        return Ok(Vec::new());
    };
    let surface = surface::named("process");
    let read = surface::read(&source, &knowledge.catalogue, Discovery::Explicit, surface);
    match read {
        FileReading::Read(reading) => Ok(reading.members),
        FileReading::Unreadable(error) => Err(Unread::Process(error.message)),
        // Its other arguments may be secrets.
        FileReading::NotEtcd(_) => Err(Unread::Process(format!(
            "it runs {}, which is no etcd server",
            visible(base_name(&program))
        ))),
    }
}
