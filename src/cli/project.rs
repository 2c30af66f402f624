//! What a blueprint may read: the files of its own project. What others wrote must not decide which files of this machine
//! are opened, and shown in findings.

use std::path::{Component, Path, PathBuf};

use super::global::Global;
use super::terminal;
use headset_core::text_file::{self, Unreadable};

/// The directory that a blueprint and all that it names are in: the nearest one above it that git keeps; else the one that the
/// command runs in, if the blueprint is below it; else the blueprint's own.
#[derive(Clone, Debug)]
pub(super) struct Project {
    /// `None`: everything may be read.
    root: Option<PathBuf>,
}

impl Project {
    /// The project of a blueprint.
    pub(super) fn of(global: &Global, blueprint: &Path) -> Project {
        let root = (!global.allow_outside).then(|| {
            let here = std::env::current_dir()
                .and_then(|here| here.canonicalize())
                .unwrap_or_default();
            let home = std::env::var_os("HOME").and_then(|home| Path::new(&home).canonicalize().ok());
            root(blueprint, &here, home.as_deref())
        });
        Project { root }
    }

    /// The text of a file that the blueprint names, by its path as it is seen from here.
    pub(super) fn read(&self, wanted: &str) -> Result<String, Unreadable> {
        terminal::read_text(self.inside(wanted)?, terminal::NAMED_FILE)
    }

    /// What is in such a file that is no text, if it has so many bytes at most.
    pub(super) fn read_bytes(&self, wanted: &str, most: usize) -> Result<Vec<u8>, Unreadable> {
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        let content = text_file::bytes(self.inside(wanted)?, most.saturating_add(1))?;
        match content.len() as u64 > most {
            true => Err(Unreadable::TooLarge {
                path: wanted.to_owned(),
                most,
            }),
            false => Ok(content),
        }
    }

    /// The path, if the blueprint may read what is there.
    fn inside<'a>(&self, wanted: &'a str) -> Result<&'a Path, Unreadable> {
        let path = Path::new(wanted);
        if let Some(root) = &self.root
            && !real(path).starts_with(root)
        {
            return Err(Unreadable::Outside {
                project: root.display().to_string(),
            });
        }
        Ok(path)
    }
}

fn root(blueprint: &Path, here: &Path, home: Option<&Path>) -> PathBuf {
    let own = real(blueprint).parent().unwrap_or(here).to_owned();
    // Neither a home nor all of a machine is a project, even if git keeps it.
    let may_be = |directory: &Path| directory.parent().is_some() && Some(directory) != home;
    let kept = own
        .ancestors()
        .find(|above| may_be(above) && above.join(".git").exists());
    match kept {
        Some(kept) => kept.to_owned(),
        None if own.starts_with(here) && may_be(here) => here.to_owned(),
        None => own,
    }
}

/// Where a path leads in the end, links followed; of what is not there, where it would be.
fn real(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let here = std::env::current_dir()
        .and_then(|here| here.canonicalize())
        .unwrap_or_default();
    let mut out = PathBuf::new();
    for part in here.join(path).components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    // A link on the way counts as well.
    let above = out
        .ancestors()
        .skip(1)
        .find_map(|above| Some((above.canonicalize().ok()?, above.to_owned())));
    match above {
        Some((real, above)) => real.join(out.strip_prefix(above).unwrap_or(Path::new(""))),
        None => out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_what_git_keeps_or_where_the_command_runs() {
        let directory = tempfile::tempdir().unwrap();
        let top = directory.path().canonicalize().unwrap();
        let make = |path: &str| {
            std::fs::create_dir_all(top.join(path)).unwrap();
            top.join(path)
        };
        let (checkout, env) = (make("checkout"), make("checkout/env"));
        let file = env.join("test.yaml");
        std::fs::write(&file, "").unwrap();
        assert_eq!(root(&file, &checkout, None), checkout, "the command runs in it");
        assert_eq!(
            root(&file, &checkout, Some(&checkout)),
            env,
            "a home is no project"
        );
        assert_eq!(root(&file, &make("elsewhere"), None), env);
        make("checkout/.git");
        assert_eq!(root(&file, &make("elsewhere"), None), checkout, "git keeps it");
        assert_eq!(root(&file, &top, Some(&top)), checkout);
        make(".git");
        std::fs::remove_dir(checkout.join(".git")).unwrap();
        assert_eq!(
            root(&file, &make("elsewhere"), Some(&top)),
            env,
            "a home that git keeps is no project either"
        );
    }

    #[test]
    fn links_lead_where_they_lead() {
        let directory = tempfile::tempdir().unwrap();
        let top = directory.path().canonicalize().unwrap();
        let (inside, outside) = (top.join("inside"), top.join("outside"));
        std::fs::create_dir(&inside).unwrap();
        std::fs::create_dir(&outside).unwrap();
        std::fs::write(outside.join("a.yaml"), "a").unwrap();
        std::fs::write(inside.join("b.yaml"), "b").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(&outside, inside.join("link")).unwrap();
        let project = Project {
            root: Some(inside.clone()),
        };
        let read = |path: PathBuf| project.read(&path.display().to_string());
        assert_eq!(read(inside.join("b.yaml")).unwrap(), "b");
        assert_eq!(read(inside.join("../inside/b.yaml")).unwrap(), "b");
        for path in [
            "../outside/a.yaml",
            "link/a.yaml",
            "link/none.yaml",
            "../none.yaml",
        ] {
            let error = read(inside.join(path)).unwrap_err();
            assert!(matches!(error, Unreadable::Outside { .. }), "{path}: {error}");
        }
        assert!(read(inside.join("none.yaml")).unwrap_err().is_missing());
        let trusted = Project { root: None };
        assert_eq!(
            trusted
                .read(&outside.join("a.yaml").display().to_string())
                .unwrap(),
            "a"
        );
    }
}
