"""A received mail, and what can be read from it: its parts, its signer, its notice."""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cached_property

from notices import mail
from notices.mail import MimeLeaf, SplitMessage
from notices.mail.outside import Outside, judge_outside
from notices.media_types import JSON, PDF
from notices.messages import Text
from notices.verifying import content
from notices.verifying.checks import malformed, readable
from notices.verifying.content import NoticeJson
from notices.verifying.pdf.document import Document
from notices.verifying.policy import Policy
from notices.verifying.signed_content import SignedContent, with_revocation

XARF_NAME = re.compile(r"xarf(-[1-9][0-9]{0,2})?\.json")


class Message:
    """A mail and what can be read from it."""

    def __init__(self, data: bytes, policy: Policy) -> None:
        self.data = data
        self.policy = policy

    @cached_property
    def split(self) -> SplitMessage:
        """Its parts; Refusal if it has another shape than ours."""
        try:
            return mail.split(self.data)
        except mail.MalformedMessage as error:
            raise malformed(error.reason) from error

    @cached_property
    def outside(self) -> Outside:
        """What a relay changed where nobody signed."""
        return judge_outside(self.split)

    @cached_property
    def sender(self) -> str:
        """The mailbox in From."""
        return self._mailbox("From")

    @cached_property
    def addressee(self) -> str:
        """The mailbox in To."""
        return self._mailbox("To")

    @property
    def subject(self) -> str:
        """The Subject as it was signed, decoded: outside it may be tagged."""
        return mail.decode_text(self.split.protected("Subject") or "")

    def _mailbox(self, name: str) -> str:
        try:
            told, inner = self._only(name), self.split.protected(name) or ""
            meant = inner if mail.same_address(told, inner) else told
            return mail.decode_address(meant)[1]
        except mail.MalformedMessage as error:
            raise malformed(
                Text("{name}: {reason}", name=name, reason=error.reason)
            ) from error

    def _only(self, name: str) -> str:
        values = self.split.values(name)
        if len(values) != 1:
            raise malformed(
                Text("{count} {name} fields, must be one", count=len(values), name=name)
            )
        return values[0]

    @cached_property
    def date(self) -> datetime:
        """The Date field; aware."""
        moment = parsedate_to_datetime(self._only("Date"))
        if moment.utcoffset() is None:
            raise malformed("Date has no time zone")
        return moment

    @property
    def signed(self) -> SignedContent:
        """The signed part and its signature."""
        return self._signed

    @cached_property
    def _signed(self) -> SignedContent:
        return SignedContent(
            der=self.split.signature,
            content=self.split.entity,
            policy=self.policy,
            revocation=readable(lambda: self._unjudged_letter.store),
        )

    @cached_property
    def _unjudged_letter(self) -> Document:
        """Read for its revocation answers, which are about the mail's signer too."""
        return Document(self.attachment(PDF).content, self.policy)

    def attachment(self, media_type: str) -> MimeLeaf:
        """The only attachment of that type; XARF reports are counted apart."""
        leaves = [
            leaf
            for leaf in self.split.parts
            if leaf.media_type == media_type and not is_xarf(leaf)
        ]
        if len(leaves) != 1:
            raise malformed(
                Text(
                    "{count} attachments of {media_type}, must be one",
                    count=len(leaves),
                    media_type=media_type,
                )
            )
        return leaves[0]

    @cached_property
    def notice(self) -> NoticeJson:
        """`notice.json`, parsed."""
        return content.read_notice_json(self.attachment(JSON).content)

    @cached_property
    def letter(self) -> Document:
        """The PDF, to be judged with what the mail carries and proves."""
        return self._unjudged_letter.judged_with(
            with_revocation(
                self.policy,
                self.signed.signature.revocation,
                self.signed.signature.others,
            ),
            before=self.signed.proven,
            mailbox=self.sender,
        )


def is_xarf(leaf: MimeLeaf) -> bool:
    """True for a report in XARF v4 beside `notice.json`."""
    return leaf.media_type == JSON and bool(XARF_NAME.fullmatch(leaf.file_name))
