//! JavaScript's strings: UTF-16, which may contain lone surrogates.

/// Appends well-formed UTF-16 as UTF-8 and returns `true`; appends nothing and returns `false` otherwise.
pub fn append_utf8(units: &[u16], text: &mut Vec<u8>) -> bool {
    // Without a branch for each unit, which the compiler turns into vector instructions.
    if units.iter().fold(0, |all, &unit| all | unit) < 0x80 {
        #[expect(clippy::cast_possible_truncation, reason = "they are all ASCII")]
        text.extend(units.iter().map(|&unit| unit as u8));
        return true;
    }
    let start = text.len();
    for decoded in char::decode_utf16(units.iter().copied()) {
        let Ok(char) = decoded else {
            text.truncate(start);
            return false;
        };
        text.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
    }
    true
}
