//! Grants: which product a token opens, and how each is written into the claims.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::buffer::Sink;
use crate::error::{Error, Field};
use crate::json;
use crate::product::{FieldKind, FieldValue, PAYLOAD_DEPTH, Product, ProductField, write_payload};

/// A grant that a token can carry: one of the six products here, or your own.
///
/// ```
/// use grantmint::{AccessToken, Grant};
/// use serde_json::{Map, Value, json};
///
/// struct Fleet { fleet_sid: String }
///
/// impl Grant for Fleet {
///     fn key(&self) -> &str {
///         "fleet"
///     }
///     fn to_payload(&self) -> Result<Map<String, Value>, grantmint::Error> {
///         Ok(Map::from_iter([("fleet_sid".to_owned(), json!(self.fleet_sid))]))
///     }
/// }
///
/// let mut token = AccessToken::new("AC123", "SK123", "fake-secret")?;
/// token.add_grant(&Fleet { fleet_sid: "FL123".into() })?;
/// # Ok::<(), grantmint::Error>(())
/// ```
pub trait Grant {
    /// The grant's name among the `grants` of the claims: `"data_sync"`.
    fn key(&self) -> &str;

    /// What stands under that name.
    ///
    /// # Errors
    /// Whatever keeps the grant from being written.
    fn to_payload(&self) -> Result<Map<String, Value>, Error>;

    /// The product and its fields, for the grants of this module: they are written without a detour.
    #[doc(hidden)]
    fn typed(&self) -> Option<(&'static Product, Vec<FieldValue<'_>>)> {
        None
    }
}

