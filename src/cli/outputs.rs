//! Where reports are written: one format to standard output, others to files.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::args::{Format, LintArguments};
use super::command_error::CommandError;
use crate::project::walk::Candidate;
use crate::report::visible_path;

/// The formats, and where each is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outputs {
    /// The format on standard output.
    pub(super) standard: Option<Format>,
    /// The formats that are written to files.
    pub(super) files: Vec<(Format, PathBuf)>,
}

impl Outputs {
    /// Returns the outputs that `--format` and `--output` name.
    pub(super) fn requested(arguments: &LintArguments) -> Result<Self, CommandError> {
        Self::of(arguments.format, &arguments.output).map_err(CommandError::Usage)
    }

    fn of(format: Option<Format>, outputs: &[OsString]) -> Result<Self, String> {
        let mut standard = None;
        let mut files: Vec<(Format, PathBuf)> = Vec::new();
        let mut is_redirected = false;
        for output in outputs {
            let (named, file) = split(output)?;
            if named.is_none() {
                if is_redirected {
                    return Err(
                        "two outputs for --format; write FORMAT=FILE for the others".to_owned()
                    );
                }
                is_redirected = true;
            }
            let form = named.or(format).unwrap_or(Format::Text);
            if file == OsStr::new("-") {
                if standard.replace(form).is_some() {
                    return Err("two outputs to standard output".to_owned());
                }
            } else if file.is_empty() {
                return Err("an output without a file: write FORMAT=FILE".to_owned());
            } else {
                files.push((form, PathBuf::from(file)));
            }
        }
        if !is_redirected {
            match (standard, format) {
                (Some(_), Some(_)) => {
                    return Err(
                        "two outputs to standard output: --format and an output that ends with =-"
                            .to_owned(),
                    );
                }
                (None, _) => standard = Some(format.unwrap_or(Format::Text)),
                (Some(_), None) => {}
            }
        }
        for (index, (_, path)) in files.iter().enumerate() {
            let place = resolved(path);
            if files[..index]
                .iter()
                .any(|(_, other)| resolved(other) == place)
            {
                return Err(format!("two outputs to {}", visible_path(path)));
            }
        }
        Ok(Self { standard, files })
    }

    /// Removes the reports of earlier runs in the same files from the candidates. Returns an error if a report would
    /// overwrite a file that was given.
    pub(super) fn leave_out(&self, candidates: &mut Vec<Candidate>) -> Result<(), CommandError> {
        let outputs: Vec<PathBuf> = self.files.iter().map(|(_, path)| resolved(path)).collect();
        let is_output = |candidate: &Candidate| {
            let name = candidate.path.file_name();
            outputs
                .iter()
                .any(|output| output.file_name() == name && *output == resolved(&candidate.path))
        };
        if let Some(named) = candidates
            .iter()
            .find(|candidate| candidate.named && is_output(candidate))
        {
            return Err(CommandError::Usage(format!(
                "{} is both an input and an output",
                visible_path(&named.path)
            )));
        }
        candidates.retain(|candidate| !is_output(candidate));
        Ok(())
    }
}

/// Parses `FORMAT=FILE`, or a file alone.
fn split(output: &OsStr) -> Result<(Option<Format>, OsString), String> {
    // The conversion loses only what is not UTF-8, which is no format.
    let text = output.to_string_lossy();
    let Some((name, file)) = text.split_once('=') else {
        return Ok((None, output.to_owned()));
    };
    if let Ok(format) = Format::from_str(name, false) {
        let file = match output.to_str() {
            Some(_) => OsString::from(file),
            None => {
                return Err(format!("the file name of an output {name}= must be UTF-8"));
            }
        };
        return Ok((Some(format), file));
    }
    if name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        let known: Vec<String> = Format::value_variants()
            .iter()
            .filter_map(|format| format.to_possible_value())
            .map(|value| value.get_name().to_owned())
            .collect();
        return Err(format!(
            "`{name}` is not a format ({}); for a file of that name write ./{name}=…",
            known.join(", ")
        ));
    }
    Ok((None, output.to_owned()))
}

/// Returns the file that a path leads to, whether it exists or not.
fn resolved(path: &Path) -> PathBuf {
    if let Ok(path) = path.canonicalize() {
        return path;
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_path_buf(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use super::*;

    fn of(format: Option<Format>, outputs: &[&str]) -> Result<Outputs, String> {
        let outputs: Vec<OsString> = outputs.iter().map(OsString::from).collect();
        Outputs::of(format, &outputs)
    }

    #[test]
    fn forms_go_where_they_are_sent() {
        assert_eq!(of(None, &[]).unwrap().standard, Some(Format::Text));
        let both = of(None, &["sarif=a.sarif", "gitlab=b.json"]).unwrap();
        assert_eq!(both.standard, Some(Format::Text));
        assert_eq!(both.files[1], (Format::Gitlab, PathBuf::from("b.json")));
        let file = of(Some(Format::Json), &["x.json"]).unwrap();
        assert_eq!((file.standard, &file.files[0].0), (None, &Format::Json));
        let named = of(None, &["./sarif=x"]).unwrap();
        assert_eq!(named.files, [(Format::Text, PathBuf::from("./sarif=x"))]);
        let only = of(None, &["sarif=-"]).unwrap();
        assert_eq!((only.standard, only.files.len()), (Some(Format::Sarif), 0));
    }

    #[test]
    fn what_would_be_lost_is_refused() {
        for (format, outputs) in [
            (None, vec!["a", "b"]),
            (None, vec!["sarif=a", "json=./a"]),
            (None, vec!["sarif=-", "json=-"]),
            (Some(Format::Text), vec!["sarif=-"]),
            (None, vec!["sariff=a"]),
            (None, vec!["sarif="]),
        ] {
            assert!(of(format, &outputs).is_err(), "{outputs:?}");
        }
    }
}
