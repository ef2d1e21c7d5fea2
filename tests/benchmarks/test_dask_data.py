"""What a call of the benchmark has measured is kept, also where it does not end."""

import json

import pytest

from benchmarks import dask_data
from tests.benchmarks.test_dask_page import MAKING, build


def test_each_number_of_workers_is_kept_once_it_is_measured(tmp_path, monkeypatch):
    def measure(function, *arguments):
        if function is dask_data.measure_making:
            return MAKING
        n_workers, sizes, _ = arguments
        if n_workers == 4:
            raise KeyboardInterrupt
        start = dict.fromkeys(("joined_secs", "first_set_secs", "core_secs", "load"), 1.0)
        builds = [build(n_workers, size, 100) for size in sizes]
        return {"start": {"n_workers": n_workers, **start}, "builds": builds}

    record, page = tmp_path / "recorded.json", tmp_path / "page.md"
    page.write_text("<!-- rates on dask -->\n<!-- end of rates on dask -->\n")
    held = {"machine": dask_data._machine(), "making": MAKING, "starts": []}
    record.write_text(json.dumps(held | {"builds": [build(1, 1000, 90.0)]}))
    monkeypatch.setattr(dask_data, "in_own_process", measure)
    monkeypatch.setattr(dask_data, "RECORD_FILE", record)
    monkeypatch.setattr(dask_data, "PAGE_FILE", page)
    with pytest.raises(KeyboardInterrupt):
        dask_data.measure([1, 2, 4], [100_000], record=True)
    rows = [
        (row["n_workers"], row["n_examples"]) for row in json.loads(record.read_text())["builds"]
    ]
    assert rows == [(1, 1000), (1, 100_000), (2, 100_000)]
    assert "| 2 | 100,000 | 100 |" in page.read_text()
