//! The test call with which a person accepts a contact center: what no operation of AWS's can tell, step by step.

use crate::connect::approved_origin::CallAudio;
use crate::verify::Check;

/// One step of the test.
#[derive(Debug)]
pub struct Step {
    /// What has to be so.
    pub check: Check,
    /// What the person does, and is asked.
    pub question: &'static str,
    /// For which places of the audio it is a step.
    audio: &'static [CallAudio],
}

const ALL: &[CallAudio] = &[CallAudio::Local, CallAudio::Session, CallAudio::Phone];
const LOCAL: &[CallAudio] = &[CallAudio::Local];
const SESSION: &[CallAudio] = &[CallAudio::Session];
const PHONE: &[CallAudio] = &[CallAudio::Phone];

const fn step(
    id: &'static str,
    about: &'static str,
    after: &'static [&'static str],
    question: &'static str,
    audio: &'static [CallAudio],
) -> Step {
    Step {
        check: Check {
            id,
            about,
            after,
            across: &[],
        },
        question,
        audio,
    }
}

/// All steps, in their order.
static STEPS: [Step; 12] = [
    step(
        "call-audio-page",
        "the audio page is signed in on the agent's own machine",
        &[],
        "Open the audio page on your own machine, and sign in there. Does its light come on without an error?",
        LOCAL,
    ),
    step(
        "call-desktop",
        "the desktop opens, and the page in it is signed in",
        &[],
        "Start a desktop by its link, and open the Contact Control Panel in it. Are you signed in there?",
        ALL,
    ),
    step(
        "call-available",
        "the agent can become available",
        &["call-desktop", "call-audio-page"],
        "Set yourself to Available in the desktop. Is the light green?",
        ALL,
    ),
    step(
        "call-rings",
        "a call comes to the agent, and rings in one place",
        &["call-available"],
        "Call a number of the instance from another phone. Does the desktop show the call, and the audio page ring?",
        LOCAL,
    ),
    step(
        "call-rings",
        "a call comes to the agent, and rings in one place",
        &["call-available"],
        "Call a number of the instance from another phone. Does the desktop show the call, and ring?",
        SESSION,
    ),
    step(
        "call-rings",
        "a call comes to the agent, and rings in one place",
        &["call-available"],
        "Call a number of the instance from another phone. Does the desktop show the call, and your desk phone ring?",
        PHONE,
    ),
    step(
        "call-accepted",
        "the agent accepts the call in the desktop",
        &["call-rings"],
        "Accept the call in the desktop (at a desk phone: lift it). Is the call connected?",
        ALL,
    ),
    step(
        "call-agent-hears",
        "the agent hears the caller",
        &["call-accepted"],
        "Speak into the phone that you called from. Is that heard where you accepted the call?",
        ALL,
    ),
    step(
        "call-caller-hears",
        "the caller hears the agent",
        &["call-accepted"],
        "Speak where you accepted the call. Is that heard in the phone that you called from?",
        ALL,
    ),
    step(
        "call-stays",
        "the call stays when the audio page is closed",
        &["call-accepted"],
        "Close the audio page. Does the desktop still show the call as connected?",
        LOCAL,
    ),
    step(
        "call-sound-goes",
        "the sound goes with the audio page",
        &["call-stays", "call-agent-hears"],
        "Is the sound gone, in both directions?",
        LOCAL,
    ),
    step(
        "call-ends",
        "the agent ends the call in the desktop",
        &["call-accepted"],
        "End the call in the desktop. Is it over in the phone that you called from?",
        ALL,
    ),
];

/// Where a person looks for a contact.
pub const LOOK: &str = "look for it in the Amazon Connect admin website: Analytics, Contact search";

/// Whether Amazon Connect has the call. It is asked where it may be; else a person looks.
pub static CONTACT: Check = Check {
    id: "call-contact",
    about: "Amazon Connect has the call as a contact that an agent has taken",
    after: &["call-accepted"],
    across: &[],
};

/// The steps where the audio of calls is there.
pub fn steps(audio: CallAudio) -> impl Iterator<Item = &'static Step> {
    STEPS.iter().filter(move |step| step.audio.contains(&audio))
}

/// Whether a text is the id of a contact: Amazon Connect gives UUIDs.
pub fn is_contact(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [8, 4, 4, 4, 12] && parts.concat().chars().all(|c| c.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_place_of_the_audio_has_steps_of_its_own_and_what_they_come_after_comes_before() {
        for (audio, number) in [
            (CallAudio::Local, 10),
            (CallAudio::Session, 7),
            (CallAudio::Phone, 7),
        ] {
            let mut seen = BTreeSet::new();
            for step in steps(audio) {
                let known: BTreeSet<&str> = STEPS.iter().map(|one| one.check.id).collect();
                assert!(
                    step.check.after.iter().all(|id| known.contains(id)),
                    "{}",
                    step.check.id
                );
                assert!(seen.insert(step.check.id), "{} twice", step.check.id);
                assert!(step.question.ends_with('?'), "{}", step.question);
            }
            assert_eq!(seen.len(), number, "{audio:?}");
            assert_eq!(seen.contains("call-audio-page"), audio == CallAudio::Local);
            assert_eq!(seen.contains("call-sound-goes"), audio == CallAudio::Local);
        }
    }

    #[test]
    fn contacts_have_uuids() {
        assert!(is_contact("0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f"));
        for other in [
            "",
            "0a1b2c3d",
            "0a1b2c3d-0000-4000-8000-0a1b2c3d4e5g",
            "0a1b2c3d00004000-8000-0a1b2c3d4e5f",
        ] {
            assert!(!is_contact(other), "{other}");
        }
    }
}
