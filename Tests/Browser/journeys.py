"""Real pages in a real browser: what people come for, on a phone and on a desk, without scripts, by keyboard, and by axe's rules.

Called by scripts/test-browser with the address of a portal that serves a sample city. Prints a line a check and closes with
`N passed, N failed`.
"""
import json
import sys
import urllib.parse
import urllib.request

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

BASE, RECEIPT, CHROMIUM = sys.argv[1:4]
results = {"passed": 0, "failed": 0}


def check(rule, holds, seen=""):
    results["passed" if holds else "failed"] += 1
    print(("ok    " if holds else "FAILED ") + rule + (f": {seen}" if seen and not holds else ""), flush=True)


def api(path):
    return json.load(urllib.request.urlopen(BASE + "/api/v1" + path))


penalty = api("/records?item=administrative-penalty&limit=1")["records"][0]
firm = penalty["subject"]
half = firm["name"][:6]
PAGES = {
    "home": "/", "results": "/s?q=" + urllib.parse.quote(half), "no results": "/s?q=zzzz", "organisation": f"/o/{firm['code']}",
    "record": f"/r/{penalty['id']}", "penalties": "/publicity/penalties", "licences": "/publicity/licences", "lists": "/lists",
    "list": "/lists/abnormal-operation", "catalogue": "/catalogue", "item": "/catalogue/administrative-penalty",
    "batches": "/batches", "batch": f"/batches/{RECEIPT}", "data": "/data", "about": "/about", "charter": "/charter",
    "log": "/log", "proof": f"/r/{penalty['id']}/proof",
    "news": "/news", "policies": "/policies", "policy": "/policies/credit-repair-measures", "cases": "/cases-library",
    "calendar": "/calendar", "training": "/training", "honours": "/honours", "offline": "/offline",
    "help": "/help", "accessibility": "/accessibility", "privacy": "/privacy", "not found": "/nothing-here",
}


def with_language(path, language):
    return path + ("&" if "?" in path else "?") + "lang=" + language


