"""What journeys.py does not look at: scripts on, the whole way by keyboard, print, display choices, 200 % text, sizes of what is touched.

Called like journeys.py, with the address of a portal that serves a sample city, a receipt, and the browser. Prints a line a check
and closes with `N passed, N failed`.
"""
import csv
import io
import json
import re
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, quote, urlparse

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import sync_playwright

BASE, RECEIPT, CHROMIUM = sys.argv[1:4]
results = {"passed": 0, "failed": 0}


def check(rule, holds, seen=""):
    results["passed" if holds else "failed"] += 1
    print(("ok    " if holds else "FAILED ") + rule + (f": {seen}" if seen and not holds else ""), flush=True)


def api(path):
    return json.load(urllib.request.urlopen(BASE + "/api/v1" + path))


PENALTIES = api("/records?item=administrative-penalty&limit=500")["records"]
PENALTY = PENALTIES[0]
FIRM, CODE, AUTHORITY = PENALTY["subject"]["name"], PENALTY["subject"]["code"], PENALTY["authority"]
RECORD = f"/r/{PENALTY['id']}"
HALF = FIRM[: max(3, len(FIRM) * 2 // 3)]
NONE = quote("无此单位名")
PAGES = {
    "home": "/", "results": f"/s?q={quote('示例')}", "nothing asked": "/s", "nothing found": f"/s?q={NONE}", "a wrong code": "/s?q=91990102MAT000000X",
    "organisation": f"/o/{CODE}", "section": f"/o/{CODE}/penalties", "record": RECORD, "penalties": "/publicity/penalties",
    "penalties, crossed days": "/publicity/penalties?from=2026-05-01&to=2026-01-01", "penalties, none": f"/publicity/penalties?words={NONE}",
    "licences": "/publicity/licences?page=2", "lists": "/lists", "list": "/lists/abnormal-operation", "catalogue": "/catalogue",
    "item": "/catalogue/administrative-penalty", "batches": "/batches", "unknown receipt": "/batches?receipt=0000", "batch": f"/batches/{RECEIPT}",
    "data": "/data", "about": "/about", "charter": "/charter", "help": "/help", "accessibility": "/accessibility", "privacy": "/privacy",
    "log": "/log", "proof": f"{RECORD}/proof", "list item": "/catalogue/abnormal-operation",
    "not found": "/nothing-here", "refused": "/s.csv",
}


@contextmanager
def opened(browser, width=1280, script=True, **options):
    context = browser.new_context(
        viewport={"width": width, "height": 844}, java_script_enabled=script, base_url=BASE, locale="zh-CN", accept_downloads=True,
        reduced_motion="reduce", **options)
    context.set_default_timeout(10_000)
    try:
        yield context.new_page()
    finally:
        context.close()


def journey(browser, name, steps, width=1280, script=True):
    """One journey, one line: it fails with the step that broke it."""
    try:
        with opened(browser, width, script) as page:
            steps(page, script)
        check(name, True)
    except (AssertionError, BrowserError, KeyError, IndexError, ValueError, AttributeError) as fault:
        check(name, False, " | ".join(str(fault).strip().splitlines()[:3]) or type(fault).__name__)


def active(page, what):
    return page.evaluate(f"document.activeElement.{what} || ''")


def find(page, script):
    page.goto("/")
    page.locator("main input[name=q]").fill(HALF)
    page.locator("main input[name=q]").press("Enter")
    page.wait_for_url("**/s?q=*")
    assert parse_qs(urlparse(page.url).query)["q"] == [HALF], page.url
    page.locator(f"main a[href='/o/{CODE}']").first.click()
    assert page.locator("h1").inner_text().strip() == FIRM
    page.locator(f"main a[href='{RECORD}']").first.click()
    assert urlparse(page.url).path == RECORD, page.url
    assert page.locator("#contest").is_visible() and page.locator("#contest ol li").count() >= 2, "no steps to contest it"
    page.go_back()
    page.locator(f"main a[href='{RECORD}#contest']").first.click()
    assert page.url.endswith("#contest"), page.url


def proven(page, script):
    """From a firm's card to its proof and the file, and from there to the log."""
    page.goto(f"/o/{CODE}")
    page.locator(f"main a[href='{RECORD}/proof']").first.click()
    assert urlparse(page.url).path == f"{RECORD}/proof", page.url
    with page.expect_download() as download:
        page.locator("main a[download]").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert text.startswith("c2sp.org/tlog-proof@v1"), text[:40]
    key = urllib.request.urlopen(BASE + "/log/key").read().decode().strip()
    assert key in page.locator("#numbers").inner_text(), "the page shows another key"
    page.locator("main a[href='/log']").click()
    assert key in page.locator("#head").inner_text()
    assert page.locator("#uses li").count() == 3, "what the log is good for is not said for all three"


def term(page, script):
    page.goto(RECORD)
    text = page.locator("#term").inner_text()
    for key in ("published_until", "disclosed_until"):
        year, month, day = (int(part) for part in PENALTY[key].split("-"))
        assert f"{year}年{month}月{day}日" in text.replace(" ", ""), f"{key} {PENALTY[key]} is not in: {text}"
    assert "失信" in text and "修复" in text, text
    page.locator("#term a[href='/help#repair']").click()
    assert page.locator("#repair h2").is_visible()


def inside(page, script):
    """Long lines of programs scroll in their own box, fingerprints and keys wrap."""
    for target in ["/log", f"{RECORD}/proof"]:
        page.goto(target)
        for one in page.locator("dd.code").all():
            assert one.evaluate("e => e.scrollWidth <= e.clientWidth + 1"), f"a number runs out on {target}"
        for one in page.locator("pre").all():
            assert one.evaluate("e => e.getBoundingClientRect().right <= innerWidth"), f"a box runs out on {target}"
            assert one.get_attribute("tabindex") == "0", "the box cannot be reached by keyboard"


def filtered(page, script):
    page.goto("/publicity/penalties")
    page.locator("#f-authority").select_option(AUTHORITY)
    page.locator("#f-from").fill("2024-01-01")
    page.locator("#f-to").fill("2026-12-31")
    page.locator(".filters button").click()
    expected = [one for one in PENALTIES if one["authority"] == AUTHORITY and "2024-01-01" <= (one["decided_on"] or "") <= "2026-12-31"]
    rows = page.locator("main tbody tr")
    assert rows.count() == min(20, len(expected)), f"{rows.count()} rows, {len(expected)} expected"
    assert all(AUTHORITY in rows.nth(index).inner_text() for index in range(rows.count()))
    assert page.locator("#f-from").input_value() == "2024-01-01", "the form forgot what was asked"
    with page.expect_download() as download:
        page.locator(".downloads a[href*='.csv']").click()
    table = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert len(table) == len(expected), f"{len(table)} rows in the file, {len(expected)} expected"
    assert all(row["authority"] == AUTHORITY for row in table)


def crossed(page, script):
    page.goto("/publicity/penalties")
    page.locator("#f-from").fill("2026-05-01")
    page.locator("#f-to").fill("2026-01-01")
    page.locator(".filters button").click()
    summary, field = page.locator(".problems"), page.locator("#f-to")
    assert summary.get_attribute("role") == "alert" and summary.locator("li").count() == 1
    assert page.locator("#f-from").input_value() == "2026-05-01" and field.input_value() == "2026-01-01"
    assert field.get_attribute("aria-invalid") == "true"
    message = page.locator("#" + field.get_attribute("aria-describedby").split()[0])
    assert message.is_visible() and message.inner_text().strip() == summary.locator("li").inner_text().strip()
    if script:
        assert active(page, "className").startswith("problems"), "the summary has not got the focus"
    summary.locator("a").click()
    if script:
        assert active(page, "id") == "f-to", "the link does not reach the field"
    else:
        assert page.url.endswith("#f-to")


def department(page, script):
    page.goto("/batches")
    page.locator("#receipt").fill("0000-0000")
    page.locator(".receipt-form button").click()
    assert page.locator("#receipt-error").is_visible() and page.locator("#receipt").input_value() == "0000-0000"
    page.locator("#receipt").fill(f" {RECEIPT.upper()} ")
    page.locator(".receipt-form button").click()
    assert urlparse(page.url).path == f"/batches/{RECEIPT}", page.url
    first = page.locator("#rejects tbody tr th").first.inner_text().strip()
    with page.expect_download() as download:
        page.locator("#rejects a[download]").first.click()
    data = Path(download.value.path()).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf"), "no BOM: a spreadsheet would show signs for Chinese"
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert table[0] == ["file", "line", "column", "field", "code", "message", "original"], table[0]
    assert all(len(row) == 7 for row in table) and first in {row[1] for row in table[1:]}


def language(page, script):
    page.goto(f"/publicity/penalties?authority={quote(AUTHORITY)}&from=2024-01-01")
    page.locator(".top-tools a[hreflang=en]").click()
    address = urlparse(page.url)
    query = parse_qs(address.query)
    assert address.path == "/publicity/penalties" and query["authority"] == [AUTHORITY] and query["from"] == ["2024-01-01"], page.url
    assert page.locator("html").get_attribute("lang") == "en"
    page.goto("/help")
    assert page.locator("html").get_attribute("lang") == "en", "forgotten on the next page"
    page.locator(".top-tools a[hreflang=zh-CN]").click()
    assert urlparse(page.url).path == "/help" and page.locator("html").get_attribute("lang") == "zh-CN"


def elder(page, script):
    target = f"/o/{CODE}?a=1"
    page.goto(target)
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    before, text = page.locator("main dd").first.evaluate(size), page.locator("main").inner_text()
    page.locator(".top-tools a[href*='elder=1']").click()
    assert page.url == BASE + target, page.url
    after = page.locator("main dd").first.evaluate(size)
    assert after >= before * 1.2, f"{before} px became {after} px"
    assert page.locator("main").inner_text().split() == text.split(), "the content is not the same"
    page.locator(".top-tools a[href*='elder=0']").click()
    assert "elder" not in page.locator("html").get_attribute("class").split()


def tab_to(page, wanted, limit=80):
    """Presses Tab until the focused element fits, and looks that each stop can be seen."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
            return { tag: e.tagName, href: e.getAttribute('href') || '', id: e.id, name: e.getAttribute('name') || '',
                ring: s.outlineStyle === 'none' ? 0 : parseFloat(s.outlineWidth), inside: r.bottom > 0 && r.top < innerHeight && r.width > 0 }; }""")
        where = f"{stop['tag']} {stop['href'] or stop['id'] or stop['name']}"
        assert stop["tag"] != "BODY", "the focus was lost"
        assert stop["ring"] >= 3, f"the ring is {stop['ring']} px on {where}"
        assert stop["inside"], f"the focus is out of sight on {where}"
        if wanted(stop):
            return stop
    raise AssertionError("Tab does not reach it")


def keyboard(page, script):
    page.goto("/")
    assert tab_to(page, lambda stop: True)["href"] == "#main", "the first stop is not the way past the head"
    page.keyboard.press("Enter")
    tab_to(page, lambda stop: stop["name"] == "q", limit=3)
    page.keyboard.type(HALF)
    page.keyboard.press("Enter")
    page.wait_for_url("**/s?q=*")
    tab_to(page, lambda stop: stop["href"] == f"/o/{CODE}")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/o/{CODE}")
    tab_to(page, lambda stop: stop["href"] == f"{RECORD}#contest", limit=150)
    page.keyboard.press("Enter")
    page.wait_for_url("**#contest")
    assert page.locator("#contest h2").is_visible()
    page.keyboard.press("/")
    assert active(page, "name") == "q", "the key / does not lead to the search"


def keyboard_mends(page, script):
    page.goto("/publicity/penalties?from=2026-05-01&to=2026-01-01")
    assert active(page, "className").startswith("problems")
    tab_to(page, lambda stop: stop["href"] == "#f-to", limit=2)
    page.keyboard.press("Enter")
    assert active(page, "id") == "f-to"
    page.locator("#f-to").fill("2026-12-31")
    page.keyboard.press("Enter")
    page.wait_for_url("**to=2026-12-31*")
    assert page.locator(".problems").count() == 0 and page.locator("main tbody tr").count() > 0


def printed(page, script):
    for target in ["/", f"/o/{CODE}", RECORD, "/publicity/penalties", f"/batches/{RECEIPT}"]:
        page.goto(target)
        page.emulate_media(media="print")
        for control in [".top-nav", ".top-tools", "button", ".skip", ".view", ".filters"]:
            assert not any(one.is_visible() for one in page.locator(control).all()), f"{control} is printed on {target}"
        assert page.locator("h1").is_visible() and len(page.locator("main").inner_text()) > 60
        page.emulate_media(media="screen")


def themes(page, script):
    def brightness():
        colour = page.evaluate(
            "[document.body, document.documentElement].map(e => getComputedStyle(e).backgroundColor).find(c => c !== 'rgba(0, 0, 0, 0)')")
        return sum(float(part) for part in re.findall(r"[\d.]+", colour)[:3]) / 3
    page.goto("/")
    assert brightness() > 200
    page.emulate_media(color_scheme="dark")
    assert brightness() < 80, "the preference of the device is not followed"
    page.locator(".view a[href*='theme=light']").click()
    assert brightness() > 200, "the choice does not win over the device"
    page.locator(".view a[href*='theme=dark']").click()
    page.emulate_media(color_scheme="light")
    assert brightness() < 80


def sideways(browser):
    for place, width, scale in [("text at 200 %, 390 px", 390, 200), ("text at 200 %, 1280 px", 1280, 200), ("320 px", 320, 100)]:
        wide = []
        with opened(browser, width) as page:
            for lang in ("zh", "en"):
                for kind, target in PAGES.items():
                    page.goto(target + ("&" if "?" in target else "?") + f"lang={lang}")
                    page.evaluate(f"document.documentElement.style.fontSize = '{scale}%'")
                    over = page.evaluate(
                        """() => { const w = document.documentElement.clientWidth, over = document.documentElement.scrollWidth - w;
                        if (over <= 0) return null;
                        const e = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > w + 1).pop();
                        return over + ' px by ' + (e ? e.tagName + '.' + e.className + ' ' + (e.innerText || '').slice(0, 30) : '?'); }""")
                    if over:
                        wide.append(f"{kind} ({lang}) {over}")
        check(f"nothing scrolls sideways ({place})", not wide, "; ".join(wide[:8]))


def touched(browser):
    small = set()
    with opened(browser, 390) as page:
        for kind, target in PAGES.items():
            page.goto(target)
            # Links within a sentence are exempt (WCAG 2.5.8); controls and navigation are not.
            small |= {f"{kind}: {one}" for one in page.evaluate(
                """() => [...document.querySelectorAll('button, select, input:not([type=hidden]), .top-nav a, .top-tools a, .pager a, .tabs a, a.button')]
                .filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5)
                .map(e => e.tagName + ' ' + (e.innerText || e.name || '').trim().slice(0, 20) + ' ' + Math.round(e.getBoundingClientRect().height) + ' px')""")}
    check("what is touched is at least 44 px high on a phone", not small, "; ".join(sorted(small)[:10]))


def anchors_and_weights(browser):
    dead, heavy, most = [], [], 0
    for kind, target in PAGES.items():
        with opened(browser) as page:
            sizes = []
            page.on("response", lambda response: sizes.append(len(response.body())))
            page.goto(target, wait_until="networkidle")
            most = max(most, sum(sizes))
            if sum(sizes) >= 60_000:
                heavy.append(f"{kind} {sum(sizes)}")
            gone = page.evaluate(
                "[...document.querySelectorAll('a[href^=\"#\"]')].map(e => e.getAttribute('href').slice(1)).filter(i => i && !document.getElementById(i))")
            dead += [f"{kind} → #{one}" for one in gone]
    check("every link within a page has its target", not dead, "; ".join(dead[:8]))
    check(f"every page with styles, script and emblem is under 60 kB (most: {most})", not heavy, "; ".join(heavy))


def axe(browser):
    """The states that journeys.py has not: errors, empty, no longer shown, large text."""
    for label, options, choice in [("light", {}, "lang=zh"), ("dark", {"color_scheme": "dark"}, "lang=en"), ("large text", {}, "lang=zh")]:
        with opened(browser, 390 if label == "large text" else 1280, bypass_csp=True, **options) as page:
            if label == "large text":
                page.goto("/view?elder=1&back=/")
            for kind, target in PAGES.items():
                try:
                    page.goto(target + ("&" if "?" in target else "?") + choice)
                    violations = Axe().run(page).response["violations"]
                except BrowserError as fault:
                    check(f"axe reads {kind} ({label})", False, str(fault).splitlines()[0])
                    continue
                faults = [
                    f"{one['id']} ×{len(one['nodes'])}: {one['nodes'][0]['html'][:110]} {(one['nodes'][0].get('failureSummary') or ' ').splitlines()[-1].strip()[:150]}"
                    for one in violations]
                check(f"axe finds nothing on {kind} ({label})", not faults, " || ".join(faults))


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    for width in (390, 1280):
        for script in (True, False):
            at = f" ({width} px, {'scripts' if script else 'no scripts'})"
            journey(browser, "half a name → firm → record → how to contest" + at, find, width, script)
            journey(browser, "penalties by authority and day → the same rows as CSV" + at, filtered, width, script)
            journey(browser, "card → proof → file → log" + at, proven, width, script)
            journey(browser, "a record says its class, its days and leads to repair" + at, term, width, script)
            journey(browser, "long numbers wrap, long lines scroll in their box" + at, inside, width, script)
            journey(browser, "crossed days → summary → field" + at, crossed, width, script)
            journey(browser, "receipt → rejects → reject file" + at, department, width, script)
            journey(browser, "the other language keeps address and filters and is remembered" + at, language, width, script)
            journey(browser, "large text: same page, same content, and back" + at, elder, width, script)
        journey(browser, f"keyboard alone: firm → record → how to contest ({width} px)", keyboard, width)
        journey(browser, f"keyboard alone: crossed days are mended ({width} px)", keyboard_mends, width)
    journey(browser, "print leaves out the controls and keeps the content", printed)
    journey(browser, "dark by the device's preference and by choice", themes)
    sideways(browser)
    touched(browser)
    anchors_and_weights(browser)
    axe(browser)
    browser.close()

print(f"{results['passed']} passed, {results['failed']} failed")
sys.exit(1 if results["failed"] else 0)
