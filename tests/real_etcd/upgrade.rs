//! An old configuration that is upgraded to a newer etcd, in each of its forms.

use std::fs;
use std::path::{Path, PathBuf};

use crate::place::Place;
use crate::server::{Etcd, Verdict};
use crate::tool::{self, Findings};

/// How a member's settings are written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Form {
    ConfigFile,
    CommandLine,
    Variables,
}

impl Form {
    fn file_name(self) -> &'static str {
        match self {
            Form::ConfigFile => "etcd.conf.yml",
            Form::CommandLine => "Procfile",
            Form::Variables => "etcd.env",
        }
    }

    /// Returns the settings that a member needs at this place, and `more` in this form.
    pub(crate) fn text(self, place: &Place, more: &str) -> String {
        let settings = place.settings();
        let settings = settings.iter().map(|(name, value)| match self {
            Form::ConfigFile => format!("{name}: {value}\n"),
            Form::CommandLine => format!(" --{name}={value}"),
            Form::Variables => format!("{}={value}\n", variable(name)),
        });
        let settings: String = settings.collect();
        match self {
            Form::ConfigFile | Form::Variables => format!("# etcd, member m1\n{settings}{more}"),
            Form::CommandLine => format!("etcd: etcd{settings} {more}\n"),
        }
    }

    /// Starts a server with a file of this form.
    fn start(self, etcd: &Etcd, place: &Place, file: &Path) -> Verdict {
        let text = fs::read_to_string(file).expect("a file of this test");
        match self {
            Form::ConfigFile => etcd.start_with_file(place, file),
            Form::CommandLine => {
                let words = text.trim_end().strip_prefix("etcd: etcd ");
                let words = words.expect("a Procfile of this test").split_whitespace();
                etcd.start(place, &words.map(str::to_owned).collect::<Vec<_>>(), &[])
            }
            Form::Variables => {
                let lines = text.lines().filter(|line| !line.starts_with('#'));
                let pairs = lines.filter_map(|line| line.split_once('='));
                let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
                etcd.start(place, &[], &pairs.collect::<Vec<_>>())
            }
        }
    }
}

/// The variable of an option.
pub(crate) fn variable(option: &str) -> String {
    format!("ETCD_{}", option.to_uppercase().replace('-', "_"))
}

/// One old configuration that is upgraded to the release of a real server.
pub(crate) struct Upgrade<'a> {
    pub(crate) etcd: &'a Etcd,
    pub(crate) place: &'a Place,
    from: &'static str,
    form: Form,
    /// The old file, never changed.
    pub(crate) old_file: PathBuf,
}

impl<'a> Upgrade<'a> {
    pub(crate) fn new(
        etcd: &'a Etcd,
        place: &'a Place,
        from: &'static str,
        form: Form,
        settings: &str,
    ) -> Upgrade<'a> {
        let old_file = place.write("old", form.file_name(), &form.text(place, settings));
        Upgrade {
            etcd,
            place,
            from,
            form,
            old_file,
        }
    }

    /// Returns the tool's report on the old file, and the result of starting the server with it.
    pub(crate) fn old(&self) -> (Findings, Verdict) {
        self.judged(&self.old_file)
    }

    /// Returns the result of starting the server with the rewritten file, in which nothing may remain that is lost or
    /// refused.
    pub(crate) fn new_server(&self) -> Verdict {
        let (findings, verdict) = self.judged(&self.rewritten());
        for consequence in ["refused", "dropped", "dropped-with-warning"] {
            let listed = findings.listed();
            assert!(
                !findings.report(consequence),
                "left after the fix:\n{listed}"
            );
        }
        verdict
    }

    /// Writes a copy of the old file after `fix --write`.
    pub(crate) fn rewritten(&self) -> PathBuf {
        let old = fs::read_to_string(&self.old_file).expect("the old file");
        let new = self.place.write("new", self.form.file_name(), &old);
        tool::fix(&new, self.from, &self.etcd.minor);
        new
    }

    /// Lints a file and starts a server with it: the two must agree.
    fn judged(&self, file: &Path) -> (Findings, Verdict) {
        let findings = tool::lint(file, self.from, &self.etcd.minor);
        let verdict = self.form.start(self.etcd, self.place, file);
        let made_of_it = match &verdict {
            Verdict::Accepted(_) => "starts".to_owned(),
            Verdict::Refused(line) => format!("refuses this with\n  {line}"),
        };
        assert_eq!(
            findings.report("refused"),
            matches!(verdict, Verdict::Refused(_)),
            "etcd {} {made_of_it}\nbut lint says\n{}of\n{}",
            self.etcd.minor,
            findings.listed(),
            fs::read_to_string(file).expect("the file judged"),
        );
        (findings, verdict)
    }
}
