//! Texts in which a setting is not alone: it is in a branch, something else uses it, or it is another program's.

mod containers;
mod files;
mod scripts;
mod units;
mod windows;

use etcd_uplift::facts::catalogue::Spelling;
use etcd_uplift::member::Value;

use super::branches::Language;
use super::dice::Dice;
use super::member::Given;
use super::suspects::Suspects;

/// How the files of a situation are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// The first file is a script for bash.
    Script,
    /// A script for bash that writes an environment file, which etcd is then given.
    Writer,
    /// A script for Windows, of which only the branches are evaluated.
    WindowsScript,
    /// An environment file, for etcd and for other programs.
    Variables,
    /// A unit, with the environment files beside it.
    Unit,
    /// etcd's configuration file.
    ConfigFile,
    /// Manifests with a list of containers, such as pods.
    Pod,
    /// Values of a chart that starts etcd.
    Values,
    /// A compose file.
    Compose,
    /// A Dockerfile.
    Dockerfile,
    /// A playbook or a workflow.
    Tasks,
    /// Any other file that the tool reads when the branches are taken.
    Rendered,
    /// A file that must not be changed.
    Untouchable,
}

/// Generated files and how they are used.
pub(crate) struct Situation {
    pub(crate) language: Language,
    pub(crate) used: Use,
    /// Names and texts.
    pub(crate) files: Vec<(String, String)>,
}

impl Situation {
    fn of(used: Use, language: Language, file_name: &str, text: String) -> Option<Situation> {
        Some(Situation {
            language,
            used,
            files: vec![(file_name.to_owned(), text)],
        })
    }

    fn script(text: String) -> Option<Situation> {
        Self::of(Use::Script, Language::Plain, "start.sh", text)
    }
}

/// A kind of situation.
pub(crate) struct Kind {
    pub(crate) what: &'static str,
    /// `None` if the upgrade has nothing to rewrite there.
    pub(crate) written: fn(&mut Draw<'_>) -> Option<Situation>,
}

/// Every kind.
pub(crate) const KINDS: &[Kind] = &[
    Kind {
        what: "script",
        written: scripts::plain,
    },
    Kind {
        what: "script: branches around a variable of flags",
        written: scripts::branches,
    },
    Kind {
        what: "script: branches around an array",
        written: scripts::branches_of_array,
    },
    Kind {
        what: "script: branches around exported variables",
        written: scripts::branches_of_export,
    },
    Kind {
        what: "script: branches around commands",
        written: scripts::branches_of_command,
    },
    Kind {
        what: "script: positional parameters",
        written: scripts::branches_of_parameters,
    },
    Kind {
        what: "script: a variable of flags used by more than one etcd",
        written: scripts::shared,
    },
    Kind {
        what: "script: an array used by more than one etcd",
        written: scripts::shared_array,
    },
    Kind {
        what: "script: exported variables that are used by name",
        written: scripts::shared_export,
    },
    Kind {
        what: "script: a second member",
        written: scripts::second_member,
    },
    Kind {
        what: "script: variables of other programs",
        written: scripts::other_programs,
    },
    Kind {
        what: "script: dollar quotes",
        written: scripts::dollar_quotes,
    },
    Kind {
        what: "script: quotes that do not balance",
        written: scripts::unbalanced,
    },
    Kind {
        what: "script: an environment file is written",
        written: scripts::written_file,
    },
    Kind {
        what: "Helm values: branches",
        written: containers::values,
    },
    Kind {
        what: "batch file: branches",
        written: windows::batch,
    },
    Kind {
        what: "PowerShell: branches",
        written: windows::powershell,
    },
    Kind {
        what: "environment file: branches",
        written: files::variables_with_branches,
    },
    Kind {
        what: "environment file: several programs",
        written: files::variables_of_programs,
    },
    Kind {
        what: "environment file: used by name",
        written: files::variables_by_name,
    },
    Kind {
        what: "configuration file: branches",
        written: files::config_with_branches,
    },
    Kind {
        what: "configuration file: branches in a config map",
        written: files::config_map,
    },
    Kind {
        what: "patch",
        written: files::patch,
    },
    Kind {
        what: "unit: branches",
        written: units::branches,
    },
    Kind {
        what: "unit: shared variables",
        written: units::shared,
    },
    Kind {
        what: "unit: comments in a command",
        written: units::comments,
    },
    Kind {
        what: "unit and environment file",
        written: units::with_file,
    },
    Kind {
        what: "pod: branches",
        written: containers::pod_with_branches,
    },
    Kind {
        what: "pod: variables used by name, other containers",
        written: containers::pod_by_name,
    },
    Kind {
        what: "compose file: two services",
        written: containers::compose,
    },
    Kind {
        what: "Dockerfile: shared variables",
        written: containers::dockerfile,
    },
    Kind {
        what: "Nomad job: branches",
        written: containers::nomad,
    },
    Kind {
        what: "workflow: shared variables",
        written: containers::workflow,
    },
];

/// What the writers choose from.
pub(crate) struct Draw<'a> {
    pub(crate) pool: &'a Suspects,
    pub(crate) dice: Dice,
}

impl Draw<'_> {
    /// Returns a flag that is rewritten.
    fn flag(&mut self) -> Option<String> {
        self.given(Spelling::Flag).map(|given| flag(&given))
    }

    fn given(&mut self, spelling: Spelling) -> Option<Given> {
        self.pool
            .has(spelling)
            .then(|| self.pool.one(spelling, &mut self.dice))
    }

    /// Returns two settings of options that belong together.
    fn rivals(&mut self, spelling: Spelling) -> Option<(Given, Given)> {
        self.pool
            .has(spelling)
            .then(|| self.pool.rivals(spelling, &mut self.dice))
    }

    fn rival_flags(&mut self) -> Option<(String, String)> {
        self.rivals(Spelling::Flag)
            .map(|(one, other)| (flag(&one), flag(&other)))
    }

    /// Returns one to three flags, at least one of them rewritten.
    fn flags(&mut self) -> Option<String> {
        let mut flags = vec![self.flag()?];
        if self.dice.once_in(2) {
            flags.insert(0, "--name=m1".to_owned());
        }
        if self.dice.once_in(3) {
            flags.push(self.flag()?);
        }
        Some(flags.join(" "))
    }

    /// Returns an unrelated flag, or nothing.
    fn more(&mut self) -> String {
        let flag = self.flag().filter(|_| self.dice.once_in(2));
        flag.map(|flag| format!(" {flag}")).unwrap_or_default()
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        self.dice.pick(of)
    }

    fn once_in(&mut self, times: usize) -> bool {
        self.dice.once_in(times)
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::List(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
        _ => String::new(),
    }
}

fn flag(given: &Given) -> String {
    match text(&given.value).as_str() {
        "true" => format!("--{}", given.name),
        other => format!("--{}={other}", given.name),
    }
}

fn variable(given: &Given) -> String {
    format!("{}={}", given.name, text(&given.value))
}
