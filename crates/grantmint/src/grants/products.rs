//! The table of products: one row for each grant.

use serde_json::{Map, Value};

use super::grant::Grant;
use super::product::{FieldKind, FieldValue, IdentityRules, Product, ProductField};
use crate::error::Error;

/// Declares the grants: for each one the struct, its constructor and setters, and its row in [`PRODUCTS`].
///
/// The parentheses after the key name the fields that `new` takes. The brackets contain the columns of [`Product`].
macro_rules! products {
    ($($(#[$doc:meta])* $class:ident $key:literal ($($given:ident: $given_kind:ident),*) [$($column:tt)*] {
        $($(#[$field_doc:meta])* $name:ident: $kind:ident => [$($path:literal),*] $($sid:literal)? $(($($rule:tt)*))?;)*
    })*) => {
        /// Every product, in the order of the rows below.
        pub static PRODUCTS: &[&Product] = &[$($class::PRODUCT),*];

        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Default, PartialEq)]
            #[non_exhaustive]
            pub struct $class {
                $($(#[$field_doc])* pub $name: products!(@type $kind),)*
            }

            impl $class {
                const PRODUCT: &'static Product = &Product {
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
                    $($column)*
                };

                /// Creates a grant. Setters add the optional fields.
                #[must_use]
                pub fn new($($given: products!(@argument $given_kind)),*) -> Self {
                    Self { $($given: Some($given.into()),)* ..Self::default() }
                }

                $(
                    #[doc = concat!("Sets `", stringify!($name), "`.")]
                    ///
                    $(#[$field_doc])*
                    #[must_use]
                    pub fn $name(mut self, $name: products!(@argument $kind)) -> Self {
                        self.$name = products!(@set $kind $name);
                        self
                    }
                )*
            }

            impl Grant for $class {
                fn key(&self) -> &str {
                    $key
                }

                fn to_payload(&self) -> Result<Map<String, Value>, Error> {
                    Self::PRODUCT.payload(&self.values())
                }

                fn typed(&self) -> Option<(&'static Product, Vec<FieldValue<'_>>)> {
                    Some((Self::PRODUCT, self.values()))
                }
            }

            impl $class {
                fn values(&self) -> Vec<FieldValue<'_>> {
                    vec![$(products!(@value $kind self.$name)),*]
                }
            }
        )*
    };
    (@type Text) => { Option<String> };
    (@type Flag) => { bool };
    (@type Object) => { Option<Map<String, Value>> };
    (@argument Text) => { impl Into<String> };
    (@argument Flag) => { bool };
    (@argument Object) => { impl Into<Map<String, Value>> };
    (@set Flag $value:ident) => { $value };
    (@set $kind:ident $value:ident) => { Some($value.into()) };
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
    ///
    /// ```
    /// let grant = grantmint::SyncGrant::new("IS0123456789abcdef0123456789abcdef").endpoint_id("phone");
    /// ```
    SyncGrant "data_sync" (service_sid: Text) [
        title: "Sync", aliases: &["datasync", "sync"], ..Product::PLAIN
    ] {
        /// The Sync service, `IS…`.
        service_sid: Text => ["service_sid"] "IS" (required);
        /// An identifier of the device, if the app has one.
        endpoint_id: Text => ["endpoint_id"];
    }
    /// Access to a [Conversations](https://www.twilio.com/docs/conversations) service, formerly Chat.
    ///
    /// ```
    /// let grant = grantmint::ChatGrant::new("IS0123456789abcdef0123456789abcdef");
    /// ```
    ChatGrant "chat" (service_sid: Text) [
        title: "Conversations",
        aliases: &["chat", "conversations", "conversation", "ipmessaging"],
        replaces: &["ip_messaging"],
        ..Product::PLAIN
    ] {
        /// The Conversations or Chat service, `IS…`.
        service_sid: Text => ["service_sid"] "IS" (required);
        /// An identifier of the device, if the app has one.
        endpoint_id: Text => ["endpoint_id"];
        /// The role that the user has in the deployment, `RL…`.
        deployment_role_sid: Text => ["deployment_role_sid"] "RL";
        /// The credential for push notifications, `CR…`.
        push_credential_sid: Text => ["push_credential_sid"] "CR";
    }
    /// Access to one [Video](https://www.twilio.com/docs/video) room, or to any room.
    ///
    /// ```
    /// let daily = grantmint::VideoGrant::new().room("daily");
    /// let any = grantmint::VideoGrant::new();
    /// ```
    VideoGrant "video" () [
        title: "Video",
        aliases: &["video", "rooms"],
        replaces: &["rtc"],
        when_empty: Some("any room"),
        // A participant's identity has 128 characters at most; one of more than one byte counts as two.
        identity: IdentityRules {
            max_length: 128,
            length: |identity| identity.chars().map(|char| if char.is_ascii() { 1 } else { 2 }).sum(),
            ..IdentityRules::NEEDED
        },
        ..Product::PLAIN
    ] {
        /// The room's name or SID. Without it, the grant gives access to any room.
        room: Text => ["room"];
    }
    /// Calls from and to a client of [Programmable Voice](https://www.twilio.com/docs/voice/sdks).
    ///
    /// ```
    /// let grant = grantmint::VoiceGrant::new()
    ///     .incoming_allow(true)
    ///     .outgoing_application_sid("AP0123456789abcdef0123456789abcdef");
    /// ```
    VoiceGrant "voice" () [
        title: "Voice",
        aliases: &["voice"],
        // Older SDKs accept 121 characters.
        identity: IdentityRules { long: 121, ..IdentityRules::NEEDED },
        ..Product::PLAIN
    ] {
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
    ///
    /// ```
    /// let grant = grantmint::TaskRouterGrant::new()
    ///     .workspace_sid("WS0123456789abcdef0123456789abcdef")
    ///     .worker_sid("WK0123456789abcdef0123456789abcdef")
    ///     .role("worker");
    /// ```
    TaskRouterGrant "task_router" () [
        title: "TaskRouter",
        aliases: &["taskrouter"],
        // The grant names the worker.
        identity: IdentityRules::OPTIONAL,
        ..Product::PLAIN
    ] {
        /// The workspace, `WS…`.
        workspace_sid: Text => ["workspace_sid"] "WS";
        /// The worker, `WK…`.
        worker_sid: Text => ["worker_sid"] "WK";
        /// The role: `worker` or `supervisor`.
        role: Text => ["role"];
    }
    /// Playback of a Twilio Live stream, a product that has ended.
    PlaybackGrant "player" (grant: Object) [
        title: "Live player", has_ended: true, identity: IdentityRules::OPTIONAL, ..Product::PLAIN
    ] {
        /// The grant as Twilio's API returned it.
        grant: Object => [];
    }
}

impl Product {
    /// Returns the product with this key in the claims' `grants`.
    #[must_use]
    pub fn find(key: &str) -> Option<&'static Self> {
        PRODUCTS.iter().copied().find(|product| product.key == key)
    }
}
