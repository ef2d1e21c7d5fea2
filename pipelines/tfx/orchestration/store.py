"""Opening the store of ML Metadata: SQLite in the pipeline root, or a MySQL server."""

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sps_tf.errors import UserError
from sps_tf.optional import require_module

if TYPE_CHECKING:
    import ml_metadata
    from ml_metadata.proto import metadata_store_pb2


SQLITE_FILE = "metadata.sqlite"
# SQLite's words for a disk that is full, has failed or may not be written; and ML Metadata's, for
# calls after one that has failed so.
_DISK_WORDS = (
    "disk is full",
    "disk I/O error",
    "readonly database",
    "unable to open database",
    "Transaction already open",
)


def explain(error: Exception, root: Path) -> UserError | None:
    """Return what a user can do about an error of the store, or None where that is not known.

    Args:
        error: what ML Metadata has raised.
        root: the pipeline root.

    Returns:
        The error to show.
    """
    told = next((words for words in _DISK_WORDS if words in str(error)), None)
    if told is None:
        return None
    return UserError(
        f"The pipeline's metadata cannot be written ({told}). Free the disk; the same command goes "
        f"on. Received: {root / SQLITE_FILE}"
    )


def open_store(root: Path, connection: str) -> "ml_metadata.MetadataStore":
    """Open the store of one pipeline root.

    Args:
        root: the pipeline root.
        connection: empty for SQLite in the root, else
            `mysql://user:password@host:port/database`.

    Returns:
        The store.

    Raises:
        UserError: if ML Metadata is not installed, or the store cannot be opened.
    """
    mlmd = require_module("ml_metadata")
    config = _configure(root, connection)
    try:
        return mlmd.MetadataStore(config)
    except (mlmd.errors.StatusError, RuntimeError) as error:
        mend = (
            "check that the MySQL server runs, and that user, password and database are right"
            if connection
            else "free the folder, or name another --pipeline_root"
        )
        raise UserError(
            f"The metadata store cannot be opened ({str(error).splitlines()[0]}): {mend}. "
            f"Received: {_without_password(connection) or root}"
        ) from error


def _configure(root: Path, connection: str) -> "metadata_store_pb2.ConnectionConfig":
    pb = require_module("ml_metadata.proto.metadata_store_pb2")
    config = pb.ConnectionConfig()
    if not connection:
        config.sqlite.filename_uri = str(root / SQLITE_FILE)
        config.sqlite.connection_mode = pb.SqliteMetadataSourceConfig.READWRITE_OPENCREATE
        return config
    parts = urlsplit(connection)
    database = parts.path.strip("/")
    if parts.scheme != "mysql" or not parts.hostname or not database:
        raise UserError(
            "The metadata connection reads mysql://user:password@host:port/database. "
            f"Received: {_without_password(connection)!r}"
        )
    config.mysql.host = parts.hostname
    config.mysql.port = parts.port or 3306
    config.mysql.database = database
    config.mysql.user = parts.username or ""
    config.mysql.password = parts.password or ""
    return config


def _without_password(connection: str) -> str:
    """Return a connection as it may be shown."""
    password = urlsplit(connection).password
    return connection.replace(f":{password}@", ":***@") if password else connection
