"""The paper's names of the methods."""

from ml_collections import ConfigDict

_NAMES = {
    "sps": "SPS_VAE",
    "sps_k0": "SPS_VAE",
    "sps_ae": "SPS_AE",
    "sps_ae_k0": "SPS_AE",
    "beta_vae": "beta-VAE",
    "spice": "SPICE",
    "gmvae": "GMVAE, with pitch labels",
    "ts_dsae": "TS-DSAE",
}


def label_of(config: ConfigDict) -> str:
    """Name the method of a run as the paper does, with the K that the run has.

    Args:
        config: the config of the run.

    Returns:
        Such as "SPS_VAE, K = 4", or "SPS_VAE+, K = 4" where there are latents of style.
    """
    has_group = _NAMES[config.method].startswith("SPS_")
    n_transforms = config.model.group.n_transforms if has_group else 0
    return _label(config.method, n_transforms, has_group and bool(config.model.latent.style))


def paper_label(method: str, with_style: bool) -> str:
    """Name a method as the rows of the paper's tables do, where K is 4 or 0.

    Args:
        method: its name here.
        with_style: whether it has latents of style.

    Returns:
        Such as "SPS_AE, K = 0".
    """
    return _label(method, 0 if method.endswith("_k0") else 4, with_style)


def _label(method: str, n_transforms: int, with_style: bool) -> str:
    name = _NAMES[method]
    if not name.startswith("SPS_"):
        return name
    return f"{name}{'+' if with_style else ''}, K = {n_transforms}"
