"""tf.train.Example, the part that is needed: a map from names to single byte strings, in protocol buffer encoding.

    Example  { Features features = 1; }             Feature   { BytesList bytes_list = 1; ... }
    Features { map<string, Feature> feature = 1; }  BytesList { repeated bytes value = 1; }

By hand because the messages are four, nested, with one field each: no generated code, no dependency.
https://protobuf.dev/programming-guides/encoding/
"""

from collections.abc import Iterator, Mapping

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def pack(features: Mapping[str, bytes]) -> bytes:
    """The message with these features, in their order."""
    entries = (
        _field(1, _field(1, name.encode()) + _field(2, _field(1, _field(1, value)))) for name, value in features.items()
    )
    return _field(1, b"".join(entries))


def unpack(message: bytes) -> dict[str, bytes]:
    """The first byte string of each feature; numbers are left out. Raises ValueError for another message."""
    found: dict[str, bytes] = {}
    for features in _values(message, 1):
        for entry in _values(features, 1):
            name = b"".join(_values(entry, 1)).decode()
            for feature in _values(entry, 2):
                for value in (value for values in _values(feature, 1) for value in _values(values, 1)):
                    found.setdefault(name, value)
    return found


def _field(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _values(message: bytes, wanted: int) -> Iterator[bytes]:
    """The length-delimited fields with that number; all other fields are skipped."""
    at = 0
    while at < len(message):
        key, at = _read_varint(message, at)
        kind = key & 7
        if kind == _VARINT:
            _, at = _read_varint(message, at)
            continue
        size, at = (8, at) if kind == _FIXED64 else (4, at) if kind == _FIXED32 else _read_varint(message, at)
        if kind not in (_FIXED64, _BYTES, _FIXED32) or at + size > len(message):
            raise ValueError("a damaged message")
        if kind == _BYTES and key >> 3 == wanted:
            yield message[at : at + size]
        at += size


def _read_varint(message: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 64, 7):
        if at >= len(message):
            break
        byte = message[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
    raise ValueError("a damaged message")
