"""The command line: parses, calls, prints; no logic.

Commands load when they are called, so that `notices --help` is quick. Data goes
to standard output, everything else to standard error. Texts are told in the language
of the run; codes and `--json` are the same in all of them.
"""

import gc
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import click

from notices import __version__
from notices.cli.screen import faults
from notices.cli.screen.early_signals import HEARD
from notices.cli.screen.helping import Context, spoken, translated
from notices.cli.screen.language import chosen, speaking, tell
from notices.cli.screen.output_file import lasting_output, unwritten

COMMANDS = {
    "init": ("notices.cli.starting", "Make a complete site that runs."),
    "demo": ("notices.cli.demo", "Do the main job on example data, on this machine."),
    "check": ("notices.cli.checking", "Say all that is wrong with a judgment."),
    "preview": ("notices.cli.checking", "Show letter and mail without sending."),
    "prepare": (
        "notices.cli.approval.preparing",
        "Number, write and sign the request; send nothing.",
    ),
    "approve": (
        "notices.cli.approval.approving",
        "Approve what would go out, with your own key.",
    ),
    "reject": ("notices.cli.approval.approving", "Reject what would go out."),
    "approvals": (
        "notices.cli.approval.approving",
        "List what waits for an approval.",
    ),
    "people": ("notices.cli.approval.people", "Who may approve: list, enrol, revoke."),
    "sign": ("notices.cli.approval.signing", "Sign drafts that may go on."),
    "send": ("notices.cli.sending", "Send the request of one or more cases."),
    "hold": ("notices.cli.serving.holding", "Let nothing go out from now on."),
    "release": ("notices.cli.serving.holding", "Let things go out again."),
    "handover": ("notices.cli.channels", "Write what waits for a web form."),
    "submitted": ("notices.cli.channels", "Record what was handed over by hand."),
    "work": ("notices.cli.sending", "Deliver what is due."),
    "inbox": ("notices.cli.receiving", "Record reports of delivery and replies."),
    "resolve": ("notices.cli.receiving", "Settle a delivery in doubt, on record."),
    "withdraw": ("notices.cli.cases.asking", "Take back what was asked."),
    "list": ("notices.cli.looking", "List notices and their states."),
    "show": ("notices.cli.looking", "Tell all that happened to a case's notices."),
    "record": ("notices.cli.cases.recording", "Take facts of cases in from a file."),
    "police": (
        "notices.cli.cases.acting",
        "Record what the police were told, or hold.",
    ),
    "look": ("notices.cli.cases.acting", "Record whether it is still there."),
    "remind": ("notices.cli.cases.asking", "Ask the same recipient again."),
    "escalate": ("notices.cli.cases.asking", "Ask the next rung of the ladder."),
    "correct": ("notices.cli.cases.asking", "Put right what was asked."),
    "refer": ("notices.cli.cases.acting", "Record that it was handed to others."),
    "close": ("notices.cli.cases.acting", "Close cases: nothing more is to be done."),
    "reopen": ("notices.cli.cases.acting", "Take closed cases up again."),
    "keep": ("notices.cli.cases.disposing", "Let disposal pass cases over."),
    "dispose": (
        "notices.cli.cases.disposing",
        "Remove texts whose time is over.",
    ),
    "disposals": ("notices.cli.cases.disposing", "List what was disposed of."),
    "case": ("notices.cli.cases.viewing", "Tell the whole story of a case."),
    "cases": ("notices.cli.cases.viewing", "List cases and how they stand."),
    "due": ("notices.cli.cases.viewing", "Say what is to be done today."),
    "statistics": ("notices.cli.cases.counting", "Count a year's tables."),
    "verify": ("notices.cli.verifying", "Judge a mail or a PDF, offline."),
    "token": ("notices.cli.serving", "Give case systems tokens for the API."),
    "serve": ("notices.cli.serving", "Offer the service over HTTP."),
    "export": ("notices.cli.exporting", "Write the bundle that proves a notice."),
    "renew": ("notices.cli.exporting", "Renew a bundle's time stamp."),
    "backup": ("notices.cli.keeping", "Copy the outbox while it works."),
    "reconcile": ("notices.cli.keeping", "Compare a restored outbox, lift the hold."),
    "migrate": ("notices.cli.keeping", "Move the outbox to another database."),
    "key": ("notices.cli.keys", "Ask for a certificate, put it in place."),
    "ledger": ("notices.cli.ledger", "The log of all events: sign, prove, check."),
    "catalogue": ("notices.cli.catalogue", "Categories and statutes of a day; diff."),
    "schema": ("notices.cli.looking", "Print a JSON Schema."),
    "template": (
        "notices.cli.wording.template",
        "Check the templates of the letters; further kinds of notices.",
    ),
    "doctor": ("notices.cli.examining", "Say what works and what to mend."),
    "completion": ("notices.cli.starting", "Print what completes words in a shell."),
}
"""Each command, the module that holds it, and its line in `notices --help`."""


