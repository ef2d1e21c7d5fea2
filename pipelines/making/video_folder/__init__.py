"""The user's own videos: from a folder of videos or of frame folders to sequences."""
