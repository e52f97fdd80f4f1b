"""Ed25519 (RFC 8032, 5.1) by its definition: slow, and without a library."""

import hashlib

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_Point = tuple[int, int]


def _add(p: _Point, q: _Point) -> _Point:
    (x1, y1), (x2, y2) = p, q
    both = _D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + both, -1, _P)
    y = (y1 * y2 + x1 * x2) * pow(1 - both, -1, _P)
    return x % _P, y % _P


def _times(point: _Point, factor: int) -> _Point:
    result = (0, 1)
    while factor:
        if factor & 1:
            result = _add(result, point)
        point, factor = _add(point, point), factor >> 1
    return result


def _point(octets: bytes) -> _Point:
    number = int.from_bytes(octets, "little")
    sign, y = number >> 255, number % 2**255
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if (x * x - square) % _P or y >= _P:
        raise ValueError("no point of the curve")
    return (_P - x if x & 1 != sign else x), y


def _octets(point: _Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


_B = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))


def _secret(seed: bytes) -> tuple[int, bytes]:
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | 1 << 254
    return scalar, digest[32:]


def _challenge(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % _L


def public(seed: bytes) -> bytes:
    return _octets(_times(_B, _secret(seed)[0]))


def sign(seed: bytes, message: bytes) -> bytes:
    scalar, prefix = _secret(seed)
    nonce = _challenge(prefix, message)
    first = _octets(_times(_B, nonce))
    hashed = _challenge(first, public(seed), message)
    return first + ((nonce + hashed * scalar) % _L).to_bytes(32, "little")


def verify(key: bytes, message: bytes, signature: bytes) -> bool:
    first, scalar = signature[:32], int.from_bytes(signature[32:], "little")
    hashed = _challenge(first, key, message)
    right = _add(_point(first), _times(_point(key), hashed))
    return scalar < _L and _times(_B, scalar) == right
