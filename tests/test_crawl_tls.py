"""Certificates are verified: a server that nobody vouches for gives no page, in a crawl and in a single fetch."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scraper.crawl.fetch import FetchError, fetch
from scraper.crawl.guard import make_guard
from scraper.crawl.outlet import Outlet
from tests.loopback import Site, _Handler, _Server


class Secure(Outlet):
    name = "secure"
    title = "Secure Courier"
    home = "https://secure-courier.example/"
    feeds = home + "rss.xml"


def certificate(folder: Path) -> Path:
    """A certificate that vouches for itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "secure-courier.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("secure-courier.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "secure.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def secure(tmp_path) -> Iterator[Site]:
    site = Site()
    site.page("/rss.xml", "<rss version='2.0'/>")
    site.page("/", "hello")
    server: ThreadingHTTPServer = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": site}))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_a_crawl_asks_nothing_of_a_server_that_nobody_vouches_for(secure, crawls):
    crawls.site = secure
    report = crawls(Secure, RETRY_TIMES=0)
    assert secure.asked == []
    assert report.outcome == "trouble"
    assert [issue.kind for issue in report.issues] == ["closed"]


def test_a_single_fetch_asks_nothing_of_a_server_that_nobody_vouches_for(secure):
    guard = make_guard(hosts={"secure-courier.example": secure.address})
    with pytest.raises(FetchError, match="certificate"):
        fetch("https://secure-courier.example/", guard=guard, user_agent="test", obey_robots=False)
    assert secure.asked == []


def test_a_server_that_somebody_vouches_for_is_read_under_its_name(secure, tmp_path, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "secure.pem"))
    guard = make_guard(hosts={"secure-courier.example": secure.address})
    import requests.adapters

    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(tmp_path / "secure.pem"))
    capture = fetch("https://secure-courier.example/", guard=guard, user_agent="test", obey_robots=False)
    assert (capture.body, capture.peer) == (b"hello", "127.0.0.1")
