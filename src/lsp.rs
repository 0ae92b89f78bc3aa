//! A language server: the tool inside an editor, over the Language Server Protocol.
//!
//! ```text
//! stream ─wire→ session (documents, lifecycle) ─queue→ worker (lints, answers)
//!                  │  ▲                                     │
//!        writer ←──┘  └───────────── events ────────────────┘
//! ```
//!
//! The session never waits for a lint: it keeps the documents, queues snapshots for the workers and forwards their
//! results while they are current. It resolves the options of a document again whenever an `etcd-uplift.toml` may have
//! changed. Nothing here depends on etcd; findings and fixes come from the modules before this one.

mod actions;
mod analysis;
mod completion;
mod config_resolver;
mod document;
mod event;
mod findings;
mod hover;
mod position;
mod queue;
mod session;
mod uri;
mod wire;
mod worker;

use std::io::{BufReader, Read, Write};
use std::sync::mpsc;
use std::thread;

use lsp_server::{Message, Notification};

use crate::check::Knowledge;
use event::Event;
use queue::Queue;
use session::Session;
use wire::Incoming;
use worker::Memory;

/// The exit status if the editor asked to shut down before it left.
const ENDED: u8 = 0;
/// The exit status if it did not.
const BROKEN_OFF: u8 = 1;

/// The number of workers: while a large document keeps one busy, another is free.
const WORKERS: usize = 2;

/// Serves one editor until it leaves; returns the exit status that the protocol requires.
pub fn serve(
    knowledge: &Knowledge,
    input: &mut (dyn Read + Send),
    out: &mut (dyn Write + Send),
) -> u8 {
    let queue = Queue::default();
    let memory = Memory::default();
    let (event, events) = mpsc::channel();
    let (message, messages) = mpsc::channel::<Message>();
    thread::scope(|scope| {
        let from_editor = event.clone();
        scope.spawn(move || receive(input, &from_editor));
        scope.spawn(move || {
            // If the editor has gone, nobody reads the remaining messages.
            while let Ok(message) = messages.recv()
                && message.write(&mut &mut *out).is_ok()
            {}
        });
        let queue = &queue;
        let memory = &memory;
        for _ in 0..WORKERS {
            let event = event.clone();
            let analyse = &analysis::analyse;
            scope.spawn(move || worker::work(queue, knowledge, analyse, memory, &event));
        }
        drop(event);
        let ended = Session::new(knowledge, queue, message).run(&events);
        queue.close();
        if ended { ENDED } else { BROKEN_OFF }
    })
}

/// Passes on what the editor sends, until it leaves.
fn receive(input: &mut (dyn Read + Send), event: &mpsc::Sender<Event>) {
    let mut stream = BufReader::new(input);
    loop {
        let incoming = match wire::read(&mut stream) {
            Ok(Some(incoming)) => incoming,
            Ok(None) => break,
            Err(error) => {
                // The session is over when this fails.
                let _ = event.send(Event::Incoming(Incoming::Malformed(
                    error.to_string(),
                    None,
                )));
                break;
            }
        };
        let is_last = match &incoming {
            Incoming::Message(Message::Notification(Notification { method, .. })) => {
                method == "exit"
            }
            _ => false,
        };
        if event.send(Event::Incoming(incoming)).is_err() || is_last {
            return;
        }
    }
    // The session is over when this fails.
    let _ = event.send(Event::Left);
}
