"""A page in the browser for a trained model: its latents, a file's path, the prior, the group.

The decoder, the prior and the group run in the page itself, so that the same page works from a
server, which encodes files that are dropped in, and as a file alone.
"""
