"""HPKE in base mode (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, one message."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from keys import hmac_sha256, public_of, x25519

KEM = b"KEM\x00\x20"
SUITE = b"HPKE\x00\x20\x00\x01\x00\x02"


def extract(suite, salt, label, secret):
    return hmac_sha256(salt, b"HPKE-v1" + suite + label + secret)


def expand(suite, secret, label, info, size):
    labeled = size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return HKDFExpand(algorithm=hashes.SHA256(), length=size, info=labeled).derive(secret)


def derive_private_key(secret):
    return expand(KEM, extract(KEM, b"", b"dkp_prk", secret), b"sk", b"", 32)


def context(shared, encapsulated, public_key, info):
    prk = extract(KEM, b"", b"eae_prk", shared)
    shared = expand(KEM, prk, b"shared_secret", encapsulated + public_key, 32)
    bound = b"\x00" + extract(SUITE, b"", b"psk_id_hash", b"") + extract(SUITE, b"", b"info_hash", info)
    secret = extract(SUITE, shared, b"secret", b"")
    return AESGCM(expand(SUITE, secret, b"key", bound, 32)), expand(SUITE, secret, b"base_nonce", bound, 12)


def seal_to(public_key, info, bound, plain, ephemeral_secret=None):
    """`ephemeral_secret` is for test vectors only."""
    ephemeral = derive_private_key(ephemeral_secret or os.urandom(32))
    shared = x25519(ephemeral, public_key)
    if shared is None:
        raise ValueError("nothing can be sealed to a point of low order")
    encapsulated = public_of(ephemeral)
    cipher, nonce = context(shared, encapsulated, public_key, info)
    return encapsulated + cipher.encrypt(nonce, plain, bound)


def open_with(private_key, info, bound, sealed):
    """The plain text, or None."""
    if len(sealed) < 48:
        return None
    shared = x25519(private_key, sealed[:32])
    if shared is None:
        return None
    cipher, nonce = context(shared, sealed[:32], public_of(private_key), info)
    try:
        return cipher.decrypt(nonce, sealed[32:], bound)
    except InvalidTag:
        return None
