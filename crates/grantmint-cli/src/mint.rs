//! `grantmint mint`: mints a token.

use grantmint::internal::{
    FieldKind, FieldValue, PRODUCTS, Product, Style, TimeField, add_typed, finding_lines,
    product_meant as meant,
};
use grantmint::{Algorithm, Grants, InspectOptions, Issuer, MintOptions, Severity};
use serde_json::{Map, Value};

use crate::Outcome;
use crate::arguments::{self, Argument, Arguments};
use crate::credentials::{ACCOUNT_SID, CredentialOptions, Credentials, KEY_SID, SECRET};
use crate::failure::{self, Failure, option_of, word_of};
use crate::io::Io;
use crate::object;

pub(crate) fn run(arguments: &mut Arguments, io: &mut Io<'_>) -> Result<Outcome, Failure> {
    let mut request = Request::default();
    while let Some(argument) = arguments.next()? {
        match argument {
            Argument::Option(option) if option == "help" => return io.print(&help()),
            Argument::Option(option) => request.take(&option, arguments)?,
            Argument::Word(word) => {
                let product = word
                    .to_str()
                    .and_then(find)
                    .ok_or_else(|| unknown_product(&word, request.last_flag()))?;
                request.start(product)?;
            }
        }
    }
    request.mint(io)
}

/// The requested token.
#[derive(Default)]
struct Request {
    credentials: CredentialOptions,
    grants: Vec<GrantRequest>,
    identity: Option<String>,
    ttl: Option<u64>,
    nbf: Option<NotBefore>,
    jti: Option<String>,
    region: Option<String>,
    algorithm: Option<Algorithm>,
    now: Option<u64>,
}

/// A requested product, and the values of its fields.
struct GrantRequest {
    product: &'static Product,
    values: Vec<Option<Given>>,
}

/// The value of a field.
enum Given {
    Text(String),
    Flag,
    Object(Map<String, Value>),
}

/// `--nbf`.
#[derive(Clone, Copy)]
enum NotBefore {
    Now,
    At(u64),
}

impl Request {
    /// Begins a product, whose options may follow.
    fn start(&mut self, product: &'static Product) -> Result<(), Failure> {
        if self.grants.iter().any(|grant| grant.product.key == product.key) {
            return Err(Failure::Usage(format!("{} is named more than once", word_of(product.class))));
        }
        self.grants.push(GrantRequest { product, values: product.fields.iter().map(|_| None).collect() });
        Ok(())
    }

    /// Returns the last flag of the last product.
    fn last_flag(&self) -> Option<String> {
        let GrantRequest { product, values } = self.grants.last()?;
        let place = values.iter().rposition(|value| matches!(value, Some(Given::Flag)))?;
        Some(option_of(product.fields[place].name))
    }

    fn take(&mut self, option: &str, arguments: &mut Arguments) -> Result<(), Failure> {
        match option {
            "identity" => arguments::set(&mut self.identity, option, arguments.text(option)?),
            "ttl" => arguments::set(&mut self.ttl, option, arguments.duration(TimeField::Ttl)?),
            "nbf" => arguments::set(&mut self.nbf, option, not_before(arguments)?),
            "jti" => arguments::set(&mut self.jti, option, arguments.text(option)?),
            "region" => arguments::set(&mut self.region, option, arguments.text(option)?),
            "algorithm" => arguments::set(&mut self.algorithm, option, arguments.algorithm()?),
            "now" => arguments::set(&mut self.now, option, arguments.moment(TimeField::Now)?),
            _ if self.credentials.take(option, arguments)? => Ok(()),
            _ => self.take_field(option, arguments),
        }
    }

    /// Reads an option of the last product.
    fn take_field(&mut self, option: &str, arguments: &mut Arguments) -> Result<(), Failure> {
        let Some(grant) = self.grants.last_mut() else { return Err(misplaced(option, None)) };
        let Some(place) = place_of(grant.product, option) else {
            return Err(misplaced(option, Some(grant.product)));
        };
        let value = match grant.product.fields[place].kind {
            FieldKind::Text => Given::Text(arguments.text(option)?),
            FieldKind::Flag => Given::Flag,
            FieldKind::Object => Given::Object(object::read(option, &arguments.text(option)?)?),
        };
        arguments::set(&mut grant.values[place], option, value)
    }

