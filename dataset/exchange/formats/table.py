"""`csv`: labels.csv with the columns filename, label and type, beside the pictures."""

from dataset.exchange.csvlist import csv_format
from dataset.folder import LABELS_CSV

FORMAT = csv_format("csv", "labels.csv (filename,label,type) and the pictures", LABELS_CSV, ("filename", "label"))
