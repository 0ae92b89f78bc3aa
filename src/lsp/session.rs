//! The session with one editor: its documents, its requests, and what it is sent.

pub(super) mod capabilities;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::mpsc::{Receiver, Sender};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response, ResponseError};
use lsp_types::notification::{
    Cancel, DidChangeConfiguration, DidChangeTextDocument, DidChangeWatchedFiles,
    DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument, Exit, Initialized, LogMessage,
    Notification as _, PublishDiagnostics, ShowMessage,
};
use lsp_types::request::{
    CodeActionRequest, Completion, HoverRequest, Initialize, Request as _, Shutdown,
};
use lsp_types::{
    CancelParams, CodeActionParams, CompletionParams, Diagnostic, DidChangeConfigurationParams,
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    HoverParams, LogMessageParams, MessageType, NumberOrString, PublishDiagnosticsParams,
    ShowMessageParams, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::config_resolver::{ConfigResolver, FileOptions};
use super::document::{Document, Snapshot};
use super::event::Event;
use super::queue::{Question, Queue};
use super::wire::Incoming;
use crate::check::Knowledge;
use crate::crash;
use crate::facts::version::Upgrade;
use capabilities::Client;

/// The state of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Begun,
    Running,
    ShutDown,
}

/// The session with one editor.
pub(super) struct Session<'a> {
    knowledge: &'a Knowledge,
    queue: &'a Queue,
    out: Sender<Message>,
    phase: Phase,
    client: Client,
    config_resolver: ConfigResolver<'a>,
    documents: HashMap<String, Document>,
    /// Requests that are neither answered nor cancelled.
    open: HashSet<RequestId>,
    /// The current errors of configurations, which were shown; none is shown twice.
    shown: BTreeSet<String>,
    /// The hints that were shown.
    hinted: BTreeSet<&'static str>,
}

impl<'a> Session<'a> {
    pub(super) fn new(knowledge: &'a Knowledge, queue: &'a Queue, out: Sender<Message>) -> Self {
        Self {
            knowledge,
            queue,
            out,
            phase: Phase::Begun,
            client: Client::default(),
            config_resolver: ConfigResolver::new(knowledge),
            documents: HashMap::new(),
            open: HashSet::new(),
            shown: BTreeSet::new(),
            hinted: BTreeSet::new(),
        }
    }

    /// Runs until the editor leaves; returns whether it had asked to shut down.
    pub(super) fn run(mut self, events: &Receiver<Event>) -> bool {
        while let Ok(event) = events.recv() {
            match event {
                Event::Incoming(Incoming::Message(Message::Request(request))) => {
                    self.survive(|session| session.request(request));
                }
                Event::Incoming(Incoming::Message(Message::Notification(notification))) => {
                    if notification.method == Exit::METHOD {
                        break;
                    }
                    self.survive(|session| session.notification(notification));
                }
                Event::Incoming(Incoming::Message(Message::Response(response))) => {
                    if let Err(error) = response.response_result {
                        self.log(format!("files are not watched: {}", error.message));
                    }
                }
                Event::Incoming(Incoming::Malformed(why, id)) => self.malformed(&why, id),
                Event::Left => break,
                Event::Linted {
                    snapshot,
                    diagnostics,
                } => {
                    let current = self.snapshot(snapshot.uri.as_str());
                    if current.is_some_and(|current| current.is_same(&snapshot)) {
                        self.publish(snapshot.uri, Some(snapshot.version), diagnostics);
                    }
                }
                Event::Answered {
                    id,
                    result,
                    uri,
                    version,
                    expires,
                } => {
                    let document = self.documents.get(&uri);
                    let is_current = document.is_some_and(|document| document.version() == version);
                    if expires && !is_current {
                        self.refuse(id, ErrorCode::ContentModified, "the document was changed");
                    } else {
                        self.respond(id, result);
                    }
                }
                Event::Error(message) => self.show(MessageType::ERROR, message),
                Event::Hint(hint) => {
                    if self.hinted.insert(hint) {
                        self.show(MessageType::INFO, hint.to_owned());
                    }
                }
            }
        }
        self.phase == Phase::ShutDown
    }

    /// Does a piece of work; a panic in it does not end the session.
    fn survive(&mut self, work: impl FnOnce(&mut Self)) {
        if let Err(message) = crash::guarded(|| work(self)) {
            self.show(MessageType::ERROR, message);
        }
    }

