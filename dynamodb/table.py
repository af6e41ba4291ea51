"""``sotalia.dynamodb.table``: ``BatchWriter``, which ``Table.batch_writer`` makes."""

from ..session_core.dynamodb_table import BatchWriter, TableResource

__all__ = ["BatchWriter", "TableResource"]
