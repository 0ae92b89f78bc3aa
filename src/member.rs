//! What surfaces read: members, their settings, and mentions; and the actions that rules request on them.

mod inherited;
mod named_release;
mod place;
mod reference;

use std::collections::HashSet;

pub use inherited::Inherited;
pub use named_release::NamedRelease;
pub use place::{Place, TextId};
pub use reference::{
    Elsewhere, Expansion, Inputs, Mount, MountedFile, ObjectReference, Reference, ReferenceKind,
    Service, Volume,
};

use crate::facts::catalogue::{Catalogue, EtcdOption, Spelling};
use crate::facts::go_value;
use crate::facts::version::Version;
use crate::source::Span;

/// A value as etcd's decoder gets it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A flag written without a value.
    Bare,
    /// A text: the value of a flag or variable, or a YAML string.
    Text(String),
    /// A YAML null: etcd uses the default.
    Null,
    /// A YAML 1.1 boolean.
    Bool(bool),
    /// A YAML integer.
    Integer(i128),
    /// A YAML float.
    Float(f64),
    /// A YAML float with an exponent that has no sign, `8e9`: some releases read it as text.
    Exponent(f64),
    /// A YAML sequence.
    List(Vec<Value>),
    /// A YAML mapping in place of a value.
    Mapping,
    /// A value that depends on something else: a shell variable, a unit specifier, a template. The text is as written.
    Unknown(String),
}

impl Value {
    /// Returns the text, if the value is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether the value, or an item of it, depends on something else.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::List(items) => items.iter().any(Self::is_unknown),
            _ => false,
        }
    }
}

/// One option with a value.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Whether it is written as a flag, a variable or a key.
    pub spelling: Spelling,
    /// The name: a flag without dashes, a variable, or a key path joined by `.`; keys keep their case.
    pub name: String,
    /// Where the name is written: the flag with its dashes, the variable, or the last part of the key.
    pub name_place: Place,
    /// The value.
    pub value: Value,
    /// Where the value is written; empty, after the name, if there is none.
    pub value_place: Place,
    /// Whether a later setting of the same option overrides this one.
    pub overridden: bool,
    /// Where it is written if that is another text; places and site are of that text then.
    pub elsewhere: Option<Elsewhere>,
    /// The index of the site in the reading: how the surface edits the setting.
    pub site: usize,
}

impl Setting {
    /// Name and value together, for diagnostics.
    #[must_use]
    pub fn place(&self) -> Place {
        if self.name_place.text == self.value_place.text {
            let span = self.name_place.span.cover(self.value_place.span);
            Place::new(self.name_place.text, span)
        } else {
            self.name_place
        }
    }

    /// Returns the option that it sets, in any release.
    #[must_use]
    pub fn option_in<'c>(&self, catalogue: &'c Catalogue) -> Option<&'c EtcdOption> {
        catalogue.spelled(self.spelling, &self.name)
    }

    /// Whether it sets `option`.
    #[must_use]
    pub fn gives(&self, catalogue: &Catalogue, option: &str) -> bool {
        // A flag has the name of its option, so most calls need no look-up.
        if self.spelling == Spelling::Flag && self.name != option {
            return false;
        }
        self.option_in(catalogue)
            .is_some_and(|found| found.name == option)
    }

    /// Whether its value is a null or an empty text.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.value == Value::Null || self.value.text() == Some("")
    }
}

/// Returns the section of the configuration file that a key path is in, as written; `None` at the top level. A key that
/// has a dot itself is quoted.
#[must_use]
pub fn key_section(path: &str) -> Option<&str> {
    let last = path.strip_suffix('"').and_then(|path| path.rfind('"'));
    path[..last.unwrap_or(path.len())]
        .rsplit_once('.')
        .map(|(section, _)| section)
}

/// Whether two key paths are in the same section for etcd, which ignores case; the text may have two of them.
#[must_use]
pub fn is_same_section(path: &str, other: &str) -> bool {
    match (key_section(path), key_section(other)) {
        (Some(section), Some(other)) => section.eq_ignore_ascii_case(other),
        (section, other) => section == other,
    }
}

/// A word of a command that is not a flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PositionalArgument {
    /// The word.
    pub word: String,
    /// Where it is.
    pub place: Place,
}