    fn mint(self, io: &mut Io<'_>) -> Result<Outcome, Failure> {
        if self.grants.is_empty() {
            return Err(Failure::Usage(format!("a product is missing; {}", products())));
        }
        let Some(identity) = self.identity else {
            return Err(Failure::Usage(
                "--identity is missing; expected the identity of the user".to_owned(),
            ));
        };
        let grants = grants(&self.grants)?;
        let now = self.now.unwrap_or_else(grantmint::now);
        let credentials = self.credentials.find(io)?;
        let Credentials {
            account_sid: Some(account_sid), key_sid: Some(key_sid), secret: Some(secret), ..
        } = &credentials
        else {
            return Err(credentials.missing(&[ACCOUNT_SID, KEY_SID, SECRET]));
        };
        credentials.check_pair()?;
        let mut issuer = Issuer::builder(&*account_sid.value, &*key_sid.value, secret.value.clone());
        issuer.set_grants(grants);
        if let Some(region) = self.region {
            issuer.region(region);
        }
        issuer.algorithm(self.algorithm.unwrap_or_default());
        let issuer = issuer.build().map_err(|error| {
            let source = match error.field() {
                Some("account_sid") => Some(&account_sid.source),
                Some("key_sid") => Some(&key_sid.source),
                Some("secret") => Some(&secret.source),
                _ => None,
            };
            Failure::refused_from(&error, source.map(String::as_str))
        })?;
        let nbf = self.nbf.map(|nbf| match nbf {
            NotBefore::Now => now,
            NotBefore::At(moment) => moment,
        });
        let mut options = MintOptions::new().now(now);
        if let Some(jti) = &self.jti {
            options = options.jti(jti);
        }
        if let Some(ttl) = self.ttl {
            options = options.ttl(ttl);
        }
        if let Some(nbf) = nbf {
            options = options.nbf(nbf);
        }
        let token = issuer.mint_with(&identity, &options).map_err(|error| Failure::refused(&error))?;
        io.print(&format!("{token}\n"))?;
        // A token that was asked to become valid later is judged at that time.
        let inspected = InspectOptions::new().secret(secret.value.clone()).now(nbf.unwrap_or(now).max(now));
        Ok(warn(&grantmint::inspect(&token, &inspected), io))
    }
}

/// Prints the findings about a minted token to standard error.
fn warn(inspection: &grantmint::Inspection, io: &mut Io<'_>) -> Outcome {
    let paint = io.paint_errors();
    // A note does not concern the request: it would appear with every such token.
    let findings = inspection.findings().iter().filter(|finding| finding.severity != Severity::Note);
    for finding in findings {
        let style = match finding.severity {
            Severity::Error => Style::Bad,
            _ => Style::Warning,
        };
        let severity = paint(style, finding.severity.name());
        io.complain(&finding_lines(finding, &severity, ""));
    }
    if inspection.is_sound() { Outcome::Good } else { Outcome::Bad }
}

fn grants(requests: &[GrantRequest]) -> Result<Grants, Failure> {
    let mut grants = Grants::new();
    for request in requests {
        let values: Vec<FieldValue<'_>> =
            request.values.iter().map(Option::as_ref).map(Given::as_field).collect();
        add_typed(&mut grants, request.product, &values).map_err(|error| Failure::refused(&error))?;
    }
    Ok(grants)
}

impl Given {
    fn as_field(given: Option<&Self>) -> FieldValue<'_> {
        match given {
            None => FieldValue::Absent,
            Some(Self::Text(text)) => FieldValue::Text(text),
            Some(Self::Flag) => FieldValue::Flag(true),
            Some(Self::Object(object)) => FieldValue::Object(object),
        }
    }
}

fn not_before(arguments: &mut Arguments) -> Result<NotBefore, Failure> {
    match arguments.text("nbf")?.as_str() {
        "now" => Ok(NotBefore::Now),
        text => arguments::moment(TimeField::Nbf, text).map(NotBefore::At),
    }
}

/// Returns the product with this name.
fn find(word: &str) -> Option<&'static Product> {
    PRODUCTS.iter().copied().find(|product| word_of(product.class) == word)
}

fn place_of(product: &Product, option: &str) -> Option<usize> {
    product.fields.iter().position(|field| option_of(field.name).strip_prefix("--") == Some(option))
}

