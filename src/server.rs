//! A simulator of an etcd that reads the settings of a member: what it accepts, what is in force, why it does not start.
//!
//! Works on settings alone; no text is in here.

pub mod acceptance;
pub mod effective;
pub mod startup;
