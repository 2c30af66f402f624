"use strict";

// What all parts of a page use. What differs between the pages is in their own scripts.
var headset = {
  // What is known, from which `headset.show` makes what the agent sees.
  facts: {
    user: "",
    state: null,
    signedIn: false,
    signedOut: false,
    blocked: false,
    denied: false,
    broken: "",
    lost: false,
    network: "unknown",
    softphoneError: "",
    microphone: "unknown",
    contact: null,
    inbound: true,
    signedInAt: 0
  },
  // What the page's own script asks for.
  own: null,

  element: function (id) {
    return document.getElementById(id);
  },

  setting: function (name) {
    var element = document.querySelector('meta[name="headset-' + name + '"]');
    return element ? element.content : "";
  },

  // A sentence of the table, with names filled in.
  word: function (key, names) {
    var text = headsetWords[key];
    if (text === undefined) {
      console.error("headset: there is no text for " + key);
      return key;
    }
    return text.replace(/\{(\w+)\}/g, function (whole, name) {
      return names && name in names ? names[name] : whole;
    });
  },

  // The browsers that say differently how a window is allowed.
  browser: function () {
    if (/Firefox\//.test(navigator.userAgent)) {
      return "firefox";
    }
    return /Chrome\//.test(navigator.userAgent) ? "chromium" : "other";
  },

  has: function (key) {
    return headsetWords[key] !== undefined;
  },

  page: function () {
    return headset.setting("page");
  },

  // Whether the page is one of two: calls here, their audio elsewhere, or the other way round.
  isSplit: function () {
    return headset.page() === "in-session" || headset.page() === "audio-only";
  },

  // Says something until the agent dismisses it, or until it is over. Each text stands there once.
  notice: function (key) {
    var notices = headset.element("notices");
    if (notices.querySelector('[data-notice="' + key + '"]')) {
      return;
    }
    var line = document.createElement("p");
    line.dataset.notice = key;
    var text = document.createElement("span");
    text.textContent = headset.word(key);
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = headset.word("dismiss");
    button.addEventListener("click", function () {
      line.remove();
    });
    line.append(text, button);
    notices.append(line);
  },

  // Says something for as long as it is so: once, so that it does not come back to an agent who has dismissed it.
  during: function (key, holds) {
    if (holds === headset.holding.has(key)) {
      return;
    }
    if (holds) {
      headset.holding.add(key);
      headset.notice(key);
    } else {
      headset.over(key);
    }
  },

  // What is said for as long as it is so, and is so now.
  holding: new Set(),

  over: function (key) {
    headset.holding.delete(key);
    var line = headset.element("notices").querySelector('[data-notice="' + key + '"]');
    if (line) {
      line.remove();
    }
  },

  // Registers a listener. A name that the library does not have is a mistake of this page, and said so.
  listen: function (subject, name, listener) {
    if (!subject || typeof subject[name] !== "function") {
      console.error("headset: connect-streams has no " + name);
      return;
    }
    subject[name](listener);
  },

  // The same, of the library's own events.
  hear: function (name, listener) {
    var event = connect.EventType[name];
    if (!event) {
      console.error("headset: connect-streams has no event " + name);
      return;
    }
    connect.core.getEventBus().subscribe(event, listener);
  }
};
