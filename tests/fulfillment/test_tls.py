"""Encrypted calls reach only the host that the certificate names; the rest is `tls_error`, before anything is sent."""

import asyncio
import datetime
import ssl
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from branchline.fulfillment.addresses import opened
from fulfillment.calls import answers, call, client, outcome, serving
from stopwatch import stopwatch

HOSTS = opened(("localhost", "127.0.0.1"))
DAY = datetime.timedelta(days=1)


class Identity(NamedTuple):
    server: ssl.SSLContext
    trusting: ssl.SSLContext


def identity(folder: Path, name: str = "localhost", *, days: int = 2) -> Identity:
    """A server's certificate, made here, and a client's context that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - 10 * DAY)
        .not_valid_after(now + days * DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "identity.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return Identity(
        server, ssl.create_default_context(cadata=certificate.public_bytes(serialization.Encoding.PEM).decode())
    )


async def test_a_trusted_certificate_is_called(tmp_path: Path):
    made = identity(tmp_path)
    async with serving(answers(), ssl=made.server) as port, client(HOSTS, tls=made.trusting) as one:
        for _ in range(3):
            assert outcome(await one.call(call(f"https://localhost:{port}/"))) == "ok"


@pytest.mark.parametrize("fault", ["untrusted", "expired", "other name", "address", "old version"])
async def test_a_certificate_that_does_not_fit_is_not_called(tmp_path: Path, fault: str):
    made = identity(
        tmp_path, "other.example" if fault == "other name" else "localhost", days=-1 if fault == "expired" else 2
    )
    seen: list[bytes] = []
    trusting = None if fault == "untrusted" else made.trusting
    host = "127.0.0.1" if fault == "address" else "localhost"
    if fault == "old version":
        assert trusting is not None
        trusting.minimum_version = ssl.TLSVersion.TLSv1_3
        made.server.maximum_version = ssl.TLSVersion.TLSv1_2
    async with serving(answers(seen=seen), ssl=made.server) as port, client(HOSTS, tls=trusting) as one:
        result = await one.call(call(f"https://{host}:{port}/"))
    assert (outcome(result), result.attempts, result.sent, seen) == ("tls_error", 2, False, [])
    assert host in result.detail


async def test_a_server_without_tls_is_a_tls_error(tmp_path: Path):
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    async def closes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)

    for serve in (plain, closes):
        async with serving(serve) as port, client(HOSTS) as one:
            result = await one.call(call(f"https://localhost:{port}/"))
        assert (outcome(result), result.sent) == ("tls_error", False)


async def test_a_handshake_that_stalls_or_drips_ends_at_the_deadline():
    async def stalls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)

    async def drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x16\x03\x03\x3f\xff\x02")
        while True:
            writer.write(b"\x00")
            await writer.drain()
            await asyncio.sleep(0.02)

    for serve in (stalls, drips):
        async with serving(serve) as port, client(HOSTS) as one:
            took = stopwatch()
            result = await one.call(call(f"https://localhost:{port}/", deadline_ms=300))
            assert (outcome(result), result.sent) == ("timeout", False)
            assert took() < 0.55


async def test_silence_behind_tls_ends_at_the_deadline(tmp_path: Path):
    made = identity(tmp_path)

    async def stalls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)

    async with serving(stalls, ssl=made.server) as port, client(HOSTS, tls=made.trusting) as one:
        took = stopwatch()
        result = await one.call(call(f"https://localhost:{port}/", body=b"x" * 1_000_000, deadline_ms=400))
        assert (outcome(result), result.sent) == ("timeout", True)
        assert took() < 0.65


async def test_a_client_certificate_that_is_missing_sends_no_second_request(tmp_path: Path):
    made = identity(tmp_path)
    made.server.verify_mode = ssl.CERT_REQUIRED
    made.server.load_verify_locations(
        cadata=(tmp_path / "identity.pem").read_text().partition("-----END PRIVATE KEY-----\n")[2]
    )
    async with serving(answers(), ssl=made.server) as port, client(HOSTS, tls=made.trusting) as one:
        result = await one.call(call(f"https://localhost:{port}/"))
    assert outcome(result) in {"tls_error", "truncated"}
