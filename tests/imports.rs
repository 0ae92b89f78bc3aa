//! No source file imports one that imports it, directly or through others.
//!
//! A name counts for the file that defines it, whichever module re-exports it; unit tests do not count.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::visit::{self, Visit};
use syn::{Attribute, File, Item, ItemUse, UseTree, Visibility};

/// A module by its path: `["surface", "site"]` is `src/surface/site.rs`, the library itself is empty.
type Module = Vec<String>;

#[test]
fn no_file_imports_one_that_imports_it() {
    let imports = Imports::of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let arrows: usize = imports.arrows.values().map(BTreeSet::len).sum();
    assert!(arrows > 500, "only {arrows} imports were found");
    let circles: Vec<String> = imports.circles().iter().map(named).collect();
    assert!(circles.is_empty(), "\n{}", circles.join("\n"));
}

#[test]
fn a_module_uses_only_those_that_the_library_lists_above_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let library = syn::parse_file(&fs::read_to_string(source.join("lib.rs")).unwrap()).unwrap();
    let modules = library.items.iter().filter_map(|item| match item {
        Item::Mod(module) => Some(module.ident.to_string()),
        _ => None,
    });
    let order: Vec<String> = modules.collect();
    let place = |module: &Module| order.iter().position(|name| *name == module[0]).unwrap();
    let imports = Imports::of(&source);
    let arrows = imports.arrows.iter();
    let arrows = arrows.flat_map(|(user, used)| used.iter().map(move |used| (user, used)));
    let upwards = arrows.filter(|(user, used)| place(used) > place(user));
    let upwards: Vec<String> = upwards
        .map(|(user, used)| format!("{} uses {}", user.join("::"), used.join("::")))
        .collect();
    assert!(upwards.is_empty(), "\n{}", upwards.join("\n"));
}

#[test]
fn circles_are_found() {
    let file = |module: &str, text: &str| (module_of(module), syn::parse_file(text).unwrap());
    let files = BTreeMap::from([
        file("a", "mod b; pub use b::B; pub struct A; fn f() { b::g(); }"),
        file(
            "a::b",
            "pub struct B(super::A); #[cfg(test)] mod tests { use crate::c::C; }",
        ),
        file("c", "pub use crate::a::A; pub struct C;"),
        file("d", "use crate::c::{A, C};"),
    ]);
    let imports = Imports::of_files(&files);
    assert_eq!(
        imports.circles(),
        [BTreeSet::from([module_of("a"), module_of("a::b")])]
    );
    // A re-exported name counts for the file that defines it.
    let expected = BTreeSet::from([module_of("a"), module_of("c")]);
    assert_eq!(imports.arrows[&module_of("d")], expected);
}

fn module_of(path: &str) -> Module {
    path.split("::").map(str::to_owned).collect()
}

fn named(circle: &BTreeSet<Module>) -> String {
    let names: Vec<String> = circle.iter().map(|module| module.join("::")).collect();
    names.join(" <-> ")
}

/// Which file imports names from which.
struct Imports {
    arrows: BTreeMap<Module, BTreeSet<Module>>,
}

impl Imports {
    fn of(source: &Path) -> Self {
        let mut files = BTreeMap::new();
        read(source, &mut Vec::new(), &mut files);
        Self::of_files(&files)
    }

    fn of_files(files: &BTreeMap<Module, File>) -> Self {
        let mut found = BTreeMap::new();
        let mut handed_on = BTreeMap::new();
        for (module, file) in files {
            let mut names = Names {
                module,
                files,
                paths: Vec::new(),
                handed_on: Vec::new(),
            };
            names.visit_file(file);
            for path in &names.handed_on {
                let name = path.last().unwrap().clone();
                handed_on.insert([module.as_slice(), &[name]].concat(), path.clone());
            }
            found.insert(module.clone(), names.paths);
        }
        let arrows = found.into_iter().map(|(module, paths)| {
            let targets = paths.iter().map(|path| defining(path, files, &handed_on));
            let targets = targets.filter(|target| *target != module && !target.is_empty());
            (module.clone(), targets.collect())
        });
        Self {
            arrows: arrows.collect(),
        }
    }

    /// Returns the sets of files that reach one another.
    fn circles(&self) -> Vec<BTreeSet<Module>> {
        let reached: BTreeMap<&Module, BTreeSet<&Module>> = self
            .arrows
            .keys()
            .map(|module| (module, self.reached(module)))
            .collect();
        let mut circles = Vec::new();
        for (module, others) in &reached {
            let back = others
                .iter()
                .filter(|other| reached.get(*other).is_some_and(|it| it.contains(*module)));
            let circle: BTreeSet<Module> = back.map(|other| (*other).clone()).collect();
            if !circle.is_empty() && !circles.contains(&circle) {
                circles.push(circle);
            }
        }
        circles
    }

