"""The log: one JSON object a line on standard error, or text on a terminal. It holds nothing that a person wrote.

What stands in it is named by whoever writes the line: ids, codes, names of bots and endpoints. Exceptions are the way by
which texts would get in, so of those only where they happened and their class is kept, and their words when they are
the installation's (disk, rights, network).
"""

import logging
import sqlite3
import sys
from traceback import extract_tb
from typing import Any

import structlog

from branchline.errors import HostError
from branchline.settings import Settings
from branchline.tracing import Traced, current

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
SPEAKING = (HostError, OSError, sqlite3.Error)
"""Exceptions whose words are about the installation, never about a person."""
FRAMES = 30


def start_logging(settings: Settings) -> None:
    """Log to standard error from now on, what libraries say too."""
    text = settings.log_format == "text" or (settings.log_format == "auto" and sys.stderr.isatty())
    renderer: Any = structlog.dev.ConsoleRenderer() if text else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            with_trace,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_words,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[settings.log_level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    Traced.turns_logged = settings.log_level == "debug"
    logging.basicConfig(level=logging.WARNING, handlers=[_Libraries()], force=True)


def with_trace(_logger: Any, _method: str, event: Any) -> Any:
    """Say to which trace a line belongs."""
    trace_id = current.get()
    if trace_id:
        event.setdefault("trace_id", trace_id)
    return event


def without_words(_logger: Any, _method: str, event: Any) -> Any:
    """Write an exception down: its class and where it happened, its causes first."""
    found = event.pop("exc_info", None)
    problem = found if isinstance(found, BaseException) else sys.exc_info()[1] if found is True else None
    if isinstance(found, tuple):
        problem = found[1]
    if problem is not None:
        event["exception"] = " | ".join(_told(problem))
    return event


def _told(problem: BaseException) -> list[str]:
    cause = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)
    words = f" ({problem})" if isinstance(problem, SPEAKING) else ""
    frames = extract_tb(problem.__traceback__)[-FRAMES:]
    where = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    parts = problem.exceptions if isinstance(problem, BaseExceptionGroup) else ()
    before = [*(_told(cause) if cause else ()), *(line for part in parts for line in _told(part))]
    return [*before, f"{type(problem).__qualname__}{words}: {where}"]


class _Libraries(logging.Handler):
    """What libraries log: their own words, without what they fill in."""

    def emit(self, record: logging.LogRecord) -> None:
        said = str(record.msg).strip().partition("\n")[0][:200]
        log = structlog.get_logger()
        write = log.error if record.levelno >= logging.ERROR else log.warning
        write("library", logger=record.name, said=said, exc_info=record.exc_info or None)
