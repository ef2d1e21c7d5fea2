"""What makes the data: pure functions and the Beam transforms over them."""
