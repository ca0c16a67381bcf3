"""Keys and tokens of Dispatched: their texts, and what is derived from a private key."""

import base64
import hashlib
import hmac
import re

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

PREFIXES = {"private": "dprv1_", "public": "dpub1_", "server": "dsrv1_", "recovery": "drec1_"}
TOKEN_PREFIXES = {
    "key": "dsk_live_",
    "session": "dst_sess_",
    "link": "dst_link_",
    "run": "dst_run_",
    "hook": "dst_hook_",
}

_P = 2**255 - 19
_ORDER_8 = (
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
)


class KeyTextError(ValueError):
    """`problem` is not_a_key, other_kind, newer, damaged or unusable."""

    def __init__(self, problem):
        super().__init__(problem)
        self.problem = problem


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    """Strict: one text for each value, no padding."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise ValueError("not base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64(data) != text:
        raise ValueError("not base64url")
    return data


def fields(*values):
    """Each value led by its length: 32 bits, big-endian. A number is 8 bytes."""
    joined = b""
    for value in values:
        if isinstance(value, str):
            value = value.encode()
        elif isinstance(value, int):
            value = value.to_bytes(8, "big")
        joined += len(value).to_bytes(4, "big") + value
    return joined


def read_key(kind, text):
    text = text.strip()
    prefix = re.match(r"d(prv|pub|srv|rec)\d+_", text)
    if not prefix:
        raise KeyTextError("not_a_key")
    if prefix.group()[:4] != PREFIXES[kind][:4]:
        raise KeyTextError("other_kind")
    if prefix.group() != PREFIXES[kind]:
        raise KeyTextError("newer")
    try:
        data = unb64(text[prefix.end() :])
    except ValueError:
        raise KeyTextError("damaged") from None
    key, check = data[:32], data[32:]
    if len(data) != 36 or hashlib.sha256(PREFIXES[kind].encode() + key).digest()[:4] != check:
        raise KeyTextError("damaged")
    if kind in ("public", "server") and is_low_order(key):
        raise KeyTextError("unusable")
    return key


def write_key(kind, key):
    prefix = PREFIXES[kind]
    return prefix + b64(key + hashlib.sha256(prefix.encode() + key).digest()[:4])


def read_token(text):
    """The kind and the 32 bytes of a token, or None."""
    for kind, prefix in TOKEN_PREFIXES.items():
        if text.startswith(prefix):
            try:
                data = unb64(text[len(prefix) :])
            except ValueError:
                return None
            return (kind, data) if len(data) == 32 else None
    return None


def is_low_order(public_key):
    u = (int.from_bytes(public_key, "little") & (2**255 - 1)) % _P
    return u in (0, 1, _P - 1, *_ORDER_8)


def new_private_key():
    return X25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())


def public_of(private_key):
    key = X25519PrivateKey.from_private_bytes(private_key).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def x25519(private_key, public_key):
    """The shared secret, or None when the point is of low order."""
    try:
        own = X25519PrivateKey.from_private_bytes(private_key)
        return own.exchange(X25519PublicKey.from_public_bytes(public_key))
    except ValueError:
        return None


def hmac_sha256(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def hkdf(secret, salt, info, size):
    return HKDF(algorithm=hashes.SHA256(), length=size, salt=salt, info=info).derive(secret)


def derive(key, tenant, generation, label):
    return hkdf(key, fields(tenant, generation), b"dispatched/v1/" + label.encode(), 32)


def wrapping_key(private_key, tenant, generation):
    return derive(private_key, tenant, generation, "wk")


def check_of(wk):
    return hmac_sha256(wk, b"check")
