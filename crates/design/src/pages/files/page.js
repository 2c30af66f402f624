"use strict";

// Frames the Contact Control Panel and shows whether it is connected. What differs between the two pages
// is in their own scripts.
var headset = (function () {
  function setting(name) {
    var element = document.querySelector('meta[name="headset-' + name + '"]');
    return element ? element.content : "";
  }

  function show(state, sentence) {
    var status = document.getElementById("status");
    status.dataset.state = state;
    status.textContent = sentence;
  }

  function secure(url) {
    return new URL(url).protocol === "https:";
  }

  // Registers a listener if this version of the library has the event.
  function listen(subject, event, listener) {
    if (subject && typeof subject[event] === "function") {
      subject[event](listener);
    }
  }

  function follow(agent) {
    show("connected", "Connected as " + agent.getConfiguration().username);
    listen(agent, "onWebSocketConnectionLost", function () {
      show("lost", "Connection to Amazon Connect lost");
    });
    listen(agent, "onWebSocketConnectionGained", function () {
      show("connected", "Connected as " + agent.getConfiguration().username);
    });
    listen(agent, "onSoftphoneError", function (error) {
      show("lost", "Audio problem: " + error.errorType);
    });
  }

  function start(particular) {
    if (typeof connect === "undefined") {
      show("lost", "The connect-streams library could not be loaded");
      return;
    }
    var loginUrl = setting("login-url");
    var options = {
      ccpUrl: setting("ccp-url"),
      region: setting("region"),
      loginPopup: true,
      loginPopupAutoClose: true,
      softphone: particular.softphone,
      chat: particular.chat,
      task: particular.task,
      pageOptions: particular.pageOptions
    };
    if (!secure(options.ccpUrl) || (loginUrl && !secure(loginUrl))) {
      show("lost", "This page was published with an address that is not https");
      return;
    }
    if (loginUrl) {
      options.loginUrl = loginUrl;
      // Without the last of these an agent who logs out is signed in again at once by single sign-on.
      options.loginOptions = { autoClose: true, height: 578, width: 433, disableAuthPopupAfterLogout: true };
    }
    connect.core.initCCP(document.getElementById("ccp"), options);
    listen(connect, "agent", follow);
    listen(connect, "onWebSocketInitFailure", function () {
      show("lost", "Connection to Amazon Connect failed");
    });
    listen(connect.core, "onAuthFail", function () {
      show("lost", "Signed out: sign in again in the window that opens");
    });
    listen(connect.core, "onAccessDenied", function () {
      show("lost", "Access denied: ask an administrator for a user in Amazon Connect");
    });
    listen(connect.core, "onIframeRetriesExhausted", function () {
      show("lost", "Sign-in was not completed: reload this page");
    });
    var events = connect.core.getEventBus();
    events.subscribe(connect.EventType.TERMINATED, function () {
      show("lost", "Signed out");
    });
  }

  return { start: start };
})();
