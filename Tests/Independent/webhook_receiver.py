"""Receives webhooks of watches and checks them with nothing of the platform's own code: needs Python 3 only.

  webhook_receiver.py --secret whsec_… [--port N] [--count N] [--status N] [--hold]

Listens on 127.0.0.1 and prints `port N`, then one line of JSON for each message that it took: its id, the ids and kinds of its
events, whether the signature holds. Ends after --count messages. --hold takes a message and never answers, as a receiver
whose answer is lost. Exit codes: 0 every signature held, 1 one did not, 2 wrong usage.
"""
import argparse
import base64
import hashlib
import hmac
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer


def holds(secret, headers, body, now):
    """Standard Webhooks: any of the signatures of version 1 over `id.timestamp.body`, not older than five minutes."""
    if not secret.startswith("whsec_"):
        return False
    key = base64.b64decode(secret[6:])
    try:
        identity, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
        signatures = headers["webhook-signature"].split(" ")
        age = abs(now - int(timestamp))
    except (KeyError, ValueError, AttributeError):
        return False
    wanted = hmac.new(key, f"{identity}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    found = [base64.b64decode(part[3:]) for part in signatures if part.startswith("v1,")]
    return age < 300 and any(hmac.compare_digest(wanted, one) for one in found)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--secret", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--status", type=int, default=204)
    parser.add_argument("--hold", action="store_true")
    arguments = parser.parse_args()
    outcome = {"taken": 0, "failed": 0}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            is_held = holds(arguments.secret, self.headers, body, time.time())
            outcome["taken"] += 1
            outcome["failed"] += not is_held
            events = json.loads(body)["data"]["events"]
            print(json.dumps({
                "id": self.headers["webhook-id"], "signature": is_held, "events": [event["id"] for event in events],
                "kinds": [event["kind"] for event in events],
                "left": [event for event in events if event["kind"] == "left"],
            }), flush=True)
            if arguments.hold:
                threading.Event().wait()
            self.send_response(arguments.status)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", arguments.port), Handler)
    print(f"port {server.server_address[1]}", flush=True)
    while outcome["taken"] < arguments.count:
        server.handle_request()
    return 1 if outcome["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
