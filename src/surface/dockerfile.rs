//! Dockerfiles: reads what the image of each stage runs, by `ENTRYPOINT`, `CMD` and `ENV`.

mod instructions;
mod stage;

use super::command_line::Finder;
use super::launch::Image;
use super::properties::{Comments, Continuation, Surface, Syntax};
use super::read_error::ReadError;
use super::reading::Reading;
use super::request::{Discovery, Recognition, Request};
use crate::facts::catalogue::Spelling;
use crate::member::NamedRelease;
use crate::source::Span;
use crate::text::decoded::Decoded;
use crate::text::quoting::Quoting;
use crate::text::words::{Dialect, Word, words};
use instructions::{Dockerfile, Document, Instruction};
use stage::Stage;

/// The properties of this surface.
pub(super) const SURFACE: Surface = Surface {
    name: "dockerfile",
    syntax: Syntax::Other,
    comments: Comments::OwnLine,
    continuation: Continuation::Escape,
    is_script: false,
};

pub(super) fn read(request: &Request<'_>) -> Recognition {
    let text = request.text;
    let forced = request.discovery == Discovery::Forced;
    if !forced && !text.contains("etcd") && !text.contains("ETCD_") {
        return Recognition::No("");
    }
    let Some(file) = instructions::read(text) else {
        return Recognition::No("");
    };
    let first = file.instructions.iter().find(|one| one.keyword != "ARG");
    let begins_stage = |first: &Instruction| {
        let words = words(&file.decoded.text, first.arguments, Dialect::Dockerfile);
        let named = |word: &&Word| !word.text().starts_with("--");
        // `from x import y` is another language.
        first.keyword == "FROM"
            && matches!(words.iter().filter(named).count(), 1 | 3)
            && !words.iter().any(|word| word.text() == "import")
    };
    if !first.is_some_and(begins_stage) {
        return Recognition::No("");
    }
    let content = file.decoded.text.clone();
    let inner_request = Request {
        text: &content,
        ..*request
    };
    let mut reader = DockerfileReader {
        request: &inner_request,
        file: &file,
        reading: Reading::of(SURFACE),
    };
    if let Err(error) = reader.stages() {
        let offset = file.decoded.outer_span(Span::at(error.offset));
        return Recognition::Unreadable(ReadError {
            offset: offset.map_or(0, |span| span.start),
            ..error
        });
    }
    let mut found = reader.reading;
    found.members.retain(|member| {
        // etcd refuses a flag that it does not know, so one alone shows a fault.
        member.settings.iter().any(|setting| {
            let known = request.catalogue.spelled(setting.spelling, &setting.name);
            let is_flag = setting.spelling == Spelling::Flag;
            known.is_some() || is_flag && member.positional_arguments.is_empty()
        })
    });
    if found.is_empty() {
        return Recognition::No("a Dockerfile that does not start etcd with options");
    }
    let mut reading = Reading::of(SURFACE);
    reading.graft(found, file.decoded, 0);
    Recognition::Read(reading)
}

/// Reads the instructions of a file in order.
struct DockerfileReader<'a> {
    request: &'a Request<'a>,
    file: &'a Dockerfile,
    reading: Reading,
}

impl<'a> DockerfileReader<'a> {
    fn stages(&mut self) -> Result<(), ReadError> {
        let mut stages: Vec<Stage<'a>> = Vec::new();
        let file = self.file;
        for instruction in &file.instructions {
            if instruction.keyword == "FROM" {
                stages.push(self.from(instruction, &stages));
                continue;
            }
            for document in &instruction.documents {
                self.document(instruction, document)?;
            }
            if let Some(stage) = stages.last_mut() {
                stage.take(self.request.text, instruction);
            }
            match (instruction.keyword.as_str(), stages.last_mut()) {
                ("RUN", Some(stage)) if stage.runs_sh => self.run(instruction.arguments)?,
                ("COPY", Some(_)) => {
                    let release = self.copied_etcd(instruction, &stages);
                    if let (Some(release), Some(stage)) = (release, stages.last_mut()) {
                        stage.image.release = Some(release);
                    }
                }
                _ => {}
            }
        }
        let stages = stage::inherited(stages);
        for stage in stages {
            stage.members(self.request, &mut self.reading, self.file.backslash)?;
        }
        Ok(())
    }

    /// Creates the stage that `FROM` begins.
    fn from(&self, instruction: &Instruction, before: &[Stage<'a>]) -> Stage<'a> {
        let text = self.request.text;
        let words = words(text, instruction.arguments, Dialect::Dockerfile);
        let mut words = words.iter().filter(|word| !word.text().starts_with("--"));
        let image = words.next();
        let is_as = words
            .next()
            .is_some_and(|word| word.text().eq_ignore_ascii_case("as"));
        let name = words.next().filter(|_| is_as);
        let image_name = image.map_or("", |image| image.text());
        let base = stage_named(before, image_name);
        Stage {
            name: name.map(|name| name.text().to_owned()),
            base,
            image: match base {
                Some(base) => before[base].image,
                None => image.map_or_else(
                    || Image::named(""),
                    |image| Image::named(image.text()).written_at(image.span),
                ),
            },
            runs_sh: true,
            ..Stage::default()
        }
    }

    /// Returns the version of the image from which etcd is copied.
    fn copied_etcd(&self, instruction: &Instruction, stages: &[Stage<'a>]) -> Option<NamedRelease> {
        let words = words(
            self.request.text,
            instruction.arguments,
            Dialect::Dockerfile,
        );
        let (written, from) = words
            .iter()
            .find_map(|word| Some((word.span, word.text().strip_prefix("--from=")?)))?;
        let copies = words.iter().any(|word| {
            !word.text().starts_with("--") && crate::source::base_name(word.text()) == "etcd"
        });
        if !copies {
            return None;
        }
        match stage_named(stages, from) {
            Some(stage) => stages[stage].image.release,
            None => Image::named(from).written_at(written).release,
        }
    }

    /// Reads commands that run while the image is built.
    fn run(&mut self, range: Span) -> Result<(), ReadError> {
        let mut finder = Finder::new(self.request, &mut self.reading);
        finder.find(self.request.text, range, Dialect::Shell, 0, 0);
        finder.error.map_or(Ok(()), Err)
    }

    /// Reads a here-document: a script that runs, or a file that is written.
    fn document(
        &mut self,
        instruction: &Instruction,
        document: &Document,
    ) -> Result<(), ReadError> {
        let text = self.request.text;
        if instruction.keyword == "RUN" {
            return self.run(document.body);
        }
        let body = document.body.of(text);
        // Stripped tabs and expansions have no exact edit.
        if document.tabs || !document.quoted && body.contains(['$', '\\']) {
            return Ok(());
        }
        let words = words(text, instruction.arguments, Dialect::Dockerfile);
        let name = words
            .last()
            .map_or("", |word| crate::source::base_name(word.text()));
        let mut decoded = Decoded::default();
        decoded.push_verbatim(body, document.body.start, Quoting::Verbatim);
        self.request
            .read_embedded(&mut self.reading, decoded, 0, name);
        Ok(())
    }
}

/// Returns the stage of that name or number.
fn stage_named(stages: &[Stage<'_>], name: &str) -> Option<usize> {
    let named = |stage: &Stage<'_>| {
        let own = stage.name.as_deref();
        own.is_some_and(|own| own.eq_ignore_ascii_case(name))
    };
    let number = name
        .parse()
        .ok()
        .filter(|&number: &usize| number < stages.len());
    stages.iter().rposition(named).or(number)
}
