"""Sound for the audio data sets: synthesis, melodies and the spectrogram front end."""
