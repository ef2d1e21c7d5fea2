"""Figure 6: K against the size of the training set."""

from launch.reports import parts
from launch.reports.engine.spec import Report, Variant

_N_TRAIN = (256, 512, 1024, 2048)
_METHOD_OF_K = {0: "sps_k0", 4: "sps", 16: "sps"}


def _variant(k: int, n_train: int) -> Variant:
    """Return SPS with a K and a size; the method's own K and 512 sequences are no changes."""
    changes = {"model.group.n_transforms": 16} if k == 16 else {}
    changes |= {} if n_train == 512 else {"data.n_train": n_train}
    name = "sps" if k == 4 else f"sps_k{k}"
    suffix = "" if n_train == 512 else f"_n{n_train}"
    return Variant(f"{name}{suffix}", _METHOD_OF_K[k], f"K = {k}, {n_train}", changes)


_GRID = {(k, n_train): _variant(k, n_train) for n_train in _N_TRAIN for k in _METHOD_OF_K}

REPORT = Report(
    name="figure_6",
    dataset="sps_ball",
    caption="augmentation factor K and training set size",
    variants=tuple(_GRID.values()),
    columns=parts.BALL_SCORES,
    notes=("The paper shows 10 runs a box; its values of K are those of the published code.",),
    picture="draw_boxes",
    settings={
        "places": {v.name: (f"K = {k}", str(n_train)) for (k, n_train), v in _GRID.items()},
        "group_name": "training sequences",
    },
    seeds="0,1,2",
)
