"""The framing of TensorFlow's record files, and the checksum it uses.

A record is: length (8 bytes, little endian), masked CRC of the length (4), the bytes, masked CRC of the bytes (4).
https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
"""

import struct
from collections.abc import Iterator
from functools import cache
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from dataset.imagefile import DISK_LIMITS

_POLYNOMIAL = 0x82F63B78  # CRC-32C (Castagnoli), reflected
_BLOCK = 1024
_COUNTDOWN = np.arange(_BLOCK - 1, -1, -1)
_LONGEST = 2 * DISK_LIMITS.max_bytes  # bytes; more is no record of one picture


class RecordDamaged(ValueError):
    """A record that cannot be used; str() says why."""


def write_record(file: BinaryIO, data: bytes) -> None:
    """Append one record."""
    length = struct.pack("<Q", len(data))
    file.write(length + struct.pack("<I", _masked(length)) + data + struct.pack("<I", _masked(data)))


def read_records(file: BinaryIO) -> Iterator[bytes | RecordDamaged]:
    """The records one after the other; after a damaged length nothing more can be found and reading ends."""
    while head := file.read(12):
        if len(head) < 12 or struct.unpack("<I", head[8:])[0] != _masked(head[:8]):
            yield RecordDamaged("the file is damaged, compressed or no record file from here on")
            return
        length = struct.unpack("<Q", head[:8])[0]
        if length > _LONGEST:
            yield RecordDamaged(f"{length:,} bytes, too long for a picture; what follows was not read")
            return
        data, tail = file.read(length), file.read(4)
        if len(data) < length or len(tail) < 4:
            yield RecordDamaged("the file ends inside this record")
            return
        yield data if struct.unpack("<I", tail)[0] == _masked(data) else RecordDamaged("its checksum does not agree")


def crc32c(data: bytes) -> int:
    """CRC-32C of the bytes. It is linear: a block of bytes is one table look-up for each and the XOR of all."""
    tables, state = _tables(), 0xFFFFFFFF
    for start in range(0, len(data), _BLOCK):
        block = np.frombuffer(data, np.uint8, min(_BLOCK, len(data) - start), start).copy()
        head = min(4, len(block))
        # The state acts on the first four bytes as if it had been part of them.
        block[:head] ^= np.frombuffer(struct.pack("<I", state), np.uint8)[:head]
        rest = state >> 8 * head
        state = int(np.bitwise_xor.reduce(tables[_COUNTDOWN[-len(block) :], block])) ^ rest
    return state ^ 0xFFFFFFFF


def _masked(data: bytes) -> int:
    """The checksum as stored: rotated and offset, because a CRC over bytes that hold CRCs is weak."""
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


@cache
def _tables() -> npt.NDArray[np.uint32]:
    """Row k, column b: what a byte b does to the checksum when k more bytes follow it."""
    row = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        row = np.where(row & 1, row >> 1 ^ np.uint32(_POLYNOMIAL), row >> 1).astype(np.uint32)
    tables = np.empty((_BLOCK, 256), np.uint32)
    tables[0] = row
    for k in range(1, _BLOCK):
        tables[k] = tables[k - 1] >> 8 ^ row[tables[k - 1] & 255]
    return tables
