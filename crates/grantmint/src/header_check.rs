//! What a header may say for a token to be read any further.

use crate::header::{self, Algorithm};
use crate::strict_json::{self, Place, Shallow};
use crate::token_error::{Segment, TokenError};

/// The header parameters that are looked at.
#[derive(Default)]
pub(crate) struct Header<'a> {
    alg: Option<Shallow<'a>>,
    typ: Option<Shallow<'a>>,
    cty: Option<Shallow<'a>>,
    crit: Option<Shallow<'a>>,
    b64: Option<Shallow<'a>>,
    zip: Option<Shallow<'a>>,
    enc: Option<Shallow<'a>>,
}

impl<'a> Header<'a> {
    pub(crate) fn read(json: &'a [u8]) -> Result<Self, TokenError> {
        let json = str::from_utf8(json).map_err(|_| TokenError::NotJsonObject(Segment::Header))?;
        let mut header = Self::default();
        let mut take = |place, name: &str, value: &Shallow<'a>| {
            let parameter = match (place, name) {
                (Place::Top, "alg") => &mut header.alg,
                (Place::Top, "typ") => &mut header.typ,
                (Place::Top, "cty") => &mut header.cty,
                (Place::Top, "crit") => &mut header.crit,
                (Place::Top, "b64") => &mut header.b64,
                (Place::Top, "zip") => &mut header.zip,
                (Place::Top, "enc") => &mut header.enc,
                _ => return,
            };
            *parameter = Some(value.clone());
        };
        strict_json::scan(json, &mut take).map_err(|fault| fault.in_segment(Segment::Header))?;
        Ok(header)
    }

    pub(crate) fn check(&self, algorithm: Algorithm) -> Result<(), TokenError> {
        let is = |parameter: &Option<Shallow<'_>>, expected: &str| matches!(parameter, Some(Shallow::Text(text)) if text == expected);
        if self.crit.is_some() {
            return Err(TokenError::UnsupportedHeader("crit"));
        }
        if !matches!(self.b64, None | Some(Shallow::Bool(true))) {
            return Err(TokenError::UnsupportedHeader("b64"));
        }
        if self.zip.is_some() {
            return Err(TokenError::UnsupportedHeader("zip"));
        }
        if self.enc.is_some() {
            return Err(TokenError::UnsupportedHeader("enc"));
        }
        if !is(&self.alg, algorithm.name()) {
            return Err(TokenError::WrongAlgorithm);
        }
        // A media type, in which case does not matter (RFC 7519, section 5.1).
        let is_jwt = matches!(&self.typ, Some(Shallow::Text(typ)) if typ.eq_ignore_ascii_case("JWT"));
        if self.typ.is_some() && !is_jwt {
            return Err(TokenError::WrongTyp);
        }
        if self.cty.is_some() && !is(&self.cty, header::CONTENT_TYPE) {
            return Err(TokenError::WrongCty);
        }
        Ok(())
    }
}
