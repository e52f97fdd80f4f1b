"""The command line: parses, calls, prints; no logic.

Commands load when they are called, so that `notices --help` is quick. Data goes
to standard output, everything else to standard error.
"""

import os
import sys
import traceback
from importlib import import_module

import click

from notices import __version__
from notices.errors import NoticesError

COMMANDS = {
    "init": ("notices.cli.starting", "Make a complete site that runs."),
    "demo": ("notices.cli.demo", "Do the main job on example data, on this machine."),
    "check": ("notices.cli.checking", "Say all that is wrong with a judgment."),
    "preview": ("notices.cli.checking", "Show letter and mail without sending."),
    "send": ("notices.cli.sending", "Send the request of one or more cases."),
    "handover": ("notices.cli.channels", "Write what waits for a web form."),
    "submitted": ("notices.cli.channels", "Record what was handed over by hand."),
    "work": ("notices.cli.sending", "Deliver what is due."),
    "inbox": ("notices.cli.receiving", "Record reports of delivery and replies."),
    "resolve": ("notices.cli.receiving", "Settle a delivery in doubt, on record."),
    "withdraw": ("notices.cli.receiving", "Take back what was not sent."),
    "list": ("notices.cli.looking", "List notices and their states."),
    "show": ("notices.cli.looking", "Tell all that happened to a case's notices."),
    "record": ("notices.cli.cases.recording", "Take facts of cases in from a file."),
    "police": (
        "notices.cli.cases.acting",
        "Record what the police were told, or hold.",
    ),
    "look": ("notices.cli.cases.acting", "Record whether it is still there."),
    "refer": ("notices.cli.cases.acting", "Record that it was handed to others."),
    "close": ("notices.cli.cases.acting", "Close cases: nothing more is to be done."),
    "reopen": ("notices.cli.cases.acting", "Take closed cases up again."),
    "case": ("notices.cli.cases.viewing", "Tell the whole story of a case."),
    "cases": ("notices.cli.cases.viewing", "List cases and how they stand."),
    "due": ("notices.cli.cases.viewing", "Say what is to be done today."),
    "statistics": ("notices.cli.cases.counting", "Count a year's tables."),
    "verify": ("notices.cli.verifying", "Judge a mail or a PDF, offline."),
    "export": ("notices.cli.exporting", "Write the bundle that proves a notice."),
    "renew": ("notices.cli.exporting", "Renew a bundle's time stamp."),
    "backup": ("notices.cli.keeping", "Copy the outbox while it works."),
    "reconcile": ("notices.cli.keeping", "Compare a restored outbox, lift the hold."),
    "migrate": ("notices.cli.keeping", "Move the outbox to another database."),
    "ledger": ("notices.cli.ledger", "The log of all events: sign, prove, check."),
    "catalogue": ("notices.cli.catalogue", "Categories and statutes of a day; diff."),
    "schema": ("notices.cli.looking", "Print a JSON Schema."),
    "template": ("notices.cli.checking", "Check the templates of the letters."),
    "doctor": ("notices.cli.looking", "Say what works and what to mend."),
}
"""Each command, the module that holds it, and its line in `notices --help`."""


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names, in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, imported now; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(COMMANDS[cmd_name][0])
        # a command whose name is a builtin carries an underscore in its module
        command: click.Command = getattr(module, cmd_name, None) or getattr(
            module, f"{cmd_name}_"
        )
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002
        formatter: click.HelpFormatter,
    ) -> None:
        """The list in `--help`, without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="notices")
def cli() -> None:
    """Ask a provider to take illegal or harmful information down, and prove it.

    Exit codes: 0 done; 1 the thing judged is bad; 2 usage; 3 cannot be judged;
    65 bad data; 69 refused or unavailable; 70 our fault; 75 try later or in
    doubt; 77 no permission or PIN; 78 configuration.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code, prints what went wrong."""
    try:
        result = cli.main(arguments, prog_name="notices", standalone_mode=False)
    except NoticesError as error:
        report_error(error)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("notices: stopped", err=True)
        return 130
    except BrokenPipeError:
        # the reader has gone, as with `notices list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last border: no traceback for users
        return _own_fault(error)
    return result if isinstance(result, int) else 0


def report_error(error: NoticesError) -> None:
    """Print an error the way that all commands do."""
    click.echo(f"notices: error: {error.diagnostics()}", err=True)


def _own_fault(error: Exception) -> int:
    click.echo(
        f"notices: error: a fault of the program ({type(error).__name__}: {error})\n"
        "hint: nothing was claimed that did not happen; see `notices list`, and "
        "report it with NOTICES_TRACEBACK=1 set",
        err=True,
    )
    if os.environ.get("NOTICES_TRACEBACK"):
        traceback.print_exc()
    return NoticesError.exit_code
