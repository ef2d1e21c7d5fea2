"""Commands that use a model refuse wrong flags in one line, before TensorFlow is loaded."""

import pytest

from tests.fakes import run_command


@pytest.mark.parametrize(
    ("module", "arguments", "message"),
    [
        ("predict", [], "Name files to continue"),
        ("predict", ["a.mp4"], "--model is missing"),
        ("predict", ["a.mp4", "--n_steps=0"], "--n_steps=0"),
        ("convert", ["--content=a.wav"], "--style is missing"),
        ("export", ["--model=runs/x"], "--output is missing"),
        ("export", ["--output=x"], "--model is missing"),
        ("explore", [], "--model is missing"),
        ("explore", ["--export=page.txt"], "ends in .html. Received: 'page.txt'"),
        ("explore", ["--model=sps_ball", "--port=99999"], "--port=99999"),
        ("release", [], "Name runs, as in --runs="),
        ("release", ["--runs=ball"], "takes <name>=<folder>, apart by commas. Received: 'ball'"),
        ("release", ["--runs=My-Ball=runs/x"], "small letters, digits and underscores"),
        ("release", ["--runs=ball=runs/not_there"], "Received: runs/not_there"),
        ("release", ["--name=ball"], "--dataset is missing"),
        ("release", ["--name=m", "--dataset=kitti_masks"], "folder of your own with --output"),
    ],
)
def test_wrong_flags_get_one_line(module, arguments, message):
    done = run_command(f"launch.{module}", *arguments)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("error: ")
    assert message in done.stderr
