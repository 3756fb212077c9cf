"""Content hashes."""

import hashlib

import pytest
from PIL import Image, ImageFilter

from dataset.errors import ImageRefused
from dataset.hashing import dhash_of, fingerprint, sha256_of
from dataset.imagefile import decode
from tests.dataset.support import encoded, png


def test_sha256() -> None:
    assert sha256_of(b"abc") == hashlib.sha256(b"abc").hexdigest()


def test_the_difference_hash_is_one_bit_a_step() -> None:
    rising = Image.frombytes("L", (9, 8), bytes(range(0, 90, 10)) * 8)
    assert dhash_of(rising) == 2**64 - 1
    assert dhash_of(rising.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) == 0
    assert dhash_of(Image.new("L", (50, 20), 9)) == 0
    first = Image.new("L", (9, 8), 0)
    first.putpixel((1, 0), 255)
    assert dhash_of(first) == 1 << 63  # the most significant bit is the first step of the first row


def test_alike_pictures_have_alike_hashes() -> None:
    noise = Image.effect_noise((200, 60), 120)
    near = noise.filter(ImageFilter.GaussianBlur(0.4))
    other = noise.transpose(Image.Transpose.ROTATE_180)
    distance = (dhash_of(noise) ^ dhash_of(near)).bit_count()
    assert distance < 12 < (dhash_of(noise) ^ dhash_of(other)).bit_count()


def test_fingerprint() -> None:
    found = fingerprint(png(1))
    assert found.sha256 == sha256_of(png(1))
    assert 0 <= found.dhash < 2**64
    same_pixels = encoded(decode(png(1)), "BMP")
    assert fingerprint(same_pixels).dhash == found.dhash
    with pytest.raises(ImageRefused):
        fingerprint(b"no picture")
