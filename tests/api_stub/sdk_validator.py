"""Runs in the environment of Label Studio's SDK: what its validator says of predictions.

Standard input holds {"label_config": ..., "predictions": [...]}; standard output gets a list of complaints for each.
"""

import json
import sys

from label_studio_sdk.label_interface import LabelInterface
from label_studio_sdk.label_interface.objects import PredictionValue
from pydantic import ValidationError


def complaints(interface: LabelInterface, prediction: dict) -> list[str]:
    try:
        PredictionValue(**prediction)
    except ValidationError as error:
        return [str(error)]
    return interface.validate_prediction(prediction, return_errors=True)


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    interface = LabelInterface(asked["label_config"])
    interface.validate()
    json.dump([complaints(interface, one) for one in asked["predictions"]], sys.stdout)
