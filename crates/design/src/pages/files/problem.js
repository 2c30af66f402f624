"use strict";

// A problem as a line that a support team can read: the codes of Amazon Connect's own guide, and what is known.
(function () {
  var CODES = { symptom: "SMLPDWVC", scenario: "IOT", severity: "123" };
  var statistics = null;

  function line() {
    var facts = headset.facts;
    var code = ["symptom", "scenario", "severity"].map(function (id) {
      return headset.element(id).value;
    }).join("");
    var parts = [
      new Date().toISOString(),
      "code=" + code,
      "agent=" + (facts.user || "-"),
      "contact=" + (facts.contactId || "-"),
      "page=" + headset.page(),
      "state=" + (facts.state ? facts.state.name : "-"),
      "network=" + facts.network,
      "microphone=" + facts.microphone,
      "error=" + (facts.lastError || "-"),
      "statistics=" + (statistics ? JSON.stringify(statistics) : "-")
    ];
    headset.element("line").value = parts.join(" ");
  }

  headset.prepareProblems = function () {
    Object.keys(CODES).forEach(function (id) {
      var select = headset.element(id);
      CODES[id].split("").forEach(function (code) {
        select.append(new Option(headset.word(id + "_" + code), code));
      });
      select.addEventListener("change", line);
    });
    headset.element("report").addEventListener("click", function () {
      headset.element("copied").textContent = "";
      line();
      headset.element("problem").showModal();
    });
    headset.element("copy").addEventListener("click", function () {
      var area = headset.element("line");
      area.select();
      navigator.clipboard.writeText(area.value).then(function () {
        headset.element("copied").textContent = headset.word("copied");
      }, function () {
        // The text is selected: the agent can copy it with the keyboard.
      });
    });
  };

  // Only the library has logs.
  headset.followProblems = function () {
    headset.element("logs").disabled = false;
    headset.element("logs").addEventListener("click", function () {
      connect.getLog().download();
    });
    headset.hear("SOFTPHONE_STATS", function (now) {
      statistics = now;
    });
  };
})();
