"""The user's own sound: from a folder of WAV, FLAC, OGG or MP3 files to clips of notes."""

from pipelines.making.audio_folder.loader import load_audio_folder

__all__ = ["load_audio_folder"]
