// Small comforts on top of pages that work without them: copy a link, jump to search, names while typing, reveal a problem, say so when offline.
(function () {
  "use strict";

  document.querySelectorAll(".permalink").forEach(function (box) {
    var link = box.querySelector("[data-copy]");
    var button = box.querySelector("[data-copy-button]");
    var status = box.querySelector("[data-copied]");
    if (!link || !button || !status || !navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(link.href).then(function () {
        status.textContent = status.dataset.copied;
        setTimeout(function () { status.textContent = ""; }, 4000);
      }, function () {});
    });
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    var at = event.target;
    if (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) return;
    var box = document.querySelector("main input[type=search]") || document.querySelector("input[type=search]");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  });

  // Names while typing, in the browser's own list of proposals: asked for a moment after the last key, never between strokes of an input method.
  document.querySelectorAll("input[type=search][name=q]").forEach(function (box, number) {
    var list = document.createElement("datalist");
    var waiting, wanted = "";
    list.id = "names-" + number;
    document.body.appendChild(list);
    box.setAttribute("list", list.id);
    box.autocomplete = "off";
    function ask() {
      var text = box.value.trim();
      var isChosen = Array.prototype.some.call(list.options, function (option) { return option.value === text; });
      if (text === wanted || isChosen || text.length < 2) return;
      wanted = text;
      fetch("/api/v1/suggest?q=" + encodeURIComponent(text)).then(function (answer) {
        return answer.ok ? answer.json() : { suggestions: [] };
      }).then(function (found) {
        if (text !== wanted) return;
        list.replaceChildren.apply(list, found.suggestions.map(function (hit) {
          var option = document.createElement("option");
          option.value = hit.name;
          option.label = hit.code;
          return option;
        }));
      }, function () {});
    }
    ["input", "compositionend"].forEach(function (name) {
      box.addEventListener(name, function (event) {
        clearTimeout(waiting);
        if (!event.isComposing) waiting = setTimeout(ask, 150);
      });
    });
  });

  // At the desk: a digit chooses, r goes to the reason.
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !/^[0-9r]$/.test(event.key)) return;
    if (event.target.isContentEditable || event.target.matches("input[type=text],textarea,select")) return;
    var target = document.querySelector('.desk-form [data-key="' + event.key + '"]');
    if (!target) return;
    event.preventDefault();
    target.focus();
    if (target.type === "radio") target.checked = true;
  });

  // Shows a page of ours when there is no network; keeps no record.
  if (navigator.serviceWorker && window.isSecureContext) navigator.serviceWorker.register("/sw.js").catch(function () {});

  var problems = document.querySelector(".problems");
  if (problems) {
    problems.focus();
    problems.addEventListener("click", function (event) {
      var hash = event.target.hash;
      var field = hash && document.getElementById(hash.slice(1));
      if (!field) return;
      event.preventDefault();
      field.focus();
    });
  }
})();
