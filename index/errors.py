"""One family of errors. Each message says what is wrong, with which file, and what to do."""


class QuotewellError(Exception):
    """A mistake that a user can mend; the command line prints it as one line."""


class CorpusError(QuotewellError):
    """A corpus folder or file that is missing, unreadable, or holds nothing to index."""


class StoreError(QuotewellError):
    """A saved index that cannot be used, or a folder that cannot hold one."""


class DamagedIndexError(StoreError):
    """A saved index that can only be rebuilt: damaged, or of an older version."""


class BusyIndexError(StoreError):
    """A saved index that another process is writing."""


class UnreachableError(StoreError):
    """A search engine that does not answer, though it may again."""


class ModelError(QuotewellError):
    """An encoder or reader that is missing, altered, or of the wrong kind."""


class QuestionError(QuotewellError):
    """A question that cannot be asked: empty, or far too long."""


class FilterError(QuotewellError):
    """A filter that cannot be understood, or that lets no document through."""


class DatasetError(QuotewellError):
    """A file of test questions that cannot be read."""


class PromiseError(QuotewellError):
    """Judged questions that bear out no promise: too few, or too many answered wrongly."""


class PacketError(QuotewellError):
    """A packet of evidence, or a record in one, that cannot be read or was altered."""


class AuditError(QuotewellError):
    """An audit that cannot be written or read."""