/// Whether a text contains all settings of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// All of them: an option that is not set here is not set.
    Whole,
    /// What one text gives a process that another text starts.
    Part,
    /// Not all of them: other files or variables set more.
    Partial,
}

/// How a member gets its options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// From a configuration file, which is this text.
    ConfigFile,
    /// From flags and environment variables.
    Environment,
}

/// The configuration of one etcd process, or the part of it that is in one text.
#[derive(Clone, Debug)]
pub struct Member {
    /// The settings, in the order in which they are written.
    pub settings: Vec<Setting>,
    /// Whether these are all of them.
    pub completeness: Completeness,
    /// How etcd gets them.
    pub delivery: Delivery,
    /// Where a finding about the member as a whole points.
    pub anchor: Place,
    /// The running release, if the text names it.
    pub evidence: Option<NamedRelease>,
    /// A plain scalar with a colon inside a flow collection, which the YAML reader of old releases rejects.
    pub plain_colon_in_flow: Option<Place>,
    /// The error of the YAML reader, if that of every release rejects the file; the anchor is its place.
    pub decoder_refusal: Option<String>,
    /// Positional arguments after etcd's flags; etcd refuses them.
    pub positional_arguments: Vec<PositionalArgument>,
    /// Words of its command that are variables of other texts.
    pub expansions: Vec<Expansion>,
    /// Which variables of the unit or the shell that starts it reach it.
    pub inherited: Inherited,
    /// What other texts give its process.
    pub inputs: Inputs,
    /// The service of a compose file that runs it: another file may override it.
    pub service: Option<Service>,
    /// Whether these expansions and inputs are all that the text leaves open.
    pub lacks_only_expansions: bool,
}

impl Member {
    /// Creates a whole member without settings, delivered by flags and variables; findings about it as a whole point to
    /// `anchor`.
    #[must_use]
    pub fn at(anchor: Place) -> Self {
        Self {
            settings: Vec::new(),
            completeness: Completeness::Whole,
            delivery: Delivery::Environment,
            anchor,
            evidence: None,
            plain_colon_in_flow: None,
            decoder_refusal: None,
            positional_arguments: Vec::new(),
            expansions: Vec::new(),
            inherited: Inherited::All,
            inputs: Inputs::default(),
            service: None,
            lacks_only_expansions: false,
        }
    }

    /// Whether etcd gets a configuration file that is another text.
    #[must_use]
    pub fn names_config_file(&self, reads_variable: bool) -> bool {
        self.config_file(reads_variable).is_some()
    }

    /// Returns the setting that names a configuration file which is another text. A release that reads the variable
    /// does so if the flag names no file (`etcdmain/config.go:298@v3.4.0`); an empty name is no file
    /// (`etcdmain/config.go:235@v3.1.20`).
    #[must_use]
    pub fn config_file(&self, reads_variable: bool) -> Option<&Setting> {
        let named_by = |spelling: Spelling, name: &str| {
            let mut settings = self.live().map(|(_, setting)| setting);
            let is_name = |setting: &&Setting| {
                setting.spelling == spelling
                    && setting.name == name
                    && setting.value.text() != Some("")
            };
            settings.find(is_name)
        };
        if self.delivery != Delivery::Environment {
            return None;
        }
        let variable = || named_by(Spelling::Variable, "ETCD_CONFIG_FILE");
        let variable = || reads_variable.then(variable).flatten();
        named_by(Spelling::Flag, CONFIG_FILE).or_else(variable)
    }

    /// Whether etcd prints something and exits, without starting a member.
    #[must_use]
    pub fn only_informs(&self) -> bool {
        only_informs(&self.settings, &self.positional_arguments)
    }

    /// The settings that no later setting overrides, with their indices.
    pub fn live(&self) -> impl Iterator<Item = (usize, &Setting)> {
        self.settings
            .iter()
            .enumerate()
            .filter(|(_, setting)| !setting.overridden)
    }
}

/// The option that names a configuration file.
pub const CONFIG_FILE: &str = "config-file";

/// Whether Go's flag package prints the help for a flag of that name, whatever its value, and stops reading there.
#[must_use]
pub fn asks_for_help(flag: &str) -> bool {
    matches!(flag, "help" | "h")
}

