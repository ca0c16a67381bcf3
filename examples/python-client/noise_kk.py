"""Noise_KK_25519_AESGCM_SHA256, the initiator's side."""

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keys import hkdf, public_of, x25519

NAME = b"Noise_KK_25519_AESGCM_SHA256"


def nonce(counter):
    return bytes(4) + counter.to_bytes(8, "big")


class Initiator:
    def __init__(self, private_key, peer, prologue, ephemeral=None):
        """`ephemeral` is for test vectors only."""
        self.private_key = private_key
        self.ephemeral = ephemeral or os.urandom(32)
        self.hash = self.chaining_key = NAME.ljust(32, b"\x00")
        self.counter = 0
        self.mix_hash(prologue)
        self.mix_hash(public_of(private_key))
        self.mix_hash(peer)
        # -> e, es, ss
        public = public_of(self.ephemeral)
        self.mix_hash(public)
        self.mix_key(self.ephemeral, peer)
        self.mix_key(private_key, peer)
        self.message_1 = public + self.encrypt_and_hash(b"")

    def read_message_2(self, message):
        """The payload, or None; afterwards `seal` and `open` carry messages 3 and 4."""
        if len(message) < 48:
            return None
        # <- e, ee, se
        theirs, sealed = message[:32], message[32:]
        self.mix_hash(theirs)
        self.mix_key(self.ephemeral, theirs)
        self.mix_key(self.private_key, theirs)
        try:
            payload = AESGCM(self.key).decrypt(nonce(self.counter), sealed, self.hash)
        except InvalidTag:
            return None
        keys = hkdf(b"", self.chaining_key, b"", 64)
        self.send_key, self.receive_key = keys[:32], keys[32:]
        return payload

    def seal(self, plain):
        """Message 3: the only message that is sent, so its counter is 0."""
        return AESGCM(self.send_key).encrypt(nonce(0), plain, b"")

    def open(self, sealed):
        """Message 4's payload, or None."""
        try:
            return AESGCM(self.receive_key).decrypt(nonce(0), sealed, b"")
        except (InvalidTag, ValueError):
            return None

    def mix_hash(self, data):
        self.hash = hashlib.sha256(self.hash + data).digest()

    def mix_key(self, own, peer):
        # A point of low order shares no secret; with random bytes nothing after it opens.
        secret = x25519(own, peer) or os.urandom(32)
        derived = hkdf(secret, self.chaining_key, b"", 64)
        self.chaining_key, self.key, self.counter = derived[:32], derived[32:], 0

    def encrypt_and_hash(self, plain):
        sealed = AESGCM(self.key).encrypt(nonce(self.counter), plain, self.hash)
        self.counter += 1
        self.mix_hash(sealed)
        return sealed
