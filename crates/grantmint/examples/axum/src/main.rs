//! A token server with axum: `POST /login` signs in, `GET /token` returns a token for the signed-in user.
//!
//! The sign-in is a demonstration: it believes any name. Put your own in its place.

use std::{env, error::Error, sync::Arc};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRef, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use axum_extra::extract::cookie::{Cookie, Key, SameSite, SignedCookieJar};
use grantmint::{Issuer, MintOptions, SyncGrant};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use tokio::net::TcpListener;

const DEMO: [(&str, &str); 5] = [
    ("TWILIO_ACCOUNT_SID", "AC0123456789abcdef0123456789abcdef"),
    ("TWILIO_API_KEY", "SK0123456789abcdef0123456789abcdef"),
    ("TWILIO_API_SECRET", "fake-secret-for-demonstration-only-0000"),
    ("TWILIO_SYNC_SERVICE_SID", "IS0123456789abcdef0123456789abcdef"),
    ("SESSION_SECRET", "fake-session-secret-for-demonstration-only"),
];

/// Everything that a request needs. `Issuer` is `Sync`, so all requests share one.
#[derive(Clone)]
struct Server {
    issuer: Arc<Issuer>,
    key: Key,
    hosts: Arc<[String]>,
    session_seconds: i64,
    demo: bool,
    demo_sign_in: bool,
}

impl FromRef<Server> for Key {
    fn from_ref(server: &Server) -> Key {
        server.key.clone()
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = Server::from_env()?;
    let app = Router::new()
        .route("/login", post(login))
        .route("/token", get(token))
        .fallback(|| async { refuse(StatusCode::NOT_FOUND, "There is nothing here.") })
        .method_not_allowed_fallback(|| async {
            refuse(StatusCode::METHOD_NOT_ALLOWED, "Not with this method.")
        })
        .layer(DefaultBodyLimit::max(4096))
        .layer(middleware::from_fn_with_state(server.clone(), guard))
        .with_state(server);

    let host = variable("HOST").unwrap_or_else(|| "localhost".to_owned());
    let port = variable("PORT").map_or(Ok(3000), |port| port.parse::<u16>())?;
    let listener = TcpListener::bind((host, port)).await?;
    println!("Token server: http://{}/", listener.local_addr()?);
    axum::serve(listener, app).with_graceful_shutdown(asked_to_stop()).await?;
    Ok(())
}

/// Waits until the process is asked to stop. The server then answers the requests that it has begun, and ends.
async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};

        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

impl Server {
    /// Reads the settings: all variables or none, since a real SID with a fake secret would mint tokens that only Twilio
    /// rejects.
    fn from_env() -> Result<Server, Box<dyn Error>> {
        let missing: Vec<_> =
            DEMO.iter().map(|(name, _)| *name).filter(|name| variable(name).is_none()).collect();
        let demo = missing.len() == DEMO.len();
        if !missing.is_empty() && !demo {
            return Err(format!(
                "Not set: {}. Set all of them, or none for a demonstration.",
                missing.join(", ")
            )
            .into());
        }
        if demo {
            println!("Fake credentials, as none are set: Twilio will not accept these tokens.");
        }
        let [account_sid, key_sid, secret, service_sid, session_secret] =
            DEMO.map(|(name, fake)| variable(name).unwrap_or_else(|| fake.to_owned()));
        if session_secret.len() < 32 {
            return Err("SESSION_SECRET must have at least 32 characters.".into());
        }
        let issuer =
            Issuer::builder(account_sid, key_sid, secret).add_grant(&SyncGrant::new(service_sid))?.build()?;
        let own = variable("ALLOWED_HOSTS").unwrap_or_default();
        let hosts =
            ["localhost", "127.0.0.1"].into_iter().chain(own.split(',')).filter(|host| !host.is_empty());
        Ok(Server {
            issuer: Arc::new(issuer),
            key: Key::derive_from(session_secret.as_bytes()),
            hosts: hosts.map(str::to_owned).collect(),
            session_seconds: variable("SESSION_SECONDS").map_or(Ok(8 * 3600), |seconds| seconds.parse())?,
            demo,
            // With real credentials, the sign-in works only if it is asked for.
            demo_sign_in: demo || variable("DEMO_SIGN_IN").as_deref() == Some("1"),
        })
    }
}

/// An empty variable counts as an unset one.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// Rejects other hosts, and forbids caching: a cache would give the token to the next user.
async fn guard(State(server): State<Server>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    // Otherwise a page of another site could give its own name this server's address (DNS rebinding), and read the token.
    let mut response = if server.hosts.iter().any(|allowed| allowed == name) {
        next.run(request).await
    } else {
        refuse(StatusCode::BAD_REQUEST, "This server does not serve that host.")
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn login(
    State(server): State<Server>,
    jar: SignedCookieJar,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !server.demo_sign_in {
        let text = "There is no sign-in here: add your own, or set DEMO_SIGN_IN=1 to try this one.";
        return refuse(StatusCode::NOT_FOUND, text);
    }
    // A form of another site cannot send this type.
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| !kind.as_bytes().starts_with(b"application/json"))
    {
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send JSON.");
    }
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let Some(name) = body["name"].as_str().filter(|name| is_name(name)) else {
        return refuse(
            StatusCode::BAD_REQUEST,
            "Send {\"name\": \"...\"}: 1 to 64 letters, digits, \"_\", \".\" or \"-\".",
        );
    };
    // The expiry is under the signature too: a stolen cookie does not live on.
    let session = format!("{}:{name}", now() + server.session_seconds);
    let cookie = Cookie::build(("session", session))
        .http_only(true)
        .max_age(Duration::seconds(server.session_seconds))
        .path("/")
        .same_site(SameSite::Lax)
        // The demonstration is served without TLS.
        .secure(!server.demo)
        .build();
    (StatusCode::NO_CONTENT, jar.add(cookie)).into_response()
}

async fn token(State(server): State<Server>, jar: SignedCookieJar) -> Response {
    let Some(identity) = jar.get("session").and_then(|cookie| signed_in(cookie.value())) else {
        return refuse(StatusCode::UNAUTHORIZED, "Sign in first.");
    };
    match server.issuer.issue(&identity, &MintOptions::default()) {
        Ok(issued) => Json(json!({
            "identity": identity,
            "token": issued.token,
            "expiresAt": issued.expires_at,
            "renewAt": issued.renew_at,
        }))
        .into_response(),
        Err(error) => {
            eprintln!("GET /token: {error}");
            refuse(StatusCode::INTERNAL_SERVER_ERROR, "The server failed.")
        }
    }
}

/// Returns the name in a session, unless its time is over.
fn signed_in(session: &str) -> Option<String> {
    let (expires, name) = session.split_once(':')?;
    (now() < expires.parse().ok()?).then(|| name.to_owned())
}

/// Twilio reserves most punctuation in an identity.
fn is_name(name: &str) -> bool {
    let length = name.chars().count();
    (1..=64).contains(&length)
        && name.chars().all(|letter| letter.is_alphanumeric() || "_.-".contains(letter))
}

fn now() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp()
}

fn refuse(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}
