// What is shown when there is no network: one page that says so. Never a record: a copy could outlive its term or a withdrawal.
"use strict";
// The server puts the assets' version in the place of VERSION, so that new styles bring a new shell.
var SHELL = "shell-VERSION";
var PAGES = { zh: "/offline?lang=zh", en: "/offline?lang=en" };
var FILES = [PAGES.zh, PAGES.en, "/assets/site.css?v=VERSION", "/assets/emblem.svg"];

self.addEventListener("install", function (event) {
  event.waitUntil(caches.open(SHELL).then(function (cache) {
    // Without cookies: the shell is the same for everybody, and asking for it in a language must not set the reader's.
    return Promise.all(FILES.map(function (file) {
      return fetch(file, { credentials: "omit", cache: "reload" }).then(function (answer) {
        if (!answer.ok) throw new Error(file);
        return cache.put(file, answer);
      });
    }));
  }).then(function () { return self.skipWaiting(); }));
});

self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name !== SHELL; }).map(function (name) { return caches.delete(name); }));
  }).then(function () { return self.clients.claim(); }));
});

self.addEventListener("fetch", function (event) {
  var request = event.request;
  var url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    var english = url.searchParams.get("lang") ? url.searchParams.get("lang") === "en" : !/^zh/.test(self.navigator.language || "zh");
    event.respondWith(fetch(request).catch(function () { return caches.match(english ? PAGES.en : PAGES.zh); }));
  } else if (FILES.indexOf(url.pathname + url.search) > 0) {
    event.respondWith(caches.match(request).then(function (kept) { return kept || fetch(request); }));
  }
});
