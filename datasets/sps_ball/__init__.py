"""The bouncing-ball videos of sections 4.2 and A.5."""
