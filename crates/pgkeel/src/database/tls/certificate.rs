//! What webpki does not read in a certificate: the common name, version 1, the signature's hash, and its dates.

use rustls::pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use x509_cert::certificate::{CertificateInner, Raw};
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

/// A certificate, read leniently.
pub(super) struct Certificate(CertificateInner<Raw>);

impl Certificate {
    pub(super) fn read(der: &CertificateDer<'_>) -> Option<Self> {
        CertificateInner::from_der(der).ok().map(Self)
    }

    /// The object identifier of the algorithm that signed it.
    pub(super) fn signature_algorithm(&self) -> String {
        self.0.signature_algorithm().oid.to_string()
    }

    pub(super) fn is_valid_at(&self, now: UnixTime) -> bool {
        let validity = self.0.tbs_certificate().validity();
        let (from, until) = (validity.not_before.to_unix_duration(), validity.not_after.to_unix_duration());
        (from.as_secs()..=until.as_secs()).contains(&now.as_secs())
    }

    /// libpq compares the common name only when the certificate has no alternative names of hosts.
    pub(super) fn common_name_matches(&self, host: &str) -> bool {
        let certificate = self.0.tbs_certificate();
        let has_names = match certificate.get_extension::<SubjectAltName>() {
            Ok(Some((_, names))) => {
                names.0.iter().any(|name| matches!(name, GeneralName::DnsName(_) | GeneralName::IpAddress(_)))
            }
            Ok(None) => false,
            Err(_) => return false,
        };
        if has_names {
            return false;
        }
        let Ok(Some(name)) = certificate.subject().common_name() else { return false };
        name_matches(&name.value(), host)
    }

    /// Whether the key in it made the signature. For certificates that webpki cannot read (version 1).
    pub(super) fn signed(
        &self,
        message: &[u8],
        signature: &[u8],
        algorithms: &[&dyn SignatureVerificationAlgorithm],
    ) -> bool {
        let key = self.0.tbs_certificate().subject_public_key_info().subject_public_key.raw_bytes();
        algorithms.iter().any(|algorithm| algorithm.verify_signature(key, message, signature).is_ok())
    }
}

/// As libpq's `wildcard_certificate_match`: `*.` stands for exactly one label.
fn name_matches(pattern: &str, host: &str) -> bool {
    if let Some(suffix) = pattern.strip_prefix("*.") {
        return host
            .split_once('.')
            .is_some_and(|(label, rest)| !label.is_empty() && rest.eq_ignore_ascii_case(suffix));
    }
    pattern.eq_ignore_ascii_case(host)
}

#[cfg(test)]
mod tests {
    use super::name_matches;

    #[test]
    fn wildcards_stand_for_one_label() {
        assert!(name_matches("db.example.org", "DB.example.org"));
        assert!(name_matches("*.example.org", "db.example.org"));
        assert!(!name_matches("*.example.org", "a.db.example.org"));
        assert!(!name_matches("*.example.org", "example.org"));
        assert!(!name_matches("*.example.org", ".example.org"));
    }
}
