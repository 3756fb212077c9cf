"""The Tk half of the labelling window: thin widgets around a controller that knows no toolkit."""
