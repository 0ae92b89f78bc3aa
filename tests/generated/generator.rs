//! Generated configurations: members from the catalogue, in every spelling and style, for the tests of properties and
//! with real servers.
//!
//! [`dice::Dice`] decides everything, so that a list of numbers determines a whole configuration.

pub(crate) mod branches;
pub(crate) mod containers;
pub(crate) mod dice;
pub(crate) mod ground;
pub(crate) mod member;
pub(crate) mod process;
pub(crate) mod processes;
pub(crate) mod quoting;
pub(crate) mod situations;
pub(crate) mod surfaces;
pub(crate) mod suspects;
pub(crate) mod value;
pub(crate) mod yaml;
