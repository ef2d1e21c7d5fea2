"""Self-supervised learning with Physical Symmetry (SPS, NeurIPS 2023) in Keras.

The method alone: layers, models, losses, schedules, metrics and figures, written with
`keras.ops` so that it runs on every Keras backend. Data sets live in `datasets/`, the code
that makes them in `pipelines/`, command lines in `launch/`.

Importing the package is cheap; `import sps_tf.models` loads Keras and registers every class
that a saved `.keras` file of this project may hold.
"""

__version__ = "0.2.0"
