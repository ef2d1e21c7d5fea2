"""Packaging of sps-tf: `pip install -e .` makes the five packages importable."""

from pathlib import Path

from setuptools import find_packages, setup

PACKAGES = ("sps_tf", "datasets", "pipelines", "launch", "benchmarks")
COMMANDS = (
    "train",
    "pack",
    "evaluate",
    "encode",
    "predict",
    "convert",
    "explore",
    "export",
    "release",
    "report",
    "pipeline",
    "lineage",
    "cluster",
)

# `sps_tf.optional` says which extra a missing module comes with.
EXTRAS = {
    "audio": [
        "librosa>=0.10",
        "mido>=1.3",
        "pretty_midi>=0.2.10",
        "pyfluidsynth>=1.3.3",
        "soundfile>=0.12",
        "soxr>=0.3",
        "tensorflow-io>=0.37.1",
    ],
    "dask": ["distributed>=2024.4.2"],
    "video": ["opencv-python-headless>=4.8"],
    "masks": ["pycocotools>=2.0.7"],
    "pipeline": [
        "dill<0.3.2",  # TensorFlow Data Validation imports it and does not ask for it
        "ml-metadata>=1.16",
        "tensorflow-data-validation>=1.16.1,<1.17",  # this line holds TensorFlow at 2.16
    ],
}
EXTRAS["all"] = [need for needs in EXTRAS.values() for need in needs]
# For `launch.export --onnx`; later versions of onnx need other ml-dtypes than TensorFlow 2.16.
EXTRAS["onnx"] = ["onnx>=1.16,<1.18", "onnxruntime>=1.18", "tf2onnx>=1.17"]
EXTRAS["notebook"] = ["ipykernel>=6.29", "nbclient>=0.10"]
EXTRAS["docs"] = ["mkdocs>=1.6", "mkdocs-material>=9.5", "mkdocstrings[python]>=0.26"]
EXTRAS["dev"] = ["playwright>=1.45", "pytest>=8", "pytest-xdist>=3.5", "ruff>=0.6"]

setup(
    name="sps-tf",
    version="0.2.0",
    description="Self-supervised learning with Physical Symmetry in TensorFlow and Keras",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.11",
    packages=find_packages(
        include=[pattern for name in PACKAGES for pattern in (name, f"{name}.*")]
    ),
    package_data={
        "datasets": ["*/README.md", "*/*.bib", "*/TAGS.txt"],
        "pipelines.tfx.validation": ["schemas/*.pbtxt"],
        "sps_tf": ["html_page.css", "trained/*/*"],
        "sps_tf.inference.explore": ["assets/*"],
    },
    entry_points={
        "console_scripts": [f"sps-{name} = launch.{name}:console" for name in COMMANDS],
    },
    install_requires=[
        "absl-py>=1.4",
        "apache-beam>=2.60",
        "importlib-resources>=6",  # TFDS reads a builder's folder with it
        "keras>=3.10,<4",
        "matplotlib>=3.8",
        "ml-collections>=1.0",
        "mlcroissant>=1.0",  # the `tfds` command imports it
        "numpy>=1.26",
        "psutil>=5.9",
        "scikit-learn>=1.4",
        "scipy>=1.11",
        "setuptools<81",  # TensorBoard imports pkg_resources
        "tensorboard>=2.16",
        "tensorflow>=2.16.2",
        "tensorflow-datasets>=4.9.8",
        "tensorflow-graphics>=2021.12.3",
        "tqdm>=4.60",
    ],
    extras_require=EXTRAS,
)
