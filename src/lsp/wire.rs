//! Messages on a stream: a header with the length, then JSON.
//!
//! `lsp_server::Message::read` gives up a stream at the first message that is not JSON, and allocates any length that
//! the header announces; here such a message is one error, and the next is read.

use std::io::{self, BufRead, Read};

use lsp_server::{Message, RequestId};
use serde_json::Value;

/// The greatest length of a message: none that concerns configuration is longer.
const LENGTH_LIMIT: u64 = 256 * 1024 * 1024;

/// The greatest length of a header line.
const HEADER_LIMIT: u64 = 4096;

/// One piece of input.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A message.
    Message(Message),
    /// Input that is no message: why, and the id of the request, if it is known.
    Malformed(String, Option<RequestId>),
}

/// Reads the next message; returns `None` at the end of the stream.
///
/// # Errors
/// Returns an error if the stream breaks, or the begin of its next message cannot be known.
pub(super) fn read(stream: &mut dyn BufRead) -> io::Result<Option<Incoming>> {
    let Some(length) = length(stream)? else {
        return Ok(None);
    };
    if length > LENGTH_LIMIT {
        let skipped = io::copy(&mut stream.take(length), &mut io::sink())?;
        let message = format!("a message of {skipped} bytes is not read");
        return Ok(Some(Incoming::Malformed(message, None)));
    }
    let mut body = Vec::new();
    let read = stream.take(length).read_to_end(&mut body)?;
    if u64::try_from(read).is_ok_and(|read| read < length) {
        return Ok(None);
    }
    Ok(Some(match serde_json::from_slice(&body) {
        Ok(message) => Incoming::Message(message),
        Err(error) => Incoming::Malformed(error.to_string(), request_id(&body)),
    }))
}

/// Returns the id of an invalid request.
fn request_id(body: &[u8]) -> Option<RequestId> {
    let message: Value = serde_json::from_slice(body).ok()?;
    serde_json::from_value(message.get("id")?.clone()).ok()
}

/// Reads the length in the header; returns `None` at the end of the stream.
fn length(stream: &mut dyn BufRead) -> io::Result<Option<u64>> {
    let refused = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
    let mut length = None;
    loop {
        let mut line = Vec::new();
        stream.take(HEADER_LIMIT).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let Some(header) = line.strip_suffix('\n') else {
            return Err(refused("a header line does not end"));
        };
        let header = header.trim_end_matches('\r');
        if header.is_empty() {
            return length
                .map(Some)
                .ok_or_else(|| refused("a header has no Content-Length"));
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("Content-Length")
        {
            let value = value.trim().parse::<u64>();
            length = Some(value.map_err(|_| refused("a Content-Length is not a number"))?);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_message_is_one_error_and_the_next_is_read() {
        let stream = "Content-Length: 3\r\n\r\n{x}content-length:15\r\nContent-Type: x\r\n\r\n{\"method\": \"x\"}";
        let mut stream = stream.as_bytes();
        assert!(matches!(
            read(&mut stream).unwrap(),
            Some(Incoming::Malformed(..))
        ));
        assert!(matches!(
            read(&mut stream).unwrap(),
            Some(Incoming::Message(_))
        ));
        assert!(read(&mut stream).unwrap().is_none());
    }

    #[test]
    fn a_length_that_is_too_large_allocates_nothing_and_an_invalid_one_ends_the_stream() {
        let mut stream = "Content-Length: 99999999999999\r\n\r\nx".as_bytes();
        assert!(matches!(
            read(&mut stream).unwrap(),
            Some(Incoming::Malformed(..))
        ));
        for bad in [
            "Content-Length: -1\r\n\r\n",
            "Content-Type: x\r\n\r\n",
            "no end",
        ] {
            assert!(read(&mut bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(
            read(&mut "Content-Length: 9\r\n\r\n{".as_bytes())
                .unwrap()
                .is_none()
        );
    }
}
