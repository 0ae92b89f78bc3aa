//! Distributed tracing.

use super::Refusal;
use crate::facts::behaviours::Behaviour;
use crate::facts::go_url;
use crate::server::effective::Effective;

/// Returns whether tracing is on, under its new or its old name.
fn is_on(effective: &Effective<'_>) -> bool {
    let switches = [
        "enable-distributed-tracing",
        "experimental-enable-distributed-tracing",
    ];
    let mut switches = switches.into_iter();
    switches.any(|option| effective.boolean(option) == Some(true))
}

/// From 3.5.11, if tracing is on: `server/embed/config.go:776@v3.5.33`. 3.6 checks the old names when it starts.
pub(super) fn sampling_rate(effective: &Effective<'_>) -> Option<Refusal> {
    let rates = [
        "distributed-tracing-sampling-rate",
        "experimental-distributed-tracing-sampling-rate",
    ];
    rates
        .into_iter()
        .filter(|_| is_on(effective))
        .find_map(|option| {
            effective.set(option)?;
            let wrong = match effective.number(option)? {
                rate if rate < 0 => "must be positive",
                rate if rate > 1_000_000 => "must be less than 1000000",
                _ => return None,
            };
            let line = format!(
                "distributed tracing configurition is not valid: (tracing sampling rate {wrong})"
            );
            Some(Refusal::new(
                effective,
                option,
                line,
                "write a number of samples per million, 0 to 1000000",
            ))
        })
}

/// The address that traces are sent to, which grpc parses as a target: `server/embed/config_tracing.go:50@v3.5.33`.
pub(super) fn address(effective: &Effective<'_>) -> Option<Refusal> {
    if !is_on(effective) {
        return None;
    }
    let names = [
        "distributed-tracing-address",
        "experimental-distributed-tracing-address",
    ];
    let options = names
        .into_iter()
        .filter(|name| effective.option(name).is_some());
    let set = options.clone().find(|name| effective.set(name).is_some());
    let option = set.or_else(|| options.clone().next())?;
    let address = effective.text(option)?;
    let line = if address.is_empty() {
        if !effective.does(Behaviour::TracingWithoutAnAddressIsRefused) {
            return None;
        }
        "failed to exit idle mode: failed to start resolver: passthrough: received empty target in Build()"
            .to_owned()
    } else {
        if !effective.does(Behaviour::AddressOfTracingIsParsed) {
            return None;
        }
        go_url::go_parse(&address).err()?;
        go_url::go_parse(&format!("passthrough:///{address}")).err()?
    };
    Some(Refusal::new(
        effective,
        option,
        line,
        "write the host and port of a collector, such as localhost:4317",
    ))
}
