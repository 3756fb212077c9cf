"""The parts of the labelling benchmark: a screen to watch, a hand to press keys, folders to work on."""
