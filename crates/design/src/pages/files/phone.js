"use strict";

// Runs inside the streamed desktop and is the only page. Calls reach the agent's desk phone: the page carries no
// audio, and rings for chats, tasks and e-mails only, since the phone rings for calls.
headset.start({
  media: false,
  softphone: { allowFramedSoftphone: false, disableRingtone: true },
  chat: { disableRingtone: false },
  task: { disableRingtone: false },
  email: { disableRingtone: false },
  autoAcceptTone: { disableRingtone: false },
  pageOptions: { enableAudioDeviceSettings: false, enablePhoneTypeSettings: false }
});
