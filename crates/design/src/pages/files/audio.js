"use strict";

// What a page with audio adds: whether the microphone may be used and hears something, the choice of devices, and mute.
(function () {
  var facts = headset.facts;
  var muted = false;
  // Each choice of a device: the kind that it lists, what the library calls it, and what the panel reports when it is made.
  var CHOICES = {
    microphone: ["audioinput", "setMicrophoneDevice", "onMicrophoneDeviceChanged"],
    speaker: ["audiooutput", "setSpeakerDevice", "onSpeakerDeviceChanged"],
    ringer: ["audiooutput", "setRingerDevice", "onRingerDeviceChanged"]
  };
  // What was chosen, by the choice: a device that is not plugged in now may come back.
  var chosen = {};
  var asking = null;
  // After so long a panel that has not answered is asked again.
  var AGAIN = 5 * 1000;

  function permission() {
    if (!navigator.permissions) {
      return;
    }
    navigator.permissions.query({ name: "microphone" }).then(function (status) {
      function changed() {
        facts.microphone = facts.microphone === "open" && status.state === "granted" ? "open" : status.state;
        headset.during("notice_microphone", status.state === "denied");
        headset.show();
      }
      status.onchange = changed;
      changed();
    }, function () {
      // An older Firefox does not know the name: what becomes of the microphone says it later.
    });
  }

  // Ten seconds of what the microphone hears, on the agent's wish alone.
  function test() {
    var button = headset.element("test");
    button.disabled = true;
    navigator.mediaDevices.getUserMedia({ audio: true }).then(function (stream) {
      var context = new AudioContext();
      var analyser = context.createAnalyser();
      context.createMediaStreamSource(stream).connect(analyser);
      var samples = new Float32Array(analyser.fftSize);
      var level = headset.element("level");
      var measuring = setInterval(function () {
        analyser.getFloatTimeDomainData(samples);
        level.value = Math.max.apply(null, Array.from(samples, Math.abs));
      }, 100);
      setTimeout(function () {
        clearInterval(measuring);
        stream.getTracks().forEach(function (track) { track.stop(); });
        context.close();
        level.value = 0;
        button.disabled = false;
      }, 10000);
    }, function () {
      button.disabled = false;
      facts.microphone = "denied";
      headset.notice("notice_microphone");
      headset.show();
    });
  }

  function showChosen(id) {
    var select = headset.element(id);
    select.value = chosen[id] || "default";
    if (select.selectedIndex < 0) {
      select.value = "default";
    }
  }

  function fill(id, devices) {
    headset.element(id).replaceChildren(new Option(headset.word("default_device"), "default"));
    devices.filter(function (device) {
      return device.kind === CHOICES[id][0] && device.deviceId && device.deviceId !== "default";
    }).forEach(function (device) {
      headset.element(id).append(new Option(device.label || device.deviceId, device.deviceId));
    });
    showChosen(id);
  }

  function choose(id) {
    new connect.Agent()[CHOICES[id][1]](headset.element(id).value);
  }

  // Asks the panel, which has the devices: identifiers differ from one origin to another.
  function devices() {
    clearTimeout(asking);
    connect.core.getFrameMediaDevices().then(function (found) {
      Object.keys(CHOICES).forEach(function (id) {
        fill(id, found);
      });
    }, function () {
      if (facts.signedIn) {
        clearTimeout(asking);
        asking = setTimeout(devices, AGAIN);
      }
    });
  }

  // The library takes a microphone for the calls that are on, and none before: each call begins with the system's.
  function chooseAgain() {
    ["microphone", "speaker"].forEach(function (id) {
      if (chosen[id] && chosen[id] === headset.element(id).value) {
        choose(id);
      }
    });
  }

  headset.followAudio = function (agent) {
    headset.listen(agent, "onLocalMediaStreamCreated", function () {
      facts.microphone = "open";
      facts.softphoneError = "";
      headset.over("notice_microphone");
      chooseAgain();
      devices();
      headset.show();
    });
    headset.listen(agent, "onMuteToggle", function (now) {
      muted = now.muted;
      headset.element("mute").textContent = headset.word(muted ? "unmute" : "mute");
      headset.element("mute").setAttribute("aria-pressed", String(muted));
    });
    Object.keys(CHOICES).forEach(function (id) {
      headset.listen(agent, CHOICES[id][2], function (now) {
        chosen[id] = now && now.deviceId;
        showChosen(id);
      });
    });
    devices();
  };

  headset.prepareAudio = function () {
    Object.keys(CHOICES).forEach(function (id) {
      fill(id, []);
      headset.element(id).addEventListener("change", function () {
        chosen[id] = headset.element(id).value;
        choose(id);
      });
    });
    // A headset was plugged in, or taken out.
    navigator.mediaDevices.addEventListener("devicechange", function () {
      if (facts.signedIn) {
        devices();
      }
    });
    headset.element("health-of-microphone").hidden = false;
    headset.element("level-test").hidden = false;
    headset.element("test").addEventListener("click", test);
    headset.element("mute").addEventListener("click", function () {
      var agent = new connect.Agent();
      agent[muted ? "unmute" : "mute"]();
    });
    if (headset.browser() === "firefox") {
      headset.notice("notice_firefox");
    }
    permission();
  };
})();
