//! HTTP as bytes, for what no decent client sends.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A connection on which to write anything.
pub(crate) struct Wire(TcpStream);

impl Wire {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Wire(TcpStream::connect(address).await.unwrap())
    }

    /// Writes; false when the server does not take it any more.
    pub(crate) async fn write(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).await.is_ok()
    }

    /// The head of the next response, and what of its body came along; empty when the server closed
    /// without a word.
    pub(crate) async fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.windows(4).any(|window| window == b"\r\n\r\n") {
            match self.0.read_buf(&mut head).await {
                Ok(0) | Err(_) => break,
                Ok(_) => {}
            }
        }
        String::from_utf8_lossy(&head).into_owned()
    }

    /// The status of the next response; `None` when the server closed without a word.
    pub(crate) async fn status(&mut self) -> Option<u16> {
        self.head().await.split(' ').nth(1)?.parse().ok()
    }

    /// Waits until the server closes.
    pub(crate) async fn closed(mut self) {
        let mut rest = Vec::new();
        let _ = self.0.read_to_end(&mut rest).await;
    }
}
