"""IMAP servers that are never silent and never done, on loopback."""

import re
import socket
import threading
import time
from contextlib import contextmanager

TRICKLE = 0.1
GREETING, STARTTLS, CAPABILITY, LOGIN = "greeting", "starttls", "capability", "login"
SELECT, SEARCH, FETCH = "select", "search", "fetch"
STAGES = (GREETING, STARTTLS, CAPABILITY, LOGIN, SELECT, SEARCH, FETCH)
OCTETS, LINES, CONTINUATIONS = "octets", "lines", "continuations"

ANSWERS = {
    CAPABILITY: b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
    LOGIN: b"",
    SELECT: b"* 3 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n",
    SEARCH: b"* SEARCH 1 2 3\r\n",
}


@contextmanager
def slow_server(stage, manner):
    """Answer properly up to `stage`, and from there on trickle; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serve = threading.Thread(
            target=_accept, args=(listening, stage, manner), daemon=True
        )
        serve.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        serve.join()


def _accept(listening, stage, manner):
    while True:
        try:
            link, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_talk, args=(link, stage, manner), daemon=True).start()


def _talk(link, stage, manner):
    with link, link.makefile("rb") as lines:
        try:
            if stage == GREETING:
                _trickle(link, manner, b"* OK ")
            link.sendall(b"* OK hello\r\n")
            for line in lines:
                tag, _, command = line.rstrip().partition(b" ")
                _answer(link, tag, command, stage, manner)
        except OSError:
            return


def _answer(link, tag, command, stage, manner):
    name = _stage_of(command)
    if name == stage:
        start = b"* 1 FETCH (UID 1 BODY[] {900000}\r\n" if name == FETCH else b"* OK "
        _trickle(link, manner, start)
    if name == LOGIN:
        link.sendall(b"+ \r\n")
        link.recv(1000)
    link.sendall(ANSWERS.get(name, b"") + tag + b" OK done\r\n")


def _stage_of(command):
    word = re.sub(rb"(?i)^uid ", b"", command).split(b" ")[0].decode().lower()
    return {"authenticate": LOGIN, "examine": SELECT}.get(word, word)


def _trickle(link, manner, start):
    if manner == OCTETS:
        link.sendall(start)
    while True:
        portion = {
            OCTETS: b"x",
            LINES: b"* OK still here\r\n",
            CONTINUATIONS: b"+ \r\n",
        }[manner]
        link.sendall(portion)
        time.sleep(TRICKLE)
