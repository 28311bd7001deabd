"""Credit reports as JWS (RFC 7515), SD-JWT (RFC 9901), JWK sets (RFC 7517) and Token Status Lists define them, written from
those texts alone."""
import base64
import binascii
import hashlib
import json
import zlib

import ed25519
from notes import Broken, RecordProof


def b64url(text, place):
    """Base64url without padding, in its one spelling."""
    try:
        octets = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise Broken(place, "not base64url") from None
    if base64.urlsafe_b64encode(octets).decode().rstrip("=") != text:
        raise Broken(place, "not base64url in its one spelling")
    return octets


def load(octets, place):
    """JSON without doubled names."""
    def pairs(members):
        names = [name for name, _ in members]
        if len(set(names)) != len(names):
            raise Broken(place, "a name stands twice")
        return dict(members)
    try:
        return json.loads(octets, object_pairs_hook=pairs)
    except ValueError:
        raise Broken(place, "no JSON") from None


def canonical(value):
    """RFC 8785 for what reports hold: no fractions, names in the Basic Multilingual Plane."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def compact(octets):
    """The three parts of a compact JWS."""
    parts = octets.decode("ascii", "replace").split(".")
    if len(parts) != 3:
        raise Broken("signature", "has not three parts")
    return parts


class Keys:
    """The platform's published key set."""

    def __init__(self, octets):
        self.keys = {}
        for key in load(octets, "keys")["keys"]:
            if key.get("kty") == "OKP" and key.get("crv") == "Ed25519":
                thumb = canonical({"crv": "Ed25519", "kty": "OKP", "x": key["x"]})
                name = base64.urlsafe_b64encode(hashlib.sha256(thumb).digest()).decode().rstrip("=")
                if name != key["kid"]:
                    raise Broken("keys", "an id is not the key's thumbprint")
                self.keys[name] = key

    def verify(self, protected, payload, signature, kind):
        """The payload and the key, where the signature holds."""
        header = load(b64url(protected, "header"), "header")
        if header.get("alg") != "EdDSA" or header.get("typ") != kind or "crit" in header:
            raise Broken("header", f"not that of a {kind}")
        key = self.keys.get(header.get("kid"))
        if key is None:
            raise Broken("header", "signed with an unknown key")
        signed = f"{protected}.{payload}".encode()
        if not ed25519.verifies(b64url(key["x"], "keys"), signed, b64url(signature, "signature")):
            raise Broken("signature", "does not fit the content")
        return b64url(payload, "payload"), key

    @staticmethod
    def in_force(key, moment):
        if "revoked" in key:
            raise Broken("key", "withdrawn")
        if moment < key["iat"] or moment > key.get("exp", moment):
            raise Broken("key", "not in force when it signed")


def disclose(payload, texts):
    """RFC 9901 section 7.1: the payload with every disclosed value in its place, and how many are withheld."""
    waiting, seen, withheld = {}, set(), 0
    for text in texts:
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
        elements = load(b64url(text, "disclosure"), "disclosure")
        if digest in waiting or not isinstance(elements, list) or len(elements) not in (2, 3):
            raise Broken("disclosure", "damaged, or stands twice")
        waiting[digest] = elements

    def take(digest, count):
        nonlocal withheld
        if digest in seen:
            raise Broken("payload", "a digest stands twice")
        seen.add(digest)
        elements = waiting.pop(digest, None)
        if elements is None:
            withheld += 1
            return None
        if len(elements) != count:
            raise Broken("disclosure", "in the wrong place")
        return elements

    def walk(value):
        if isinstance(value, dict):
            result = {name: walk(member) for name, member in value.items() if name not in ("_sd", "_sd_alg")}
            for digest in value.get("_sd", []):
                elements = take(digest, 3)
                if elements:
                    if elements[1] in result or elements[1] in ("_sd", "..."):
                        raise Broken("disclosure", "a name that cannot be")
                    result[elements[1]] = walk(elements[2])
            return result
        if isinstance(value, list):
            result = []
            for member in value:
                if isinstance(member, dict) and set(member) == {"..."}:
                    elements = take(member["..."], 2)
                    if elements:
                        result.append(walk(elements[1]))
                else:
                    result.append(walk(member))
            return result
        return value

    if payload.get("_sd_alg", "sha-256") != "sha-256":
        raise Broken("payload", "digests of another kind")
    result = walk(payload)
    if waiting:
        raise Broken("disclosure", "a value is not what was signed")
    return result, withheld


