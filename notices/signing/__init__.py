"""Signing: keys, certificates, revocation answers, S/MIME and PDF signatures."""

from notices.signing.asic import sign_manifest
from notices.signing.certificate_checks import (
    WARN_BEFORE_END,
    CertificateFinding,
    Level,
)
from notices.signing.endesive_signer import (
    require_endesive,
    sign_entity_with_endesive,
)
from notices.signing.keys.opening import KeySources, load_key
from notices.signing.keys.signing_key import (
    SigningKey,
    load_certificates,
    load_pem,
    load_pkcs12,
)
from notices.signing.log_key import LogKey, load_log_key, new_log_key_text
from notices.signing.moment import Clock, Moment
from notices.signing.path import certificate_path
from notices.signing.pdf import PdfLevel, sign_pdf
from notices.signing.preflight import (
    Preflight,
    certificate_findings,
    is_example,
    preflight,
    require_usable,
)
from notices.signing.revocation.crls import read_crl
from notices.signing.revocation.fetching import fetch_answers
from notices.signing.revocation.judging import strict_moment
from notices.signing.revocation.status import (
    NO_ANSWERS,
    AnswerPolicy,
    RevocationAnswers,
)
from notices.signing.revocation.transport import (
    HttpTransport,
    Login,
    Proxy,
    Transport,
    shown,
)
from notices.signing.second_opinion import find_openssl, second_opinion
from notices.signing.smime import sign_entity
from notices.signing.timestamps.client import Timestamp, TimestampClient, Timestamper
from notices.signing.timestamps.evidence import timestamp_evidence

__all__ = [
    "NO_ANSWERS",
    "WARN_BEFORE_END",
    "AnswerPolicy",
    "CertificateFinding",
    "Clock",
    "HttpTransport",
    "KeySources",
    "Level",
    "LogKey",
    "Login",
    "Moment",
    "PdfLevel",
    "Preflight",
    "Proxy",
    "RevocationAnswers",
    "SigningKey",
    "Timestamp",
    "TimestampClient",
    "Timestamper",
    "Transport",
    "certificate_findings",
    "certificate_path",
    "fetch_answers",
    "find_openssl",
    "is_example",
    "load_certificates",
    "load_key",
    "load_log_key",
    "load_pem",
    "load_pkcs12",
    "new_log_key_text",
    "preflight",
    "read_crl",
    "require_endesive",
    "require_usable",
    "second_opinion",
    "shown",
    "sign_entity",
    "sign_entity_with_endesive",
    "sign_manifest",
    "sign_pdf",
    "strict_moment",
    "timestamp_evidence",
]
