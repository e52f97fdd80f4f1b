"""その他情報の特定に必要な情報: the form's hints as sub-labels, and the address."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from notices.judgment import Locator, Scope, Target
from notices.letters.model import Para, Span
from notices.letters.template.dates import english_time, japanese_time
from notices.letters.template.details import Details, detail, exact
from notices.letters.template.hygiene import Cleaner
from notices.letters.template.layout_file import FixedTexts


class Wording(NamedTuple):
    """How one language joins the values; the sub-labels stand in `layout.toml`."""

    extent: str
    whole: Mapping[Scope, str]
    """What is meant, where it is more than the information at the URLs."""
    thread: tuple[str, str]
    """Before and behind the thread."""
    post: str
    poster: str
    between: str
    """Between the places of a post."""
    listed: str
    """Between file names or addresses."""
    checked: tuple[str, str]
    """Before and behind the time at which the addresses were looked up."""
    none: str
    """Where there is no detail."""
    time: Callable[..., str]


JAPANESE = Wording(
    extent="対象の範囲：",
    whole={Scope.SITE: "ウェブサイトの全体", Scope.APP: "アプリケーションの全体"},
    thread=("スレッド「", "」"),
    post="投稿番号",
    poster="投稿者ID ",
    between="、",
    listed="、",
    checked=("（", "に確認）"),
    none="なし",
    time=japanese_time,
)
ENGLISH = Wording(
    extent="Extent: ",
    whole={
        Scope.SITE: "the website as a whole",
        Scope.APP: "the application as a whole",
    },
    thread=("Thread \u201c", "\u201d"),
    post="Post No. ",
    poster="Poster ID: ",
    between="; ",
    listed=", ",
    checked=(" (checked on ", ")"),
    none="none",
    time=english_time,
)


def locator_details(
    target: Target, clean: Cleaner, wording: Wording, fixed: FixedTexts
) -> Details:
    """The sub-labels that have a value, in the form's order."""
    found = _cleaned(target.locator, clean)
    paras = tuple(_paras(target, found, clean, wording, fixed))
    return Details(paras, wording.none)


def _paras(
    target: Target,
    locator: Locator,
    clean: Cleaner,
    wording: Wording,
    fixed: FixedTexts,
) -> Iterator[Para]:
    if whole := wording.whole.get(target.scope):
        yield detail(wording.extent, Span(whole))
    if locator.board_name:
        yield detail(fixed.board, exact(locator.board_name))
    if place := tuple(_place(locator, wording)):
        yield detail(fixed.place, *place)
    if locator.posted_at:
        yield detail(fixed.posted, Span(wording.time(locator.posted_at)))
    if locator.file_names:
        yield detail(fixed.file, *_listed(locator.file_names, wording))
    if target.ip_addresses:
        addresses = tuple(map(clean.line, target.ip_addresses))
        yield detail(
            fixed.address, *_listed(addresses, wording), *_checked(target, wording)
        )


def _listed(values: Sequence[str], wording: Wording) -> Iterator[Span]:
    for position, value in enumerate(values):
        if position:
            yield Span(wording.listed)
        yield exact(value)


def _checked(target: Target, wording: Wording) -> Iterator[Span]:
    if target.ip_checked_at:
        before, behind = wording.checked
        yield Span(f"{before}{wording.time(target.ip_checked_at)}{behind}")


def _place(locator: Locator, wording: Wording) -> Iterator[Span]:
    before, behind = wording.thread
    between = ""
    for label, value, end in (
        (before, locator.thread, behind),
        (wording.post, locator.post_number, ""),
        (wording.poster, locator.poster_id, ""),
    ):
        if value:
            yield Span(between + label)
            yield exact(value)
            between = end + wording.between
            if end and not (locator.post_number or locator.poster_id):
                yield Span(end)


_PATH = "target.locator"


def _cleaned(locator: Locator, clean: Cleaner) -> Locator:
    """The locator with its texts as they are printed; what is only blanks is none.

    Python also counts U+001C to U+001F as blanks, but these are spelt out in print.
    """

    def printed(name: str) -> str:
        text: str = getattr(locator, name)
        words = clean.at(f"{_PATH}.{name}").line(text)
        return words if words.strip() else ""

    return Locator(
        board_name=printed("board_name"),
        thread=printed("thread"),
        post_number=printed("post_number"),
        posted_at=locator.posted_at,
        poster_id=printed("poster_id"),
        file_names=tuple(
            clean.at(f"{_PATH}.file_names[{index}]").line(name)
            for index, name in enumerate(locator.file_names)
        ),
    )
