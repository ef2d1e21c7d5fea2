"""In Chromium: sliders move the picture, numbers are Keras' and NumPy's, the keyboard is enough."""

import keras
import numpy as np
import pytest

import sps_tf
from sps_tf.layers.group_elements import rotation_matrix
from tests.browser import needs_browser, open_browser, open_page, wait_for
from tests.sps_tf.inference.explore import fakes

pytestmark = [
    needs_browser,
    pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="uses TensorFlow"),
]
SIGMA, MINUS = "\N{GREEK SMALL LETTER SIGMA}", "\N{MINUS SIGN}"
MODELS = {
    "rnn": fakes.make_video_model,
    "style": lambda: fakes.make_video_model(style=("s1",)),
    "bodies": fakes.make_model_of_bodies,
    "sound": fakes.make_sound_model,
}


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def model():
    return fakes.make_video_model()


@pytest.fixture
def page(browser, model, tmp_path):
    """The page of a model of videos, opened from the disk."""
    with open_page(browser, fakes.write_page(tmp_path, model)) as page:
        yield page


def pixels(page, canvas="#picture"):
    """What a canvas shows: uint8 (height, width, 4)."""
    values = page.eval_on_selector(
        canvas,
        """canvas => [canvas.height, canvas.width, Array.from(canvas.getContext("2d")
            .getImageData(0, 0, canvas.width, canvas.height).data)]""",
    )
    return np.array(values[2], np.uint8).reshape(values[0], values[1], 4)


@pytest.mark.parametrize("kind", MODELS)
def test_decoder_and_prior_of_the_page_are_keras_s(browser, tmp_path, kind):
    model = MODELS[kind]()
    z = np.random.default_rng(0).normal(0, 1.5, (4, len(model.latent_names))).astype(np.float32)
    z[:, len(model.content_names) :] = 0.3  # a style is that of all its sequence
    with open_page(browser, fakes.write_page(tmp_path, model)) as page:
        shown = page.evaluate(
            "z => z.map(one => Array.from(explore.model.decode(one)))", z.tolist()
        )
        later = page.evaluate("z => explore.model.predict(z, 9)", z.tolist())
    frames = model.decode(z)
    assert frames.std() > 0.02
    np.testing.assert_allclose(np.reshape(shown, frames.shape), frames, atol=1e-5)
    np.testing.assert_allclose(later, model.predict_latents(z, 9), atol=1e-4)


def test_a_slider_moves_the_picture_and_says_where_it_stands(page, model):
    before = pixels(page)
    mean, std = (np.array(fakes.LATENTS[name], np.float32) for name in ("mean", "std"))
    np.testing.assert_allclose(before[..., 0] / 255, model.decode(mean)[..., 0], atol=5e-3)
    page.locator("#latent-z1").fill("-1.5")
    moved = mean + np.float32([-1.5, 0, 0]) * std
    np.testing.assert_allclose(pixels(page)[..., 0] / 255, model.decode(moved)[..., 0], atol=5e-3)
    assert not np.array_equal(pixels(page), before)
    assert page.inner_text("output[for=latent-z1]") == f"{MINUS}1.50 {SIGMA}"
    assert page.get_attribute("#latent-z1", "aria-valuetext") == f"{MINUS}1.50 {SIGMA}"
    page.click("#to-mean")
    np.testing.assert_array_equal(pixels(page), before)
    page.click("#draw")
    drawn = np.array(page.evaluate("explore.z"), np.float32)
    assert (drawn != mean).all()
    np.testing.assert_allclose(pixels(page)[..., 0] / 255, model.decode(drawn)[..., 0], atol=5e-3)


def test_the_keyboard_reaches_and_moves_everything(page):
    before = pixels(page)
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))
        if reached[-1] == "latent-z1" and reached.count("latent-z1") == 1:  # not the second round
            page.keyboard.press("ArrowRight")
            page.keyboard.press("ArrowRight")
            assert page.inner_text("output[for=latent-z1]") == f"+0.10 {SIGMA}"
            page.keyboard.press("Home")
            assert page.inner_text("output[for=latent-z1]") == f"{MINUS}3.00 {SIGMA}"
            assert not np.array_equal(pixels(page), before)
    wanted = page.eval_on_selector_all(
        "input, button, select",
        "all => all.filter(e => e.offsetParent && !e.disabled).map(e => e.id)",
    )
    assert set(wanted) <= set(reached)
    unnamed = page.eval_on_selector_all("input, select", "all => all.filter(e => !e.labels.length)")
    assert not unnamed


def test_the_free_run_is_an_animation(page, model):
    wait_for(page, "document.getElementById('prior-step').max === '31'")
    assert pixels(page, "#prior-picture").shape[:2] == model.frame_shape[:2]
    page.click("#prior-play")
    wait_for(page, "Number(document.getElementById('prior-step').value) >= 3")
    page.click("#prior-play")
    step = int(page.input_value("#prior-step"))
    run = np.array(page.evaluate("explore.run"), np.float32)
    shown = pixels(page, "#prior-picture")[..., 0] / 255
    np.testing.assert_allclose(shown, model.decode(run[step])[..., 0], atol=5e-3)
    np.testing.assert_allclose(run[2:], model.predict_latents(run[:2], 30), atol=1e-4)


def test_an_animation_starts_though_its_first_frame_began_before_the_click(page):
    wait_for(page, "document.getElementById('prior-step').max === '31'")
    page.evaluate("() => { const at = performance.now() + 400; performance.now = () => at }")
    page.click("#prior-play")
    wait_for(page, "Number(document.getElementById('prior-step').value) >= 1")


