"""A timestamp of the log's head: asked of an authority on this machine, checked offline, refused when it is wrong."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from scraper.cli.app import run as provenance
from scraper.store.database import Store
from tests.stores import read

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl plays the authority, and is not here")
SETTINGS = """
[tsa]
default_tsa = only
[only]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""


class Authority:
    """A root, a signer under it, and an address that stamps what it is sent."""

    def __init__(self, folder: Path, *, expired: bool = False) -> None:
        folder.mkdir()
        self.folder = folder
        root_key, root = certificate("Root of Ostrel", None, days=(-900, 900))
        self.pem = folder / "root.pem"
        self.pem.write_bytes(root.public_bytes(serialization.Encoding.PEM))
        key, signer = certificate("Stamps of Ostrel", (root_key, root), days=(-800, -400) if expired else (-1, 400))
        (folder / "signer.pem").write_bytes(signer.public_bytes(serialization.Encoding.PEM))
        (folder / "key.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(SETTINGS.format(folder=folder))
        self.asked: list[bytes] = []

    def stamp(self, asked: bytes) -> bytes:
        self.asked.append(asked)
        (self.folder / "asked.tsq").write_bytes(asked)
        command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "asked.tsq", "-inkey", "key.pem"]
        subprocess.run(
            [*command, "-signer", "signer.pem", "-out", "said.tsr"], cwd=self.folder, check=True, capture_output=True
        )
        return (self.folder / "said.tsr").read_bytes()


def certificate(name, issuer, days):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[1].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        made = made.add_extension(usage, critical=True)
    return key, made.sign(issuer[0] if issuer else key, hashes.SHA256())


def serving(answer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, said = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/stamp"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path / "authority")


@pytest.fixture
def address(authority):
    yield from serving(lambda asked: (200, authority.stamp(asked)))


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "p.db"
    with Store.open(path) as store:
        read(store, "Divers will inspect the old mole of Ostrel on Monday at dawn.")
    return path


@dataclass
class Done:
    exit_code: int
    output: str


def run(database, *words):
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = provenance(["--db", str(database), *map(str, words)])
    return Done(code, out.getvalue() + err.getvalue())


def stamped(database, address, file):
    done = run(database, "timestamp", address, "-o", file, "--allow", "127.0.0.0/8")
    assert done.exit_code == 0, done.output
    return file


def test_a_stamped_head_is_checked_offline_however_much_came_later(database, address, authority, tmp_path):
    file = stamped(database, address, tmp_path / "head.tsr")
    with Store.open(database) as store:
        read(store, "The mole was found sound.", at="2026-02-02T03:04:05Z", url="https://courier.example/2")
    done = run(database, "verify", "--timestamp", file, "--authority", authority.pem)
    assert done.exit_code == 0, done.output
    assert "Log entries up to 2 existed at 20" in done.output
    assert "Stamps of Ostrel" in done.output


def test_openssl_agrees_that_it_is_the_printed_hash_that_was_stamped(database, address, authority, tmp_path):
    file = stamped(database, address, tmp_path / "head.tsr")
    with Store.open(database, read_only=True) as store:
        head = store.value("SELECT sha256 FROM log ORDER BY number DESC LIMIT 1")
    (tmp_path / "head.txt").write_text(head)
    command = ["openssl", "ts", "-verify", "-data", tmp_path / "head.txt", "-in", file, "-CAfile", authority.pem]
    said = subprocess.run(
        [*command, "-untrusted", authority.folder / "signer.pem"], capture_output=True, text=True, check=False
    )
    assert "Verification: OK" in said.stdout, said.stderr


def test_only_the_hash_of_the_head_leaves_the_machine(database, address, authority, tmp_path):
    stamped(database, address, tmp_path / "head.tsr")
    [asked] = authority.asked
    assert len(asked) < 100
    assert b"Ostrel" not in asked


def test_a_stamp_of_another_log_is_a_problem(database, address, authority, tmp_path):
    other = tmp_path / "other.db"
    with Store.open(other) as store:
        read(store, "Quite another page.", url="https://courier.example/3")
    file = stamped(other, address, tmp_path / "other.tsr")
    done = run(database, "verify", "--timestamp", file, "--authority", authority.pem)
    assert done.exit_code == 2
    assert "of no entry of this log" in done.output


def test_a_stamp_by_another_authority_is_a_problem(database, address, tmp_path):
    file = stamped(database, address, tmp_path / "head.tsr")
    stranger = Authority(tmp_path / "stranger")
    done = run(database, "verify", "--timestamp", file, "--authority", stranger.pem)
    assert done.exit_code == 2
    assert "vouch for" in done.output


def test_a_stamp_by_an_expired_certificate_is_a_problem(database, tmp_path):
    expired = Authority(tmp_path / "expired", expired=True)
    for address in serving(lambda asked: (200, expired.stamp(asked))):
        file = stamped(database, address, tmp_path / "head.tsr")
    done = run(database, "verify", "--timestamp", file, "--authority", expired.pem)
    assert done.exit_code == 2
    assert "vouch for" in done.output


def test_a_flipped_byte_anywhere_in_a_stamp_is_a_problem(database, address, authority, tmp_path):
    whole = stamped(database, address, tmp_path / "head.tsr").read_bytes()
    spoilt = tmp_path / "spoilt.tsr"
    # The last 60 bytes are the signature; the imprint stands in the first half
    for place in (*range(40, len(whole) - 60, 97), len(whole) - 20):
        spoilt.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        done = run(database, "verify", "--no-comparisons", "--timestamp", spoilt, "--authority", authority.pem)
        assert done.exit_code == 2, f"byte {place}"
        assert "Traceback" not in done.output


@pytest.mark.parametrize("answer", [(200, b"no stamp at all"), (200, b"x" * 200_000), (503, b""), (200, b"")])
def test_an_authority_that_sends_something_else_leaves_no_file(database, tmp_path, answer):
    for address in serving(lambda _: answer):
        done = run(database, "timestamp", address, "-o", tmp_path / "head.tsr", "--allow", "127.0.0.0/8")
    assert done.exit_code == 2
    assert len(done.output.strip().splitlines()) == 1
    assert not (tmp_path / "head.tsr").exists()


def test_an_answer_to_an_earlier_request_is_not_taken(database, authority, tmp_path):
    said: list[bytes] = []

    def again(asked: bytes) -> tuple[int, bytes]:
        said.append(said[0] if said else authority.stamp(asked))
        return 200, said[-1]

    for address in serving(again):
        stamped(database, address, tmp_path / "first.tsr")
        done = run(database, "timestamp", address, "-o", tmp_path / "second.tsr", "--allow", "127.0.0.0/8")
    assert done.exit_code == 2
    assert "another request" in done.output


def test_an_inward_authority_is_not_asked_unless_it_is_allowed(database, authority, address, tmp_path):
    done = run(database, "timestamp", address, "-o", tmp_path / "head.tsr")
    assert done.exit_code == 2
    assert authority.asked == []


def test_what_is_missing_is_said_in_one_sentence(database, authority, address, tmp_path):
    file = stamped(database, address, tmp_path / "head.tsr")
    assert run(database, "timestamp", address, "-o", file, "--allow", "127.0.0.0/8").exit_code == 2
    assert run(database, "verify", "--timestamp", file).exit_code == 2
    no_certificate = run(database, "verify", "--timestamp", file, "--authority", file)
    assert no_certificate.exit_code == 2
    assert "none in PEM" in no_certificate.output
    with Store.open(tmp_path / "empty.db"):
        pass
    assert run(tmp_path / "empty.db", "timestamp", address, "-o", tmp_path / "x.tsr").exit_code == 2
