"use strict";

// The light: one state and one sentence, made of all that is known.
(function () {
  var facts = headset.facts;

  function light() {
    var user = { user: facts.user, state: facts.state ? facts.state.name : "" };
    if (facts.broken) {
      return ["lost", headset.word(facts.broken)];
    }
    if (facts.denied) {
      return ["lost", headset.word("status_denied")];
    }
    if (!facts.signedIn) {
      if (facts.blocked) {
        return ["lost", headset.word("status_blocked")];
      }
      if (headset.signingIn()) {
        return ["waiting", headset.word("status_signing_in")];
      }
      return facts.signedOut
        ? ["lost", headset.word("status_signed_out")]
        : ["waiting", headset.word("status_starting")];
    }
    if (facts.lost || facts.network === "failed" || facts.network === "disconnected") {
      return ["lost", headset.word("status_connection")];
    }
    if (facts.softphoneError) {
      return ["lost", headset.word("status_audio")];
    }
    if (facts.state && facts.state.type === "error") {
      return ["lost", headset.word("status_state", user)];
    }
    if (headset.onCall()) {
      return ["ready", headset.word("status_on_call", user)];
    }
    var ready = facts.state && facts.state.type === "routable";
    return [ready ? "ready" : "idle", headset.word("status_state", user)];
  }

  function set(id, text) {
    var element = headset.element(id);
    if (element.textContent !== text) {
      element.textContent = text;
    }
  }

  headset.onCall = function () {
    var contact = facts.contact;
    return !!contact && (contact === "connecting" || contact === "connected" || contact === "incoming");
  };

  // Shows what is known now. Texts that stay are not written again, so that they are not read out again.
  headset.show = function () {
    var now = light();
    headset.element("status").dataset.state = now[0];
    set("status", now[1]);
    headset.element("sign-in").hidden = facts.signedIn || !!facts.broken || facts.denied ||
      !(facts.signedOut || facts.blocked || headset.signingIn());
    headset.element("sign-out").hidden = !facts.signedIn;
    set("health-sign-in", facts.signedIn ? headset.word("yes", { user: facts.user }) : headset.word("no"));
    set("health-connection", headset.word(!facts.signedIn ? "unknown" : facts.lost ? "disconnected" : "connected"));
    set("health-network", headset.word(facts.network));
    set("health-microphone", headset.word(facts.microphone));
    set("call-state", headset.word("call_" + (facts.contact || "none")));
    headset.element("mute").disabled = facts.contact !== "connected";
    if (facts.signedIn && (facts.lost || facts.network === "failed" || facts.network === "disconnected")) {
      headset.notice("notice_connection");
    } else {
      headset.over("notice_connection");
    }
  };
})();
