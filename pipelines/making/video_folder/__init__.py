"""The user's own videos: from a folder of videos or of frame folders to sequences."""

from pipelines.making.video_folder.loader import load_video_folder

__all__ = ["load_video_folder"]
