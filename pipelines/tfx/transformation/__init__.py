"""From a data set's records to what training reads: frames ready for the model, constants."""
