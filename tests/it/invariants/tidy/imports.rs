//! Which file of a crate uses which: every path in its code without tests, followed to the file that defines the thing.
//!
//! What a parent hands on from its children (`pub use child::Thing`) is looked up in the child's file, so a `mod.rs`
//! that only declares and re-exports uses nothing and is used by nothing. Methods are not followed: an `impl` may
//! stand in any file that sees the type.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::rust::{Part, read};

/// The files of a crate, and what uses what.
pub(super) struct Crate {
    files: Vec<String>,
    modules: Vec<Module>,
    /// From a file to a file: the paths that say so, as they are written.
    uses: BTreeMap<(usize, usize), BTreeSet<String>>,
}

struct Module {
    name: String,
    file: usize,
    parent: Option<usize>,
    children: BTreeMap<String, usize>,
    part: Part,
}

impl Crate {
    /// Reads a crate: its files by their names relative to the folder of the root file.
    pub(super) fn read(sources: &BTreeMap<String, String>, root: &str) -> Crate {
        let mut read = Crate {
            files: Vec::new(),
            modules: Vec::new(),
            uses: BTreeMap::new(),
        };
        read.file(sources, root, "crate".to_owned(), None);
        for module in 0..read.modules.len() {
            read.uses_of(module);
        }
        read
    }

    /// Adds a file's modules and, from there, all files that they declare.
    fn file(
        &mut self,
        sources: &BTreeMap<String, String>,
        file: &str,
        name: String,
        parent: Option<usize>,
    ) -> usize {
        self.files.push(file.to_owned());
        let number = self.files.len() - 1;
        let first = self.modules.len();
        for part in read(&sources[file]) {
            let (name, parent) = match part.inside.split_last() {
                None => (name.clone(), parent),
                Some((last, outer)) => {
                    let outer = outer
                        .iter()
                        .fold(first, |at, name| self.modules[at].children[name]);
                    let index = self.modules.len();
                    self.modules[outer].children.insert(last.clone(), index);
                    (format!("{}::{last}", self.modules[outer].name), Some(outer))
                }
            };
            self.modules.push(Module {
                name,
                file: number,
                parent,
                children: BTreeMap::new(),
                part,
            });
        }
        let folder = match file.rsplit_once('/') {
            Some((folder, "mod.rs")) => folder.to_owned(),
            None if parent.is_none() => String::new(),
            _ => file.trim_end_matches(".rs").to_owned(),
        };
        for module in first..self.modules.len() {
            for (child, path) in self.modules[module].part.files.clone() {
                let within = [folder.clone()]
                    .into_iter()
                    .chain(self.modules[module].part.inside.clone())
                    .chain([child.clone()])
                    .filter(|name| !name.is_empty())
                    .collect::<Vec<_>>()
                    .join("/");
                let beside = file
                    .rsplit_once('/')
                    .map_or(String::new(), |(folder, _)| format!("{folder}/"));
                let candidates = match path {
                    Some(path) => vec![format!("{beside}{path}")],
                    None => vec![format!("{within}.rs"), format!("{within}/mod.rs")],
                };
                let found = candidates.iter().find(|name| sources.contains_key(*name));
                let found = found.unwrap_or_else(|| panic!("{file} declares `{child}`, which has no file"));
                let name = format!("{}::{child}", self.modules[module].name);
                let index = self.file(sources, found, name, Some(module));
                self.modules[module].children.insert(child, index);
            }
        }
        first
    }

    fn uses_of(&mut self, module: usize) {
        let here = self.modules[module].file;
        let mut found: Vec<(usize, String)> = Vec::new();
        let part = &self.modules[module].part;
        for import in part.imports.iter().filter(|import| import.name != "*") {
            for target in self.targets(module, &import.path, &mut BTreeSet::new()) {
                // What a parent hands on from its children it does not use itself, unless its code names it.
                if !(import.public && self.is_below(target, here)) {
                    found.push((target, import.path.join("::")));
                }
            }
        }
        for path in &part.paths {
            for target in self.targets(module, path, &mut BTreeSet::new()) {
                found.push((target, path.join("::")));
            }
        }
        for call in &part.calls {
            // A macro is known below the place of its definition without any import.
            let mut around = self.modules[module].parent;
            while let Some(outer) = around {
                if self.modules[outer].part.items.contains(call) {
                    found.push((self.modules[outer].file, format!("{call}!")));
                }
                around = self.modules[outer].parent;
            }
        }
        for (target, path) in found {
            if target != here {
                self.uses.entry((here, target)).or_default().insert(path);
            }
        }
    }

    /// Whether a file's module stands somewhere below another file's.
    fn is_below(&self, file: usize, above: usize) -> bool {
        let name_of = |file| {
            &self
                .modules
                .iter()
                .find(|module| module.file == file)
                .expect("a module")
                .name
        };
        name_of(file).starts_with(&format!("{}::", name_of(above)))
    }

    /// The files that define what a path means in a module; none for what is not of this crate.
    fn targets(&self, module: usize, path: &[String], seen: &mut Seen) -> BTreeSet<usize> {
        let mut at = module;
        let mut rest = path;
        while let Some((head, tail)) = rest.split_first() {
            match head.as_str() {
                "crate" => at = 0,
                "self" => {}
                "super" => match self.modules[at].parent {
                    Some(parent) => at = parent,
                    None => return BTreeSet::new(),
                },
                _ => break,
            }
            rest = tail;
        }
        self.walk(at, rest, seen)
    }

