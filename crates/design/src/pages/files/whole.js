"use strict";

// Runs inside the streamed desktop and is the only page: the session carries the audio of calls, so that this
// page owns the session's microphone, which AppStream takes from the agent's machine, and rings.
headset.start({
  media: true,
  softphone: { allowFramedSoftphone: true, disableRingtone: false },
  chat: { disableRingtone: false },
  task: { disableRingtone: false },
  email: { disableRingtone: false },
  autoAcceptTone: { disableRingtone: false },
  pageOptions: { enableAudioDeviceSettings: true, enablePhoneTypeSettings: false }
});
