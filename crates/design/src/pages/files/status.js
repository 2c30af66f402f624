"use strict";

// The light: one state and one sentence, made of all that is known.
(function () {
  var facts = headset.facts;

  // Each state of a voice contact: whether it rings (or is being made), is under way, or is not any more; and its words.
  var CALLS = {
    init: ["ringing", "call_init"],
    incoming: ["ringing", "call_incoming"],
    pending: ["ringing", "call_pending"],
    connecting: ["ringing", "call_connecting"],
    connected: ["under way", "call_connected"],
    paused: ["under way", "call_paused"],
    ended: ["over", "call_ended"],
    missed: ["over", "call_missed"],
    rejected: ["over", "call_rejected"],
    error: ["over", "call_error"]
  };

  function stage() {
    return facts.contact ? headset.stageOf(facts.contact) : "over";
  }

  // The agent makes this call. One that still comes in is a customer's wish for one, which has to be accepted first.
  function isOutgoing() {
    return !facts.inbound && facts.contact !== "incoming";
  }

  function call() {
    if (!facts.contact) {
      return "call_none";
    }
    if (facts.contact === "connecting" && isOutgoing()) {
      return "call_outgoing";
    }
    return (CALLS[facts.contact] || ["", "unknown"])[1];
  }

  function isLost() {
    return facts.signedIn && (facts.lost || facts.network === "failed" || facts.network === "disconnected");
  }

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
    if (isLost()) {
      return ["lost", headset.word("status_connection")];
    }
    if (facts.softphoneError) {
      return ["lost", headset.word("status_audio")];
    }
    if (facts.state && facts.state.type === "error") {
      return ["lost", headset.word("status_state", user)];
    }
    if (stage() === "ringing") {
      return ["ringing", headset.word(isOutgoing() ? "status_calling" : "status_ringing", user)];
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

  headset.stageOf = function (state) {
    var known = CALLS[state];
    if (!known) {
      console.error("headset: connect-streams has a new state of contacts: " + state);
    }
    return known ? known[0] : "over";
  };

  headset.onCall = function () {
    return stage() !== "over";
  };

  // Shows what is known now. Texts that stay are not written again, so that they are not read out again.
  headset.show = function () {
    var now = light();
    headset.element("status").dataset.state = now[0];
    set("status", now[1]);
    headset.element("sign-in").hidden = facts.signedIn || !!facts.broken || facts.denied ||
      !(facts.signedOut || facts.blocked || headset.signingIn());
    headset.element("sign-out").hidden = !facts.signedIn && !facts.denied;
    set("health-sign-in", facts.signedIn ? headset.word("yes", { user: facts.user }) : headset.word("no"));
    set("health-connection", headset.word(!facts.signedIn ? "unknown" : facts.lost ? "disconnected" : "connected"));
    set("health-network", headset.word(facts.network));
    set("health-microphone", headset.word(facts.microphone));
    set("call-state", headset.word(call()));
    headset.element("mute").disabled = facts.contact !== "connected";
    headset.during("notice_connection", isLost());
  };
})();