def verify_json(octets, keys, log_key=None):
    """Everything about a report's JSON that can be checked without asking anybody; gives its content and what is withheld."""
    file = load(octets, "file")
    token = file["sd_jwt"]
    payload, key = keys.verify(token["protected"], token["payload"], token["signature"], "credit-report+sd-jwt")
    content, withheld = disclose(load(payload, "payload"), token["header"]["disclosures"])
    keys.in_force(key, content["iat"])
    if file["report"] != content:
        raise Broken("report", "the readable part differs from what was signed")
    records = {record["record"]: record for section in content["sections"] for record in section["records"]}
    basic = content["subject"].get("registered")
    if basic:
        records[basic["record"]] = {**basic, "fields": content["subject"]["facts"]}
    for name, text in file["proofs"].items():
        if name not in records:
            raise Broken("proofs", f"record {name} is not stated")
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
        if digest != records[name]["proof"]:
            raise Broken("proofs", f"that of record {name} was not signed")
        if log_key:
            proof = RecordProof.parse(text.encode())
            proof.verify(log_key)
            published = load(proof.published, "proof")
            if published["record"] != name:
                raise Broken("proofs", f"that of record {name} is of another record")
            for field, value in records[name]["fields"].items():
                if published["content"].get(field) != value["value"]:
                    raise Broken("proofs", f"record {name} states another {field} than the log")
    # The file has one form only, so a byte that differs is a change.
    token["header"]["disclosures"].sort()
    if canonical(file) != octets:
        raise Broken("file", "not in its canonical form")
    return content, withheld


def verify_pdf(octets, keys, log_key=None):
    """The JSON inside a PDF, and the pages against their signature."""
    head = octets.find(b"<< /Type /EmbeddedFile /Subtype /application#2Fjson ")
    if head < 0:
        raise Broken("pdf", "it carries no report")
    pages = octets[:octets.rfind(b"\n", 0, head - 1) + 1]

    def stream(start):
        begin = octets.index(b"\nstream\n", start)
        length = int(octets[start:begin].rsplit(b"/Length ", 1)[1].split()[0])
        return octets[begin + 8:begin + 8 + length], begin + 8 + length
    report, end = stream(head)
    seal, _ = stream(octets.index(b"<< /Type /EmbeddedFile ", end))
    content, withheld = verify_json(report, keys, log_key)
    payload, key = keys.verify(*compact(seal), "credit-report-pdf+jws")
    keys.in_force(key, content["iat"])
    expected = {"json_sha256": hashlib.sha256(report).hexdigest(), "jti": content["jti"],
                "pages_bytes": len(pages), "pages_sha256": hashlib.sha256(pages).hexdigest()}
    if load(payload, "pages") != expected:
        raise Broken("pages", "not those that were signed")
    return content, withheld


def status(token, content, keys):
    """0 valid, 1 invalid, 3 superseded."""
    payload, _ = keys.verify(*compact(token.strip().encode()), "statuslist+jwt")
    claims, wanted = load(payload, "status list"), content["status"]["status_list"]
    if claims["sub"] != wanted["uri"] or claims["status_list"]["bits"] != 2:
        raise Broken("status list", "of another address or form")
    listed = zlib.decompress(b64url(claims["status_list"]["lst"], "status list"))
    return listed[wanted["idx"] // 4] >> wanted["idx"] % 4 * 2 & 3