    fn request(&mut self, request: Request) {
        let Request { id, method, params } = request;
        let is_first = method == Initialize::METHOD;
        self.open.insert(id.clone());
        match self.phase {
            Phase::Begun if !is_first => {
                let error = "`initialize` must be the first request";
                return self.refuse(id, ErrorCode::ServerNotInitialized, error);
            }
            Phase::Running if is_first => {
                let error = "`initialize` must be sent only once";
                return self.refuse(id, ErrorCode::InvalidRequest, error);
            }
            Phase::ShutDown => {
                let error = "only `exit` can follow `shutdown`";
                return self.refuse(id, ErrorCode::InvalidRequest, error);
            }
            Phase::Begun | Phase::Running => {}
        }
        match method.as_str() {
            Initialize::METHOD => self.initialize(id, &params),
            Shutdown::METHOD => {
                self.phase = Phase::ShutDown;
                self.respond(id, Ok(Value::Null));
            }
            HoverRequest::METHOD => self.ask(id, params, |params: HoverParams, _| {
                let at = params.text_document_position_params;
                (at.text_document.uri, Question::Hover(at.position))
            }),
            Completion::METHOD => self.ask(id, params, |params: CompletionParams, _| {
                let at = params.text_document_position;
                (at.text_document.uri, Question::Completion(at.position))
            }),
            CodeActionRequest::METHOD => {
                self.ask(id, params, |params: CodeActionParams, client| {
                    let uri = params.text_document.uri.clone();
                    (uri, Question::Actions(Box::new(params), client.actions))
                });
            }
            _ => {
                let error = format!("`{method}` is not known");
                self.refuse(id, ErrorCode::MethodNotFound, &error);
            }
        }
    }

    fn initialize(&mut self, id: RequestId, params: &Value) {
        let Some(client) = Client::of(params) else {
            let error = "`capabilities` is missing";
            return self.refuse(id, ErrorCode::InvalidParams, error);
        };
        self.client = client;
        self.phase = Phase::Running;
        self.respond(id, Ok(capabilities::offered(client.encoding)));
        if let Some(folder) = capabilities::folder(params) {
            self.config_resolver.set_folder(folder);
        }
        if let Some(options) = params.get("initializationOptions") {
            self.config_resolver.set_editor_options(options);
            // Shows what is wrong with them now.
            self.resolve_options(None);
        }
    }

    /// Queues a request about a document for a worker.
    fn ask<P: DeserializeOwned>(
        &mut self,
        id: RequestId,
        params: Value,
        question: impl FnOnce(P, Client) -> (Uri, Question),
    ) {
        let params = match serde_json::from_value(params) {
            Ok(params) => params,
            Err(error) => {
                return self.refuse(id, ErrorCode::InvalidParams, &error.to_string());
            }
        };
        let (uri, question) = question(params, self.client);
        match self.snapshot(uri.as_str()) {
            Some(snapshot) => self.queue.ask(id, question, snapshot),
            None => {
                let error = format!("{} is not open", uri.as_str());
                self.refuse(id, ErrorCode::InvalidParams, &error);
            }
        }
    }

    fn notification(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        if self.phase != Phase::Running {
            return;
        }
        let outcome = match method.as_str() {
            DidOpenTextDocument::METHOD => {
                read(params).map(|DidOpenTextDocumentParams { text_document: new }| {
                    let uri = new.uri.as_str().to_owned();
                    self.config_resolver.open_document(&new.uri, &new.text);
                    let options = FileOptions::plain(Upgrade {
                        from: None,
                        to: self.knowledge.catalogue.newest(),
                    });
                    let document = Document::new(new.uri, new.version, new.text, options);
                    self.documents.insert(uri.clone(), document);
                    self.resolve_options(Some(&uri));
                })
            }
            DidChangeTextDocument::METHOD => read(params).and_then(|params| self.change(params)),
            DidCloseTextDocument::METHOD => {
                read(params).map(|DidCloseTextDocumentParams { text_document }| {
                    let uri = text_document.uri;
                    self.documents.remove(uri.as_str());
                    self.queue.forget(uri.clone());
                    if self.config_resolver.close(&uri) {
                        self.resolve_options(None);
                    }
                    self.publish(uri, None, Vec::new());
                })
            }
            DidChangeConfiguration::METHOD => {
                read(params).map(|DidChangeConfigurationParams { settings }| {
                    if self.config_resolver.set_editor_options(&settings) {
                        self.shown.clear();
                        self.resolve_options(None);
                    }
                })
            }
            Initialized::METHOD => {
                if self.client.watches {
                    self.send(Message::Request(capabilities::watching()));
                }
                Ok(())
            }
            // Editors that do not watch files report when they save them.
            DidChangeWatchedFiles::METHOD | DidSaveTextDocument::METHOD => {
                self.resolve_options(None);
                Ok(())
            }
            Cancel::METHOD => read(params).map(|CancelParams { id }| {
                let id = match id {
                    NumberOrString::Number(number) => RequestId::from(number),
                    NumberOrString::String(text) => RequestId::from(text),
                };
                if self.open.contains(&id) {
                    self.queue.cancel(&id);
                    self.refuse(id, ErrorCode::RequestCanceled, "cancelled");
                }
            }),
            _ => Ok(()),
        };
        if let Err(error) = outcome {
            self.log(format!("invalid `{method}`: {error}"));
        }
    }

