"""What the program must know of this computer."""
