//! Whether the applications in an image's catalog are those of its recipe. Image Assistant captures an image also where it has
//! refused an application before.

use super::Application;
use super::script::on_one_line;

/// What is wrong with a catalog, said after the image's name. Applications of others in it do no harm.
///
/// Assumption: `appstream.catalog-as-registered`
pub fn unfit(wanted: &[Application], catalog: &[Application]) -> Option<String> {
    wanted.iter().find_map(|app| {
        let name = &app.name;
        let Some(found) = catalog.iter().find(|found| found.name == *name) else {
            return Some(format!("has no application `{name}` in its catalog"));
        };
        // What AWS does not say is not wrong. Windows does not tell capital letters in paths.
        if !found.path.is_empty() && !found.path.eq_ignore_ascii_case(&app.path) {
            return Some(format!(
                "starts `{}` as application `{name}`, and not `{}`",
                found.path, app.path
            ));
        }
        (found.parameters.trim() != on_one_line(&app.parameters).trim()).then(|| {
            format!(
                "starts application `{name}` with the parameters `{}`, and not `{}`",
                found.parameters, app.parameters
            )
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(name: &str, path: &str, parameters: &str) -> Application {
        Application {
            name: name.to_owned(),
            display_name: "x".to_owned(),
            path: path.to_owned(),
            parameters: parameters.to_owned(),
        }
    }

    #[test]
    fn name_path_and_parameters_have_to_be_those_of_the_recipe() {
        let wanted = [
            app("connect", r"C:\a.exe", "https://x --kiosk"),
            app("notes", r"C:\n.exe", ""),
        ];
        let fits = |catalog: &[Application]| unfit(&wanted, catalog);
        let notes = || app("notes", r"c:\N.EXE", "");
        assert_eq!(
            fits(&[notes(), app("connect", r"C:\A.exe", " https://x --kiosk")]),
            None
        );
        assert_eq!(
            fits(&[
                notes(),
                app("connect", "", "https://x --kiosk"),
                app("more", "m", "")
            ]),
            None
        );
        for (catalog, says) in [
            (vec![notes()], "has no application `connect`"),
            (vec![], "has no application `connect`"),
            (
                vec![notes(), app("connect", r"C:\b.exe", "https://x --kiosk")],
                "starts `C:\\b.exe`",
            ),
            (
                vec![notes(), app("connect", r"C:\a.exe", "https://x")],
                "with the parameters `https://x`, and not",
            ),
            (
                vec![notes(), app("connect", r"C:\a.exe", "")],
                "with the parameters ``",
            ),
        ] {
            let said = fits(&catalog).unwrap_or_default();
            assert!(said.contains(says), "{says}: {said}");
        }
    }
}