    fn change(&mut self, params: DidChangeTextDocumentParams) -> Result<(), String> {
        let identifier = params.text_document;
        let uri = identifier.uri.as_str();
        let Some(document) = self.documents.get_mut(uri) else {
            return Err(format!("{uri} is not open"));
        };
        let encoding = self.client.encoding;
        document.change(identifier.version, params.content_changes, encoding);
        if self
            .config_resolver
            .open_document(&identifier.uri, document.text())
        {
            self.resolve_options(Some(uri));
        } else {
            self.lint(uri);
        }
        Ok(())
    }

    /// Resolves the options of each document again. Documents whose options differ are linted, and so is the one that
    /// was touched.
    fn resolve_options(&mut self, touched: Option<&str>) {
        self.config_resolver.forget();
        let mut to_lint: Vec<String> = Vec::new();
        for (uri, document) in &mut self.documents {
            let options = self.config_resolver.of(document.uri());
            if document.set_options(options) || touched == Some(uri) {
                to_lint.push(uri.clone());
            }
        }
        let errors = self.config_resolver.errors().clone();
        for error in errors.difference(&self.shown) {
            self.show(MessageType::ERROR, error.clone());
        }
        self.shown = errors;
        to_lint.iter().for_each(|uri| self.lint(uri));
    }

    /// Queues the newest version of a document for linting.
    fn lint(&self, uri: &str) {
        if let Some(snapshot) = self.snapshot(uri) {
            self.queue.lint(snapshot);
        }
    }

    fn snapshot(&self, uri: &str) -> Option<Snapshot> {
        let document = self.documents.get(uri)?;
        Some(document.snapshot(self.client.encoding))
    }

    fn publish(&self, uri: Uri, version: Option<i32>, diagnostics: Vec<Diagnostic>) {
        let params = PublishDiagnosticsParams::new(uri, diagnostics, version);
        self.notify(PublishDiagnostics::METHOD, params);
    }

    fn show(&self, typ: MessageType, message: String) {
        self.notify(ShowMessage::METHOD, ShowMessageParams { typ, message });
    }

    fn log(&self, message: String) {
        let typ = MessageType::WARNING;
        self.notify(LogMessage::METHOD, LogMessageParams { typ, message });
    }

    /// Handles input that is no message.
    fn malformed(&mut self, why: &str, id: Option<RequestId>) {
        self.log(format!("invalid message: {why}"));
        if let Some(id) = id {
            self.open.insert(id.clone());
            self.refuse(id, ErrorCode::InvalidRequest, why);
        }
    }

    fn refuse(&mut self, id: RequestId, code: ErrorCode, message: &str) {
        let error = ResponseError {
            code: code as i32,
            message: message.to_owned(),
            data: None,
        };
        self.respond(id, Err(error));
    }

    /// Answers a request that is still open.
    fn respond(&mut self, id: RequestId, result: Result<Value, ResponseError>) {
        if self.open.remove(&id) {
            self.send(Message::Response(Response {
                id,
                response_result: result,
            }));
        }
    }

    fn notify(&self, method: &str, params: impl Serialize) {
        let params = serde_json::to_value(params).unwrap_or(Value::Null);
        self.send(Message::Notification(Notification {
            method: method.to_owned(),
            params,
        }));
    }

    fn send(&self, message: Message) {
        // An editor that no longer reads is about to leave.
        let _ = self.out.send(message);
    }
}

fn read<P: DeserializeOwned>(params: Value) -> Result<P, String> {
    serde_json::from_value(params).map_err(|error| error.to_string())
}
