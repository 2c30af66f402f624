"use strict";

// Stands in for Amazon Connect's Contact Control Panel: one agent, voice contacts, no media. It speaks the protocol by which
// amazon-connect-streams and the framed panel talk, messages of the form { event, data }, as the library reads and writes
// them. Tests, and people with a console, steer it by `panel`.
var panel = (function () {
  var about = document.body.dataset;
  var arn = "arn:aws:connect:" + about.region + ":" + about.account + ":instance/" + about.instance;
  var TYPES = {
    Available: "routable",
    Offline: "offline",
    Busy: "system",
    AfterCallWork: "system",
    MissedCallAgent: "error",
    FailedConnectAgent: "error",
    DefaultAgent: "error"
  };
  var states = ["Available", "Offline"].map(function (name) {
    return { name: name, type: TYPES[name], agentStateARN: arn + "/agent-state/" + name };
  });
  var agent = { state: stateOf("Offline"), contacts: [] };
  var contacts = 0;
  // Under which name a call outlives a reload, as it does on a server.
  var KEPT = "simulated-contact";
  // What the page that frames this one has asked for, and every message that it has sent.
  var configured = null;
  var received = [];
  var microphone = null;
  var chosen = {};
  // The port over which newer parts of the library subscribe and ask, and what it says of the network to which subscription.
  var port = null;
  var subscribed = null;
  var network = { status: "connected", timestamp: Date.now() };
  // Whether the session is over: an ended panel says nothing more.
  var ended = false;

  function send(event, data) {
    if (window.parent !== window) {
      window.parent.postMessage({ event: event, data: data }, "*");
    }
  }

  function stateOf(name) {
    return {
      name: name,
      type: TYPES[name] || "not_routable",
      startTimestamp: new Date(),
      agentStateARN: arn + "/agent-state/" + name
    };
  }

  function update() {
    document.getElementById("state").textContent = agent.state.name;
    document.getElementById("contact").textContent = agent.contacts.length
      ? "Contact: " + agent.contacts[0].state.type
      : "No contact";
    send("agent::update", {
      snapshot: {
        state: agent.state,
        nextState: null,
        agentAvailabilityState: { state: agent.state.name, timeStamp: agent.state.startTimestamp },
        contacts: agent.contacts,
        snapshotTimestamp: new Date(),
        skew: 0
      },
      configuration: {
        name: about.user,
        username: about.user,
        softphoneEnabled: true,
        softphoneAutoAccept: false,
        extension: null,
        agentStates: states,
        dialableCountries: [],
        permissions: ["outboundCall"],
        agentPreferences: { LANGUAGE: "en_US" },
        agentARN: arn + "/agent/simulated",
        routingProfile: {
          name: "Basic Routing Profile",
          routingProfileId: arn + "/routing-profile/simulated",
          routingProfileARN: arn + "/routing-profile/simulated",
          channelConcurrencyMap: { VOICE: 1, CHAT: 2, TASK: 1 },
          queues: []
        }
      }
    });
  }

  function become(name) {
    agent.state = stateOf(name);
    update();
  }

  // A voice contact in this state, of a customer who calls (`inbound`) or is called (`outbound`).
  function voice(type, customer) {
    return {
      contactId: "00000000-0000-4000-8000-" + String(contacts).padStart(12, "0"),
      initialContactId: null,
      type: "voice",
      state: { type: type, timestamp: new Date() },
      queue: { name: "BasicQueue", queueARN: arn + "/queue/basic", queueId: arn + "/queue/basic" },
      queueTimestamp: new Date(),
      attributes: {},
      connections: ["agent", customer].map(function (side) {
        return {
          connectionId: side + "-" + contacts,
          endpoint: { type: "phone_number", phoneNumber: "+442079460000" },
          state: { type: type === "ended" ? "disconnected" : type, timestamp: new Date() },
          type: side,
          initial: side === customer,
          softphoneMediaInfo: { callType: "audio_only", autoAccept: false }
        };
      })
    };
  }

  function isOnCall() {
    return agent.contacts.some(function (contact) { return contact.state.type === "connected"; });
  }

  // A voice contact in this state: a new one for `connecting`, else the one that is there.
  function call(type, customer) {
    var wasOn = isOnCall();
    contacts += type === "connecting" ? 1 : 0;
    agent.contacts = type === "none" ? [] : [voice(type, customer || "inbound")];
    localStorage.setItem(KEPT, type);
    agent.state = stateOf({ none: "Available", ended: "AfterCallWork", missed: "MissedCallAgent" }[type] || "Busy");
    update();
    if (wasOn && type !== "connected") {
      send("agent::mute_toggle", { muted: false });
    }
    if (type === "connected" && microphone) {
      delete chosen.microphone;
      send("agent::local_media_stream_created", { connectionId: "agent-" + contacts });
    }
  }

  // What the page has chosen, which the library does: a microphone for the calls that are on, and none before.
  function choose(device, id) {
    if (device === "microphone" && !isOnCall()) {
      return;
    }
    chosen[device] = id;
    send("configuration::" + device + "_device_changed", { deviceId: id });
  }

  function answer(request, data, err) {
    send("api_response", { event: "api_response", requestId: request.requestId, data: data, err: err || null });
  }

  // The panel opens the microphone early, as Connect's does, if the page lets it carry the audio.
  function configure(asked) {
    configured = asked;
    if (!asked.softphone || asked.softphone.allowFramedSoftphone !== true) {
      return;
    }
    navigator.mediaDevices.getUserMedia({ audio: true }).then(
      function (stream) {
        microphone = stream;
      },
      function (error) {
        send("agent::softphone_error", {
          errorType: "microphone_not_shared",
          errorMessage: String(error),
          endPointUrl: ""
        });
      }
    );
  }

  var answers = {
    synchronize: function () {
      send("acknowledge", { id: "simulated" });
    },
    configure: configure,
    api_request: function (request) {
      if (request.method === "putAgentState") {
        answer(request, {});
        become(request.params.state.name);
      } else {
        answer(request, {}, "NotImplemented");
      }
    },
    broadcast: function (said) {
      if (said.event === "mute" && isOnCall()) {
        send("agent::mute_toggle", { muted: said.data.mute });
      } else if (/^configuration::set_\w+_device$/.test(said.event)) {
        choose(said.event.slice("configuration::set_".length, -"_device".length), said.data.deviceId);
      }
    },
    media_device_request: function () {
      navigator.mediaDevices.enumerateDevices().then(function (devices) {
        send("media_device_response", devices.map(function (device) { return device.toJSON(); }));
      });
    },
    terminate: function () {
      localStorage.removeItem(KEPT);
      send("terminated");
      ended = true;
      document.body.textContent = "No agent is signed in here.";
    }
  };

  window.addEventListener("message", function (message) {
    if (ended || message.source !== window.parent || !message.data || !message.data.event) {
      return;
    }
    received.push(message.data.event);
    var known = answers[message.data.event];
    if (known) {
      known(message.data.data);
    }
  });

  // Offers the port to the page, and answers what is asked there.
  function offerPort() {
    var channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = function (message) {
      var said = message.data;
      if (said.type === "cross-domain-site-ready") {
        port.postMessage({ type: "acknowledge", connectionId: "simulated", status: {}, healthCheckInterval: 0 });
      } else if (said.type === "subscribe" && said.topic.key === "agent/networkConnectionStatusChanged") {
        subscribed = said.topic;
      } else if (said.type === "request") {
        var known = said.command === "agent/getNetworkConnectionStatus";
        port.postMessage({ type: "response", requestId: said.requestId, isError: !known, data: known ? network : {} });
      }
    };
    window.parent.postMessage({ type: "cross-domain-adapter-init" }, "*", [channel.port2]);
  }

  // The network becomes this: connected, connecting, disconnected or failed.
  function connection(status) {
    network = { status: status, timestamp: Date.now() };
    if (subscribed) {
      port.postMessage({ type: "publish", topic: subscribed, data: network });
    }
  }

  function press(id, listener) {
    document.getElementById(id).addEventListener("click", listener);
  }

  press("available", function () { become("Available"); });
  press("offline", function () { become("Offline"); });
  press("call", function () { call("connecting"); });
  press("accept", function () { call("connected"); });
  press("end", function () { call("ended"); });

  if (window.parent !== window) {
    offerPort();
  }
  send("acknowledge", { id: "simulated" });
  if (localStorage.getItem(KEPT)) {
    call(localStorage.getItem(KEPT));
  } else {
    update();
  }
  setTimeout(function () {
    if (!configured) {
      send("request_configure");
    }
  }, 1000);

  return {
    send: send,
    become: become,
    call: call,
    connection: connection,
    configured: function () { return configured; },
    received: received,
    microphone: function () { return microphone; },
    chosen: function () { return chosen; }
  };
})();
