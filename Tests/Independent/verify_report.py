"""Checks credit reports from outside, with nothing of the platform's own code: needs Python 3 only.

  verify_report.py check FILE… --keys JWKS [--log-key VKEY] [--status TOKEN]   reports, JSON or PDF
  verify_report.py tamper FILE --keys JWKS [--log-key VKEY] [--every N]        changes bytes, one at a time; each must be found

Exit codes: 0 everything holds, 1 something does not and is named, 2 it could not be checked.
"""
import argparse
import sys

import vectors
from notes import Broken, VerifierKey
from reports import Keys, status, verify_json, verify_pdf


def verify(octets, keys, log_key):
    return (verify_pdf if octets.startswith(b"%PDF-") else verify_json)(octets, keys, log_key)


def check(arguments, keys, log_key):
    failed = 0
    for name in arguments.files:
        with open(name, "rb") as file:
            octets = file.read()
        try:
            content, withheld = verify(octets, keys, log_key)
            words = f"holds, {content['jti']} of {content['subject']['code']}, {withheld} withheld"
            if arguments.status:
                with open(arguments.status, encoding="ascii") as file:
                    words += f", status {status(file.read(), content, keys)}"
            print(f"{name}: {words}")
        except Broken as broken:
            failed += 1
            print(f"{name}: {broken}")
        except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
            failed += 1
            print(f"{name}: not of a report's form ({type(error).__name__})")
    return 1 if failed else 0


def tamper(arguments, keys, log_key):
    with open(arguments.file, "rb") as file:
        octets = file.read()
    verify(octets, keys, log_key)
    missed, tried = [], 0
    for place in range(arguments.offset, len(octets), arguments.every):
        changed = bytearray(octets)
        changed[place] ^= 1
        tried += 1
        try:
            verify(bytes(changed), keys, log_key)
            missed.append(place)
        except (Broken, KeyError, TypeError, AttributeError, IndexError, ValueError):
            pass
    print(f"{arguments.file}: {tried} of {len(octets)} bytes changed, {len(missed)} not found {missed[:5]}")
    return 1 if missed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("check", "tamper"):
        command = commands.add_parser(name)
        command.add_argument("--keys", required=True)
        command.add_argument("--log-key")
        if name == "check":
            command.add_argument("files", nargs="+")
            command.add_argument("--status")
        else:
            command.add_argument("file")
            command.add_argument("--every", type=int, default=1)
            command.add_argument("--offset", type=int, default=0)
    arguments = parser.parse_args()
    failures = vectors.failures()
    for failure in failures:
        print(f"this verifier is broken: {failure}", file=sys.stderr)
    if failures:
        return 2
    try:
        with open(arguments.keys, "rb") as file:
            keys = Keys(file.read())
        log_key = VerifierKey.parse(arguments.log_key) if arguments.log_key else None
        return (check if arguments.command == "check" else tamper)(arguments, keys, log_key)
    except (OSError, Broken) as error:
        print(f"not checked: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
