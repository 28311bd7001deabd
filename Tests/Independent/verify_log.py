"""Checks a platform's public log and its proofs from outside, with nothing of the platform's own code.

Written from C2SP tlog-tiles, tlog-checkpoint, signed-note and tlog-proof, RFC 6962 and RFC 8032; needs Python 3 only.

  verify_log.py log PLACE [--key VKEY] [--since CHECKPOINT]… [--memory FILE]   a whole log, at an address or in a folder
  verify_log.py proof FILE… --key VKEY                                         records' .tlog-proof files, offline
  verify_log.py vectors                                                        the verifier itself

--since proves that the log grew from an earlier checkpoint; --memory that no file has changed since its last run.

Without --key the key is taken from PLACE/key, which proves less: whoever can forge the log can forge that too.
Exit codes: 0 everything holds, 1 something does not and is named, 2 it could not be checked.
"""
import argparse
import sys
import urllib.error

import vectors
from log import Log, Place
from notes import Broken, RecordProof, VerifierKey


def check_log(arguments):
    place = Place(arguments.place)
    text = arguments.key or (place.read("key") or b"").decode()
    if not text:
        print("no key: give the log's key with --key", file=sys.stderr)
        return 2
    log = Log(place, VerifierKey.parse(text)).verify()
    if log.checkpoint and not log.findings:
        for name in arguments.since:
            with open(name, "rb") as file:
                note = file.read()
            try:
                earlier = log.verify_consistency(note, name)
                print(f"  consistent with the log of {earlier.size} entries in {name}")
            except Broken as broken:
                log.findings.append(str(broken))
    if log.checkpoint and arguments.memory:
        log.remember(arguments.memory)
    for finding in log.findings:
        print(f"  {finding}")
    if log.findings:
        print(f"{arguments.place}: {len(log.findings)} findings")
        return 1
    head = log.checkpoint
    print(f"{arguments.place}: {head.size} entries of {head.origin}, {len(log.files)} files, signature and root hold")
    return 0


def check_proofs(arguments):
    if not arguments.key:
        print("no key: give the log's key with --key", file=sys.stderr)
        return 2
    key, failed = VerifierKey.parse(arguments.key), 0
    for name in arguments.files:
        with open(name, "rb") as file:
            octets = file.read()
        try:
            proof = RecordProof.parse(octets)
            head = proof.verify(key)
            print(f"{name}: holds, leaf {proof.index} of {head.size} in {head.origin}")
        except Broken as broken:
            failed += 1
            print(f"{name}: {broken}")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    log = commands.add_parser("log")
    log.add_argument("place")
    log.add_argument("--key")
    log.add_argument("--since", action="append", default=[])
    log.add_argument("--memory")
    proof = commands.add_parser("proof")
    proof.add_argument("files", nargs="+")
    proof.add_argument("--key")
    commands.add_parser("vectors")
    arguments = parser.parse_args()
    failures = vectors.failures()
    for failure in failures:
        print(f"this verifier is broken: {failure}", file=sys.stderr)
    if failures:
        return 2
    try:
        if arguments.command == "log":
            return check_log(arguments)
        if arguments.command == "proof":
            return check_proofs(arguments)
    except (OSError, urllib.error.URLError) as error:
        print(f"not checked: {error}", file=sys.stderr)
        return 2
    except Broken as broken:
        print(f"not checked: {broken}", file=sys.stderr)
        return 2
    print("the verifier meets the vectors of RFC 8032 and RFC 6962")
    return 0


if __name__ == "__main__":
    sys.exit(main())
