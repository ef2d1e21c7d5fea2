"""Reports on the paper: a table or a figure is a declaration, one engine makes them."""
