"""The services that a block can be about, found by prefix or by name."""

from __future__ import annotations

from functools import cache

from iamlab.catalog.services import service, service_names
from iamlab.errors import InvalidInput
from iamlab.policy.blocks import ALL_SERVICES


@cache
def options() -> tuple[str, ...]:
    """Every service as the search box lists it: prefix and name."""
    return (option(ALL_SERVICES), *map(option, service_names()))


def option(prefix: str) -> str:
    """One service as the search box lists it.

    >>> option("s3")
    's3 (Amazon S3)'
    """
    return f"{prefix} ({'All services' if prefix == ALL_SERVICES else service(prefix).name})"


def shown(prefix: str) -> str:
    """What stands in the search box for a service, also for one that the catalog does not have, and for none."""
    return option(prefix) if prefix in _known() else prefix


def find(text: str) -> str:
    """The prefix of the service that somebody typed: its prefix, its name, or what the search box lists.

    Args:
        text: in any case.

    Raises:
        InvalidInput: there is no such service, or several that could be meant; the sentence names a few.

    >>> find("S3"), find("amazon s3"), find("s3 (Amazon S3)")
    ('s3', 's3', 's3')
    """
    wanted = text.strip().lower()
    known = _known()
    for prefix, listed in known.items():
        if wanted in (prefix, listed.lower(), listed.partition(" (")[2][:-1].lower()):
            return prefix
    close = _close(wanted)
    if len(close) == 1:
        return find(close[0])
    if not close:
        raise InvalidInput(f"There is no service {text.strip()!r}. Search by its prefix or name, such as s3 or Lambda.")
    few = ", ".join(close[:5]) + (" …" if len(close) > 5 else "")
    raise InvalidInput(f"{text.strip()!r} may be {few}. Choose one.")


def hint(text: str, now: str) -> tuple[str, bool]:
    """What to say below the search box while somebody types.

    Args:
        text: what stands in it.
        now: the prefix of the block's service.

    Returns:
        a sentence, empty when there is nothing to say; and whether no service can come of what is typed.

    >>> hint("elastic", "")[0].partition(" ")[2], hint("sq", "sqs")[1]
    ('services match: choose one.', False)
    >>> hint("amazon sqs", "")
    ('Press Enter to choose sqs (Amazon SQS).', False)
    >>> hint("lambdda", "")
    ("There is no service 'lambdda'. Search by its prefix or name, such as s3 or Lambda.", True)
    """
    wanted = text.strip().lower()
    if not wanted or text == shown(now) or chosen(text, at_once=True) == now:
        return "", False
    close = _close(wanted)
    try:
        return f"Press Enter to choose {shown(find(text))}.", False
    except InvalidInput as error:
        return (f"{len(close)} services match: choose one.", False) if close else (error.message, True)


def _close(wanted: str) -> list[str]:
    """The lines of the list that hold a text in small letters, as the browser narrows them."""
    return [listed for listed in _known().values() if wanted and wanted in listed.lower()]


def chosen(text: str, *, at_once: bool) -> str | None:
    """The prefix that is meant while somebody is typing, `None` as long as it is not clear.

    Args:
        text: what stands in the search box.
        at_once: is the bare prefix enough? A line of the list always is.
    """
    prefix = text.partition(" ")[0].strip().lower()
    listed = _known().get(prefix)
    return prefix if listed and (text == listed or (at_once and text.strip().lower() == prefix)) else None


@cache
def _known() -> dict[str, str]:
    return {text.partition(" ")[0]: text for text in options()}
