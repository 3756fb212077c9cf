"""The recogniser learns while a person labels: no Tk here and no TensorFlow; `ocr train` runs as a child process."""
