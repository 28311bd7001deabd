"""The public API of a Chengxin platform, with Python's standard library alone.

    from chengxin import Chengxin
    city = Chengxin("http://127.0.0.1:8080")
    for record in city.records("administrative-penalty"):
        print(record["title"], record["published_until"])

Or from a shell: python3 chengxin.py http://127.0.0.1:8080 search 科技

A record may be shown until its `published_until` and is withdrawn earlier where its decision is. So this client keeps an
answer only together with its tag and asks each time whether it still holds; do not keep records of your own past that day.
"""
import collections
import email.utils
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request


class Problem(Exception):
    """What the server answered in place of a result (RFC 9457). `code` is stable; `detail` is for people, in the language asked for."""

    def __init__(self, status, document):
        self.status = status
        self.code = (document.get("type") or "about:blank").rsplit("/", 1)[-1]
        self.title = document.get("title")
        self.detail = document.get("detail")
        super().__init__(f"{status} {self.code}: {self.detail or self.title or 'no problem document'}")


class Chengxin:
    """One platform.

    address: where it is, such as https://credit.example
    language: of titles and details, "zh" or "en"
    patience: seconds to wait in all when the server says that it was asked too often
    """

    KEPT = 200

    def __init__(self, address, language="zh", patience=60.0, timeout=30.0, sleep=time.sleep):
        self.base = address.rstrip("/") + "/api/v1/"
        self.language, self.patience, self.timeout, self.sleep = language, patience, timeout, sleep
        self._kept = collections.OrderedDict()  # address -> (tag, answer), the oldest use first

    # What is asked

    def search(self, words, **filters):
        """Organisations by part of a name, former name or code, best first: `total` and `hits`."""
        return self._get("subjects", q=words, **filters)

    def subject(self, code):
        """One organisation with its records in their term."""
        return self._get(f"subjects/{self._part(code)}")

    def records(self, item, **filters):
        """Every record of a catalogue item in its term, newest first, page after page."""
        return self._pages("records", "records", item=item, **filters)

    def record(self, record):
        return self._get(f"records/{self._part(record)}")

    def proof(self, record):
        """The proof that the record stands in the public log, as text (C2SP tlog-proof or what the server offers)."""
        return self._ask(f"records/{self._part(record)}/proof", {}, raw=True)

    def catalogue(self):
        """Which items there are, on what basis, for how long each is shown."""
        return self._get("catalogue")

    def match(self, rows):
        """Which organisation each row is about. rows: [{"id": …, "name": …, "code": …}], at most 1,000."""
        return self._ask("match", {}, body={"rows": rows})["results"]

    # How it is asked

    @staticmethod
    def _part(text):
        return urllib.parse.quote(str(text), safe="")

    def _pages(self, path, key, **parameters):
        while True:
            page = self._get(path, **parameters)
            yield from page[key]
            if not page.get("next"):
                return
            parameters["after"] = page["next"]

    def _get(self, path, **parameters):
        return self._ask(path, {name.rstrip("_"): value for name, value in parameters.items() if value is not None})

    def _ask(self, path, parameters, body=None, raw=False):
        target = self.base + path + "?" + urllib.parse.urlencode({**parameters, "lang": self.language})
        waited = 0.0
        while True:
            headers = {} if raw else {"Accept": "application/json"}
            kept = self._kept.get(target) if body is None else None
            if kept:
                headers["If-None-Match"] = kept[0]
            data = None
            if body is not None:
                data = json.dumps(body, ensure_ascii=False).encode()
                headers["Content-Type"] = "application/json"
            try:
                with urllib.request.urlopen(urllib.request.Request(target, data, headers), timeout=self.timeout) as answer:
                    content = answer.read()
                    result = content.decode() if raw else json.loads(content)
                    if body is None and answer.headers.get("ETag"):
                        self._keep(target, answer.headers["ETag"], result)
                    return result
            except urllib.error.HTTPError as error:
                if error.code == 304 and kept:
                    self._kept.move_to_end(target)
                    return kept[1]
                pause = self._pause(error) if error.code in (429, 503) else None
                if pause is None or waited + pause > self.patience:
                    self._kept.pop(target, None)
                    raise Problem(error.code, self._document(error)) from None
                error.close()
                self.sleep(pause)
                waited += pause

    def _keep(self, target, tag, result):
        self._kept[target] = (tag, result)
        self._kept.move_to_end(target)
        while len(self._kept) > self.KEPT:
            self._kept.popitem(last=False)

    @staticmethod
    def _document(error):
        try:
            document = json.loads(error.read())
            return document if isinstance(document, dict) else {}
        except ValueError:
            return {}

    @staticmethod
    def _pause(error):
        """Seconds that Retry-After asks for, as a number or a moment; None where the server does not say."""
        text = error.headers.get("Retry-After")
        if text is None:
            return None
        if text.isdigit():
            return float(text)
        try:
            return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
        except (TypeError, ValueError):
            return None


def main(arguments):
    usage = "usage: chengxin.py ADDRESS search WORDS | subject CODE | record ID | records ITEM | match NAME…"
    if len(arguments) < 3:
        print(usage, file=sys.stderr)
        return 2
    address, action, *rest = arguments
    city = Chengxin(address)
    try:
        if action == "records":
            for record in city.records(rest[0]):
                print(json.dumps(record, ensure_ascii=False))
            return 0
        actions = {"search": city.search, "subject": city.subject, "record": city.record}
        if action == "match":
            result = city.match([{"id": str(number), "name": name} for number, name in enumerate(rest, 1)])
        elif action in actions and rest:
            result = actions[action](" ".join(rest))
        else:
            print(usage, file=sys.stderr)
            return 2
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    except urllib.error.URLError as error:
        print(f"{address} cannot be reached: {error.reason}", file=sys.stderr)
        return 3
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
