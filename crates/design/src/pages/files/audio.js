"use strict";

// What a page with audio adds: whether the microphone may be used and hears something, the choice of devices, and mute.
(function () {
  var facts = headset.facts;
  var muted = false;

  function permission() {
    navigator.permissions.query({ name: "microphone" }).then(function (status) {
      function changed() {
        facts.microphone = facts.microphone === "open" && status.state === "granted" ? "open" : status.state;
        if (status.state === "denied") {
          headset.notice("notice_microphone");
        } else {
          headset.over("notice_microphone");
        }
        headset.show();
      }
      status.onchange = changed;
      changed();
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

  function fill(id, devices, kind, choose) {
    var select = headset.element(id);
    var chosen = select.value;
    select.replaceChildren();
    select.append(new Option(headset.word("default_device"), "default"));
    devices.filter(function (device) {
      return device.kind === kind && device.deviceId && device.deviceId !== "default";
    }).forEach(function (device) {
      select.append(new Option(device.label || device.deviceId, device.deviceId));
    });
    select.value = chosen || "default";
    select.onchange = function () {
      new connect.Agent()[choose](select.value);
    };
  }

  function devices() {
    connect.core.getFrameMediaDevices().then(function (found) {
      fill("microphone", found, "audioinput", "setMicrophoneDevice");
      fill("speaker", found, "audiooutput", "setSpeakerDevice");
      fill("ringer", found, "audiooutput", "setRingerDevice");
    }, function () {
      // The panel did not answer in time: it is asked again when the microphone is open.
    });
  }

  headset.followAudio = function (agent) {
    headset.listen(agent, "onLocalMediaStreamCreated", function () {
      facts.microphone = "open";
      facts.softphoneError = "";
      headset.over("notice_microphone");
      devices();
      headset.show();
    });
    headset.listen(agent, "onMuteToggle", function (now) {
      muted = now.muted;
      headset.element("mute").textContent = headset.word(muted ? "unmute" : "mute");
      headset.element("mute").setAttribute("aria-pressed", String(muted));
    });
    ["onMicrophoneDeviceChanged", "onSpeakerDeviceChanged", "onRingerDeviceChanged"].forEach(function (name) {
      headset.listen(agent, name, function (now) {
        var select = headset.element(name.slice(2).replace("DeviceChanged", "").toLowerCase());
        select.value = now && now.deviceId ? now.deviceId : "default";
      });
    });
    devices();
  };

  headset.prepareAudio = function () {
    ["microphone", "speaker", "ringer"].forEach(function (id) {
      fill(id, [], "", "");
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
