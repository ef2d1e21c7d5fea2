"""The training split lends a part for validation where there is none."""

import numpy as np
import pytest

from datasets.splits import lend_validation


@pytest.mark.parametrize(("n_all", "n_lent"), [(512, 64), (17, 2), (2, 1)])
def test_last_eighth_is_lent_of_every_array(n_all, n_lent):
    train = {"frames": np.arange(n_all)[:, None], "file": np.array([f"v{i}" for i in range(n_all)])}
    lent = lend_validation(train)
    assert len(lent["validation"]["frames"]) == n_lent
    for name, values in train.items():
        both = np.concatenate([lent["train"][name], lent["validation"][name]])
        np.testing.assert_array_equal(both, values)
