"""Using a trained model: loading it, encoding, decoding, predicting, export."""

from sps_tf.inference.loading import list_shipped, load
from sps_tf.inference.sound_model import EncodedSound, SoundModel
from sps_tf.inference.trained_model import TrainedModel

__all__ = ["EncodedSound", "SoundModel", "TrainedModel", "list_shipped", "load"]
