"""The window in which a person labels a dataset of short-text pictures."""
