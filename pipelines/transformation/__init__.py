"""From a data set's records to what training reads: frames ready for the model, constants."""

# Mean training frame, (height, width, channels) float32 in [0, 1], beside the record files.
MEAN_FRAME_FILE = "mean_frame.npy"
