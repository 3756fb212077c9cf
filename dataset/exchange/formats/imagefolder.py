"""`imagefolder`: Hugging Face's ImageFolder, metadata.csv with the columns file_name, text and type.

A split such as train/ has a list of its own. The loader there guesses cell types: a set whose labels are all digits
comes out as numbers unless a type is given.
"""

from dataset.exchange.csvlist import csv_format

FORMAT = csv_format(
    "imagefolder",
    "Hugging Face: metadata.csv (file_name,text,type) and the pictures",
    "metadata.csv",
    ("file_name", "text"),
    "*/metadata.csv",
)
