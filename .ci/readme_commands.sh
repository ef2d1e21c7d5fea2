#!/usr/bin/env bash
# Run the README's commands in the small: the debug preset in place of the default one.
# Usage: .ci/readme_commands.sh SCRATCH_FOLDER, with VENV set.
set -euo pipefail
scratch=$1
make "$VENV/.ready"
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

echo "== evaluate"
python -m launch.evaluate --workdir="$run"
test -s "$run/results.json"
test -s "$run/pictures/latent_traversal.png"

echo "== TensorBoard reads the run"
tensorboard --inspect --logdir="$run/tensorboard" | grep -q "train/recon_self"

echo "== benchmarks"
python -m benchmarks.train_step --presets=debug --transforms=0,1 --steps=2
python -m benchmarks.ball_data --n_frames=40 --n_examples=4
