//! What holds of every RPC.

use super::*;

#[tokio::test]
async fn every_rpc_survives_an_empty_message() {
    let (_, channel) = start().await;
    let mut answered = Vec::new();
    for rpc in rpcs() {
        match call_with_nothing(&channel, rpc).await {
            Ok(()) => answered.push(rpc),
            Err(status) => assert_eq!(status.code(), Code::Unimplemented, "{rpc}: {status}"),
        }
    }
    assert_eq!(
        answered,
        [
            "GetMetadata",
            "GetProviderSchema",
            "GetResourceIdentitySchemas",
            "ValidateProviderConfig",
            "ConfigureProvider",
            "StopProvider",
            "ValidateResourceConfig",
            "UpgradeResourceState",
            "UpgradeResourceIdentity",
            "ReadResource",
            "PlanResourceChange",
            "ApplyResourceChange",
            "ImportResourceState",
            "MoveResourceState",
            "ValidateDataResourceConfig",
            "ReadDataSource",
            "GetFunctions",
            "CallFunction",
        ]
    );
}

#[tokio::test]
async fn the_schema_has_everything_terraform_asks_for_first() {
    let mut client = client().await;
    let request = wire::get_provider_schema::Request {};
    let schema = client.get_provider_schema(request).await.unwrap().into_inner();
    assert_eq!(schema.diagnostics, []);
    let block = schema.provider.unwrap().block.unwrap();
    assert_eq!(block.attributes.len(), 1);
    assert!(block.attributes[0].sensitive);
    assert_eq!(schema.data_source_schemas.keys().collect::<Vec<_>>(), ["toy_echo"]);
    assert!(schema.data_source_schemas["toy_echo"].block.is_some());
    assert!(schema.server_capabilities.unwrap().get_provider_schema_optional);

    let request = wire::get_metadata::Request {};
    let metadata = client.get_metadata(request).await.unwrap().into_inner();
    assert_eq!(metadata.data_sources[0].type_name, "toy_echo");
    assert_eq!(metadata.server_capabilities, schema.server_capabilities);
}
