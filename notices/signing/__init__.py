"""Signing: keys, certificates, revocation answers, S/MIME and PDF signatures.

Names load when they are used (PEP 562): a key is opened without pyHanko.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notices.signing.asic import sign_manifest as sign_manifest
    from notices.signing.certificate_checks import WARN_BEFORE_END as WARN_BEFORE_END
    from notices.signing.certificate_checks import (
        CertificateFinding as CertificateFinding,
    )
    from notices.signing.certificate_checks import Level as Level
    from notices.signing.endesive_signer import require_endesive as require_endesive
    from notices.signing.endesive_signer import (
        sign_entity_with_endesive as sign_entity_with_endesive,
    )
    from notices.signing.fitness import Preflight as Preflight
    from notices.signing.fitness import certificate_findings as certificate_findings
    from notices.signing.fitness import is_example as is_example
    from notices.signing.fitness import preflight as preflight
    from notices.signing.fitness import require_usable as require_usable
    from notices.signing.keys.opening import KeySources as KeySources
    from notices.signing.keys.opening import load_key as load_key
    from notices.signing.keys.signing_key import SigningKey as SigningKey
    from notices.signing.keys.signing_key import load_certificates as load_certificates
    from notices.signing.keys.signing_key import load_pem as load_pem
    from notices.signing.keys.signing_key import load_pkcs12 as load_pkcs12
    from notices.signing.log_key import LogKey as LogKey
    from notices.signing.log_key import load_log_key as load_log_key
    from notices.signing.log_key import new_log_key_text as new_log_key_text
    from notices.signing.moment import Clock as Clock
    from notices.signing.moment import Moment as Moment
    from notices.signing.path import certificate_path as certificate_path
    from notices.signing.pdf import PdfLevel as PdfLevel
    from notices.signing.pdf import sign_pdf as sign_pdf
    from notices.signing.revocation.crls import read_crl as read_crl
    from notices.signing.revocation.fetching import fetch_answers as fetch_answers
    from notices.signing.revocation.judging import strict_moment as strict_moment
    from notices.signing.revocation.status import NO_ANSWERS as NO_ANSWERS
    from notices.signing.revocation.status import AnswerPolicy as AnswerPolicy
    from notices.signing.revocation.status import RevocationAnswers as RevocationAnswers
    from notices.signing.revocation.transport import HttpTransport as HttpTransport
    from notices.signing.revocation.transport import Login as Login
    from notices.signing.revocation.transport import Proxy as Proxy
    from notices.signing.revocation.transport import Transport as Transport
    from notices.signing.revocation.transport import shown as shown
    from notices.signing.second_reading import ask_second as ask_second
    from notices.signing.second_reading import find_openssl as find_openssl
    from notices.signing.second_reading import second_opinion as second_opinion
    from notices.signing.smime import sign_entity as sign_entity
    from notices.signing.timestamps.client import Timestamp as Timestamp
    from notices.signing.timestamps.client import TimestampClient as TimestampClient
    from notices.signing.timestamps.client import Timestamper as Timestamper
    from notices.signing.timestamps.evidence import (
        timestamp_evidence as timestamp_evidence,
    )

_ROOM = {
    "AnswerPolicy": "revocation.status",
    "CertificateFinding": "certificate_checks",
    "Clock": "moment",
    "HttpTransport": "revocation.transport",
    "KeySources": "keys.opening",
    "Level": "certificate_checks",
    "LogKey": "log_key",
    "Login": "revocation.transport",
    "Moment": "moment",
    "NO_ANSWERS": "revocation.status",
    "PdfLevel": "pdf",
    "Preflight": "fitness",
    "Proxy": "revocation.transport",
    "RevocationAnswers": "revocation.status",
    "SigningKey": "keys.signing_key",
    "Timestamp": "timestamps.client",
    "TimestampClient": "timestamps.client",
    "Timestamper": "timestamps.client",
    "Transport": "revocation.transport",
    "WARN_BEFORE_END": "certificate_checks",
    "ask_second": "second_reading",
    "certificate_findings": "fitness",
    "certificate_path": "path",
    "fetch_answers": "revocation.fetching",
    "find_openssl": "second_reading",
    "is_example": "fitness",
    "load_certificates": "keys.signing_key",
    "load_key": "keys.opening",
    "load_log_key": "log_key",
    "load_pem": "keys.signing_key",
    "load_pkcs12": "keys.signing_key",
    "new_log_key_text": "log_key",
    "preflight": "fitness",
    "read_crl": "revocation.crls",
    "require_endesive": "endesive_signer",
    "require_usable": "fitness",
    "second_opinion": "second_reading",
    "shown": "revocation.transport",
    "sign_entity": "smime",
    "sign_entity_with_endesive": "endesive_signer",
    "sign_manifest": "asic",
    "sign_pdf": "pdf",
    "strict_moment": "revocation.judging",
    "timestamp_evidence": "timestamps.evidence",
}

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
    "ask_second",
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


def __getattr__(name: str) -> object:
    if name not in _ROOM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_ROOM[name]}")
    value = getattr(module, name)
    globals()[name] = value  # found without this function from now on
    return value
