"""What changes with the steps, from a config: learning rates and teacher forcing."""

import keras
import ml_collections

from sps_tf.optimizers import ComponentAdam
from sps_tf.schedules import FreeRunningSchedule, InverseSigmoidSchedule


def make_schedule(
    settings: ml_collections.ConfigDict,
) -> InverseSigmoidSchedule | FreeRunningSchedule:
    """Return the probability of teacher forcing at a step, of `config.model.teacher_forcing`."""
    if not settings.enabled:
        return FreeRunningSchedule()
    return InverseSigmoidSchedule(settings.scale, settings.shift, settings.speed)


def make_optimizer(config: ml_collections.ConfigDict) -> keras.optimizers.Optimizer:
    """Return Adam with the rates of `config.optimizer`."""
    settings = config.optimizer
    rate = settings.learning_rate
    if settings.final_rate_fraction < 1:
        rate = keras.optimizers.schedules.CosineDecay(
            rate, config.steps, alpha=settings.final_rate_fraction
        )
    components = {
        "prior": {"factor": settings.prior_rate_factor},
        "encoder": {
            "factor": settings.encoder_rate_factor,
            "hold_steps": settings.encoder_hold_steps,
            "ramp_steps": settings.encoder_ramp_steps,
        },
    }
    return ComponentAdam(rate, components, global_clipnorm=settings.clip_norm or None)