def journeys(browser, width):
    context = browser.new_context(viewport={"width": width, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    at = f" ({width} px, no scripts)"

    page.goto(BASE + with_language("/", "zh"))
    page.fill("input[type=search]", half)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    check("half a name finds the firm" + at, firm["name"] in page.inner_text("main"), page.url)
    page.goto(BASE + f"/o/{firm['code']}")
    check("the firm's page names it and says what no record means" + at, page.inner_text("h1") == firm["name"])
    page.goto(BASE + f"/r/{penalty['id']}")
    text = page.inner_text("main")
    check("the record says who decided, until when, and how to contest" + at,
          penalty["authority"] in text and "公示到" in text and "提异议" in text)

    page.goto(BASE + "/publicity/penalties")
    page.select_option("select[name=authority]", index=1)
    page.fill("input[name=from]", "2020-01-01")
    page.locator("form.filters button, form button:has-text('筛选')").first.click()
    check("penalties can be filtered by authority and day" + at, "authority=" in page.url and "from=2020-01-01" in page.url, page.url)
    link = page.locator("a[href*='penalties.csv']").first.get_attribute("href")
    table = urllib.request.urlopen(urllib.parse.urljoin(BASE, link)).read().decode("utf-8-sig")
    check("the filtered table can be downloaded" + at, table.startswith("record,subject_code,") and len(table.splitlines()) > 1, table[:60])

    page.goto(BASE + "/publicity/penalties?from=2026-05-01&to=2026-01-01")
    check("crossed days give an error summary linked to the field" + at,
          page.locator("a[href='#f-to']").count() == 1 and page.locator("#f-to").count() == 1 and page.title().startswith("请改一处"))

    page.goto(BASE + "/batches")
    page.fill("#receipt", RECEIPT.upper())
    with page.expect_navigation():
        page.keyboard.press("Enter")
    check("the receipt code opens the batch, however it is typed" + at, page.url.endswith(RECEIPT), page.url)
    rejects = page.locator("a[href$='rejects.csv']").first.get_attribute("href")
    head = urllib.request.urlopen(urllib.parse.urljoin(BASE, rejects)).read().decode("utf-8-sig").splitlines()[0]
    check("the reject file has its seven columns" + at, head == "file,line,column,field,code,message,original", head)

    page.goto(BASE + f"/o/{firm['code']}?lang=zh")
    page.locator("a[lang=en]", has_text="English").first.click()
    check("the other language keeps the address" + at, f"/o/{firm['code']}" in page.url and page.locator("html[lang=en]").count() == 1, page.url)
    page.goto(BASE + f"/r/{penalty['id']}")
    check("the language is remembered" + at, page.locator("html[lang=en]").count() == 1)
    page.locator("a[href*='elder=1']").first.click()
    check("large text is switched on and leads back" + at,
          f"/r/{penalty['id']}" in page.url and page.locator("html.elder").count() == 1, page.url)
    context.close()


def by_keyboard(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 844})
    page.goto(BASE + with_language("/", "zh"))
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.className")
    check("the first stop of the keyboard skips to the content", first == "skip", first)
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "q":
            break
    page.keyboard.type(half)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("Tab")
        if "/o/" in (page.evaluate("document.activeElement.href || ''")):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    check("the focus is seen", outline not in ("", "0px"), outline)
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/**")
    check("keyboard alone leads from the question to a firm's page", "/o/" in page.url, page.url)
    page.close()


def as_app(browser):
    """Installable by Chromium's rules, and a page of ours when the network is gone; no record is left on the device."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    page.goto(BASE + with_language("/", "zh"))
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    devtools = context.new_cdp_session(page)
    manifest = devtools.send("Page.getAppManifest")
    check("the manifest has no fault", bool(manifest["url"]) and not manifest["errors"], manifest["errors"])
    said = json.loads(manifest["data"])
    sizes = set()
    for icon in said["icons"]:
        picture = urllib.request.urlopen(urllib.parse.urljoin(BASE, icon["src"])).read()
        sizes.add(icon["sizes"])
        check(f"the icon {icon['src']} is small and of its type",
              len(picture) <= 20_000 and picture.startswith(b"\x89PNG" if icon["type"] == "image/png" else b"<svg"), len(picture))
    check("there are icons for installing", {"192x192", "512x512"} <= sizes and said["start_url"] == "/", sizes)
    faults = [error["errorId"] for error in devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]]
    check("the browser would install it", not [fault for fault in faults if fault != "in-incognito"], faults)

    page.goto(BASE + f"/r/{penalty['id']}")
    context.set_offline(True)
    page.goto(BASE + f"/r/{penalty['id']}")
    check("without a network there is a page that says so, and no record", "现在没有网络" in page.inner_text("h1")
          and firm["name"] not in page.content(), page.inner_text("h1"))
    page.goto(BASE + "/s?q=x&lang=en")
    check("and in English where English was asked for", page.inner_text("h1") == "You are offline", page.inner_text("h1"))
    check("its styles are there", page.evaluate("getComputedStyle(document.body).margin") == "0px")
    kept = page.evaluate("caches.keys().then(ks => Promise.all(ks.map(k => caches.open(k).then(c => c.keys())))).then(l => l.flat().map(r => new URL(r.url).pathname))")
    check("only the shell is kept", sorted(set(kept)) == ["/assets/emblem.svg", "/assets/site.css", "/offline"], kept)
    context.set_offline(False)
    context.close()


def while_typing(browser):
    """With scripts: names are proposed while typing, and the one chosen is what is searched for."""
    context = browser.new_context(viewport={"width": 1280, "height": 844}, locale="zh-CN")
    page = context.new_page()
    page.goto(BASE + "/")
    box = page.locator("main input[type=search]")
    box.type(firm["name"][:-2], delay=30)
    page.wait_for_function(
        "name => [...document.querySelectorAll('datalist option')].some(option => option.value === name)", arg=firm["name"])
    names = page.eval_on_selector_all("datalist option", "all => all.map(o => o.value)")
    check("names are proposed while typing", 0 < len(names) <= 10, names[:3])
    box.fill(firm["name"])
    box.press("Enter")
    check("the proposal is found", firm["name"] in page.inner_text("main"), page.url)
    context.close()


def every_page(browser):
    for width in (390, 1280):
        for theme in ("light", "dark"):
            context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=theme)
            page = context.new_page()
            for name, path in PAGES.items():
                for language in ("zh", "en"):
                    at = f"{name} ({language}, {width} px, {theme})"
                    answer = page.goto(BASE + with_language(path, language), wait_until="load")
                    expected = 404 if name == "not found" else 200
                    if answer.status != expected:
                        check(f"{at} answers {expected}", False, answer.status)
                        continue
                    violations = Axe().run(page).response["violations"]
                    check(f"axe finds nothing on {at}", not violations, ", ".join(v["id"] for v in violations))
                    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                    check(f"nothing scrolls sideways on {at}", wide <= 0, f"{wide} px")
                    if width == 390 and theme == "light":
                        weight = len(answer.body()) + len(page.request.get(BASE + page.locator("link[rel=stylesheet]").get_attribute("href")).body())
                        check(f"{at} weighs under 60 kB with its styles", weight < 60_000, weight)
            context.close()


def links(browser):
    page = browser.new_page()
    seen = set()
    for name, path in PAGES.items():
        if name == "not found":
            continue
        page.goto(BASE + path)
        for href in page.eval_on_selector_all("main a[href], footer a[href], header a[href]", "all => all.map(a => a.href)"):
            if href.startswith(BASE) and "/view?" not in href:
                seen.add(href.split("#")[0])
    broken = []
    for href in sorted(seen):
        try:
            urllib.request.urlopen(urllib.parse.quote(href, safe=":/?=&%._-~+,"))
        except urllib.error.HTTPError as error:
            if error.code >= 400 and "/api/v1/openapi.yaml" not in href or error.code >= 500:
                broken.append(f"{href} {error.code}")
    check(f"all {len(seen)} links of the main pages lead somewhere", not broken, "; ".join(broken[:5]))
    page.close()


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    for width in (390, 1280):
        journeys(browser, width)
    by_keyboard(browser)
    as_app(browser)
    while_typing(browser)
    every_page(browser)
    links(browser)
    browser.close()

print(f"{results['passed']} passed, {results['failed']} failed")
sys.exit(1 if results["failed"] else 0)
