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
  // So long the panel may take to say that its session has ended.
  var ANSWER = 5 * 1000;
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

  // Whether Amazon Connect lets this user in.
  function denied(is) {
    facts.denied = is;
    headset.during("notice_denied", is);
  }

  function ended() {
    denied(false);
    facts.signedIn = false;
    facts.signedOut = true;
    facts.contact = null;
    facts.state = null;
    attempt = null;
    localStorage.removeItem(KEPT);
    headset.show();
  }

  // Who was signed in, and since when, as a page of this browser has noted it.
  function noted() {
    try {
      return JSON.parse(localStorage.getItem(KEPT)) || {};
    } catch (error) {
      return {};
    }
  }

  // When the session of an agent who is signed in already began: as it was noted of this agent, else at the latest now. What
  // is older than a session can be is of one that has ended, as is what is of a clock that was put back.
  function began(user) {
    var kept = noted();
    var age = Date.now() - kept.at;
    return kept.user === user && age >= 0 && age < SESSION ? kept.at : Date.now();
  }

  // The panel reports an agent, so that one is signed in.
  headset.isSignedIn = function (user) {
    denied(false);
    if (facts.signedIn && facts.user === user) {
      return;
    }
    // Who was seen signed out has a new session, even if another page's window brought it.
    var fresh = attempt !== null || facts.signedOut;
    facts.user = user;
    if (attempt && attempt.window) {
      attempt.window.close();
    }
    attempt = null;
    facts.signedIn = true;
    facts.signedOut = false;
    facts.blocked = false;
    facts.lost = false;
    facts.softphoneError = "";
    facts.signedInAt = fresh ? Date.now() : began(user);
    localStorage.setItem(KEPT, JSON.stringify({ user: user, at: facts.signedInAt }));
    [BLOCKED, "notice_not_finished"].forEach(headset.over);
    announce();
  };

  function announce() {
    var left = facts.signedIn ? facts.signedInAt + SESSION - Date.now() : SESSION;
    var minutes = left / (60 * 1000);
    headset.during("notice_thirty", minutes >= 10 && minutes < 30);
    headset.during("notice_ten", minutes < 10);
  }

  function warn() {
    announce();
    setTimeout(warn, 10000);
  }

  // The session is over: so is that of the identity provider, if the agent wished it here.
  function left() {
    var address = headset.leaving ? headset.setting("sign-out-url") : "";
    headset.leaving = false;
    ended();
    if (address) {
      location.assign(address);
    }
  }

  function terminate() {
    fetch(headset.setting("logout-url"), { credentials: "include", mode: "no-cors" }).then(function () {
      connect.core.getUpstream().sendUpstream(connect.EventType.TERMINATE);
      // A panel that was let in nowhere may have nothing to end, and answers nothing.
      setTimeout(function () {
        if (headset.leaving) {
          left();
        }
      }, ANSWER);
    }, function () {
      headset.leaving = false;
      headset.notice("notice_connection");
    });
  }

  // Offline, then Connect's session, then that of the identity provider.
  function signOut() {
    if (headset.onCall()) {
      headset.notice("notice_call_first");
      return;
    }
    headset.leaving = true;
    if (!facts.signedIn) {
      terminate();
      return;
    }
    var agent = new connect.Agent();
    var offline = agent.getAgentStates().find(function (state) {
      return state.type === connect.AgentStateType.OFFLINE;
    });
    agent.setState(offline, { success: terminate, failure: terminate });
  }

  headset.followSignIn = function () {
    headset.element("sign-in").addEventListener("click", function () {
      open();
      look();
    });
    headset.element("sign-out").addEventListener("click", signOut);
    headset.hear("ACK_TIMEOUT", needed);
    headset.hear("TERMINATED", left);
    headset.listen(connect.core, "onAuthFail", ended);
    headset.listen(connect.core, "onAuthorizeRetriesExhausted", ended);
    headset.listen(connect.core, "onCTIAuthorizeRetriesExhausted", ended);
    headset.listen(connect.core, "onIframeRetriesExhausted", exhausted);
    headset.listen(connect.core, "onAccessDenied", function () {
      denied(true);
      headset.show();
    });
    warn();
  };
})();
