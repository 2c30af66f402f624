"use strict";

// Runs on the agent's own machine, in Chrome or Edge: it owns the microphone, carries the audio of every
// call, and is the one page that rings.
headset.start({
  media: true,
  softphone: { allowFramedSoftphone: true, disableRingtone: false },
  chat: { disableRingtone: false },
  task: { disableRingtone: false },
  email: { disableRingtone: false },
  autoAcceptTone: { disableRingtone: false },
  pageOptions: { enableAudioDeviceSettings: true, enablePhoneTypeSettings: false }
});