@pytest.mark.parametrize("kind", ["rnn", "bodies"])
def test_the_orders_differ_by_what_numpy_finds(browser, tmp_path, kind):
    model = MODELS[kind]()
    with open_page(browser, fakes.write_page(tmp_path, model)) as page:
        page.locator("#group-0-1").fill("-0.75")
        page.locator("#group-1-0").fill("60")
        wait_for(page, "explore.element().offset[0] && explore.difference")
        page.wait_for_timeout(300)
        given = np.array(page.evaluate("explore.start.given()"), np.float32)
        shown = page.evaluate("explore.difference")
        line = page.inner_text("#group-number")
    std = model.latent_std if model.latent_std is not None else np.ones(5)
    n_bodies, body = model.keras_model.layout.n_bodies, len(model.keras_model.layout.body)
    first, last = 0, body - 1  # the dimensions of (R^2,+)xSO(2)
    cos, sin = np.cos(np.pi / 3), np.sin(np.pi / 3)

    def transform(z):
        z = z.copy()
        for start in range(0, n_bodies * body, body):
            x, y = z[:, start + first].copy(), z[:, start + last].copy()
            z[:, start + first] = cos * x - sin * y + 0.5 * std[first]
            z[:, start + last] = sin * x + cos * y - 0.75 * std[last]
        return z

    one = transform(model.predict_latents(given, 30))
    other = model.predict_latents(transform(given), 30)
    n_content = n_bodies * body
    gap = (one - other)[:, :n_content] / std[:n_content]
    expected = np.sqrt(np.mean(np.square(gap)))
    assert expected > 0.05
    assert shown == pytest.approx(expected, rel=1e-3)
    assert f"differ by {expected:.3f} {SIGMA}" in line


def test_rotations_in_three_dimensions_are_those_of_the_group(page):
    turn = np.array([0.3, -0.5, 0.9])
    angle = np.linalg.norm(turn)
    quaternion = [np.cos(angle / 2), *(np.sin(angle / 2) * turn / angle)]
    shown = page.evaluate("turn => rotation3(turn)", turn.tolist())
    np.testing.assert_allclose(shown, rotation_matrix(np.float32(quaternion)), atol=1e-6)


def test_frames_of_a_note_become_its_sound(browser, tmp_path):
    """A tone of 1 kHz, magnitudes of its STFT alone, is heard as 1 kHz."""
    secs = np.arange(1024) / 16_000
    magnitudes = np.abs(np.fft.rfft(np.sin(2 * np.pi * 1000 * secs) * np.hanning(1024)))
    frame = np.repeat(magnitudes[:, None] / magnitudes.max(), 5, axis=1)
    with open_page(browser, fakes.write_page(tmp_path, fakes.make_sound_model())) as page:
        page.click("#hear")
        assert page.evaluate("explore.speaker.last.length") == 1024 + 14 * 512
        samples = page.evaluate(
            """frame => { explore.speaker.play(new Array(3).fill(frame))
            return Array.from(explore.speaker.last) }""",
            frame.ravel().tolist(),
        )
        assert pixels(page).shape[:2] == (513, 5)
    spectrum = np.abs(np.fft.rfft(samples))
    assert np.abs(samples).max() == pytest.approx(1)
    assert spectrum.argmax() * 16_000 / len(samples) == pytest.approx(1000, abs=5)
    middle = np.array(samples[1024:-1024])  # steady, as one tone is
    assert np.sqrt(np.mean(middle**2)) > 0.4


def test_a_path_is_shown_and_gives_its_moment_to_the_sliders(browser, model, tmp_path):
    z = np.random.default_rng(1).normal(0, 1, (12, 3)).round(3)
    path = {"name": "clip.mp4", "time_secs": (np.arange(12) / 10).tolist(), "unit": "s"}
    path |= {"z": z.tolist(), "per_step": 1, "frames": "AAAA" * 256, "notes": ["ends early"]}
    with open_page(browser, fakes.write_page(tmp_path, model, [path])) as page:
        assert "ends early" in page.inner_text("#path-notes")
        assert page.locator("#path-map").is_visible()
        assert "python -m launch.explore --model=tiny" in page.inner_text("#drop-area")
        page.locator("#path-step").fill("7")
        decoded = model.decode(np.float32(z[7]))[..., 0]
        shown = pixels(page, "#path-decoded")[..., 0] / 255
        np.testing.assert_allclose(shown, decoded, atol=5e-3)
        page.click("#path-to-sliders")
        np.testing.assert_allclose(pixels(page)[..., 0] / 255, decoded, atol=5e-3)
        page.select_option("#start", label="the beginning of clip.mp4")
        np.testing.assert_allclose(page.evaluate("explore.start.given()"), z[:2])


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("sps_scale_spice", ["Your file", "Free run", "Symmetry"]),  # has no decoder
        ("sps_ball", ["Latents", "Your file", "Free run", "Symmetry"]),
    ],
)
def test_links_lead_to_parts_that_are_shown(browser, tmp_path, name, parts):
    with open_page(browser, fakes.write_page(tmp_path, sps_tf.load(name))) as page:
        links = [link for link in page.locator("nav a").all() if link.is_visible()]
        assert [link.inner_text() for link in links] == parts
        assert all(page.locator(link.get_attribute("href")).is_visible() for link in links)


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_the_window(browser, tmp_path, kind, width):
    with open_page(browser, fakes.write_page(tmp_path, MODELS[kind]()), width) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == width
        smallest = page.eval_on_selector_all(
            "button, select, input[type=range]",
            "all => Math.min(...all.filter(e => e.offsetParent).map(e => e.clientHeight))",
        )
        assert smallest >= 24
