#!/usr/bin/env bash
# Run the README's commands in the small: the debug preset in place of the default one.
# Usage: .ci/readme_commands.sh SCRATCH_FOLDER, with VENV set.
set -euo pipefail
scratch=$1
make "$VENV/.ready" sound
export PATH="$VENV/bin:$PATH"
run="$scratch/run"

echo "== build the data"
(cd datasets/sps_ball && tfds build --data_dir="$scratch/built" --config '{"name": "green", "n_train": 8, "n_test": 4}')

echo "== train, continue, refuse other settings"
python -m launch.train --dataset=sps_ball --preset=debug --workdir="$run"
python -m launch.train --dataset=sps_ball --preset=debug --workdir="$run" | grep "nothing to do"
if python -m launch.train --dataset=sps_ball --preset=debug --workdir="$run" --seed=1; then exit 1; fi
python -m launch.train --dataset=sps_ball --preset=debug --workdir="$scratch/k16" \
  --config.model.group.n_transforms=16 --config.model.group.name="R3xSO2" \
  --config.model.encoder.filters="(4,8,16)"
python -m launch.train --dataset=sps_ball --preset=debug --method=beta_vae --workdir="$scratch/beta"
python -m launch.train --dataset=sps_ball --preset=debug --method=sps_ae --workdir="$scratch/ae"

echo "== pitch from sound: every method, many instruments, melodies, one's own recordings"
for method in sps sps_ae_k0 beta_vae spice; do
  python -m launch.train --dataset=sps_scale --preset=debug --method=$method --workdir="$scratch/scale_$method"
done
test -s "$scratch/scale_sps/sounds/traversal_z_pitch.wav"
python -m launch.evaluate --workdir="$scratch/scale_sps"
python -m launch.train --dataset=sps_scale/instruments --preset=debug --workdir="$scratch/instruments"
python - "$scratch" <<'PYTHON'
import pathlib
import sys

import cv2
import mido
import numpy as np
import soundfile

scratch = pathlib.Path(sys.argv[1])
for folder in ("tunes", "my_recordings", "my_videos"):
    (scratch / folder).mkdir()
for i in range(2):
    track = mido.MidiTrack()
    for step in range(70):
        pitch = 60 + (i + step) % 12
        track += [mido.Message("note_on", note=pitch, time=0), mido.Message("note_off", note=pitch, time=240)]
    mido.MidiFile(tracks=[track]).save(scratch / "tunes" / f"{i}.mid")
for i in range(4):
    time = np.arange(600_000) / 44_100
    soundfile.write(scratch / "my_recordings" / f"{i}.flac", 0.5 * np.sin(2000 * (i + 1) * time), 44_100)
(scratch / "my_recordings" / "damaged.wav").write_bytes(b"RIFF")
for i in range(3):
    video = cv2.VideoWriter(str(scratch / "my_videos" / f"{i}.avi"), cv2.VideoWriter_fourcc(*"MJPG"), 10, (64, 48))
    for step in range(80):
        frame = np.zeros((48, 64, 3), np.uint8)
        frame[10 : 20, step % 50 : step % 50 + 10] = 255
        video.write(frame)
    video.release()
PYTHON
python -m launch.train --dataset=sps_melody --preset=debug --workdir="$scratch/melody" \
  --config.data.n_train=2 --config.batch_size=2 --config.data.source_path="$scratch/tunes"
python -m launch.train --dataset=audio_folder --preset=debug --data="$scratch/my_recordings" --workdir="$scratch/sounds"
python -m launch.train --dataset=video_folder --preset=debug --data="$scratch/my_videos" --workdir="$scratch/videos"

echo "== a table over methods and seeds"
python -m launch.report --name=table_2 --preset=debug --methods=sps,beta_vae --seeds=0,1 \
  --processes=2 --runs="$scratch/runs"
test -s "$scratch/runs/reports/table_2_debug/report.md"

echo "== a figure from the same runs and one more"
python -m launch.report --name=figure_5 --preset=debug --seeds=0 --runs="$scratch/runs"
test -s "$scratch/runs/reports/figure_5_debug/report.png"

echo "== the pipeline: everything, then nothing, then what a changed setting asks for; lineage"
pipeline=(python -m launch.pipeline --dataset=sps_ball --preset=debug --pipeline_root="$scratch/pipeline" --limit=1e9)
"${pipeline[@]}"
test -s "$scratch/pipeline/serving/sps_ball/1/encoder/saved_model.pb"
test "$("${pipeline[@]}" | grep -c "^\[.*not run again")" = 8
"${pipeline[@]}" --config.steps=10 | grep "Trainer: done"
python -m launch.lineage --pipeline_root="$scratch/pipeline" | grep "config.steps = 10"
test -s "$scratch/pipeline/lineage.png"
python - "$scratch" <<'PYTHON'
import pathlib
import sys

from tests.pipelines.tfx.validation import poison

scratch = pathlib.Path(sys.argv[1])
(examples,) = (scratch / "pipeline" / "ExampleGen" / "examples").iterdir()
poison.poisoned(examples, scratch / "poisoned", "test", poison.in_centimetres)
PYTHON
if "${pipeline[@]}" --examples="$scratch/poisoned" 2> "$scratch/refused"; then exit 1; fi
tail -n 1 "$scratch/refused" | grep "ExampleValidator failed.*position"

echo "== evaluate"
python -m launch.evaluate --workdir="$run"
test -s "$run/results.json"
test -s "$run/pictures/latent_traversal.png"

echo "== TensorBoard reads the run"
tensorboard --inspect --logdir="$run/tensorboard" > "$scratch/inspected"
grep -q "train/recon_self" "$scratch/inspected"

echo "== benchmarks"
python -m benchmarks.train_step --presets=debug --transforms=0,1 --steps=2
python -m benchmarks.ball_data --n_frames=40 --n_examples=4
python -m benchmarks.audio_data --n_starts=1
