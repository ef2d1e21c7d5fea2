#!/usr/bin/env bash
# Run the README's commands in the small: the debug preset in place of the default one, evaluated at
# its end alone but for the ball's and the scale's; debug runs on the newest TensorFlow; and the site.
# Usage: .ci/readme_commands.sh SCRATCH_FOLDER, with VENV set. Jobs run two at a time.
set -euo pipefail
export scratch=$1
make "$VENV/.ready" "$VENV-jax/.ready" sound
export PATH="$VENV/bin:$PATH" TFDS_DATA_DIR="$scratch/data"
mkdir -p "$scratch/logs"
export tiny="--preset=debug --config.eval_every=0" # two words

ball() { # train, continue, refuse other settings, evaluate, look at it
  local run="$scratch/run"
  python -m launch.train --dataset=sps_ball --preset=debug --workdir="$run"
  python -m launch.train --dataset=sps_ball --preset=debug --workdir="$run" | grep "nothing to do"
  if python -m launch.train --dataset=sps_ball --preset=debug --workdir="$run" --seed=1; then exit 1; fi
  python -m launch.evaluate --workdir="$run"
  test -s "$run/results.json"
  test -s "$run/pictures/latent_traversal.png"
  grep -q "pictures/latent_traversal.png" "$run/index.html"
  tensorboard --inspect --logdir="$run" > "$scratch/inspected"
  grep -q "train/recon_self" "$scratch/inspected"
}

scale() { # pitch from sound, by the console commands
  sps-train --dataset=sps_scale --preset=debug --workdir="$scratch/scale"
  test -s "$scratch/scale/sounds/traversal_z_pitch.wav"
  sps-evaluate --workdir="$scratch/scale"
}

jax() { # packed data, trained without TensorFlow
  python -m launch.pack --dataset=sps_ball $tiny
  KERAS_BACKEND=jax JAX_DISABLE_MOST_OPTIMIZATIONS=1 "$VENV-jax/bin/python" -m launch.train \
    --dataset=sps_ball $tiny --data_dir="$TFDS_DATA_DIR" --workdir="$scratch/jax"
  python -m launch.evaluate --workdir="$scratch/jax"
}

ball_settings() {
  (cd datasets/sps_ball && tfds build --data_dir="$scratch/built" --config '{"name": "green", "n_train": 8, "n_test": 4}')
  python -m launch.train --dataset=sps_ball $tiny --workdir="$scratch/k16" \
    --config.model.group.n_transforms=16 --config.model.group.name="R3xSO2" \
    --config.model.encoder.filters="(4,8,16)"
  python -m launch.train --dataset=sps_ball $tiny --method=sps_ae --workdir="$scratch/ae"
}

scale_methods() {
  for method in sps_ae_k0 beta_vae spice; do
    python -m launch.train --dataset=sps_scale $tiny --method=$method --workdir="$scratch/scale_$method"
  done
}

instruments() {
  for method in sps gmvae ts_dsae; do
    python -m launch.train --dataset=sps_scale/instruments $tiny --method=$method \
      --workdir="$scratch/instruments_$method"
  done
}

own_data() { # melodies, recordings and videos of one's own
  python .ci/own_data.py "$scratch"
  python -m launch.train --dataset=sps_melody $tiny --workdir="$scratch/melody" \
    --config.data.n_train=2 --config.batch_size=2 --config.data.source_path="$scratch/tunes"
  python -m launch.train --dataset=audio_folder $tiny --data="$scratch/my_recordings" --workdir="$scratch/sounds"
  python -m launch.train --dataset=video_folder $tiny --data="$scratch/my_videos" --workdir="$scratch/videos"
}

report() { # a table over methods and seeds; a figure from the same runs and one more
  python -m launch.report --name=table_2 $tiny --methods=sps,beta_vae --seeds=0,1 \
    --processes=1 --runs="$scratch/runs"
  test -s "$scratch/runs/reports/table_2_debug/report.md"
  python -m launch.report --name=figure_5 $tiny --seeds=0 --runs="$scratch/runs"
  test -s "$scratch/runs/reports/figure_5_debug/report.png"
  python -m launch.report --page --runs="$scratch/runs"
  grep -q "data:image/png" "$scratch/runs/reports/index.html"
}