    fn reached<'a>(&'a self, from: &'a Module) -> BTreeSet<&'a Module> {
        let mut reached = BTreeSet::new();
        let mut open = vec![from];
        while let Some(module) = open.pop() {
            for next in self.arrows.get(module).into_iter().flatten() {
                if reached.insert(next) {
                    open.push(next);
                }
            }
        }
        reached
    }
}

/// Parses every file of a folder; `lib.rs` and `main.rs` only declare the others.
fn read(folder: &Path, module: &mut Module, files: &mut BTreeMap<Module, File>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let is_root = module.is_empty() && matches!(name.as_str(), "lib" | "main");
        module.push(name);
        if path.is_dir() {
            read(&path, module, files);
        } else if path.extension().is_some_and(|end| end == "rs") && !is_root {
            let text = fs::read_to_string(&path).unwrap();
            files.insert(module.clone(), syn::parse_file(&text).unwrap());
        }
        module.pop();
    }
}

/// Returns the file that defines the target of a path.
fn defining(
    path: &Module,
    files: &BTreeMap<Module, File>,
    handed_on: &BTreeMap<Module, Module>,
) -> Module {
    let mut path = path.clone();
    // A name that is re-exported several times is resolved to its definition.
    for _ in 0..8 {
        let lengths = (1..=path.len()).rev();
        let next = lengths
            .filter(|&length| !files.contains_key(&path[..length]))
            .find_map(|length| {
                let target = handed_on.get(&path[..length])?;
                Some([target.as_slice(), &path[length..]].concat())
            });
        match next {
            Some(next) if next != path => path = next,
            _ => break,
        }
    }
    while !path.is_empty() && !files.contains_key(&path) {
        path.pop();
    }
    path
}

/// The names that a file imports from other files of the library.
struct Names<'f> {
    module: &'f Module,
    files: &'f BTreeMap<Module, File>,
    paths: Vec<Module>,
    /// The names that it only re-exports.
    handed_on: Vec<Module>,
}

impl Names<'_> {
    /// Returns the path from the library's root, or `None` for paths that lead out of the library, or nowhere.
    fn absolute(&self, path: &[String]) -> Option<Module> {
        let supers = path.iter().take_while(|part| *part == "super").count();
        match path.first()?.as_str() {
            "crate" => Some(path[1..].to_vec()),
            "self" => Some([self.module, &path[1..]].concat()),
            "super" => {
                let above = &self.module[..self.module.len().checked_sub(supers)?];
                Some([above, &path[supers..]].concat())
            }
            _ => {
                let child = [self.module.as_slice(), &path[..1]].concat();
                self.files
                    .contains_key(&child)
                    .then(|| [self.module, path].concat())
            }
        }
    }

    fn leaves(&self, tree: &UseTree, before: &[String], leaves: &mut Vec<Module>) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.leaves(&path.tree, &with(&path.ident), leaves),
            UseTree::Group(group) => {
                group
                    .items
                    .iter()
                    .for_each(|tree| self.leaves(tree, before, leaves));
            }
            UseTree::Name(name) if name.ident == "self" => leaves.extend(self.absolute(before)),
            UseTree::Name(name) => leaves.extend(self.absolute(&with(&name.ident))),
            UseTree::Rename(name) => leaves.extend(self.absolute(&with(&name.ident))),
            UseTree::Glob(_) => leaves.extend(self.absolute(before)),
        }
    }
}

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let is_test = match item {
            Item::Mod(item) => is_for_tests(&item.attrs),
            Item::Fn(item) => is_for_tests(&item.attrs),
            Item::Use(item) => is_for_tests(&item.attrs),
            _ => false,
        };
        if !is_test {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let mut leaves = Vec::new();
        self.leaves(&item.tree, &[], &mut leaves);
        match item.vis {
            Visibility::Inherited => self.paths.extend(leaves),
            _ => self.handed_on.extend(leaves),
        }
    }

    /// A visibility is no use of anything.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path
            .segments
            .iter()
            .map(|part| part.ident.to_string())
            .collect();
        if parts.len() > 1 {
            self.paths.extend(self.absolute(&parts));
        } else if let Some(handed) = self
            .handed_on
            .iter()
            .find(|handed| handed.last() == parts.first())
        {
            self.paths.push(handed.clone());
        }
        visit::visit_path(self, path);
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let inside = |list: &syn::MetaList| list.tokens.to_string() == "test";
        attribute.path().is_ident("cfg") && attribute.meta.require_list().is_ok_and(inside)
    })
}
