//! go-plugin's own gRPC services: controller, stdio and broker.
//!
//! Terraform needs the controller's Shutdown. It opens one stream each to stdio
//! and broker at connect and never uses them; both are held open in silence,
//! because whatever is said on stdio is logged as an unexpected warning.

use std::future::ready;

use futures_util::stream::{self, StreamExt as _};
use tonic::{Request, Response, Status, Streaming, codegen::BoxStream};

use super::{
    lifetime::Lifetime,
    wire::{
        ConnInfo, Empty, StdioData,
        grpc_broker_server::{GrpcBroker, GrpcBrokerServer},
        grpc_controller_server::{GrpcController, GrpcControllerServer},
        grpc_stdio_server::{GrpcStdio, GrpcStdioServer},
    },
};

/// The service name that go-plugin's health checks ask for.
const HEALTH_SERVICE: &str = "plugin";

/// Adds go-plugin's services and the health check.
pub(in crate::plugin) async fn routes(lifetime: &Lifetime) -> tonic::service::Routes {
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_service_status(HEALTH_SERVICE, tonic_health::ServingStatus::Serving).await;
    let services = Services { lifetime: lifetime.clone() };
    tonic::service::Routes::new(health)
        .add_service(GrpcControllerServer::new(services.clone()))
        .add_service(GrpcStdioServer::new(services.clone()))
        .add_service(GrpcBrokerServer::new(services))
}

#[derive(Clone)]
struct Services {
    lifetime: Lifetime,
}

impl Services {
    /// Says nothing until the process ends, then closes.
    fn silence<T: Send + 'static>(&self) -> BoxStream<T> {
        let lifetime = self.lifetime.clone();
        let end = stream::once(async move { lifetime.ended().await });
        Box::pin(end.filter_map(|()| ready(None)))
    }
}

#[tonic::async_trait]
impl GrpcController for Services {
    async fn shutdown(&self, _request: Request<Empty>) -> Result<Response<Empty>, Status> {
        tracing::debug!("told to shut down");
        self.lifetime.end();
        Ok(Response::new(Empty {}))
    }
}

#[tonic::async_trait]
impl GrpcStdio for Services {
    async fn stream_stdio(
        &self,
        _request: Request<()>,
    ) -> Result<Response<BoxStream<StdioData>>, Status> {
        Ok(Response::new(self.silence()))
    }
}

#[tonic::async_trait]
impl GrpcBroker for Services {
    async fn start_stream(
        &self,
        _request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<BoxStream<ConnInfo>>, Status> {
        Ok(Response::new(self.silence()))
    }
}
