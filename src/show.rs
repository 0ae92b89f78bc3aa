//! Shows what is in force: the options of a member at a release, what differs between two releases, and the settings of
//! the member in one spelling.
//!
//! Pure functions of what was read; [`text`] and [`json`] return texts and print nothing.

mod difference;
mod in_force;
pub mod json;
mod not_in_force;
mod proof;
mod row;
mod shown;
mod spelled;
pub mod text;
mod writer;

pub use difference::{Difference, differences};
pub use in_force::{InForce, Origin, members};
pub use not_in_force::{Effect, NotInForce, not_in_force};
pub use proof::{Proof, TextInTree, proofs};
pub use row::{Row, rows};
pub use shown::{Options, ShownMember, shown};
pub use spelled::{LeftOut, Spelled, spelled};
