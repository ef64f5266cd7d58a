//! Text that somebody else chose, as a message or a report may show it.

use crate::limits::MAX_SHOWN;

/// Returns text on one line, shortened, with escapes for characters that a terminal would act on or not show.
///
/// Spaces are escaped, too, unless they are alone between other characters: the spaces that align a report appear nowhere
/// else.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::new();
    let mut before = None;
    let mut following = text.chars().skip(1);
    for char in text.chars().take(MAX_SHOWN) {
        let after = following.next();
        if is_invisible(char) {
            shown.extend(char.escape_default());
        } else if is_padding(before, char, after) {
            shown.extend(char.escape_unicode());
        } else {
            shown.push(char);
        }
        before = Some(char);
    }
    if text.chars().nth(MAX_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// Returns whether a character of a text could look like the spaces around the text, or be one of several in a row.
#[must_use]
pub fn is_padding(before: Option<char>, char: char, after: Option<char>) -> bool {
    match char {
        ' ' => before.is_none_or(char::is_whitespace) || after.is_none(),
        // The blank patterns of Braille and musical notation are no white space for Unicode.
        '\u{2800}' | '\u{1d159}' => true,
        _ => char.is_whitespace(),
    }
}

/// Returns whether a terminal would act on a character, or show nothing.
///
/// These are control characters, characters that Unicode calls "default ignorable" (UAX 44), and characters that turn
/// the direction of writing (UAX 9). Variation selectors are as visible as the characters that they change.
#[must_use]
pub fn is_invisible(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}
