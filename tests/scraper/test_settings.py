"""The defaults that make a collection polite, and what a profile may change."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scraper import settings
from scraper.known import demo_profile
from scraper.profile import Profile, parse_profile
from scraper.settings import for_profile
from tests.scraper.support import collect, mock_site, write_profile

OUT = Path("out")


def outside(**keys: object) -> Profile:
    allowed = {"authorised": "A. Owner", "contact": "me@example.org"}
    return parse_profile({"captcha": [{"page": "https://example.org/"}], **allowed, **keys}, "site")


def test_what_scrapy_leaves_off_is_on_and_the_other_way_round() -> None:
    assert settings.ROBOTSTXT_OBEY and settings.DOWNLOAD_VERIFY_CERTIFICATES and settings.AUTOTHROTTLE_ENABLED
    assert not settings.TELNETCONSOLE_ENABLED and not settings.REMOTE_CONTROL_ENABLED
    assert settings.USER_AGENT.startswith("captcha-toolkit/")


def test_another_machine_is_throttled_whatever_its_delay() -> None:
    chosen = for_profile(outside(delay=0, lanes=5), OUT)
    assert chosen["AUTOTHROTTLE_ENABLED"] is True and chosen["CAPTCHA_BACK_OFF"] >= 1.0
    assert chosen["USER_AGENT"].endswith("(+me@example.org)")
    assert chosen["CONCURRENT_REQUESTS"] == chosen["CONCURRENT_REQUESTS_PER_DOMAIN"] == 5
    assert not {"ROBOTSTXT_OBEY", "DOWNLOAD_VERIFY_CERTIFICATES", "TELNETCONSOLE_ENABLED"} & chosen.keys()
    assert for_profile(outside(delay=7), OUT)["DOWNLOAD_DELAY"] == 7.0


def test_the_demo_runs_at_full_speed() -> None:
    chosen = for_profile(demo_profile("demo", "http://127.0.0.1:1"), OUT)
    assert chosen["AUTOTHROTTLE_ENABLED"] is False
    assert chosen["DOWNLOAD_DELAY"] == chosen["CAPTCHA_BACK_OFF"] == 0.0


def certificate(folder: Path) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key, in one file."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "site.pem"
    encoding = serialization.Encoding.PEM
    path.write_bytes(key.private_bytes(encoding, *plain) + made.public_bytes(encoding))
    return path


@pytest.mark.full
def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    with mock_site() as site:
        site.socket = context.wrap_socket(site.socket, server_side=True)
        address = site.address.replace("http:", "https:")
        status, outcome, said = collect(write_profile(tmp_path, f'page = "{address}/one/text.png"'), 1, tmp_path / "o")
        assert site.state.counts()["requests"] == 0
    assert status == 1 and "robots.txt cannot be read" in outcome["stopped"], said
