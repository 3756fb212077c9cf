"""All exchange formats by name, the most particular first. A new format is one file here and one line below."""

from dataset.exchange.format import Format
from dataset.exchange.formats import folder, imagefolder, labelstudio, paddleocr, table, tfrecord

FORMATS: dict[str, Format] = {
    module.FORMAT.name: module.FORMAT
    for module in (
        tfrecord,
        imagefolder,
        table,
        paddleocr,
        labelstudio,
        folder,
    )
}
