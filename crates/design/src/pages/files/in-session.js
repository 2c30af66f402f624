"use strict";

// Runs inside the streamed desktop. It shows and controls calls, carries no audio and does not ring:
// the audio-only page on the agent's own machine does both.
headset.start({
  media: false,
  softphone: { allowFramedSoftphone: false, disableRingtone: true },
  chat: { disableRingtone: true },
  task: { disableRingtone: true },
  email: { disableRingtone: true },
  autoAcceptTone: { disableRingtone: true },
  pageOptions: { enableAudioDeviceSettings: false, enablePhoneTypeSettings: false }
});
