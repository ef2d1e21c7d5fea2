"""What makes examples: the ball, notes and melodies, masks, the user's own files."""
