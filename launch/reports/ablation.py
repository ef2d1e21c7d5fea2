"""What the `fast` preset does and the paper does not, each taken away alone."""

from launch.reports import parts
from launch.reports.engine.spec import Report, Variant

REPORT = Report(
    name="ablation",
    dataset="sps_ball",
    caption="the preset with one departure from the paper undone",
    variants=(
        Variant("sps", "sps", "fast, whole"),
        Variant(
            "sps_no_start",
            "sps",
            "no warm start, the encoder never held or slowed",
            parts.NO_START,
        ),
        Variant(
            "sps_no_align", "sps", "moments imitated, not aligned", {"warm_start.align_steps": 0}
        ),
        Variant(
            "sps_no_warp",
            "sps",
            "alignment by a rotation alone",
            {"warm_start.align_warp_units": 0},
        ),
        Variant("sps_one_start", "sps", "alignment from one start", {"warm_start.align_starts": 1}),
        Variant("sps_full_rate", "sps", "the encoder never held or slowed", parts.FULL_RATE),
        Variant(
            "sps_plain_prior", "sps", "plain prior, no residual", {"model.prior.residual": False}
        ),
        Variant(
            "sps_no_scale",
            "sps",
            "latent losses not over the variance",
            {"model.latent_scale": "none"},
        ),
        Variant(
            "sps_paper_weights",
            "sps",
            "latent weights 1, 2, 2 as in the paper",
            {
                "losses.latent_prior": 1.0,
                "losses.symmetry_prior": 2.0,
                "losses.symmetry_latent": 2.0,
            },
        ),
        Variant(
            "sps_no_centering",
            "sps",
            "frames as they are",
            {"model.encoder.centering_scale": 0.0},
        ),
        Variant(
            "sps_all_frames",
            "sps",
            "every frame of every transform decoded",
            {
                "model.n_self_frames": 0,
                "model.n_predicted_frames": 0,
                "model.decode_transforms": "all",
            },
        ),
        Variant(
            "sps_teacher",
            "sps",
            "teacher forcing, the paper's schedule 16 times faster",
            {
                "model.teacher_forcing.enabled": True,
                "model.teacher_forcing.scale": 137.5,
                "model.teacher_forcing.shift": 375.0,
            },
        ),
        Variant(
            "sps_noise",
            "sps",
            "posterior as wide as the paper's",
            {"model.encoder.logvar_bias": 0.0},
        ),
    ),
    columns=parts.BALL_SCORES,
    seeds="0",
    in_paper=False,
)