    /// The same for a path that begins with a name in a module. A module itself is no target: what is used of it is.
    fn walk(&self, at: usize, path: &[String], seen: &mut Seen) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let Some((name, rest)) = path.split_first() else {
            return found;
        };
        let module = &self.modules[at];
        let child = module.children.get(name);
        if let Some(child) = child {
            found.extend(self.walk(*child, rest, seen));
        }
        // Where a function and a module have the same name, a longer path goes through the module.
        if module.part.items.contains(name) && (child.is_none() || rest.is_empty()) {
            found.insert(module.file);
        }
        // An import is followed once on a way: `use hex::hex` and `use crate_of_others::*` lead back to themselves.
        let mut follow = |wanted: &str, rest: &[String]| {
            let mut found = BTreeSet::new();
            for (index, import) in module.part.imports.iter().enumerate() {
                if import.name == wanted && seen.insert((at, index)) {
                    found.extend(self.targets(at, &[&import.path, rest].concat(), seen));
                    seen.remove(&(at, index));
                }
            }
            found
        };
        found.extend(follow(name, rest));
        if found.is_empty() && child.is_none() {
            found.extend(follow("*", path));
        }
        found
    }

    /// The modules that the root declares, in its order.
    pub(super) fn top_level(&self) -> Vec<&str> {
        let root = &self.modules[0].part;
        root.files.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Every use of something that stands higher in the order of the top-level modules, which goes from low to high.
    pub(super) fn upward(&self, order: &[&str]) -> Vec<String> {
        let place = |file: usize| {
            let module = self.modules.iter().find(|module| module.file == file)?;
            let name = module.name.split("::").nth(1)?;
            let place = order.iter().position(|one| *one == name);
            Some(place.unwrap_or_else(|| panic!("`{name}` has no place in the order")))
        };
        let upward = self.uses.keys().filter_map(|(from, to)| {
            let (mine, theirs) = (place(*from)?, place(*to)?);
            (theirs > mine).then(|| {
                format!(
                    "{}: {} stands above {}",
                    self.told(*from, *to),
                    order[theirs],
                    order[mine]
                )
            })
        });
        upward.collect()
    }

    /// Every use of one of these modules by another one of them; all are children of `parent`, such as `crate::service`.
    pub(super) fn between(&self, parent: &str, children: &[&str]) -> Vec<String> {
        let child = |file: usize| {
            let module = self.modules.iter().find(|module| module.file == file)?;
            let below = module.name.strip_prefix(parent)?.strip_prefix("::")?;
            let name = below.split("::").next()?;
            children.iter().find(|child| **child == name)
        };
        let across = self.uses.keys().filter(|(from, to)| {
            let ends = child(*from).zip(child(*to));
            ends.is_some_and(|(mine, theirs)| mine != theirs)
        });
        across.map(|(from, to)| self.told(*from, *to)).collect()
    }

    fn told(&self, from: usize, to: usize) -> String {
        let paths: Vec<String> = self.uses[&(from, to)]
            .iter()
            .map(|path| format!("`{path}`"))
            .collect();
        format!(
            "{} uses {} of {}",
            self.files[from],
            paths.join(", "),
            self.files[to]
        )
    }

    /// Circles of files, each as `a.rs -> b.rs -> a.rs`, with the paths that make them: for every use that is part
    /// of a circle, the shortest one that it is part of.
    pub(super) fn circles(&self) -> Vec<Circle> {
        let mut next: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (from, to) in self.uses.keys() {
            next.entry(*from).or_default().insert(*to);
        }
        let mut found = BTreeMap::new();
        for (from, to) in self.uses.keys() {
            let Some(back) = way(&next, *to, *from) else {
                continue;
            };
            // Written from its first file by name, a circle is found once.
            let first = (0..back.len())
                .min_by_key(|at| &self.files[back[*at]])
                .unwrap_or(0);
            let mut files: Vec<usize> = back[first..].iter().chain(&back[..first]).copied().collect();
            files.push(files[0]);
            let steps = files
                .windows(2)
                .map(|pair| format!("    {}", self.told(pair[0], pair[1])));
            let why = steps.collect::<Vec<_>>().join("\n");
            let names: Vec<&str> = files.iter().map(|file| self.files[*file].as_str()).collect();
            found.insert(names.join(" -> "), why);
        }
        found
            .into_iter()
            .map(|(path, why)| Circle { path, why })
            .collect()
    }
}

/// The imports, by module and number, that lead to where a search is.
type Seen = BTreeSet<(usize, usize)>;

/// Files that use each other in a ring.
#[derive(Debug)]
pub(super) struct Circle {
    /// The files, the first again at the end.
    pub(super) path: String,
    /// Which path in which file makes each step.
    pub(super) why: String,
}

/// The shortest way from one file to another, both included.
fn way(next: &BTreeMap<usize, BTreeSet<usize>>, from: usize, to: usize) -> Option<Vec<usize>> {
    let mut came = BTreeMap::from([(from, from)]);
    let mut waiting = VecDeque::from([from]);
    while let Some(at) = waiting.pop_front() {
        if at == to {
            let mut way = vec![to];
            while way[0] != from {
                way.insert(0, came[&way[0]]);
            }
            return Some(way);
        }
        for on in next.get(&at).into_iter().flatten() {
            if let std::collections::btree_map::Entry::Vacant(fresh) = came.entry(*on) {
                fresh.insert(at);
                waiting.push_back(*on);
            }
        }
    }
    None
}
