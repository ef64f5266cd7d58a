//! The spelling of field names.

/// Returns a field's name as Python spells it, which is also the core's spelling.
#[must_use]
pub fn snake_case(name: &str) -> String {
    name.to_owned()
}

/// Returns a field's name as JavaScript spells it: `service_sid` becomes `serviceSid`.
#[must_use]
pub fn camel_case(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    for (index, word) in name.split('_').enumerate() {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if index > 0 => camel.push(first.to_ascii_uppercase()),
            Some(first) => camel.push(first),
            None => {}
        }
        camel.push_str(letters.as_str());
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_as_each_language_does() {
        assert_eq!(snake_case("outgoing_application_sid"), "outgoing_application_sid");
        assert_eq!(camel_case("outgoing_application_sid"), "outgoingApplicationSid");
        assert_eq!(camel_case("ttl"), "ttl");
    }
}
