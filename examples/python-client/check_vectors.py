"""Checks this client against the test vectors of the protocol: python3 check_vectors.py FOLDER"""

import json
import pathlib
import sys

from hpke import derive_private_key, open_with, seal_to
from keys import KeyTextError, check_of, derive, public_of, read_key, read_token, wrapping_key, write_key
from sign_in import HandshakeError, SignIn, prologue

FOLDER = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2] / "testdata/handshake")
checked = 0


def equal(found, expected, what):
    global checked
    checked += 1
    if found != expected:
        sys.exit(f"{what}: {found!r} instead of {expected!r}")


def refused(action, what):
    global checked
    checked += 1
    try:
        action()
    except HandshakeError:
        return
    sys.exit(f"{what}: must be refused")


def load(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def check_keys():
    vectors = load("keys.json")
    for one in vectors["derived"]:
        private_key, tenant, generation = bytes.fromhex(one["private_key"]), one["tenant"], one["generation"]
        wk = wrapping_key(private_key, tenant, generation)
        seal_key = derive_private_key(derive(wk, tenant, generation, "seal-kem"))
        equal(public_of(private_key).hex(), one["public_key"], "public key")
        equal(wk.hex(), one["wk"], "wk")
        equal(check_of(wk).hex(), one["check"], "check")
        equal(derive(wk, tenant, generation, "dek-wrap").hex(), one["dek_wrap"], "dek-wrap")
        equal(seal_key.hex(), one["seal_private_key"], "seal-kem")
        equal(public_of(seal_key).hex(), one["seal_public_key"], "public key of seal-kem")
    for one in vectors["key_texts"]:
        try:
            key = read_key(one["kind"], one["text"])
            equal(key.hex(), one.get("bytes"), one["text"])
            equal(write_key(one["kind"], key), one["text"].strip(), one["text"])
        except KeyTextError as error:
            equal(error.problem, one.get("problem"), one["text"])
    for one in vectors["tokens"]:
        kind, data = read_token(one["text"]) or (None, None)
        equal(kind, one["kind"], one["text"])
        equal(data and data.hex(), one.get("bytes"), one["text"])


def check_hpke():
    vectors = load("hpke.json")
    names = ["private_key", "info", "bound", "sealed"]
    for one in vectors["opens"]:
        private_key, info, bound, sealed = (bytes.fromhex(one[name]) for name in names)
        plain, secret = bytes.fromhex(one["plain"]), bytes.fromhex(one["ephemeral_secret"])
        equal(open_with(private_key, info, bound, sealed), plain, "opened")
        equal(seal_to(bytes.fromhex(one["public_key"]), info, bound, plain, secret), sealed, "sealed")
        equal(open_with(private_key, info, bound, seal_to(public_of(private_key), info, bound, plain)), plain, "both")
    for one in vectors["refused"]:
        equal(open_with(*(bytes.fromhex(one[name]) for name in names)), None, "what must not open")


def begun(one):
    return SignIn(
        one["origin"],
        one["tenant"],
        one["generation"],
        one["purpose"],
        one["api_key"],
        read_key("private", one["private_key"]),
        [read_key("server", pin) for pin in one["pins"]],
        one["action"],
        [bytes.fromhex(ephemeral) for ephemeral in one["ephemerals"]],
    )


def check_sign_in():
    for one in load("sign-in.json"):
        name, terms = one["name"], [one[part] for part in ["origin", "tenant", "generation", "purpose", "api_key"]]
        equal(prologue(*terms).hex(), one["prologue"], f"{name}: prologue")
        handshake = begun(one)
        equal(handshake.begin(), one["begin"], f"{name}: body of /api/session")
        for answer in one["refused_answers"]:
            refused(lambda: begun(one).confirm(answer), f"{name}: {answer}")
        equal(handshake.confirm(one["answer"]), one["confirm"], f"{name}: body of /api/session/confirm")
        equal(handshake.message_3.decode(), one["message_3"], f"{name}: payload of message 3")
        for answer in one["refused_confirmations"]:
            refused(lambda: handshake.finish(answer), f"{name}: {answer}")
        equal(handshake.finish(one["confirmed"]), json.loads(one["message_4"]), f"{name}: payload of message 4")


check_keys()
check_hpke()
check_sign_in()
print(f"{checked} checks passed")