/// Returns the failure for an option that does not belong to the last product.
fn misplaced(option: &str, last: Option<&Product>) -> Failure {
    let owners: Vec<String> = PRODUCTS
        .iter()
        .filter(|product| place_of(product, option).is_some())
        .map(|product| word_of(product.class))
        .collect();
    match (owners.join(" and "), last) {
        (owners, Some(last)) if owners.is_empty() => {
            // The option of the last product comes first: `--sid` after sync.
            let own = product_help(last);
            let help = if arguments::longer(option, &own).is_some() { own } else { help() };
            arguments::unknown(option, &help)
        }
        (owners, None) if owners.is_empty() => arguments::unknown(option, &help()),
        (owners, None) => Failure::Usage(format!("--{option} belongs after a product: {owners}")),
        (owners, Some(last)) => {
            let last = word_of(last.class);
            Failure::Usage(format!("--{option} belongs after {owners}, not after {last}"))
        }
    }
}

fn unknown_product(word: &std::ffi::OsStr, last_flag: Option<String>) -> Failure {
    let is_truth = |word: &str| ["true", "false", "yes", "no", "1", "0"].contains(&word);
    if let (Some(flag), Some(true)) = (last_flag, word.to_str().map(is_truth)) {
        return Failure::Usage(format!("{} is not a product; {flag} takes no value", failure::word(word)));
    }
    if let Some(option) = word.to_str().and_then(|word| word.strip_prefix(['–', '—'])) {
        let option = option.trim_start_matches(['-', '–', '—']);
        if failure::is_short(option) {
            return Failure::Usage(format!(
                "{} begins with a dash, not with hyphens; did you mean --{option}?",
                failure::word(word)
            ));
        }
    }
    if let Some(list) = word.to_str().filter(|word| word.contains(',')) {
        let parts: Vec<&str> = list.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
        if parts.iter().all(|part| is_product(part)) {
            return Failure::Usage(format!(
                "products are words of their own; did you mean {}?",
                parts.join(" ")
            ));
        }
    }
    let message = match word.to_str().and_then(product_meant) {
        Some(product) => format!("did you mean {product}?"),
        None => format!("{}; an identity follows --identity", products()),
    };
    Failure::Usage(format!("{} is not a product; {message}", failure::word(word)))
}

fn products() -> String {
    let words: Vec<String> = PRODUCTS.iter().map(|product| word_of(product.class)).collect();
    format!("expected one of: {}", words.join(", "))
}

/// Returns whether a word names a product.
pub(crate) fn is_product(word: &str) -> bool {
    find(word).is_some()
}

/// Returns the word for the product that another word probably means.
pub(crate) fn product_meant(word: &str) -> Option<String> {
    let letters = |text: &str| text.replace(['-', '_'], "").to_ascii_lowercase();
    let has_name = |product: &&&Product| {
        let names = [product.class.trim_end_matches("Grant"), product.class, product.key];
        names.iter().any(|name| letters(name) == letters(word))
    };
    let product = PRODUCTS.iter().find(has_name).copied().or_else(|| meant(word));
    product.map(|product| word_of(product.class))
}

/// Returns the help, with the core's products and their options.
pub(crate) fn help() -> String {
    let products: String = PRODUCTS.iter().copied().map(product_help).collect();
    include_str!("help/mint.txt").replace("{products}\n", &products)
}

fn product_help(product: &Product) -> String {
    let options = product.fields.iter().map(|field| {
        let value = match (field.kind, field.sid) {
            (FieldKind::Flag, _) => String::new(),
            (FieldKind::Object, _) => " JSON".to_owned(),
            (FieldKind::Text, Some(prefix)) => format!(" {prefix}…"),
            (FieldKind::Text, None) => " TEXT".to_owned(),
        };
        let note = match field.needs {
            _ if field.required => "required".to_owned(),
            Some(needs) => format!("needs {}", option_of(needs)),
            None => String::new(),
        };
        let option = format!("{}{value}", option_of(field.name));
        format!("      {option:<34}  {note}").trim_end().to_owned()
    });
    let lines: Vec<String> =
        std::iter::once(format!("  {}", word_of(product.class))).chain(options).collect();
    lines.join("\n") + "\n"
}
