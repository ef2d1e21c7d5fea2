"""TensorFlow Datasets builders, one folder each in the layout of `tfds new`.

Another package of this name exists (Hugging Face's). `PROJECT` tells ours from it; see
`launch.project_datasets`.
"""

PROJECT = "sps_tf"
