# make ball   everything for the main job: packages, data, training, evaluation, pictures
# make scale  the same for pitch from sound; on Debian it installs FluidSynth and sound fonts first
# make test   everything for the tests, on TensorFlow and on JAX
PYTHON ?= python3.11
VENV ?= .venv
JAX_VENV ?= $(VENV)-jax
# Tests that need no TensorFlow: the method itself on another Keras backend.
BACKEND_TESTS = tests/sps_tf/layers tests/sps_tf/models tests/sps_tf/test_losses.py \
	tests/sps_tf/test_schedules.py tests/sps_tf/test_seeds.py tests/sps_tf/test_latent_layout.py

SOUND_PACKAGES = libfluidsynth3 fluid-soundfont-gm timgm6mb-soundfont

.PHONY: ball scale sound test lint
ball: $(VENV)/.ready
	$(VENV)/bin/python -m launch.train --dataset=sps_ball

scale: $(VENV)/.ready sound
	$(VENV)/bin/python -m launch.train --dataset=sps_scale

# Elsewhere than on Debian the program itself says what to install.
sound:
	@if command -v apt-get >/dev/null && ! dpkg -s $(SOUND_PACKAGES) >/dev/null 2>&1; then \
	  sudo=$$(test "$$(id -u)" = 0 || echo sudo); \
	  $$sudo apt-get update -qq && \
	  $$sudo apt-get install -y -qq --no-install-recommends $(SOUND_PACKAGES); \
	fi

test: sound lint $(JAX_VENV)/.ready
	$(VENV)/bin/python -m pytest
	KERAS_BACKEND=jax $(JAX_VENV)/bin/python -m pytest $(BACKEND_TESTS)

lint: $(VENV)/.ready
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

$(VENV)/.ready: requirements.lock setup.py
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r requirements.lock
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(JAX_VENV)/.ready: requirements-jax.lock
	$(PYTHON) -m venv $(JAX_VENV)
	$(JAX_VENV)/bin/pip install --quiet --disable-pip-version-check -r requirements-jax.lock
	touch $@
