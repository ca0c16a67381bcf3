"""Signs in to a Dispatched server and prints the session's token.

    python3 sign_in.py --url https://flows.example --tenant ten_… --key-file key.txt --pin dsrv1_…

With --recover NEW_FILE the key file has the key of the recovery sheet: a new private key takes the place of the lost one.

The API key is read from the environment, DISPATCHED_API_KEY.
"""

import argparse
import hashlib
import json
import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from hpke import open_with
from keys import (
    b64,
    fields,
    new_private_key,
    public_of,
    read_key,
    read_token,
    unb64,
    wrapping_key,
    write_key,
)
from noise_kk import Initiator


class HandshakeError(Exception):
    pass


def origin_of(url):
    parts = urlsplit(url)
    host = parts.hostname if ":" not in parts.hostname else f"[{parts.hostname}]"
    default = {"http": 80, "https": 443}[parts.scheme]
    port = "" if parts.port in (None, default) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def server_id(public_key):
    return b64(hashlib.sha256(public_key).digest()[:8])


def prologue(origin, tenant, generation, purpose, api_key):
    api_key_hash = hashlib.sha256(api_key.encode()).digest()
    return fields("dispatched/v1/handshake", origin, tenant, generation, purpose, api_key_hash)


class SignIn:
    """One handshake: `begin`, then `confirm` with the answer, then `finish` with the next answer."""

    def __init__(
        self, origin, tenant, generation, purpose, api_key, private_key, pins, action=None, ephemerals=None, next_key=None
    ):
        self.tenant, self.generation, self.purpose = tenant, generation, purpose
        self.private_key, self.action, self.next_key = private_key, action, next_key
        bound = prologue(origin, tenant, generation, purpose, api_key)
        self.begun = {}
        for index, pin in enumerate(pins):
            ephemeral = ephemerals[index] if ephemerals else None
            self.begun[server_id(pin)] = Initiator(private_key, pin, bound, ephemeral)

    def begin(self):
        """The body of POST /api/session."""
        offers = [{"server": name, "message": b64(one.message_1)} for name, one in self.begun.items()]
        return {"purpose": self.purpose, "offers": offers}

    def confirm(self, answer):
        """The body of POST /api/session/confirm."""
        try:
            self.noise = self.begun[answer["server"]]
            message, cookie = unb64(answer["message"]), answer["cookie"]
        except (KeyError, TypeError, ValueError):
            raise HandshakeError("the answer is not one of this protocol") from None
        payload = self.noise.read_message_2(message)
        if payload is None:
            raise HandshakeError("the answer does not come from the server that is pinned")
        proof = {"wk": b64(self.wrapping_key(payload))}
        if self.next_key is not None:
            proof["next_wk"] = b64(wrapping_key(self.next_key, self.tenant, self.generation + 1))
        if self.action is not None:
            proof["action"] = self.action
        self.message_3 = json.dumps(proof, separators=(",", ":"), ensure_ascii=False).encode()
        return {"cookie": cookie, "message": b64(self.noise.seal(self.message_3))}

    def finish(self, answer):
        """What message 4 brings: session, expires_at, audit_head, result."""
        try:
            payload = self.noise.open(unb64(answer["message"]))
        except (KeyError, TypeError, ValueError):
            raise HandshakeError("the answer is not one of this protocol") from None
        if payload is None:
            raise HandshakeError("the answer does not come from the server that is pinned")
        confirmation = json.loads(payload)
        session = confirmation["session"]
        if session is not None and (read_token(session) or ("",))[0] != "session":
            raise HandshakeError("the session's token is malformed")
        return confirmation

    def wrapping_key(self, payload):
        if self.purpose != "recover":
            return wrapping_key(self.private_key, self.tenant, self.generation)
        bound = fields(self.tenant, self.generation)
        wk = open_with(self.private_key, b"dispatched/v1/recovery", bound, payload)
        if wk is None:
            raise HandshakeError("the server has no wrapping key for this recovery key")
        return wk


def ask(method, url, api_key, body=None):
    headers = {"content-type": "application/json", "dispatched-key": api_key}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        raise HandshakeError(f"{url} answered {error.code}: {error.read(1000).decode(errors='replace')}") from None


def generation_of(url, api_key):
    return ask("GET", f"{url.rstrip('/')}/api/rotation", api_key)["generation"]


def sign_in(url, tenant, generation, purpose, api_key, private_key, pins, action=None, next_key=None):
    base = url.rstrip("/")
    handshake = SignIn(
        origin_of(url), tenant, generation, purpose, api_key, private_key, pins, action, next_key=next_key
    )
    answer = ask("POST", f"{base}/api/session", api_key, handshake.begin())
    confirmed = ask("POST", f"{base}/api/session/confirm", api_key, handshake.confirm(answer))
    return handshake.finish(confirmed)


def recover(url, tenant, generation, api_key, recovery_key, pins, new_file):
    """A rotation by the recovery sheet. The new key is in `new_file` before it is sent: no lost answer loses it."""
    new_key = new_private_key()
    with open(os.open(new_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(write_key("private", new_key) + "\n")
    action = {"type": "rotate", "public_key": write_key("public", public_of(new_key)), "deep": False}
    sign_in(url, tenant, generation, "recover", api_key, recovery_key, pins, action, new_key)
    return new_key


def main():
    parser = argparse.ArgumentParser(description="Sign in to a Dispatched server and print the session's token.")
    parser.add_argument("--url", required=True, help="the server's address")
    parser.add_argument("--tenant", required=True, help="ten_…")
    parser.add_argument("--generation", type=int, help="of the tenant's key (default: the server is asked)")
    parser.add_argument("--key-file", required=True, help="a file with the private key, dprv1_…, or drec1_…")
    parser.add_argument("--pin", required=True, action="append", help="the server's key, dsrv1_…; once or twice")
    parser.add_argument("--recover", metavar="NEW_FILE", help="the key is the recovery sheet's; where the new one goes")
    options = parser.parse_args()
    with open(options.key_file, encoding="utf-8") as file:
        private_key = read_key("recovery" if options.recover else "private", file.read())
    pins = [read_key("server", pin) for pin in options.pin]
    api_key = os.environ["DISPATCHED_API_KEY"]
    try:
        url, tenant = options.url, options.tenant
        generation = options.generation
        if generation is None:
            generation = generation_of(url, api_key)
        if options.recover:
            private_key = recover(url, tenant, generation, api_key, private_key, pins, options.recover)
            generation += 1
            print(f"the new private key is in {options.recover}", file=sys.stderr)
        found = sign_in(url, tenant, generation, "session", api_key, private_key, pins)
    except HandshakeError as error:
        sys.exit(str(error))
    print(found["session"])
    print(f"until {found['expires_at']}, audit log at {found['audit_head']['seq']}", file=sys.stderr)


if __name__ == "__main__":
    main()
