"""A company's OpenID Connect provider, in a process of its own: it knows a few people, and can be told to misbehave.

    python tests/admin/provider.py CLIENT_ID CLIENT_SECRET REDIRECT_URI

It prints its address. Whoever comes to `/authorize` is sent back at once as the person that `as` names; `fault` says
what is wrong with the token that follows.
"""

import base64
import hashlib
import hmac
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

PEOPLE: dict[str, dict[str, Any]] = {
    "ada": {"email": "ada@shop.example", "email_verified": True, "name": "Ada Lovegrove", "roles": ["chat-team"]},
    "root": {"email": "root@shop.example", "email_verified": True, "name": "Rooth", "roles": ["x", "chat-admins"]},
    "mira": {"email": "mira@shop.example", "email_verified": True, "name": "Mira", "roles": []},
    "fake": {"email": "mira@shop.example", "email_verified": False, "name": "Not Mira", "roles": []},
    "nobody": {"email": "nobody@shop.example", "email_verified": True, "name": "Nobody", "roles": ["sales"]},
}
KEY = RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"})
ROTATED = ECKey.generate_key("P-256", {"kid": "two", "alg": "ES256", "use": "sig"})
FOREIGN = RSAKey.generate_key(2048, {"kid": "one"})


class State:
    codes: dict[str, dict[str, str]] = {}
    rotated = False
    address = ""


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def token(code: dict[str, str], client: str) -> str:
    """The ID token for a code; `fault` spoils it."""
    now, fault = int(time.time()), code.get("fault", "")
    claims = {
        "iss": "https://elsewhere.example" if fault == "issuer" else State.address,
        "sub": code["as"],
        "aud": "another-client" if fault == "audience" else [client, "other"] if fault == "audiences" else client,
        "exp": now - 3_600 if fault == "expired" else now + 300,
        "iat": now,
        "nonce": "another" if fault == "nonce" else code["nonce"],
        "auth_time": now - 4_000 if fault == "stale" else now,
        **PEOPLE[code["as"]],
    }
    if fault in {"none", "shared"}:
        head = {"alg": "none"} if fault == "none" else {"alg": "HS256", "kid": "one"}
        signed = ".".join(base64url(json.dumps(part).encode()) for part in (head, claims))
        mac = hmac.digest(KEY.as_pem(private=False), signed.encode(), "sha256") if fault == "shared" else b""
        return f"{signed}.{base64url(mac)}"
    if fault == "foreign":
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, FOREIGN)
    if fault == "rotated":
        State.rotated = True
        return jwt.encode({"alg": "ES256", "kid": "two"}, claims, ROTATED)
    if fault == "garbage":
        return "not.a.token"
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, KEY)


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def give(self, status: int, body: Any = None, location: str = "") -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        match url.path:
            case "/.well-known/openid-configuration":
                self.give(
                    200,
                    {
                        "issuer": State.address,
                        "authorization_endpoint": State.address + "/authorize",
                        "token_endpoint": State.address + "/token",
                        "jwks_uri": State.address + "/keys",
                        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                    },
                )
            case "/keys":
                keys = [KEY, ROTATED] if State.rotated else [KEY]
                self.give(200, KeySet(keys).as_dict(private=False))
            case "/authorize":
                self.authorize(asked)
            case _:
                self.give(404)

    def authorize(self, asked: dict[str, str]) -> None:
        wrong = asked.get("client_id") != sys.argv[1] or asked.get("redirect_uri") != sys.argv[3]
        if wrong or asked.get("code_challenge_method") != "S256" or "openid" not in asked["scope"].split():
            self.give(400, asked)
            return
        code = secrets.token_urlsafe(16)
        State.codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": State.address, "session_state": "x"}
        if asked.get("fault") == "denied":
            back = {"error": "access_denied", "state": asked["state"]}
        self.give(302, location=f"{asked['redirect_uri']}?{urlencode(back)}")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        basic = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        client, _, secret = (unquote(part) for part in basic.partition(":"))
        code = State.codes.pop(form.get("code", ""), None)
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            code is None
            or (client, secret) != (sys.argv[1], sys.argv[2])
            or form["redirect_uri"] != sys.argv[3]
            or code["code_challenge"] != base64url(challenge)
        ):
            self.give(400, {"error": "invalid_grant"})
            return
        if code.get("fault") == "broken":
            self.give(500)
            return
        self.give(200, {"access_token": "x", "token_type": "Bearer", "id_token": token(code, client)})


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    State.address = f"http://127.0.0.1:{server.server_address[1]}"
    print(State.address, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
