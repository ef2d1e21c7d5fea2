#!/usr/bin/env bash
# Debug runs on another TensorFlow: the ball, sound, and masks. Usage: .ci/latest.sh PYTHON
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export TFDS_DATA_DIR="$scratch/data" TF_CPP_MIN_LOG_LEVEL=1

"$1" -c "
import pathlib, sys
from tests.pipelines.making.masks.fakes import write_tracks
write_tracks(pathlib.Path(sys.argv[1]))" "$scratch/tracks"

train() {
  "$python" -m launch.train --preset=debug --config.eval_every=0 --workdir="$scratch/run_${1%/*}" --dataset="$@"
  test -s "$scratch/run_${1%/*}/results.json"
}
export -f train
export python=$1 scratch
printf '%s\n' "sps_ball" "sps_scale" \
  "kitti_masks/mots --config.data.source_path=$scratch/tracks --config.data.n_test=6" |
  xargs -P 2 -I{} bash -euo pipefail -c 'train {}'
"$1" -c "import tensorflow; print('debug runs passed on TensorFlow', tensorflow.__version__)"
