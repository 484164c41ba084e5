"""Rules about memory: what is kept, built or read as a whole without need."""
