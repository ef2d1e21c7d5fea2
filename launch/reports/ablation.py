"""What the `fast` preset does and the paper does not, each taken away alone."""

from launch.reports import parts
from launch.reports.engine.spec import Report, Variant

REPORT = Report(
    name="ablation",
    dataset="sps_ball",
    caption="the preset with one departure from the paper undone",
    variants=(
        Variant("sps", "sps", "fast, whole"),
        Variant("sps_no_start", "sps", "no warm start, nothing kept", parts.NO_START),
        Variant("sps_no_flow", "sps", "moments imitated, no flow", parts.NO_FLOW),
        Variant("sps_one_start", "sps", "alignment from one start", {"warm_start.align_starts": 1}),
        Variant(
            "sps_no_information", "sps", "information free", {"warm_start.align_information": 0.0}
        ),
        Variant("sps_no_imitation", "sps", "no imitation later", {"losses.imitation": 0.0}),
        Variant(
            "sps_no_centering",
            "sps",
            "frames as they are",
            # Shifts are of centred frames; `long` has them.
            {"model.encoder.centering_scale": 0.0, "warm_start.shift_pixels": 0},
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
    ),
    columns=parts.BALL_SCORES,
    seeds="0",
    in_paper=False,
)
