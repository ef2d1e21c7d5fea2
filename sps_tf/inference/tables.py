"""Tables written row by row: a file of any length takes no more memory than a block of it."""

import contextlib
import csv
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

import numpy as np

from sps_tf import files
from sps_tf.errors import check_choice

FORMATS = ("csv", "npz")

Rows = Mapping[str, np.ndarray]


def write_table(path: Path, blocks: Iterable[Rows]) -> None:
    """Write a table; it appears under its name once it is whole.

    Args:
        path: ends in `.csv` (a header, eight digits, an empty field for NaN) or `.npz` (an array
            for each column).
        blocks: rows that follow each other, as an array (n,) for each column; the columns are the
            same in each block. An error that it raises leaves no file.

    Raises:
        UserError: if the ending is another.
        OSError: if the file cannot be written.
    """
    check_choice("the format of a table", path.suffix[1:], FORMATS)
    write = _write_csv if path.suffix == ".csv" else _write_npz
    files.write_atomically(path, lambda temporary: write(temporary, blocks))


def _write_csv(path: Path, blocks: Iterable[Rows]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        names: list[str] = []
        for rows in blocks:
            if not names:
                names = list(rows)
                writer.writerow(names)
            columns = ([_as_text(value) for value in rows[name].tolist()] for name in names)
            writer.writerows(zip(*columns, strict=True))


def _as_text(value: float | int | str) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.8g}"
    return str(value)


def _write_npz(path: Path, blocks: Iterable[Rows]) -> None:
    """Write each column to a nameless file of its own; these become the parts of one."""
    dtypes: dict[str, np.dtype] = {}
    n_rows = 0
    with contextlib.ExitStack() as stack:
        columns: dict[str, IO[bytes]] = {}
        for rows in blocks:
            for name in rows if not columns else ():
                columns[name] = stack.enter_context(tempfile.TemporaryFile(dir=path.parent))
                dtypes[name] = np.asarray(rows[name]).dtype
            for name, column in columns.items():
                column.write(np.asarray(rows[name], dtypes[name]).tobytes())
            n_rows += len(next(iter(rows.values())))
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, column in columns.items():
                column.seek(0)
                header = {"descr": dtypes[name].str, "fortran_order": False, "shape": (n_rows,)}
                with archive.open(f"{name}.npy", "w", force_zip64=True) as part:
                    np.lib.format.write_array_header_2_0(part, header)
                    shutil.copyfileobj(column, part)
