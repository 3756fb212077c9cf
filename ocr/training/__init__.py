"""The training half: from a folder of labelled pictures to an artefact.

`session.train` is the whole; it walks data -> choose -> architectures -> loop -> calibrate -> export. Only
`architectures`, `loop`, `graph` and what imports them need Keras.
"""
