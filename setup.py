"""Packaging of sps-tf: `pip install -e .` makes the five packages importable."""

from pathlib import Path

from setuptools import find_packages, setup

PACKAGES = ("sps_tf", "datasets", "pipelines", "launch", "benchmarks")

setup(
    name="sps-tf",
    version="0.2.0",
    description="Self-supervised learning with Physical Symmetry in TensorFlow and Keras",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.11,<3.12",
    packages=find_packages(
        include=[pattern for name in PACKAGES for pattern in (name, f"{name}.*")]
    ),
    package_data={
        "datasets": ["*/README.md", "*/*.bib", "*/TAGS.txt"],
        "pipelines.tfx.validation": ["schemas/*.pbtxt"],
    },
    install_requires=[
        "absl-py>=1.4",
        "apache-beam>=2.60",
        "importlib-resources>=6",  # TFDS reads a builder's folder with it
        "keras>=3.10,<4",
        "librosa>=0.10",
        "matplotlib>=3.8",
        "mido>=1.3",
        "ml-collections>=1.0",
        "mlcroissant>=1.0",  # the `tfds` command imports it
        "opencv-python-headless>=4.8",
        "pretty_midi>=0.2.10",
        "psutil>=5.9",
        "pycocotools>=2.0.7",
        "pyfluidsynth>=1.3.3",
        "scikit-learn>=1.4",
        "scipy>=1.11",
        "soxr>=0.3",
        "setuptools<81",  # TensorBoard 2.16 imports pkg_resources
        "tensorboard>=2.16,<2.17",
        "tensorflow>=2.16.2,<2.17",  # the newest line on which every package below loads
        "tensorflow-datasets>=4.9.8",
        "tensorflow-graphics>=2021.12.3",
        "tensorflow-io>=0.37.1",
        "tensorflow-metadata<1.17",
        "tqdm>=4.60",
    ],
    extras_require={
        "dev": ["pytest>=8", "ruff>=0.6", "soundfile>=0.12"],
        "pipeline": [
            "dill<0.3.2",  # TensorFlow Data Validation imports it and does not ask for it
            "ml-metadata>=1.16",
            "tensorflow-data-validation>=1.16.1,<1.17",  # the line of TensorFlow 2.16
        ],
    },
)