/// Declares the grants: of each, the struct and its entry in [`PRODUCTS`].
macro_rules! products {
    ($($(#[$doc:meta])* $class:ident $key:literal {
        $($(#[$field_doc:meta])* $name:ident: $kind:ident => [$($path:literal),*] $($sid:literal)? $(($($rule:tt)*))?;)*
    })*) => {
        /// Every product, in the order of the classes below.
        pub static PRODUCTS: &[Product] = &[$(Product {
            class: stringify!($class),
            key: $key,
            fields: &[$(ProductField {
                name: stringify!($name),
                kind: FieldKind::$kind,
                path: &[$($path),*],
                sid: products!(@sid $($sid)?),
                needs: products!(@needs $($($rule)*)?),
                required: products!(@required $($($rule)*)?),
            }),*],
        }),*];

        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Default, PartialEq)]
            pub struct $class {
                $($(#[$field_doc])* pub $name: products!(@type $kind),)*
            }

            impl Grant for $class {
                fn key(&self) -> &str {
                    $key
                }

                fn to_payload(&self) -> Result<Map<String, Value>, Error> {
                    typed_payload(self)
                }

                fn typed(&self) -> Option<(&'static Product, Vec<FieldValue<'_>>)> {
                    let product = PRODUCTS.iter().find(|product| product.key == $key)?;
                    Some((product, vec![$(products!(@value $kind self.$name)),*]))
                }
            }
        )*
    };
    (@type Text) => { Option<String> };
    (@type Flag) => { bool };
    (@type Object) => { Option<Map<String, Value>> };
    (@value Text $field:expr) => { $field.as_deref().map_or(FieldValue::Absent, FieldValue::Text) };
    (@value Flag $field:expr) => { FieldValue::Flag($field) };
    (@value Object $field:expr) => {
        $field.as_ref().map_or(FieldValue::Absent, FieldValue::Object)
    };
    (@sid $sid:literal) => { Some($sid) };
    (@sid) => { None };
    (@needs needs $field:literal) => { Some($field) };
    (@needs $(required)?) => { None };
    (@required required) => { true };
    (@required $(needs $field:literal)?) => { false };
}

products! {
    /// Access to a [Sync](https://www.twilio.com/docs/sync) service.
    SyncGrant "data_sync" {
        /// The Sync service, `IS…`.
        service_sid: Text => ["service_sid"] "IS" (required);
        /// An identifier of the device, if the app has one.
        endpoint_id: Text => ["endpoint_id"];
    }
    /// Access to a [Conversations](https://www.twilio.com/docs/conversations) service, formerly Chat.
    ChatGrant "chat" {
        /// The Conversations or Chat service, `IS…`.
        service_sid: Text => ["service_sid"] "IS" (required);
        /// An identifier of the device, if the app has one.
        endpoint_id: Text => ["endpoint_id"];
        /// The role that the user has in the deployment, `RL…`.
        deployment_role_sid: Text => ["deployment_role_sid"] "RL";
        /// The credential for push notifications, `CR…`.
        push_credential_sid: Text => ["push_credential_sid"] "CR";
    }
    /// Access to [Video](https://www.twilio.com/docs/video) rooms: to one of them, or to any.
    VideoGrant "video" {
        /// The room's name or SID; without it, any room.
        room: Text => ["room"];
    }
    /// Calls from and to a client of [Programmable Voice](https://www.twilio.com/docs/voice/sdks).
    VoiceGrant "voice" {
        /// Whether the identity can be called.
        incoming_allow: Flag => ["incoming", "allow"];
        /// The `TwiML` application that handles outgoing calls, `AP…`.
        outgoing_application_sid: Text => ["outgoing", "application_sid"] "AP";
        /// Parameters that Twilio passes on to that application.
        outgoing_application_params: Object => ["outgoing", "params"] (needs "outgoing_application_sid");
        /// The credential for push notifications, `CR…`.
        push_credential_sid: Text => ["push_credential_sid"] "CR";
        /// An identifier of the device, if the app has one.
        endpoint_id: Text => ["endpoint_id"];
    }
    /// Access to a [TaskRouter](https://www.twilio.com/docs/taskrouter) workspace.
    TaskRouterGrant "task_router" {
        /// The workspace, `WS…`.
        workspace_sid: Text => ["workspace_sid"] "WS";
        /// The worker, `WK…`.
        worker_sid: Text => ["worker_sid"] "WK";
        /// The role: `worker` or `supervisor`.
        role: Text => ["role"];
    }
    /// Playback of a stream of Twilio Live, a product that has ended.
    PlaybackGrant "player" {
        /// The grant, as Twilio's API handed it out.
        grant: Object => [];
    }
}

fn typed_payload(grant: &dyn Grant) -> Result<Map<String, Value>, Error> {
    let (product, values) = grant.typed().ok_or(Error::Internal)?;
    product.payload(&values)
}

/// The grants of one token, already written: the members of the claims' `grants` after the identity.
#[derive(Debug, Clone, Default)]
pub struct Grants {
    json: Vec<u8>,
    members: Vec<Member>,
}

/// One member of the JSON text in [`Grants`]: `,"key":payload`.
#[derive(Debug, Clone)]
struct Member {
    key: Cow<'static, str>,
    /// The service that a Sync or Chat grant lacks: an [`Issuer`](crate::Issuer) will not have it.
    missing: Option<Field>,
    end: usize,
}

impl Grants {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a grant; one with the same key is replaced and keeps its place.
    ///
    /// # Errors
    /// Those of [`Grant::to_payload`], [`Error::Needs`] for a field without the one that it needs,
    /// [`Error::ReservedGrantKey`] and [`Error::Required`] for the keys `"identity"` and `""`, and what is wrong
    /// with a free-form object: [`Error::TooDeep`], [`Error::LossyInteger`].
    pub fn add(&mut self, grant: &(impl Grant + ?Sized)) -> Result<(), Error> {
        match grant.typed() {
            Some((product, values)) => self.add_typed(product, &values),
            None => self.add_custom(grant.key(), &grant.to_payload()?),
        }
    }

    /// Adds the grant of a product, given the values of its fields in their order.
    ///
    /// # Errors
    /// See [`Grants::add`]; [`Error::WrongType`] for a value of another kind than its field's; [`Error::Internal`] for
    /// more or fewer values than fields.
    pub fn add_typed(&mut self, product: &'static Product, values: &[FieldValue<'_>]) -> Result<(), Error> {
        if values.len() != product.fields.len() {
            return Err(Error::Internal);
        }
        let missing =
            product.fields.iter().zip(values).find(|(field, value)| field.required && value.is_empty());
        let missing = missing.map(|(field, _)| product.field(field));
        self.write_member(Cow::Borrowed(product.key), missing, |out| write_payload(out, product, values))
    }

    /// Adds a grant of any other key.
    ///
    /// # Errors
    /// See [`Grants::add`].
    pub fn add_custom(&mut self, key: &str, payload: &Map<String, Value>) -> Result<(), Error> {
        match key {
            "" => return Err(Error::Required(Field::new("key"))),
            "identity" => return Err(Error::ReservedGrantKey),
            _ => {}
        }
        let missing = Product::find(key).and_then(|product| product.missing_in(payload));
        self.write_member(Cow::Owned(key.to_owned()), missing, |out| {
            json::write_object(out, payload, PAYLOAD_DEPTH, &Field::of(key, "payload"))
        })
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Adds all of another list, as if one by one.
    pub(crate) fn merge(&mut self, others: &Self) {
        let mut start = 0;
        for member in &others.members {
            let written = &others.json[start..member.end];
            let at = self.json.len();
            self.json.extend_from_slice(written);
            self.place(member.key.clone(), member.missing.clone(), at);
            start = member.end;
        }
    }

    /// Refuses a grant that opens nothing: the service of Sync and Chat is missing when a variable is unset.
    pub(crate) fn check_complete(&self) -> Result<(), Error> {
        match self.members.iter().find_map(|member| member.missing.clone()) {
            Some(field) => Err(Error::Required(field)),
            None => Ok(()),
        }
    }

    /// The members as JSON text, each with a comma before it.
    pub(crate) fn json(&self) -> &[u8] {
        &self.json
    }

    fn write_member(
        &mut self,
        key: Cow<'static, str>,
        missing: Option<Field>,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let start = self.json.len();
        if start == 0 {
            // Room for two or three grants, most tokens' number.
            self.json.reserve(256);
            self.members.reserve(4);
        }
        self.json.put(b",");
        json::write_string(&mut self.json, &key);
        self.json.put(b":");
        if let Err(error) = write(&mut self.json) {
            self.json.truncate(start);
            return Err(error);
        }
        self.place(key, missing, start);
        Ok(())
    }

    /// Takes in the member written at `start`, the end of the text: at the end, or where one of its key is.
    fn place(&mut self, key: Cow<'static, str>, missing: Option<Field>, start: usize) {
        match self.members.iter().position(|member| member.key == key) {
            None => self.members.push(Member { key, missing, end: self.json.len() }),
            Some(place) => {
                self.members[place].missing = missing;
                self.replace(place, start);
            }
        }
    }

    /// Moves the member written at `start` to the place of the one that it replaces.
    fn replace(&mut self, place: usize, start: usize) {
        let written = self.json.split_off(start);
        let from = place.checked_sub(1).map_or(0, |before| self.members[before].end);
        let to = self.members[place].end;
        let length = written.len();
        self.json.splice(from..to, written);
        for member in &mut self.members[place..] {
            member.end = member.end + length - (to - from);
        }
    }
}
