//! Channel binding `tls-server-end-point`: the hash of the server's certificate (RFC 5929, section 4).

use super::certificate::Certificate;
use rustls::ClientConnection;
use sha2::{Digest, Sha256, Sha384, Sha512};
use tokio_postgres::tls::ChannelBinding;

/// The binding data of a finished handshake; none when the certificate's signature names no hash.
pub(in super::super) fn channel_binding(connection: &ClientConnection) -> ChannelBinding {
    let Some(certificate) = connection.peer_certificates().and_then(<[_]>::first) else {
        return ChannelBinding::none();
    };
    let Some(algorithm) = Certificate::read(certificate).map(|parsed| parsed.signature_algorithm()) else {
        return ChannelBinding::none();
    };
    let hash = match algorithm.as_str() {
        // MD5 and SHA-1 are replaced by SHA-256; then RSA and ECDSA with SHA-256.
        "1.2.840.113549.1.1.4"
        | "1.2.840.113549.1.1.5"
        | "1.2.840.10045.4.1"
        | "1.2.840.113549.1.1.11"
        | "1.2.840.10045.4.3.2" => Sha256::digest(certificate).to_vec(),
        "1.2.840.113549.1.1.12" | "1.2.840.10045.4.3.3" => Sha384::digest(certificate).to_vec(),
        "1.2.840.113549.1.1.13" | "1.2.840.10045.4.3.4" => Sha512::digest(certificate).to_vec(),
        _ => return ChannelBinding::none(),
    };
    ChannelBinding::tls_server_end_point(hash)
}
