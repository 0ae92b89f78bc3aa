//! Sites: where and how a setting is written in its text, and the edits that perform an action there.

pub(in crate::surface) mod emptied;
pub(in crate::surface) mod hcl;
pub(in crate::surface) mod item;
pub(in crate::surface) mod k3s_value;
pub(in crate::surface) mod key;
pub(in crate::surface) mod list;
pub(in crate::surface) mod section;
pub(in crate::surface) mod unwritable;
pub(in crate::surface) mod word;

use crate::edit::Edit;
use crate::member::Action;
use hcl::HclSite;
use key::KeySite;
use list::{ArgumentSite, AssignmentSite, EntrySite, PairSite};
use section::SectionSite;
pub use unwritable::Unwritable;
use word::{FlagSite, VariableLineSite, VariableWordSite};

/// Where and how one setting is written.
#[derive(Clone, Debug)]
pub(in crate::surface) enum Site {
    /// A key of the configuration file.
    Key(KeySite),
    /// A flag of a command line.
    Flag(FlagSite),
    /// A variable that is a word: in `Environment=`, before a command, after `docker run -e`.
    VariableWord(VariableWordSite),
    /// A line of an environment file.
    VariableLine(VariableLineSite),
    /// A flag that is an item of a YAML list.
    Argument(ArgumentSite),
    /// `NAME=value` as an item of a YAML list.
    Assignment(AssignmentSite),
    /// `name: X`, `value: Y` as an item of a YAML list.
    Pair(PairSite),
    /// An entry of a YAML map of names to texts.
    Entry(EntrySite),
    /// A key of a section that another tool turns into variables or flags.
    Section(SectionSite),
    /// An attribute or a block of HCL.
    Hcl(HclSite),
    /// A form that has no exact edit.
    Fixed,
}

impl Site {
    /// Returns the edits that perform an action, as edits of the text that the setting is in.
    pub(in crate::surface) fn edits(
        &self,
        text: &str,
        action: &Action,
    ) -> Result<Vec<Edit>, Unwritable> {
        match self {
            Self::Key(site) => site.edits(text, action),
            Self::Flag(site) => site.edits(text, action),
            Self::VariableWord(site) => site.edits(text, action),
            Self::VariableLine(site) => site.edits(text, action),
            Self::Argument(site) => site.edits(text, action),
            Self::Assignment(site) => site.edits(text, action),
            Self::Pair(site) => site.edits(text, action),
            Self::Entry(site) => site.edits(text, action),
            Self::Section(site) => site.edits(text, action),
            Self::Hcl(site) => site.edits(text, action),
            Self::Fixed => Err(Unwritable::Form),
        }
    }
}
