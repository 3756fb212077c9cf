"""TensorFlow's record files without TensorFlow: known answers, damage, and (slow) TensorFlow itself."""

import io
import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.exchange import FORMATS, Problem, export_dataset
from dataset.exchange.example import pack, unpack
from dataset.exchange.format import Row
from dataset.exchange.records import RecordDamaged, crc32c, read_records, write_record
from tests.dataset.exchange.support import listed_folder, png
from tests.support import python

# tf.io.TFRecordWriter(path).write(tf.train.Example({"image/text": [b"ab"], "n": int64 [7, -1], "f": float [0.5]}))
FROM_TENSORFLOW = bytes.fromhex(
    "3d000000000000006049f1ec0a3b0a0d0a0166120812060a040000003f0a140a0a696d6167652f7465787412060a040a0261"
    "620a140a016e120f1a0d0a0b07ffffffffffffffffff0157f8b318"
)


@pytest.mark.parametrize(
    ("data", "crc"),  # RFC 3720, B.4
    [
        (b"123456789", 0xE3069283),
        (bytes(32), 0x8A9136AA),
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
        (b"", 0),
    ],
)
def test_the_checksum_of_known_bytes(data: bytes, crc: int) -> None:
    assert crc32c(data) == crc


@given(st.integers(0, 3000), st.integers(0, 2**32))
def test_the_checksum_in_blocks_is_the_checksum_bit_by_bit(size: int, seed: int) -> None:
    data = random.Random(seed).randbytes(size)
    state = 0xFFFFFFFF
    for byte in data:
        state ^= byte
        for _ in range(8):
            state = state >> 1 ^ (0x82F63B78 if state & 1 else 0)
    assert crc32c(data) == state ^ 0xFFFFFFFF


@given(st.dictionaries(st.text(), st.binary()))
def test_messages_come_back(features: dict[str, bytes]) -> None:
    assert unpack(pack(features)) == features


@given(st.binary(max_size=60))
def test_any_bytes_are_a_message_or_a_value_error(data: bytes) -> None:
    try:
        unpack(data)
    except ValueError:
        return


def test_a_record_of_tensorflow_is_read_and_written_the_same() -> None:
    (record,) = read_records(io.BytesIO(FROM_TENSORFLOW))
    assert isinstance(record, bytes)
    assert unpack(record) == {"image/text": b"ab"}
    file = io.BytesIO()
    write_record(file, record)
    assert file.getvalue() == FROM_TENSORFLOW


@given(st.data())
def test_one_wrong_byte_is_found_and_only_a_wrong_length_ends_reading(data: st.DataObject) -> None:
    file = io.BytesIO()
    for record in (b"first", b"second", b"third"):
        write_record(file, record)
    whole = bytearray(file.getvalue())
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    found = list(read_records(io.BytesIO(bytes(whole))))
    assert sum(isinstance(record, RecordDamaged) for record in found) == 1
    assert [record for record in found if isinstance(record, bytes)] in (
        [b"second", b"third"],
        [b"first", b"third"],
        [b"first", b"second"],
        [b"first"],
        [],
    )


def test_a_cut_file_keeps_the_whole_records() -> None:
    file = io.BytesIO()
    write_record(file, b"first")
    write_record(file, b"second")
    found = list(read_records(io.BytesIO(file.getvalue()[:-3])))
    assert found[0] == b"first"
    assert "ends inside" in str(found[1])


def test_damaged_and_foreign_records_are_problems_with_their_number(tmp_path: Path) -> None:
    path = tmp_path / "x.tfrecord-00000-of-00001"
    with path.open("wb") as file:
        write_record(file, pack({"image/encoded": png(1), "image/text": b"ok", "image/type": b""}))
        write_record(file, pack({"image/text": b"no picture"}))
        write_record(file, b"\xff no message")
        write_record(file, pack({"image/encoded": png(2), "image/text": b"\xff"}))
    good, *bad = FORMATS["tfrecord"].read(tmp_path)
    assert good == Row("x.tfrecord-00000-of-00001, record 1", png(1), "ok", None)
    assert all(isinstance(problem, Problem) for problem in bad)
    assert [problem.place[-8:] for problem in bad] == ["record 2", "record 3", "record 4"]


READ = """
import json, sys, tensorflow as tf
keys = {f"image/{key}": tf.io.FixedLenFeature([], tf.string, "") for key in ("encoded", "format", "text", "type")}
found = []
for record in tf.data.TFRecordDataset(sys.argv[1]):
    row = tf.io.parse_single_example(record, keys)
    shape = tf.io.decode_image(row["image/encoded"]).shape.as_list()
    found.append([row["image/text"].numpy().decode(), row["image/type"].numpy().decode(), shape])
print(json.dumps(found))
"""


@pytest.mark.full
def test_tensorflow_reads_what_we_write(tmp_path: Path) -> None:
    pytest.importorskip("tensorflow", reason="needs the extra `train`", exc_type=ImportError)
    labels = [("a\tb", "sums"), ('字,"', None), ("53+6=?", "sums")]
    export_dataset(listed_folder(tmp_path / "source", labels), "tfrecord", tmp_path / "out")
    done = python("-c", READ, tmp_path / "out" / "pictures.tfrecord", CUDA_VISIBLE_DEVICES="")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [[label, kind or "", [4, 4, 3]] for label, kind in labels]
