"""Studies of the bouncing ball (sections 4.2 and 5)."""

from functools import partial

from launch.reports.studies import draw
from launch.reports.studies.spec import Study, Variant
from launch.reports.tables.spec import Column, PaperTable

_MSE = "test/linear_projection_mse"
_SAME_POINTS = f"{_MSE}_same_points"
_COLUMNS = (
    Column("MSE, held out", _MSE, "lower", 3),
    *(Column(f"{axis} axis", f"{_MSE}/{axis}", "lower", 3) for axis in "xyz"),
    Column("MSE, same points", _SAME_POINTS, "lower", 3),
    Column("Height from the free latent", "test/free_latent_mse/y", "lower", 3),
    Column("Equivariance error", "test/equivariance_error", "lower", 3),
    Column("L_prior", "test/prior_mse", "lower", 3),
)
_K, _N_TRAIN = "model.group.n_transforms", "data.n_train"
_SPS, _SPS_K0 = Variant("sps", "K = 4"), Variant("sps_k0", "K = 0", "sps_k0")
_THREE = (
    Variant("sps", "SPS_VAE, K = 4"),
    Variant("sps_k0", "SPS_VAE, K = 0", "sps_k0"),
    Variant("beta_vae", "beta-VAE", "beta_vae"),
)
_SIZES = (256, 512, 1024, 2048)


def _table(
    name: str, caption: str, notes: tuple[str, ...] = (), in_paper: bool = True
) -> PaperTable:
    return PaperTable(name, caption, _COLUMNS, notes=notes, in_paper=in_paper)


def _of_size(n_train: int) -> tuple[Variant, ...]:
    """Return K = 0, 1 and 4 with a training set size; those of the preset's size are shared."""
    size = {} if n_train == 512 else {_N_TRAIN: n_train}
    suffix = f"_n{n_train}" if size else ""
    return (
        Variant(f"sps_k0{suffix}", f"K = 0, {n_train}", "sps_k0", size),
        Variant(f"sps_k1{suffix}", f"K = 1, {n_train}", "sps", {_K: 1, **size}),
        Variant(f"sps{suffix}", f"K = 4, {n_train}", "sps", size),
    )


def _of_group(translation: int, rotation: int) -> Variant:
    name = f"(R^{translation},+)xSO({rotation})"
    if (translation, rotation) == (2, 2):
        return Variant("sps", f"correct: {name}")
    return Variant(f"sps_R{translation}xSO{rotation}", name, "sps", {"model.group.name": name})


_FIGURE_6 = {n: _of_size(n) for n in _SIZES}
_GROUPS = [(1, 2), (3, 2), (1, 3), (2, 3), (3, 3), (2, 2)]

_FULL_RATE = {
    "optimizer.encoder_rate_factor": 1.0,
    "optimizer.encoder_hold_steps": 0,
    "optimizer.encoder_ramp_steps": 0,
}
_NO_START = {"warm_start.imitate_steps": 0, **_FULL_RATE}

_METHODS = (
    *_THREE[:2],
    Variant("sps_ae", "SPS_AE, K = 4", "sps_ae"),
    Variant("sps_ae_k0", "SPS_AE, K = 0", "sps_ae_k0"),
    _THREE[2],
    # Methods without alignment, also from a random start at the full rate.
    Variant("sps_k0_no_start", "SPS_VAE, K = 0, random start", "sps_k0", _NO_START),
    Variant("beta_vae_no_start", "beta-VAE, random start", "beta_vae", _NO_START),
)

# What the `fast` preset does and the paper does not, each taken away alone.
_ABLATION = (
    Variant("sps", "fast, whole"),
    Variant(
        "sps_no_start",
        "no warm start, the encoder never held or slowed",
        changes=_NO_START,
    ),
    Variant("sps_no_align", "moments imitated, not aligned", changes={"warm_start.align_steps": 0}),
    Variant(
        "sps_no_warp", "alignment by a rotation alone", changes={"warm_start.align_warp_units": 0}
    ),
    Variant("sps_one_start", "alignment from one start", changes={"warm_start.align_starts": 1}),
    Variant(
        "sps_full_rate",
        "the encoder never held or slowed",
        changes=_FULL_RATE,
    ),
    Variant("sps_plain_prior", "plain prior, no residual", changes={"model.prior.residual": False}),
    Variant(
        "sps_no_scale",
        "latent losses not over the variance",
        changes={"model.latent_scale": "none"},
    ),
    Variant(
        "sps_paper_weights",
        "latent weights 1, 2, 2 as in the paper",
        changes={
            "losses.latent_prior": 1.0,
            "losses.symmetry_prior": 2.0,
            "losses.symmetry_latent": 2.0,
        },
    ),
    Variant(
        "sps_no_centering", "frames as they are", changes={"model.encoder.centering_scale": 0.0}
    ),
    Variant(
        "sps_all_frames",
        "every frame of every transform decoded",
        changes={
            "model.n_self_frames": 0,
            "model.n_predicted_frames": 0,
            "model.decode_transforms": "all",
        },
    ),
    Variant(
        "sps_teacher",
        "teacher forcing, the paper's schedule 16 times faster",
        changes={
            "model.teacher_forcing.enabled": True,
            "model.teacher_forcing.scale": 137.5,
            "model.teacher_forcing.shift": 375.0,
        },
    ),
    Variant(
        "sps_noise", "posterior as wide as the paper's", changes={"model.encoder.logvar_bias": 0.0}
    ),
)

STUDIES = {
    study.name: study
    for study in (
        Study(
            "figure_5",
            "sps_ball",
            _THREE,
            _table(
                "Figure 5",
                "latent traversals",
                ("The paper's three runs have MSEs of 0.09, 0.58 and 0.62.",),
            ),
            draw.draw_traversals,
            seeds="0",
        ),
        Study(
            "figure_6",
            "sps_ball",
            tuple(variant for variants in _FIGURE_6.values() for variant in variants),
            _table(
                "Figure 6",
                "augmentation factor K and training set size",
                ("The paper shows 10 runs a box; its text does not name its values of K.",),
            ),
            partial(
                draw.draw_box_figure,
                name="figure_6",
                places={
                    v.name: (v.label.split(",")[0], str(n))
                    for n, vs in _FIGURE_6.items()
                    for v in vs
                },
                group_name="training sequences",
            ),
        ),
        Study(
            "figure_7",
            "sps_ball",
            (
                _SPS_K0,
                _SPS,
                Variant("sps_k16", "K = 16", changes={_K: 16}),
            ),
            _table("Figure 7", "the latent space over training, by K"),
            draw.draw_grids,
            seeds="0",
        ),
        Study(
            "figure_8",
            "sps_ball",
            (Variant("sps_k0", "w/o symmetry", "sps_k0"), *(_of_group(*g) for g in _GROUPS)),
            _table(
                "Figure 8",
                "wrong assumptions of the group",
                (
                    "The text names three of the paper's five wrong groups, (R^1,+)xSO(2), "
                    "(R^3,+)xSO(2) and (R^2,+)xSO(3); the other two are those that complete R^1 to "
                    "R^3 with SO(2) and SO(3).",
                ),
            ),
            partial(draw.draw_box_figure, name="figure_8"),
        ),
        Study(
            "ablation",
            "sps_ball",
            _ABLATION,
            _table("Ablation", "the preset with one departure from the paper undone", (), False),
            None,
            seeds="0",
        ),
        Study(
            "error_over_time",
            "sps_ball",
            _METHODS,
            _table("Error over time", "held-out error against the time of training", (), False),
            draw.draw_curves,
        ),
    )
}
