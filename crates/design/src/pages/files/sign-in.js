"use strict";

// Signing in and out. The library looks every few seconds whether the panel has a session by now; this page opens the
// window, since it alone can see whether the browser lets it.
(function () {
  var facts = headset.facts;
  // A sign-in with a second factor takes its time: so long the panel is looked at again.
  var PATIENCE = 15 * 60 * 1000;
  // Connect ends every session after so long, also in a call.
  var SESSION = 12 * 60 * 60 * 1000;
  var KEPT = "headset-signed-in-at";
  var BLOCKED = "notice_blocked_" + headset.browser();
  var attempt = null;

  headset.signingIn = function () {
    return attempt !== null && !facts.signedIn;
  };

  function open() {
    var address = headset.setting("login-url") || headset.setting("ccp-url");
    var opened = window.open(address, "headset-sign-in", "width=480,height=640");
    facts.blocked = !opened || opened.closed;
    attempt = { window: facts.blocked ? null : opened, since: Date.now() };
    if (facts.blocked) {
      headset.notice(BLOCKED);
    } else {
      headset.over(BLOCKED);
      headset.over("notice_not_finished");
    }
    headset.show();
  }

  // Lets the library look at the panel again. It does so ten times; what it remembers of an earlier series keeps it from
  // beginning another one.
  function look() {
    connect.core.iframeRefreshTimeout = null;
    connect.core.reauthenticateAfterLogout();
  }

  function needed() {
    if (facts.signedIn || attempt) {
      return;
    }
    open();
  }

  function exhausted() {
    if (attempt && Date.now() - attempt.since < PATIENCE) {
      look();
      return;
    }
    attempt = null;
    facts.signedOut = true;
    headset.notice("notice_not_finished");
    headset.show();
  }

  function ended() {
    facts.signedIn = false;
    facts.signedOut = true;
    facts.contact = null;
    facts.state = null;
    attempt = null;
    localStorage.removeItem(KEPT);
    headset.show();
  }

  // When the session of an agent who is signed in already began: as another page of this browser noted it, else at the
  // latest now. What is older than a session can be is of one that has ended, as is what is of a clock that was put back.
  function began() {
    var kept = Number(localStorage.getItem(KEPT));
    var age = Date.now() - kept;
    return kept && age >= 0 && age < SESSION ? kept : Date.now();
  }

  // The panel reports an agent, so that one is signed in.
  headset.isSignedIn = function () {
    if (facts.signedIn) {
      return;
    }
    var fresh = attempt !== null;
    if (attempt && attempt.window) {
      attempt.window.close();
    }
    attempt = null;
    facts.signedIn = true;
    facts.signedOut = false;
    facts.blocked = false;
    facts.lost = false;
    facts.softphoneError = "";
    facts.signedInAt = fresh ? Date.now() : began();
    localStorage.setItem(KEPT, String(facts.signedInAt));
    [BLOCKED, "notice_not_finished", "notice_thirty", "notice_ten"].forEach(headset.over);
  };

  function warn() {
    var left = facts.signedInAt + SESSION - Date.now();
    if (facts.signedIn && left < 10 * 60 * 1000) {
      headset.over("notice_thirty");
      headset.notice("notice_ten");
    } else if (facts.signedIn && left < 30 * 60 * 1000) {
      headset.notice("notice_thirty");
    }
    setTimeout(warn, 10000);
  }

  function terminate() {
    fetch(headset.setting("logout-url"), { credentials: "include", mode: "no-cors" }).then(function () {
      connect.core.getUpstream().sendUpstream(connect.EventType.TERMINATE);
    }, function () {
      headset.notice("notice_connection");
    });
  }

  // Offline, then Connect's session, then that of the identity provider.
  function signOut() {
    if (headset.onCall()) {
      headset.notice("notice_call_first");
      return;
    }
    var agent = new connect.Agent();
    var offline = agent.getAgentStates().find(function (state) {
      return state.type === connect.AgentStateType.OFFLINE;
    });
    headset.leaving = true;
    agent.setState(offline, { success: terminate, failure: terminate });
  }

  headset.followSignIn = function () {
    headset.element("sign-in").addEventListener("click", function () {
      open();
      look();
    });
    headset.element("sign-out").addEventListener("click", signOut);
    headset.hear("ACK_TIMEOUT", needed);
    headset.hear("TERMINATED", function () {
      ended();
      if (headset.leaving && headset.setting("sign-out-url")) {
        location.assign(headset.setting("sign-out-url"));
      }
      headset.leaving = false;
    });
    headset.listen(connect.core, "onAuthFail", ended);
    headset.listen(connect.core, "onAuthorizeRetriesExhausted", ended);
    headset.listen(connect.core, "onCTIAuthorizeRetriesExhausted", ended);
    headset.listen(connect.core, "onIframeRetriesExhausted", exhausted);
    headset.listen(connect.core, "onAccessDenied", function () {
      facts.denied = true;
      headset.notice("notice_denied");
      headset.show();
    });
    warn();
  };
})();
