"""Files for other tools, whose libraries are extras: imported when asked for, missed in one sentence."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_INSTALL = "pip install 'provenance-tracker[{}]'"


class MissingExtra(ImportError):
    """A library that only some commands need is not installed; the message says how to get it."""


def need(module: str, what: str, extra: str = "exports") -> Any:
    """The module of an extra, for ``what`` (a word for the message).

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise MissingExtra(f"{what} needs the library {module.partition('.')[0]}: {_INSTALL.format(extra)}") from error
