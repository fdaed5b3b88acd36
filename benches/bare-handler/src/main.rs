//! The smallest axum handler: answers every request at `/{size}` with as many bytes, for the sizes
//! it is started with, and looks at nothing. Prints its URL.
#![expect(clippy::print_stdout, reason = "the URL is the result")]

use std::{env, error::Error};

use axum::{
    Router,
    body::Bytes,
    http::header::CONTENT_TYPE,
    routing::any,
    serve::{Listener as _, ListenerExt as _},
};
use tokio::net::TcpListener;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut router = Router::new();
    for size in env::args().skip(1) {
        let body = Bytes::from(vec![b'.'; size.parse()?]);
        router = router.route(
            &format!("/{size}"),
            any(move || async move { ([(CONTENT_TYPE, "application/json")], body) }),
        );
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}
