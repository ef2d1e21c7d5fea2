"""The page's table of rates is the recorded one."""

import json

import pytest

from benchmarks.dask_page import PAGE_FILE, RECORD_FILE, merge, write_into

MACHINE = {"cores": 2, "machine": "x86_64", "cpu": "a CPU"}
MAKING = {"drawn_ms": 1.5, "serialised_ms": 4.0}


def build(n_workers, n_examples, examples_per_s):
    return {
        "n_workers": n_workers,
        "n_examples": n_examples,
        "seconds": 20.0,
        "examples_per_s": examples_per_s,
        "core_ms": 5.0,
        "worker_mib": 800.0,
        "load": 1.0,
    }


def test_the_page_is_what_the_recorded_numbers_make():
    page = PAGE_FILE.read_text(encoding="utf-8")
    recorded = json.loads(RECORD_FILE.read_text(encoding="utf-8"))
    assert write_into(page, recorded) == page, "python -m benchmarks.dask_data --record writes it"


def test_new_rows_take_the_place_of_old_ones_and_other_machines_do_not_mix(tmp_path):
    path = tmp_path / "recorded.json"
    held = {"machine": MACHINE, "making": MAKING, "starts": [], "builds": [build(1, 1000, 90.0)]}
    path.write_text(json.dumps(held))
    found = held | {"builds": [build(2, 1000, 170.0), build(1, 1000, 99.0)]}
    assert merge(found, path)["builds"] == [build(1, 1000, 99.0), build(2, 1000, 170.0)]
    elsewhere = found | {"machine": MACHINE | {"cores": 8}, "builds": [build(4, 1000, 300.0)]}
    assert merge(elsewhere, path)["builds"] == [build(4, 1000, 300.0)]


def test_a_row_tells_how_much_of_the_cores_it_got():
    recorded = {"machine": MACHINE, "making": MAKING, "starts": [], "builds": [build(2, 1000, 100)]}
    page = write_into(
        "a\n<!-- rates on dask -->\nold\n<!-- end of rates on dask -->\nb\n", recorded
    )
    assert "| 2 | 1,000 | 100 | 0.50 | 20 | 5.0 | 800 | 1.0 |" in page  # 100 x 5 ms a second
    assert "1.5 ms to draw, 2.5 ms for" in page
    assert page.startswith("a\n") and page.endswith("\nb\n") and "old" not in page


def test_a_page_without_the_marks_is_refused():
    with pytest.raises(ValueError, match="one place"):
        write_into("nothing", {"machine": MACHINE, "making": MAKING, "starts": [], "builds": []})
