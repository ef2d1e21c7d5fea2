# make ball    everything for the main job: packages, data, training, evaluation, pictures
# make scale   the same for pitch from sound; on Debian it installs FluidSynth and sound fonts first
# make test    everything for the tests: style, all tests on TensorFlow, the method's own on JAX
# make quick   the tests that are not marked slow: a few minutes
# make docs    the site, in build/site
# make latest  debug runs on the newest TensorFlow
PYTHON ?= python3.11
VENV ?= .venv
JAX_VENV ?= $(VENV)-jax
LATEST_VENV ?= $(VENV)-latest
# Processes of the tests; each takes one core and up to 3 GB.
WORKERS ?= 2
# Files are begun in the order of tests/conftest.py, not by their number of tests.
PYTEST = -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations=25
# Tests that need no TensorFlow: the method itself on another Keras backend.
BACKEND_TESTS = tests/sps_tf/layers tests/sps_tf/models tests/sps_tf/test_losses.py \
	tests/sps_tf/test_gaussian_losses.py tests/sps_tf/test_schedules.py tests/sps_tf/test_seeds.py \
	tests/sps_tf/test_latent_layout.py tests/sps_tf/test_backend.py \
	tests/sps_tf/training/test_engine.py tests/sps_tf/training/test_trainer_on_jax.py \
	tests/datasets/test_packed.py tests/launch/test_mixed_precision.py

SOUND_PACKAGES = libfluidsynth3 fluid-soundfont-gm timgm6mb-soundfont

# Where it is set, every command compiles TensorFlow's sources anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: ball scale sound browser chromium test quick lint docs latest
ball: $(VENV)/.ready
	$(VENV)/bin/python -m launch.train --dataset=sps_ball

scale: $(VENV)/.ready sound
	$(VENV)/bin/python -m launch.train --dataset=sps_scale

# Elsewhere than on Debian the program itself says what to install.
define install_packages
	@if command -v apt-get >/dev/null && ! dpkg -s $(1) >/dev/null 2>&1; then \
	  sudo=$$(test "$$(id -u)" = 0 || echo sudo); \
	  $$sudo apt-get update -qq && \
	  $$sudo apt-get install -y -qq --no-install-recommends $(1); \
	fi
endef

sound:
	$(call install_packages,$(SOUND_PACKAGES))

# Lays the page of the reports out; without one that test is left out.
browser:
	@command -v chromium >/dev/null || command -v chrome >/dev/null || $(MAKE) --no-print-directory chromium

chromium:
	$(call install_packages,chromium)

test: sound browser lint $(JAX_VENV)/.ready
	KERAS_BACKEND=jax $(JAX_VENV)/bin/python $(PYTEST) $(BACKEND_TESTS)
	$(VENV)/bin/python $(PYTEST)

quick: sound lint
	$(VENV)/bin/python $(PYTEST) -m "not slow"

lint: $(VENV)/.ready
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

docs: $(VENV)/.ready
	NO_MKDOCS_2_WARNING=1 $(VENV)/bin/mkdocs build --strict --quiet

latest: sound $(LATEST_VENV)/.ready
	bash .ci/latest.sh $(LATEST_VENV)/bin/python

# uv is a quicker pip.
define install_lock
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check uv==0.13.9
	$(@D)/bin/uv pip install --quiet --python $(@D)/bin/python -r $<
endef

$(VENV)/.ready: requirements.lock setup.py
	$(install_lock)
	$(@D)/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(JAX_VENV)/.ready: requirements-jax.lock
	$(install_lock)
	touch $@

$(LATEST_VENV)/.ready: requirements-latest.lock
	$(install_lock)
	touch $@
