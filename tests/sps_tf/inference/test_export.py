"""Exported functions give the model's numbers for any batch and time, without its code."""

import json

import keras
import numpy as np
import pytest

from sps_tf.inference import TrainedModel, export
from tests.sps_tf.models import tiny

tf = pytest.importorskip("tensorflow")

STYLE = ("s1", "s2")


@pytest.fixture(scope="module", params=[(), STYLE], ids=["content", "content and style"])
def trained(request):
    info = {"front_end": {"kind": "video"}, "latents": {"mean": [0.0], "std": [1.0]}}
    return TrainedModel(tiny.make_sps(style=request.param), info)


@pytest.fixture(scope="module")
def folder(trained, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    export.export_model(trained, folder)
    export.export_model(trained, folder)  # once more, over what is there
    return folder


def frames_of(n, n_times):
    x = np.random.default_rng(n).uniform(size=(n, n_times, *tiny.FRAME_SHAPE))
    return x.astype("float32")


@pytest.mark.parametrize(("n", "n_times"), [(1, 1), (3, 6), (2, 11)])
def test_saved_models_agree_with_the_model_at_any_time(trained, folder, n, n_times):
    served = {name: tf.saved_model.load(folder / name) for name in ("encoder", "decoder", "prior")}
    x = frames_of(n, n_times)
    z = trained.encode(x)
    np.testing.assert_allclose(served["encoder"].serve(x), z, atol=1e-5)
    np.testing.assert_allclose(served["decoder"].serve(z[:, 0]), trained.decode(z[:, 0]), atol=1e-5)
    later = served["prior"].serve(z, tf.constant(4))
    np.testing.assert_allclose(later, trained.predict_latents(z, 4), atol=1e-5)


def test_arguments_have_names_for_a_server(folder):
    prior = tf.saved_model.load(folder / "prior")
    signature = prior.signatures["serving_default"].structured_input_signature[1]
    assert set(signature) == {"z", "n_steps"}


def test_keras_files_agree_at_any_time(trained, folder):
    encoder = keras.saving.load_model(folder / "encoder.keras")
    decoder = keras.saving.load_model(folder / "decoder.keras")
    for n_times in (2, 9):
        x = frames_of(2, n_times)
        z = trained.encode(x)
        np.testing.assert_allclose(encoder(x), z, atol=1e-5)
        np.testing.assert_allclose(decoder(z[0]), trained.decode(z[0]), atol=1e-5)


def test_the_folder_says_what_goes_in_and_out(trained, folder):
    info = json.loads((folder / "info.json").read_text())
    assert info["latent_names"] == ["z1", "z2", "z3", *trained.style_names]
    assert set(info["functions"]) == {"encoder", "decoder", "prior"}
    assert info["functions"]["encoder"]["inputs"]["frames"]["axes"] == ["batch", "time", 8, 8, 1]
    assert info["front_end"] == {"kind": "video"}


def test_several_bodies_run_on_as_in_the_model(tmp_path):
    from tests.sps_tf.models.test_bodies import make_two

    trained = TrainedModel(make_two())
    function = export.list_functions(trained.keras_model)["prior"]
    export.export_function(trained.keras_model, function, tmp_path / "prior")
    size = len(trained.latent_names)
    z = np.random.default_rng(0).normal(size=(2, 4, size)).astype("float32")
    prior = tf.saved_model.load(tmp_path / "prior")
    later = prior.serve(z, tf.constant(3))
    np.testing.assert_allclose(later, trained.predict_latents(z, 3), atol=1e-5)


def test_a_model_without_prior_exports_what_it_has(tmp_path):
    export.export_model(TrainedModel(tiny.make_beta_vae()), tmp_path)
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {"encoder", "decoder"}


def test_onnx_agrees_to_five_digits(trained, tmp_path):
    pytest.importorskip("tf2onnx")
    onnxruntime = pytest.importorskip("onnxruntime")
    for name, function in export.list_functions(trained.keras_model).items():
        export.save_onnx(function, tmp_path / f"{name}.onnx")
    run = {
        name: onnxruntime.InferenceSession(str(tmp_path / f"{name}.onnx"))
        for name in ("encoder", "decoder", "prior")
    }
    for n_times in (1, 7):
        x = frames_of(2, n_times)
        z = trained.encode(x)
        (onnx_z,) = run["encoder"].run(None, {"frames": x})
        (onnx_x,) = run["decoder"].run(None, {"z": z[:, 0]})
        (later,) = run["prior"].run(None, {"z": z, "n_steps": np.array(5, np.int32)})
        np.testing.assert_allclose(onnx_z, z, atol=1e-5)
        np.testing.assert_allclose(onnx_x, trained.decode(z[:, 0]), atol=1e-5)
        np.testing.assert_allclose(later, trained.predict_latents(z, 5), atol=1e-5)


def test_tflite_agrees_at_any_batch_and_time(trained, tmp_path):
    export.export_model(trained, tmp_path, tflite=True)
    assert not (tmp_path / "prior.tflite").exists()  # TFLite cannot run it
    run = {}
    for name in ("encoder", "decoder"):
        run[name] = tf.lite.Interpreter(str(tmp_path / f"{name}.tflite")).get_signature_runner()
    for n_times in (1, 7):
        x = frames_of(2, n_times)
        z = trained.encode(x)
        (lite_z,) = run["encoder"](frames=x).values()
        (lite_x,) = run["decoder"](z=z[:, 0]).values()
        np.testing.assert_allclose(lite_z, z, atol=1e-5)
        np.testing.assert_allclose(lite_x, trained.decode(z[:, 0]), atol=1e-5)
