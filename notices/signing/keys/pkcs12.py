"""What is weak about a PKCS#12 file, told without its passphrase."""

from asn1crypto import pkcs12

from notices.messages import Text

_WEAK_CIPHERS = {
    "pkcs12_sha1_rc2_40": "RC2 with 40 bits",
    "pkcs12_sha1_rc2_128": "RC2",
    "pkcs12_sha1_rc4_40": "RC4 with 40 bits",
    "pkcs12_sha1_rc4_128": "RC4",
    "pkcs12_sha1_tripledes_2key": "two-key triple DES",
    "pkcs12_sha1_tripledes_3key": "triple DES",
}


def weaknesses(content: bytes) -> tuple[str, ...]:
    """One sentence for each weak cipher or MAC; empty for a sound or unreadable file.

    `content` is DER of a PFX (RFC 7292).
    """
    try:
        store = pkcs12.Pfx.load(content)
        return tuple(dict.fromkeys([*_mac(store), *_ciphers(store)]))
    except (ValueError, TypeError, KeyError):
        # The loader of the key has said already whether the file is readable.
        return ()


def is_pkcs12(content: bytes) -> bool:
    """Whether it has the outer shape of a PFX, so that only a passphrase may lack."""
    try:
        store = pkcs12.Pfx.load(content, strict=True)
        return bool(store["version"].native == "v3" and store["auth_safe"].native)
    except (ValueError, TypeError, KeyError):
        return False


def _mac(store: pkcs12.Pfx) -> list[str]:
    if store["mac_data"].native is None:
        return ["the file has no MAC: a change would not be seen"]
    algorithm = store["mac_data"]["mac"]["digest_algorithm"]["algorithm"].native
    return ["the MAC is made with SHA-1"] if algorithm == "sha1" else []


def _ciphers(store: pkcs12.Pfx) -> list[str]:
    names = []
    for info in store.authenticated_safe:
        if info["content_type"].native == "encrypted_data":
            encrypted = info["content"]["encrypted_content_info"]
            names.append(encrypted["content_encryption_algorithm"]["algorithm"].native)
        else:
            names += _key_bags(info["content"].native)
    return [
        Text(
            "the file is encrypted with {weak_ciphers}",
            weak_ciphers=_WEAK_CIPHERS[name],
        )
        for name in names
        if name in _WEAK_CIPHERS
    ]


def _key_bags(content: bytes) -> list[str]:
    return [
        bag["bag_value"]["encryption_algorithm"]["algorithm"].native
        for bag in pkcs12.SafeContents.load(content)
        if bag["bag_id"].native == "pkcs8_shrouded_key_bag"
    ]
