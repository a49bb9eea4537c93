"""Values and rules of the practice's world: no input or output, no clock, no threads, no logging."""