/// Whether the flag sets no option of a member: it makes etcd print something, or names a file.
#[must_use]
pub fn sets_nothing(flag: &str) -> bool {
    asks_for_help(flag) || matches!(flag, VERSION | CONFIG_FILE)
}

/// Whether the flags among the settings make etcd print something and exit. Every release does so before it reads a
/// variable or a file: `etcdmain/config.go:249@v2.3.8`, `server/etcdmain/config.go:142@v3.6.14`. Of several `--version`
/// the last counts. No flag after a positional argument is parsed, and etcd refuses the argument before it prints its
/// version: `server/etcdmain/config.go:151@v3.6.14`.
#[must_use]
pub fn only_informs(settings: &[Setting], positional_arguments: &[PositionalArgument]) -> bool {
    let flags = || {
        let settings = settings.iter();
        settings.filter(|setting| setting.spelling == Spelling::Flag)
    };
    let is_help = |flag: &&Setting| asks_for_help(&flag.name);
    if let Some(argument) = positional_arguments.first() {
        let place = argument.place;
        return flags().filter(is_help).any(|flag| {
            flag.name_place.text == place.text && flag.name_place.span.start < place.span.start
        });
    }
    let version = flags().rfind(|flag| flag.name == VERSION);
    let is_true = |flag: &Setting| match &flag.value {
        Value::Bare => true,
        value => value.text().and_then(go_value::parse_bool) == Some(true),
    };
    version.is_some_and(is_true) || flags().any(|flag| is_help(&flag))
}

/// The flag that makes etcd print its version.
const VERSION: &str = "version";

/// A reference to etcd outside the settings of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// What it refers to.
    pub kind: MentionKind,
    /// Where, as a span of the file.
    pub span: Span,
}

/// What a mention refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MentionKind {
    /// The prefix of a path of the v3 API over HTTP, such as `/v3alpha`.
    ApiPrefix(String),
    /// A path that only some releases serve, such as `/config/local/log`.
    Endpoint {
        /// The path.
        path: String,
        /// The release that serves it, if the text names one beside the path.
        named: Option<Version>,
    },
    /// An etcdctl command that exists only for the v2 API.
    EtcdctlCommand {
        /// The command, such as `ls`.
        name: String,
        /// Whether the text sets `ETCDCTL_API` anywhere.
        sets_api: bool,
    },
}

/// A value to write; the surface decides how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewValue {
    /// A text; in YAML it is written so that it reads as a string.
    Text(String),
    /// A boolean.
    Bool(bool),
    /// An unsigned number.
    Number(u64),
    /// A list; in flags and variables it is joined by commas.
    List(Vec<String>),
}

impl Action {
    /// The index of the setting that it changes, or after which it inserts.
    #[must_use]
    pub fn setting(&self) -> Option<usize> {
        match self {
            Self::Rename { setting, .. }
            | Self::SetValue { setting, .. }
            | Self::Remove { setting } => Some(*setting),
            Self::Insert { after, .. } => Some(*after),
            Self::Replace { .. } => None,
        }
    }
}

/// A change of a text, without edits. Settings are given by their index in the member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Rename the setting, within its spelling.
    Rename {
        /// Which.
        setting: usize,
        /// The new name: a flag without dashes, a variable, or a key path.
        to: String,
    },
    /// Change the value of the setting.
    SetValue {
        /// Which.
        setting: usize,
        /// The new value.
        value: NewValue,
    },
    /// Remove the setting.
    Remove {
        /// Which.
        setting: usize,
    },
    /// Insert a setting after another one, in the same spelling and style.
    Insert {
        /// After which.
        after: usize,
        /// Its name: a flag without dashes, a variable, or a key path.
        name: String,
        /// Its value.
        value: NewValue,
    },
    /// Replace a mention.
    Replace {
        /// Where, as a span of the file.
        span: Span,
        /// The new text.
        text: String,
    },
}

/// Marks all but the last setting of each name as overridden. For flags and variables the last one counts.
pub(crate) fn mark_overridden(settings: &mut [Setting]) {
    let mut later = HashSet::new();
    for setting in settings.iter_mut().rev() {
        setting.overridden |= !later.insert((setting.spelling, setting.name.clone()));
    }
}
