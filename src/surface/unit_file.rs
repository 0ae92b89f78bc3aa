//! What a file of a systemd unit says about the unit as a whole.

use crate::member::{Reference, Setting};

/// Where the units of the administrator are.
pub(super) const UNIT_FOLDER: &str = "/etc/systemd/system/";

/// What one file of a systemd unit adds to the files before it: `systemd.unit(5)`, `systemd.exec(5)`.
#[derive(Clone, Debug, Default)]
pub struct UnitFile {
    /// Whether it is a drop-in: a unit without it is read too.
    pub is_drop_in: bool,
    /// An empty `ExecStart=` removes the commands of earlier files.
    pub resets_commands: bool,
    /// An empty `Environment=` removes the variables of earlier files.
    pub resets_variables: bool,
    /// An empty `EnvironmentFile=` removes the files that earlier files name.
    pub resets_environment_files: bool,
    /// The files of `EnvironmentFile=`; a later one counts over an earlier one, and each over `Environment=`.
    pub environment_files: Vec<Reference>,
    /// Variables that `UnsetEnvironment=` removes at the end.
    pub unset: Vec<String>,
    /// The settings of `Environment=`, each with the variable that holds it if it is a flag.
    pub variables: Vec<(Option<String>, Setting)>,
}
