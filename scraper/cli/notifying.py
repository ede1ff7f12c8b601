"""Command ``notify``: tell people and programs what runs found."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from scraper.cli.app import FINE, TROUBLE, Place, Trouble
from scraper.cli.output import say
from scraper.cli.taking import named_host
from scraper.crawl.guard import Guard, make_guard
from scraper.export.notices import NotTold, Row, as_mail, atom, ping, post, send_mail, write_whole
from scraper.store.database import Store
from scraper.store.notices import last_run, notable, note_told, untold


@click.command("notify")
@click.option("--atom", "file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="An Atom feed.")
@click.option("--webhook", metavar="URL", help="POST what is new as JSON.")
@click.option("--mail", metavar="ADDRESS", help="Mail what is new.")
@click.option("--ping", "alive", metavar="URL", help="Asked for when the last run was fine: a dead man's switch.")
@click.option("--smtp", envvar="PROVENANCE_SMTP", metavar="HOST[:PORT]", help="The mail server (PROVENANCE_SMTP).")
@click.option("--from", "sender", envvar="PROVENANCE_MAIL_FROM", metavar="ADDRESS", help="Sender of the mail.")
@click.option("--host", "hosts", multiple=True, metavar="NAME=ADDRESS:PORT", help="Answer a name from here (tests).")
@click.option("--allow", multiple=True, metavar="NETWORK", help="An inward network that may be asked.")
@click.pass_obj
def notify_command(place: Place, /, **options: Any) -> int:
    """Tell of altered and uncredited copies, each once, and give a sign of life. For cron, after `provenance run`.

    A channel that cannot be reached is told the next time; exit code 2 then. A mail server's name and password are read
    from PROVENANCE_SMTP_USER and PROVENANCE_SMTP_PASSWORD.

    \b
    Examples:
      provenance notify --atom /srv/www/notices.atom
      provenance notify --mail desk@harbour-courier.example --smtp localhost --ping https://alive.example/provenance
    """
    if not any(options[name] for name in ("file", "webhook", "mail", "alive")):
        raise Trouble("Whom shall be told? Name --atom, --webhook, --mail or --ping.")
    if options["mail"] and not options["smtp"]:
        raise Trouble("A mail server is needed: --smtp HOST, or PROVENANCE_SMTP.")
    guard = _guard(options["hosts"], options["allow"])
    with place.open(writing=True) as store:
        troubles = list(
            filter(None, [*_tell_all(store, options, guard), _sign_of_life(store, options["alive"], guard)])
        )
    for sentence in troubles:
        say(f"provenance: {sentence}")
    return TROUBLE if troubles else FINE


def _guard(hosts: Sequence[str], allow: Sequence[str]) -> Guard:
    try:
        return make_guard(allow=allow, hosts=dict(named_host(entry) for entry in hosts))
    except ValueError as error:
        raise Trouble(f"--allow and --host want networks and addresses: {error}.") from error


def _tell_all(store: Store, options: dict[str, Any], guard: Guard) -> list[str]:
    rows = notable(store)
    troubles = []
    if options["file"]:
        troubles.append(_tried(lambda: write_whole(options["file"], atom(rows))))
    if url := options["webhook"]:
        troubles.append(_tell(store, f"webhook {url}", rows, lambda news: post(url, news, guard=guard)))
    if to := options["mail"]:
        sender = options["sender"] or to
        troubles.append(
            _tell(
                store,
                f"mail {to}",
                rows,
                lambda news: send_mail(as_mail(news, sender=sender, to=to), options["smtp"], login=_login()),
            )
        )
    return [sentence for sentence in troubles if sentence]


def _tell(store: Store, channel: str, rows: Sequence[Row], tell: Callable[[Sequence[Row]], None]) -> str | None:
    """Tell a channel what it was not told; only then remember it. Told twice is better than never."""
    news = untold(store, channel, rows)
    sentence = _tried(lambda: tell(news)) if news else None
    if sentence is None:
        note_told(store, channel, rows)
    return sentence


def _tried(tell: Callable[[], None]) -> str | None:
    try:
        tell()
    except NotTold as error:
        return str(error)
    return None


def _login() -> tuple[str, str] | None:
    user, password = os.environ.get("PROVENANCE_SMTP_USER"), os.environ.get("PROVENANCE_SMTP_PASSWORD")
    return (user, password) if user and password else None


def _sign_of_life(store: Store, url: str | None, guard: Guard) -> str | None:
    """Only a run that was fine is a sign of life: silence is what the switch waits for."""
    if url is None:
        return None
    last = last_run(store)
    if last is None or last["outcome"] != "fine":
        return None
    return _tried(lambda: ping(url, guard=guard))
