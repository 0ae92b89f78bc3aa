//! Which variables of the process around it a member gets.

/// Which variables of the process around it a member gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Inherited {
    /// All of them, as a child of a shell or of systemd does.
    #[default]
    All,
    /// Only these: a container gets the variables of its engine that are named, `docker run -e NAME`.
    Only(Vec<String>),
}

impl Inherited {
    /// Whether the member gets the variable.
    #[must_use]
    pub fn contains(&self, variable: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.iter().any(|name| name == variable),
        }
    }
}
