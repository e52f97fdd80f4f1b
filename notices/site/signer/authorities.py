"""What a site knows of the authorities: roots, kept lists, and how they are asked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from notices.config import Config
from notices.credentials import Secret, read_passphrase
from notices.errors import ConfigError
from notices.messages import Text
from notices.signing import (
    AnswerPolicy,
    Clock,
    HttpTransport,
    Login,
    Proxy,
    RevocationAnswers,
    TimestampClient,
    fetch_answers,
    is_example,
    load_certificates,
    read_crl,
    timestamp_evidence,
)
from notices.site.signer.key_ring import read_file

ASK_AGAIN = timedelta(hours=1)
"""For a newer answer than one that holds nobody is asked more often."""


class Authorities:
    """Those that the site's roots, lists and time stamps are of.

    What they answer is judged by the clock after it came, and kept while the site is
    open.
    """

    def __init__(self, config: Config, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._told = RevocationAnswers()
        self._asked: dict[bytes, datetime] = {}
        self.demanded: dict[x509.Certificate, str] = {}
        """Certificates of the path asked about last, of which everybody who was asked
        said only that he wants a login; his words."""
        self.transport = HttpTransport()
        """Directly, or through the proxy; with the logins of the configuration."""
        signing = config.signing
        if signing.proxy:
            self.transport = replace(self.transport, proxy=self._proxy())
        if signing.timestamp_logins:
            self.transport = replace(self.transport, logins=self._logins())

    def watched_by(self, on_date: Callable[[str, datetime], None]) -> None:
        """Let it be told the clock of each server that answers from now on."""
        self.transport = replace(self.transport, on_date=on_date)

    @property
    def tolerance(self) -> timedelta:
        """How far their clocks may differ from this machine's."""
        return timedelta(seconds=self._config.signing.clock_tolerance_seconds)

    @property
    def policy(self) -> AnswerPolicy:
        """Which of their answers suffice."""
        signing = self._config.signing
        hours = signing.max_age_hours
        return AnswerPolicy(
            max_age=timedelta(hours=hours) if hours else None,
            max_list=signing.max_list_kilobytes * 1024,
            may_ask_again=self._may_ask_again,
        )

    @cached_property
    def trust(self) -> tuple[x509.Certificate, ...]:
        """The pinned roots."""
        return tuple(
            certificate
            for content in self.trust_files
            for certificate in load_certificates(content)
        )

    @cached_property
    def trust_files(self) -> tuple[bytes, ...]:
        """The files of the pinned roots."""
        return tuple(
            read_file(self._config, name, "signing.trust")
            for name in self._config.signing.trust
        )

    @cached_property
    def trust_tsa_files(self) -> tuple[bytes, ...]:
        """The files of roots for stamps alone; empty: `trust_files` serve both."""
        return tuple(
            read_file(self._config, name, "signing.trust_tsa")
            for name in self._config.signing.trust_tsa
        )

    @cached_property
    def trust_tsa(self) -> tuple[x509.Certificate, ...]:
        """The roots that time-stamp authorities lead to."""
        own = tuple(
            certificate
            for content in self.trust_tsa_files
            for certificate in load_certificates(content)
        )
        return own or self.trust

    @property
    def answers(self) -> RevocationAnswers:
        """All at hand: files, read anew as they may have been replaced, and answers."""
        files = RevocationAnswers(
            crls=tuple(
                read_crl(read_file(self._config, name, "signing.crls"))
                for name in self._config.signing.crls
            )
        )
        self._told |= files
        return self._told

    def ask_about(self, path: tuple[x509.Certificate, ...]) -> RevocationAnswers:
        """What is at hand, and what is told about a path where it does not suffice."""
        known = self.answers
        self.demanded.clear()
        told = fetch_answers(
            path,
            self.transport,
            clock=self._clock,
            known=known,
            tolerance=self.tolerance,
            policy=self.policy,
            on_demand=self.demanded.__setitem__,
        )
        self._told = known | told
        return self._told

    def stampers(
        self, chain: tuple[x509.Certificate, ...], *, is_required: bool
    ) -> TimestampClient:
        """The configured authorities; each is judged before its stamp is used.

        chain: more intermediates, as tokens may leave them out. is_required: whether
        there must be a fresh answer on them.
        """

        def judge(token: bytes) -> RevocationAnswers:
            _, told = timestamp_evidence(
                token,
                trust=self.trust_tsa,
                chain=chain,
                answers=self.answers,
                transport=self.transport,
                clock=self._clock,
                tolerance=self.tolerance,
                required=is_required,
                policy=self.policy,
            )
            self._told |= told
            return told

        return TimestampClient(
            urls=self._config.signing.timestamp_urls,
            transport=self.transport,
            judge=judge,
            clock=self._clock,
            tolerance=self.tolerance,
        )

    def _may_ask_again(self, certificate: x509.Certificate) -> bool:
        """Once an hour; and never for the example, which talks to loopback alone."""
        if is_example(certificate):
            return False
        name, now = certificate.fingerprint(SHA256()), self._clock()
        if name in self._asked and now - self._asked[name] < ASK_AGAIN:
            return False
        self._asked[name] = now
        return True

    def _proxy(self) -> Proxy:
        signing = self._config.signing
        login = None
        if signing.proxy_username:
            password = self._password("proxy-password", signing.proxy_password_file)
            login = Login(signing.proxy_username, password)
        return Proxy(host=urlsplit(signing.proxy).netloc, login=login)

    def _logins(self) -> dict[str, Login]:
        entries = self._config.signing.timestamp_logins
        name = partial("timestamp-password-{}".format)
        return {
            entry.url: Login(
                entry.username, self._password(name(index), entry.password_file)
            )
            for index, entry in enumerate(entries, 1)
        }

    def _password(self, name: str, file: str) -> Secret:
        path = self._config.resolve(file) if file else None
        password = read_passphrase(name, path)
        if password is None:
            raise ConfigError(
                Text("{name} is missing", name=name),
                hint="name its file in password_file, or give it as a credential",
            )
        return password
