//! STS `DecodeAuthorizationMessage` (2011-06-15). Source: the operation's page, and botocore's model.
//!
//! Says what EC2 says in its refusals, without the statements and condition keys that decided.

use crate::cloud::aws::STS;
use crate::cloud::aws::authorization::decode;
use crate::cloud::aws::xml::Xml;
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;

pub(super) const ACTION: Action = Action {
    parameters: &["EncodedMessage"],
    ..Action::new(
        &STS,
        "DecodeAuthorizationMessage",
        |_| vec!["sts:DecodeAuthorizationMessage"],
        answer,
    )
};

fn answer(call: &Call, _: &mut World) -> Result<String, VendorError> {
    let decoded = decode(call.parameters.get("EncodedMessage").unwrap_or_default());
    let decoded = decoded.ok_or_else(|| {
        let message = "The message could not be decoded.";
        VendorError::new(400, "InvalidAuthorizationMessageException", message)
    })?;
    let mut xml = Xml::default();
    xml.leaf("DecodedMessage", &decoded);
    Ok(xml.finish())
}