use() { # what ball and scale have trained: encode, continue, export, release
  python -m launch.encode --model="$scratch/scale" --output="$scratch/encoded" "$scratch/scale/sounds"
  test -s "$scratch/encoded/traversal_z_pitch.wav.csv"
  python -m launch.encode --model="$scratch/run" --output="$scratch/encoded" --dataset=sps_ball
  python -m launch.encode --model=sps_scale_spice --output="$scratch/pitch" "$scratch/scale/sounds"
  sps-predict --model="$scratch/scale" --output="$scratch/predicted" "$scratch/scale/sounds/traversal_z_pitch.wav"
  python -m launch.export --model="$scratch/run" --output="$scratch/exported"
  python -m launch.explore --model="$scratch/scale" --export="$scratch/page.html" "$scratch/scale/sounds/traversal_z_pitch.wav"
  test -s "$scratch/page.html"
  python -m launch.release --runs=ball="$scratch/run" --output="$scratch/trained"
  test -s "$scratch/trained/ball/README.md"
}

notebook() { # from top to bottom, in seconds
  cp docs/quickstart.ipynb "$scratch/"
  SPS_QUICKSTART_TINY=1 jupyter execute "$scratch/quickstart.ipynb" --output="$scratch/executed.ipynb"
  grep -q "image/png" "$scratch/executed.ipynb"
}

pipeline() { # everything, then nothing, then what a changed setting asks for; lineage; bad data
  local run=(python -m launch.pipeline --dataset=sps_ball $tiny --pipeline_root="$scratch/pipeline" --limit=1e9)
  "${run[@]}"
  test -s "$scratch/pipeline/serving/sps_ball/1/encoder/saved_model.pb"
  test "$("${run[@]}" | grep -c "^\[.*not run again")" = 8
  "${run[@]}" --config.steps=10 | grep "Trainer: done"
  python -m launch.lineage --pipeline_root="$scratch/pipeline" | grep "config.steps = 10"
  test -s "$scratch/pipeline/lineage.png"
  python -c "
import pathlib, sys
from tests.pipelines.tfx.validation import poison
scratch = pathlib.Path(sys.argv[1])
(examples,) = (scratch / 'pipeline' / 'ExampleGen' / 'examples').iterdir()
poison.poisoned(examples, scratch / 'poisoned', 'test', poison.in_centimetres)" "$scratch"
  if "${run[@]}" --examples="$scratch/poisoned" 2> "$scratch/refused"; then exit 1; fi
  tail -n 1 "$scratch/refused" | grep "ExampleValidator failed.*position"
}

benchmarks() {
  python -m benchmarks.train_step --presets=debug --transforms=0,1 --steps=2
  python -m benchmarks.ball_data --n_frames=40 --n_examples=4
  python -m benchmarks.audio_data --n_starts=1
}

newest_tensorflow() {
  make latest
}

site() {
  make docs
}

# A job is a shell of its own, in which `set -e` holds; xargs fails where one of them does.
two_at_a_time() {
  printf '%s\n' "$@" | xargs -P 2 -I{} bash -c \
    'bash -euo pipefail -c {} > "$scratch/logs/{}" 2>&1; code=$?
     printf "== %s: exit code %s\n%s\n" {} $code "$(cat "$scratch/logs/{}")"; exit $code'
}

export -f ball scale ball_settings scale_methods instruments own_data report pipeline benchmarks
export -f newest_tensorflow site use notebook jax
two_at_a_time ball scale # they make the data that the others read
# The longest first, so that no core waits long at the end.
two_at_a_time pipeline report own_data scale_methods newest_tensorflow ball_settings instruments \
  notebook use jax benchmarks site
