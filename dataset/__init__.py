"""A folder of short-text pictures with their labels: the only owner of files on disk.

Start with `dataset.store.Store` (read and write a dataset) or `dataset.folder.read_folder` (read only).
"""
