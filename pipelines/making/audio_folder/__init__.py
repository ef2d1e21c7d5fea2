"""The user's own sound: from a folder of sound files to clips of notes."""
