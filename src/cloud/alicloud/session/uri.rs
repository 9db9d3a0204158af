//! Any address that hands out keys.

use bytes::Bytes;
use http::{Request, StatusCode};

use super::{Session, handout::Handout};
use crate::cloud::{
    Error, Kind,
    alicloud::{
        Base,
        credentials::{self, CredentialsUri},
        retry::{Again, Failure},
    },
    http::TransportError,
};

impl Base {
    /// Fetches keys from an address.
    ///
    /// # Errors
    ///
    /// [`Kind::Credentials`], whatever went wrong: nothing was asked of the cloud.
    pub(super) async fn session_at(&self, uri: &CredentialsUri) -> Result<Session, Error> {
        let fault = |why: &str| {
            credentials::error(format!("the credentials URI {} gave none: {why}", uri.shown()))
        };
        let attempt = async |patience| {
            let request = Request::get(uri.url()).header("accept", "application/json");
            let request = request.body(Bytes::new());
            let request =
                request.map_err(|error| Failure::new(fault(&error.to_string()), Again::Never))?;
            let answer = self.http.send(request, patience).await.map_err(|error| {
                let again = match error {
                    TransportError::Unreachable(_) => Again::Unreachable,
                    TransportError::TooLarge => Again::Never,
                    _ => Again::After(None),
                };
                Failure::new(fault(&error.to_string()), again)
            })?;
            let status = answer.status();
            if status != StatusCode::OK {
                let again =
                    if status.is_server_error() { Again::After(None) } else { Again::Never };
                return Err(Failure::new(
                    fault(&format!("it answered with status {status}")),
                    again,
                ));
            }
            Handout::read(answer.body(), (self.clock)())
                .map_err(|what| Failure::new(fault(&format!("its answer {what}")), Again::Never))
        };
        let outcome = self.patience().try_repeatedly(attempt).await;
        outcome.map_err(|error| Error { kind: Kind::Credentials, ..error })
    }
}
