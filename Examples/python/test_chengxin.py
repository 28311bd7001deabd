"""Tries chengxin.py against a running platform: python3 test_chengxin.py ADDRESS"""
import http.server
import json
import sys
import threading

from chengxin import Chengxin, Problem


def against(address):
    city = Chengxin(address, language="en")
    records = list(city.records("administrative-penalty", limit=20))
    assert records and len({record["id"] for record in records}) == len(records), "pages repeat a record"
    total = city._get("records", item="administrative-penalty", limit=1)["total"]
    assert len(records) == total, (len(records), total)
    first = records[0]
    assert city.record(first["id"])["id"] == first["id"]
    assert city.record(first["id"])["id"] == first["id"], "a kept answer that still holds"
    code = first["subject"]["code"]
    assert code in json.dumps(city.subject(code))
    assert any(hit["code"] == code for hit in city.search(code)["hits"])
    assert city.match([{"id": "a", "name": first["subject"]["name"], "code": code}])[0]["subject_uscc"] == code
    assert city.catalogue()
    assert first["id"] and city.proof(first["id"])
    try:
        city.record("0-0")
        raise AssertionError("a record that is not there was given out")
    except Problem as problem:
        assert (problem.status, problem.code, problem.title) == (404, "not-found", "Not found"), problem
    print(f"chengxin.py: {len(records)} records in pages, one with proof, search, match and problems as documented")


def patience():
    """A server that says twice `later`."""
    asked = []

    class Busy(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.headers.get("If-None-Match"))
            late = len(asked) <= 2
            self.send_response(429 if late else 304 if asked[-1] == '"a"' else 200)
            if late:
                self.send_header("Retry-After", "3")
            self.send_header("ETag", '"a"')
            body = b"" if asked[-1] == '"a"' else json.dumps({"type": "/problems/too-many-requests"} if late else {"n": 1}).encode()
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Busy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pauses = []
    city = Chengxin(f"http://127.0.0.1:{server.server_port}", sleep=pauses.append)
    assert city.catalogue() == {"n": 1} and pauses == [3.0, 3.0], pauses
    assert city.catalogue() == {"n": 1} and asked[-1] == '"a"'
    asked.clear()
    try:
        Chengxin(city.base[: -len("/api/v1/")], patience=5, sleep=pauses.append).catalogue()
        raise AssertionError("patience has no end")
    except Problem as problem:
        assert problem.code == "too-many-requests", problem
    server.shutdown()
    print("chengxin.py: waits as long as it is asked to, and no longer than its patience")


if __name__ == "__main__":
    patience()
    against(sys.argv[1])
