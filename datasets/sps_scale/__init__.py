"""Major scales played by General MIDI instruments (sections 4.1.1 and A.4.1)."""
