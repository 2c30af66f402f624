"use strict";

// Frames the Contact Control Panel, and follows what happens in it.
(function () {
  var facts = headset.facts;
  var isFirst = true;

  function secure(url) {
    try {
      return new URL(url).protocol === "https:";
    } catch (error) {
      return false;
    }
  }

  function broken(status, notice) {
    facts.broken = status;
    if (notice) {
      headset.notice(notice);
    }
    headset.show();
  }

  // The voice contact that rings or is under way; else one that is not any more, if there is one.
  function voice(agent) {
    var all = agent.getContacts().filter(function (contact) {
      return connect.voiceContactTypes.indexOf(contact.getType()) >= 0;
    });
    return all.find(function (contact) {
      return headset.stageOf(contact.getStatus().type) !== "over";
    }) || all[0];
  }

  // The library asks the first connection, and a contact whose first side has left has none.
  function isInbound(contact) {
    return !contact.getInitialConnection() || contact.isInbound();
  }

  // Takes over what the agent is and does now.
  function refresh(agent) {
    headset.isSignedIn(agent.getConfiguration().username);
    facts.state = agent.getState();
    var contact = voice(agent);
    facts.contact = contact ? contact.getStatus().type : null;
    facts.inbound = !contact || isInbound(contact);
    facts.contactId = contact ? contact.getContactId() : facts.contactId;
    if (isFirst && facts.contact === "connected" && headset.own.media) {
      headset.notice("notice_no_audio");
    }
    isFirst = false;
    if (!contact) {
      headset.over("notice_no_audio");
      headset.over("notice_call_first");
    }
    if (facts.contact === "connected") {
      facts.softphoneError = "";
    }
    headset.show();
  }

  // What to look at after a call that has not reached the agent: the other page, the desk phone, or this page.
  var LOOK = { "in-session": "", phone: "_phone" };

  function changed(change) {
    var missed = { MissedCallAgent: "missed", FailedConnectAgent: "failed" }[change.newState];
    var here = headset.page() in LOOK ? LOOK[headset.page()] : "_here";
    if (missed) {
      headset.notice("notice_" + missed + here);
    } else if (change.newState === "Available") {
      headset.over("notice_missed" + here);
      headset.over("notice_failed" + here);
    }
  }

  function failed(error) {
    var key = "softphone_" + error.errorType;
    facts.softphoneError = error.errorType;
    facts.lastError = error.errorType;
    if (error.errorType === "microphone_not_shared") {
      facts.microphone = "denied";
    }
    headset.notice(headset.has(key) ? key : "softphone_other");
    headset.show();
  }

  function network(now) {
    if (now && headset.has(now.status)) {
      facts.network = now.status;
      headset.show();
    }
  }

  function follow(agent) {
    headset.listen(agent, "onRefresh", refresh);
    headset.listen(agent, "onStateChange", changed);
    headset.listen(agent, "onWebSocketConnectionLost", function () {
      facts.lost = true;
      headset.show();
    });
    headset.listen(agent, "onWebSocketConnectionGained", function () {
      facts.lost = false;
      headset.show();
    });
    headset.listen(agent, "onNetworkConnectionStatusChanged", network);
    agent.getNetworkConnectionStatus().then(network, function () {
      // The panel does not say: it will when that changes.
    });
    if (headset.own.media) {
      headset.listen(agent, "onSoftphoneError", failed);
      headset.followAudio(agent);
    }
    refresh(agent);
  }

  function options() {
    return {
      ccpUrl: headset.setting("ccp-url"),
      loginUrl: headset.setting("login-url") || headset.setting("ccp-url"),
      region: headset.setting("region"),
      // The page opens the window itself.
      loginPopup: false,
      // Without this an agent who signs out is signed in again at once by single sign-on.
      loginOptions: { disableAuthPopupAfterLogout: true },
      iframeTitle: "Amazon Connect",
      softphone: headset.own.softphone,
      chat: headset.own.chat,
      task: headset.own.task,
      autoAcceptTone: headset.own.autoAcceptTone,
      pageOptions: headset.own.pageOptions
    };
  }

  // The panel reads a setting for the tone of e-mails, as it does for chats and tasks, but the library takes none from its
  // page: it goes with those that the library sends.
  function sendToneOfEmail() {
    var send = connect.core.sendConfigure;
    if (typeof send !== "function") {
      console.error("headset: connect-streams has no sendConfigure");
      return;
    }
    connect.core.sendConfigure = function (params, conduit, ofMany) {
      var through = Object.create(conduit);
      through.sendUpstream = function (name, config) {
        conduit.sendUpstream(name, Object.assign({}, config, { email: headset.own.email }));
      };
      send.call(connect.core, params, through, ofMany);
    };
  }

  function rings(own) {
    return [own.softphone, own.chat, own.task, own.email, own.autoAcceptTone].some(function (tone) {
      return !tone.disableRingtone;
    });
  }

  headset.start = function (own) {
    headset.own = own;
    document.querySelectorAll("[data-word]").forEach(function (element) {
      element.textContent = headset.word(element.dataset.word);
    });
    headset.element("note").textContent = headset.word("note_" + headset.page().replace("-", "_"));
    headset.prepareProblems();
    if (!navigator.locks || typeof structuredClone !== "function") {
      headset.notice("notice_old");
    }
    if (own.media) {
      headset.prepareAudio();
    }
    if (headset.setting("controls") === "hidden") {
      document.body.dataset.controls = "hidden";
      headset.element("own").hidden = false;
    }
    window.addEventListener("beforeunload", function (event) {
      if (headset.onCall()) {
        event.preventDefault();
      }
    });
    if (typeof connect === "undefined") {
      broken("status_library", "notice_library");
      return;
    }
    if (connect.standIn) {
      broken("status_stand_in", "notice_stand_in");
      return;
    }
    var asked = options();
    if (!secure(asked.ccpUrl) || !secure(asked.loginUrl)) {
      broken("status_insecure");
      return;
    }
    headset.show();
    if (rings(own)) {
      headset.prepareRinging();
    }
    sendToneOfEmail();
    connect.core.initCCP(headset.element("ccp"), asked);
    headset.followSignIn();
    headset.followProblems();
    headset.listen(connect, "agent", follow);
    headset.listen(connect, "onWebsocketInitFailure", function () {
      facts.lost = true;
      headset.show();
    });
  };
})();
