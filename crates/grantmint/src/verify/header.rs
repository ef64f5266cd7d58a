//! The header of a token to verify.

use super::error::TokenError;
use crate::algorithm::Algorithm;
use crate::header::CONTENT_TYPE;
use crate::json::{Build, Place, Shallow, scan, scan_and_build};
use crate::jws::{Segment, decode};

/// The header parameters that are checked.
#[derive(Default)]
pub(super) struct Header<'a> {
    alg: Option<Shallow<'a>>,
    typ: Option<Shallow<'a>>,
    cty: Option<Shallow<'a>>,
    crit: Option<Shallow<'a>>,
    b64: Option<Shallow<'a>>,
    zip: Option<Shallow<'a>>,
    enc: Option<Shallow<'a>>,
}

impl<'a> Header<'a> {
    /// Reads the parameters of a decoded header.
    pub(super) fn read(json: &'a [u8]) -> Result<Self, TokenError> {
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
        scan(json, &mut take).map_err(|fault| TokenError::in_segment(fault, Segment::Header))?;
        Ok(header)
    }

    /// Rejects a header that is not an Access Token's. A lenient check accepts one without `cty`.
    pub(super) fn check(&self, algorithm: Algorithm, is_lenient: bool) -> Result<(), TokenError> {
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
        // Media types are case-insensitive (RFC 7519, section 5.1).
        let is_jwt = matches!(&self.typ, Some(Shallow::Text(typ)) if typ.eq_ignore_ascii_case("JWT"));
        if self.typ.is_some() && !is_jwt {
            return Err(TokenError::WrongTyp);
        }
        let may_be_absent = is_lenient && self.cty.is_none();
        if !may_be_absent && !is(&self.cty, CONTENT_TYPE) {
            return Err(TokenError::WrongCty);
        }
        Ok(())
    }
}

/// Builds the value of a header, given its segment.
pub(crate) fn build_header<B: Build>(segment: &str, build: &mut B) -> Result<B::Value, TokenError> {
    let json = decode(Segment::Header, segment.as_bytes())
        .map_err(|malformed| TokenError::of_form(malformed, segment.as_bytes()))?;
    let json = str::from_utf8(&json).map_err(|_| TokenError::NotJsonObject(Segment::Header))?;
    scan_and_build(json, &mut |_, _, _| (), build)
        .map_err(|fault| TokenError::in_segment(fault, Segment::Header))
}
