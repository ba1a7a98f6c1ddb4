"""What is refused to people who draw."""

from branchline.errors import AuthorError, CallerError


class DraftConflict(CallerError):
    """{saved_by} saved this draft meanwhile; it has revision {revision} now. Look at theirs, then save yours over it or keep it as a copy."""

    code = "draft.conflict"
    status = 412


class DraftUnknown(CallerError):
    """The bot {bot!r} has no draft. Open it in the builder to begin one."""

    code = "draft.unknown"
    status = 404


class DraftInvalid(CallerError):
    """This cannot be a draft: {problem}"""

    code = "draft.invalid"
    status = 422


class DraftRefused(AuthorError):
    """The draft was not published: it has {errors} errors. Mend them, then publish again."""

    code = "draft.refused"


class FileRefused(AuthorError):
    """The file cannot be imported: {problem}. Mend it where the issues say, then import it again."""

    code = "file.refused"


class BotExists(CallerError):
    """There is a bot {bot!r} already. Take another name."""

    code = "bot.exists"
    status = 409


class VersionUnknown(CallerError):
    """The bot {bot!r} has no version {number}."""

    code = "version.unknown"
    status = 404


class FileUnknown(CallerError):
    """The draft of {bot!r} has no file {path!r}."""

    code = "file.unknown"
    status = 404


class FilePathInvalid(CallerError):
    """A file cannot be called {path!r}. Write a name, perhaps with folders before it: images/map.png."""

    code = "file.path"
    status = 422


class FilesTooMany(CallerError):
    """The files of this draft would have more than {limit} MB. Drop one first."""

    code = "file.too_many"
    status = 422