_SELDOM = 20_000
"""New objects between two looks for garbage in circles, of which there is little here.

A notice makes half a million; to look after each 700 of them took a twentieth of all.
"""


@contextmanager
def _not_collecting() -> Iterator[None]:
    """What a module makes when it loads is no garbage: looking for it takes time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # it stays to the end: no later collection need look at it
        if was_on:
            gc.enable()


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is called."""

    context_class = Context

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names, in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, imported now; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        with _not_collecting():
            module = import_module(COMMANDS[cmd_name][0])
        # a command whose name is a builtin carries an underscore in its module
        command: click.Command = getattr(module, cmd_name, None) or getattr(
            module, f"{cmd_name}_"
        )
        return spoken(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click has it; a wrong name is told with those that are like it."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(
                error.command_name, possibilities=COMMANDS, ctx=ctx
            ) from None

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002
        formatter: click.HelpFormatter,
    ) -> None:
        """The list in `--help`, without importing any command."""
        with formatter.section(tell("Commands")):
            formatter.write_dl(
                [(name, tell(line)) for name, (_, line) in COMMANDS.items()]
            )


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    __version__, prog_name="notices", help="Show the version and exit."
)
def cli() -> None:
    """Ask a provider to take illegal or harmful information down, and prove it.

    Exit codes: 0 done; 1 the thing judged is bad; 2 usage; 3 cannot be judged;
    65 bad data; 69 refused or unavailable; 70 our fault; 75 try later or in
    doubt; 77 no permission or PIN; 78 configuration.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    gc.set_threshold(_SELDOM, *gc.get_threshold()[1:])
    lasting_output()
    if not sys.warnoptions:
        # of libraries, to programmers: such as one of each name in a certificate that
        # has more octets than characters
        warnings.simplefilter("ignore")
    HEARD.listen(sys.argv[1:] if arguments is None else arguments)
    code = run(arguments)
    HEARD.leave()
    if code == faults.NOT_PRINTED:
        faults.abandon(sys.stdout)
    sys.exit(code)


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code, prints what went wrong."""
    words = sys.argv[1:] if arguments is None else arguments
    language, as_json = chosen(words, os.environ), "--json" in words
    with (
        speaking(language),
        # a document for programs is English, whoever waits for it
        translated("en" if as_json else language),
        faults.answering(as_json=as_json),
    ):
        return _run(words)


def _run(words: list[str]) -> int:
    try:
        result = spoken(cli).main(words, prog_name="notices", standalone_mode=False)
        lost = unwritten()
    except (click.Abort, KeyboardInterrupt):
        if HEARD.has_come:
            return 0  # as every stop of what stays; nothing was begun
        click.echo(tell("notices: stopped"), err=True)
        return 130
    except Exception as error:  # noqa: BLE001 - the last border: no traceback for users
        return faults.tell_fault(error)
    code = result if isinstance(result, int) else 0
    # what was judged bad stays that, and whoever could not read it is told
    unread = faults.tell_unwritten(lost) if lost else 0
    return code or unread
