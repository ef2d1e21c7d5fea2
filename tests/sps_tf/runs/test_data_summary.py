from sps_tf.runs.data_summary import summarise_data


def test_sounds_are_counted_and_what_is_wrong_is_named():
    told = {"secs": 90.0, "silent_clips": 2, "split": "train"}
    files = {f"{letter}.wav": told for letter in "abcdef"} | {"t.wav": {**told, "split": "test"}}
    text = summarise_data(
        {
            "folder": "/songs",
            "files": files,
            "splits": {"train": 30, "test": 5},
            "left_out": {"x.wav": "not_a_sound"},
            "incomplete": {},
            "faults": {"a.wav": ["clipped", "antiphase"]},
        }
    )
    assert text.splitlines() == [
        "/songs: 7 files, 30 sequences to train on and 5 to test on.",
        "10.5 minutes of sound; 14 silent sequences are left out.",
        "Tested on: t.wav.",
        "Left out: x.wav (not a sound).",
        "Used, but listen to them: a.wav (clipped, antiphase).",
    ]


def test_videos_are_counted():
    videos = {f"{n}.mp4": {"frames": 40, "sequences": 2, "split": "test"} for n in range(7)}
    about = {"folder": "/v", "videos": videos, "splits": {"test": 14}, "skipped": {"too_short": 1}}
    text = summarise_data(about)
    assert "280 frames." in text
    assert "Tested on: 0.mp4, 1.mp4, 2.mp4, 3.mp4, 4.mp4 and 2 more." in text
    assert text.endswith("Left out: too short 1.")


def test_reasons_are_told_with_their_files_and_what_is_used_is_not_called_left_out():
    about = {
        "videos": {"a.webm": {"frames": 40, "split": "test"}},
        "skipped": {"convert_to_mp4_or_png": 4, "not_a_video": 1, "uneven_times": 1},
        "examples": {"convert_to_mp4_or_png": ["x.wmv", "y.wmv"], "uneven_times": ["a.webm"]},
    }
    assert summarise_data(about).splitlines()[-2:] == [
        "Left out: convert to mp4 or png 4 (such as x.wmv, y.wmv); not a video 1.",
        "Used, but look at them: uneven times 1 (a.webm).",
    ]
    sound = {"secs": 1.0, "silent_clips": 0, "split": "train"}
    about = {
        "files": {"a.wav": sound},
        "left_out": {"b.wav": "antiphase"},
        "skipped": {"antiphase": 1, "convert_to_flac": 1},
        "examples": {"antiphase": ["b.wav"], "convert_to_flac": ["c.m4a"]},
    }
    assert summarise_data(about).splitlines()[-2:] == [
        "Left out: b.wav (antiphase).",
        "Left out: convert to flac 1 (c.m4a).",
    ]


def test_nothing_is_said_of_the_projects_own_data():
    assert summarise_data({"name": "sps_ball/green/1.1.0", "splits": {"train": 1}}) == ""


def test_a_hint_says_where_notes_are_longer_than_what_is_taken_for_one():
    intervals = (0.38, 0.4, None, 0.42)
    files = {
        f"{n}.wav": {"secs": 1.0, "silent_clips": 0, "split": "train", "note_interval_secs": secs}
        for n, secs in enumerate(intervals)
    }
    about = {"files": files, "splits": {"train": 4}}
    text = summarise_data(about, {"n_notes": 15, "note_secs": None})
    assert "A sequence has 15 notes of 0.16 s." in text
    assert "begin every 0.40 s (heard in 3 files), so each is cut into pieces of 0.16 s." in text
    assert "--config.data.note_secs=0.40 takes one frame of each" in text
    assert "cut into" not in summarise_data(about, {"n_notes": 15, "note_secs": 0.4})
    for told in files.values():
        del told["note_interval_secs"]  # a data set made before they were listened to
    assert "cut into" not in summarise_data(about, {"n_notes": 15, "note_secs": None})


def test_videos_say_how_long_a_sequence_is():
    about = {"videos": {"a.mp4": {"frames": 40, "split": "test"}}, "splits": {"test": 2}}
    assert "A sequence has 16 frames." in summarise_data(about, {"n_frames": 16})
