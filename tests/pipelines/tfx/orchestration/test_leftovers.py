import pytest

from pipelines.tfx.orchestration.leftovers import lock_path, sweep, sweep_serving
from pipelines.tfx.orchestration.metadata import MetadataLog
from pipelines.tfx.orchestration.runner import BeamSettings, Runner
from sps_tf.files import hold
from tests.pipelines.tfx.orchestration.toys import calls_of, make_pipeline, parameters


@pytest.fixture
def ran(tmp_path):
    """A root in which the toys have run, and their pipeline."""
    root = tmp_path / "root"
    root.mkdir()
    toys = make_pipeline(tmp_path / "calls")
    Runner(root, MetadataLog(root), BeamSettings()).run(parameters(), components=toys)
    return root, toys


def make(folder):
    folder.mkdir(parents=True)
    (folder / "file").write_text("x")
    return folder


def test_folders_that_no_artifact_names_go_and_the_others_stay(ran):
    root, toys = ran
    orphans = {make(root / "Double/doubled/12"), make(root / ".work/Make-0123456789abcdef")}
    kept = [make(root / ".work/Report-0123456789abcdef"), make(root / "Double/doubled/notes")]
    assert set(sweep(root, MetadataLog(root), toys)) == orphans
    assert not any(folder.exists() for folder in orphans)
    assert all(folder.exists() for folder in [*kept, root / "Double/doubled/2"])


def test_what_a_living_process_makes_stays(ran):
    root, toys = ran
    log = MetadataLog(root)
    number = log.start(toys[1], "f" * 64, "", {}, {})
    folder = make(root / f"Double/doubled/{number}")
    with hold(lock_path(root, "Double", "f" * 64)):
        assert sweep(root, log, toys) == []
    assert sweep(root, log, toys) == [folder]


def test_the_next_run_sweeps_and_does_no_more(ran, tmp_path, capsys):
    root, toys = ran
    orphan = make(root / "Make/numbers/8")
    Runner(root, MetadataLog(root), BeamSettings()).run(parameters(), components=toys)
    assert not orphan.exists()
    assert "which a killed run left" in capsys.readouterr().err
    assert calls_of(tmp_path / "calls") == ["Make", "Double", "Report"]


def test_a_flipped_bit_is_made_anew(ran, tmp_path, capsys):
    root, toys = ran
    (root / "Double/doubled/2/n.json").write_text("3")  # as many bytes
    Runner(root, MetadataLog(root), BeamSettings()).run(parameters(), components=toys)
    assert calls_of(tmp_path / "calls")[3:] == ["Double"]
    assert "gone or was changed" in capsys.readouterr().err


def test_unfinished_copies_go_unless_one_is_being_made(tmp_path):
    assert sweep_serving(tmp_path / "gone") == []
    unfinished = make(tmp_path / ".tmp-0123abcd")
    make(tmp_path / "1")
    with hold(tmp_path / ".lock"):
        assert sweep_serving(tmp_path) == []
    assert sweep_serving(tmp_path) == [unfinished]
    assert (tmp_path / "1").exists()
