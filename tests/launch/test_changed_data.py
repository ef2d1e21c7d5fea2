from datasets.sources import source_word
from launch.configs import get_config
from sps_tf.runs.folder import RESULT_KEYS, Run, to_json
from tests.fakes import run_command


def test_a_finished_run_tells_that_the_users_files_have_changed_since(tmp_path):
    folder = tmp_path / "videos"
    folder.mkdir()
    (folder / "a.mp4").write_bytes(b"a video")
    config = get_config("video_folder", preset="debug")
    config.data.folder = str(folder)
    word = source_word("video_folder", config.data)
    run = Run(tmp_path / "run")
    with run:
        run.write_config(config)
    about = {"name": f"video_folder/videos_{word}/1.0.0"}
    run.write_results(
        {
            **dict.fromkeys(RESULT_KEYS, 0),
            "steps": config.steps,
            "config": to_json(config),
            "data": about,
            "metrics": {},
        }
    )
    arguments = (
        "launch.train",
        "--dataset=video_folder",
        "--preset=debug",
        f"--data={folder}",
        f"--workdir={run.workdir}",
    )
    done = run_command(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    (folder / "b.mp4").write_bytes(b"another")
    done = run_command(*arguments)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "have changed since this run has finished" in line
    assert "--workdir" in line and word in line
    assert run_command(*arguments, "--examples=anywhere").returncode == 0
