//! The colours that a blueprint gives the pages, and whether letters stand out from what they stand on, as WCAG 2 reckons it.

/// The contrast that letters need at least: level AA of WCAG 2, for text of any size.
pub const ENOUGH: f64 = 4.5;

const WHITE: &str = "#ffffff";
/// The pages' own dark, which is easier on the eyes than black.
const DARK: &str = "#16191f";
/// Where the own dark is not dark enough: of white and black, one always stands out.
const BLACK: &str = "#000000";

/// The colours of the pages, each `#rrggbb`. `None`: the pages' own, or what stands out from the others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Colours {
    /// Of the heading, whose letters are white or dark.
    pub accent: Option<String>,
    /// Of the page below the heading.
    pub background: Option<String>,
    /// Of the letters on it.
    pub text: Option<String>,
}

impl Colours {
    /// The contrast of letters and background, if it is less than [`ENOUGH`].
    pub fn too_close(&self) -> Option<f64> {
        let text = self.text.as_deref()?;
        let contrast = contrast(text, self.background.as_deref().unwrap_or(WHITE));
        (contrast < ENOUGH).then_some(contrast)
    }

    /// The rule that gives the style its colours.
    pub(super) fn rule(&self) -> String {
        let mut all = Vec::new();
        if let Some(accent) = self.accent.as_deref() {
            all.push(("accent", accent));
            all.push(("on-accent", letters_on(accent)));
        }
        if self.background.is_some() || self.text.is_some() {
            let background = self.background.as_deref().unwrap_or(WHITE);
            all.push(("background", background));
            all.push((
                "text",
                self.text.as_deref().unwrap_or_else(|| letters_on(background)),
            ));
        }
        if all.is_empty() {
            return String::new();
        }
        let all: String = all
            .iter()
            .flat_map(|(name, colour)| ["--", name, ": ", colour, "; "])
            .collect();
        [":root { ", &all, "}\n"].concat()
    }
}

/// White or dark letters, whichever stand out.
fn letters_on(colour: &str) -> &'static str {
    [WHITE, DARK]
        .into_iter()
        .find(|letters| contrast(letters, colour) >= ENOUGH)
        .unwrap_or(BLACK)
}

/// How much two colours differ in lightness: 1 to 21.
fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value = u8::from_str_radix(colour.get(at..at + 2).unwrap_or_default(), 16).unwrap_or_default();
        let value = f64::from(value) / 255.0;
        match value <= 0.04045 {
            true => value / 12.92,
            false => ((value + 0.055) / 1.055).powf(2.4),
        }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_stand_out_from_every_colour_that_is_chosen() {
        for (colour, letters) in [
            ("#0b5cad", WHITE),
            ("#000000", WHITE),
            ("#ffffff", DARK),
            ("#FFCC00", DARK),
            // Neither white nor the pages' own dark would do.
            ("#7b7b7b", BLACK),
        ] {
            assert_eq!(letters_on(colour), letters, "{colour}");
            assert!(contrast(letters, colour) >= ENOUGH, "{colour}");
        }
        for grey in 0..=255 {
            let grey = format!("#{grey:02x}{grey:02x}{grey:02x}");
            assert!(contrast(letters_on(&grey), &grey) >= ENOUGH, "{grey}");
        }
    }

    #[test]
    fn the_rule_has_what_was_chosen_and_what_goes_with_it() {
        let colours = |accent: &str, background: &str, text: &str| {
            let given = |colour: &str| Some(colour.to_owned()).filter(|colour| !colour.is_empty());
            Colours {
                accent: given(accent),
                background: given(background),
                text: given(text),
            }
        };
        assert_eq!(colours("", "", "").rule(), "");
        assert_eq!(
            colours("#ffcc00", "", "").rule(),
            ":root { --accent: #ffcc00; --on-accent: #16191f; }\n"
        );
        assert_eq!(
            colours("", "#10202e", "").rule(),
            ":root { --background: #10202e; --text: #ffffff; }\n"
        );
        assert_eq!(
            colours("", "", "#003300").rule(),
            ":root { --background: #ffffff; --text: #003300; }\n"
        );
        // Of grey letters on white, WCAG's own example: 4.54 to 1 is enough, 4.48 is not.
        assert_eq!(colours("", "", "#767676").too_close(), None);
        let contrast = colours("", "", "#777777").too_close().expect("too close");
        assert!((4.47..4.49).contains(&contrast), "{contrast}");
        assert_eq!(colours("#777777", "#777777", "").too_close(), None);
        assert!(colours("", "#10202e", "#16191f").too_close().is_some());
    }
}
