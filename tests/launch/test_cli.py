"""Flags, help and errors of `python -m launch.train`, as its user meets them."""

import errno
import shlex
import subprocess
import sys

import pytest
from absl import flags

from launch import cli
from launch.configs import METHODS, PRESETS
from sps_tf.errors import UserError
from tests.fakes import REPOSITORY, run_command

TINY = ("--dataset=sps_ball", "--preset=debug")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--dataset is missing. Known: sps_ball,"),
        (["--dataset=sps_bal"], "Did you mean 'sps_ball'?"),
        (["--dataset=sps_ball", "--method=beta_vea"], "Did you mean 'beta_vae'?"),
        (["--dataset=sps_ball", "--method=spice"], "spice needs sound"),
        (["--dataset=video_folder"], "--data is missing"),
        (["--dataset=audio_folder"], "--data is missing"),
        (["--dataset=sps_ball", "--data=videos"], "Received: 'videos'"),
        (["--dataset=sps_ball", "--preset=papr"], "Did you mean 'paper'?"),
        (["--dataset=sps_ball", "--sed=1"], "Did you mean: seed"),
        (["--dataset=sps_ball", "--seed=-1"], "--seed=-1"),
        (["--dataset=sps_ball", "--seed", "1", "x"], "a word apart: 'x'"),
        ([*TINY, "--strategy=mirored"], "Did you mean 'mirrored'?"),
        ([*TINY, "--config.step=3"], "Did you mean 'steps'?"),
        ([*TINY, "--config.n_train=3"], "Did you mean 'data.n_train'?"),
        ([*TINY, "--config.data=3"], "a group; its fields are data."),
        ([*TINY, "--config.steps=many"], "steps is of type int, by default 8."),
        ([*TINY, "--config.steps"], "--config.steps=<value>"),
        ([*TINY, "--config.model.encoder.filters=(1,2.5)"], "as in (2, 4, 8). Received: (1, 2.5)"),
        ([*TINY, "--config.method=beta_vae"], "a flag of its own: --method=<value>"),
        ([*TINY, "--config.batch_size=0"], "config.batch_size must be at least 1. Received: 0"),
    ],
)
def test_wrong_flags_get_one_line_at_once(arguments, message, tmp_path):
    done = run_command("launch.train", f"--workdir={tmp_path}/run", *arguments)
    assert done.returncode == 2
    # TensorFlow would have written lines of its own.
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("error: ")
    assert message in done.stderr
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("workdir", ["/dev/null/run", "{file}", "{file}/run"])
def test_unusable_workdir_is_named(workdir, tmp_path):
    (tmp_path / "file").write_text("")
    workdir = workdir.format(file=tmp_path / "file")
    done = run_command("launch.train", *TINY, f"--workdir={workdir}")
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: The workdir {workdir} cannot be used")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("flag", ["--help", "-h", "--helpfull"])
def test_help_shows_flags_and_loads_no_tensorflow(flag):
    done = run_command("launch.train", flag, PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0
    assert "--workdir: Folder of the run" in done.stdout
    for name in (*METHODS, *PRESETS):
        assert name in done.stdout
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "ml_collections" in imported
    assert not imported & {"tensorflow", "keras", "tensorflow_datasets", "matplotlib"}


@pytest.mark.parametrize("arguments", [["--name=table_1", "--dry_run"], [], ["--help"]])
def test_a_reader_that_has_enough_ends_the_command_without_a_word(arguments):
    command = [sys.executable, "-m", "launch.report", *arguments]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141
    # With what goes to stderr in the same pipe.
    both = subprocess.run(
        ["bash", "-c", f"{shlex.join(command)} 2>&1 | true; exit ${{PIPESTATUS[0]}}"],
        cwd=REPOSITORY,
        capture_output=True,
    )
    assert (both.returncode, both.stderr) == (141, b"")


def test_help_after_the_other_flags_lists_the_config(tmp_path):
    done = run_command("launch.train", *TINY, "--method=sps_ae", "--help")
    assert done.returncode == 0
    assert "  steps = 8\n" in done.stdout
    assert "  model.encoder.stochastic = False\n" in done.stdout


# === run_main ===


def run_main(monkeypatch, main):
    """Run `main` under `run_main`, without flags; return the exit code."""
    monkeypatch.setattr(cli.app, "run", lambda main, flags_parser: main([]))
    with pytest.raises(SystemExit) as stopped:
        cli.run_main(main, interrupted="say how to go on")
    return stopped.value.code


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (UserError("a\nlong\nmessage"), 2, "error: a long message\n"),
        (flags.IllegalFlagValueError("bad flag"), 2, "error: bad flag\n"),
        (OSError(errno.ENOSPC, "No space left", "x.keras"), 2, "error: x.keras cannot be written"),
        (KeyboardInterrupt(), 130, "\nsay how to go on\n"),
    ],
)
def test_what_the_user_can_mend_is_one_line_without_traceback(
    monkeypatch, capsys, error, code, line
):
    def main(_):
        raise error

    assert run_main(monkeypatch, main) == code
    assert capsys.readouterr().err.startswith(line)


@pytest.mark.parametrize(
    "error",
    [ValueError("bug"), OSError(errno.EBADF, "bug"), BrokenPipeError(errno.EPIPE, "bug")],
)
def test_faults_of_the_program_keep_their_traceback(monkeypatch, error):
    def main(_):
        raise error

    monkeypatch.setattr(cli.app, "run", lambda main, flags_parser: main([]))
    with pytest.raises(type(error), match="bug"):
        cli.run_main(main)


def test_flags_behind_two_dashes_are_refused_and_not_lost():
    done = run_command("launch.train", "--dataset=sps_ball", "--", "--seed=1")
    assert done.returncode == 2
    assert "--seed=1" in done.stderr.splitlines()[-1]


def test_of_the_libraries_errors_alone_are_logged_and_of_ours_warnings_too():
    code = (
        "import logging, sys\n"
        "from absl import logging as absl_logging\n"
        "from launch import cli\n"
        "def main(_):\n"
        "    absl_logging.warning('absl warns')\n"
        "    absl_logging.error('absl fails')\n"
        "    logging.info('we inform')\n"
        "    logging.warning('we warn')\n"
        "cli.run_main(main)\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stderr
    assert "absl warns" not in shown
    assert "absl fails" in shown
    assert "we inform" not in shown
    assert "we warn" in shown
