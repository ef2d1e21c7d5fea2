"""The user's own videos, after the ball of section 4.2."""
