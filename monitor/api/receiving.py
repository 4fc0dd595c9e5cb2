"""Bodies as they come in: bounded in size and time, packed ones unpacked within the same bound."""

import asyncio
import zlib

from starlette.requests import ClientDisconnect, Request

from monitor.api.problems import Problem

MOST_BYTES = 64 * 1024
"""Of what a person sends."""
PATIENCE = 10.0
"""Seconds in which a body has to be here."""

_GZIP = 16 + zlib.MAX_WBITS


async def received(request: Request, most: int) -> bytes:
    """The body as it was sent. Raises Problem (400, 408, 413, 415)."""
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > most:
        raise _too_large(most)
    read = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for piece in request.stream():
                read += piece
                if len(read) > most:
                    raise _too_large(most)
    except TimeoutError:
        raise Problem(408, f"the body was not here within {PATIENCE:.0f} s") from None
    except ClientDisconnect:
        raise Problem(400, "the body ended too early") from None
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if read and media_type != "application/json":
        raise Problem(415, "send JSON, with `Content-Type: application/json`", headers={"accept": "application/json"})
    return bytes(read)


def unpacked(raw: bytes, encoding: str, most: int) -> bytes:
    """What was packed by `encoding`, never more of it than `most` bytes. Raises Problem (400, 413, 415)."""
    match encoding.strip().lower():
        case "" | "identity":
            return raw
        case "gzip":
            return _gunzipped(raw, most)
        case other:
            raise Problem(415, f"what is packed as {other} cannot be read; send gzip", headers={"accept": "gzip"})


def _gunzipped(raw: bytes, most: int) -> bytes:
    unpacking = zlib.decompressobj(_GZIP)
    try:
        found = unpacking.decompress(raw, most + 1)
    except zlib.error as error:
        raise Problem(400, f"the body is not gzip: {error}") from None
    if len(found) > most:
        raise _too_large(most)
    if not unpacking.eof or unpacking.unused_data:
        raise Problem(400, "the body is not gzip: it ends too early, or goes on after its end")
    return found


def _too_large(most: int) -> Problem:
    return Problem(413, f"a body has at most {most:,} bytes here")
