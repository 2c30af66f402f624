"use strict";

// Whether the browser lets the page ring. Until an agent has clicked on a page, or pressed a key there, browsers play no sound
// in it, nor in its frames, unless a policy allows it; and who accepts calls elsewhere has no reason to click here.
(function () {
  // How long sound takes to begin where it may.
  var PATIENCE = 2 * 1000;

  headset.prepareRinging = function () {
    if (typeof AudioContext !== "function") {
      return;
    }
    // What may sound runs. Nothing is played.
    var context = new AudioContext();
    var looking = setInterval(look, PATIENCE);

    function wake() {
      context.resume();
    }

    // Whether it runs by now. A click into the panel counts as well, and is not heard here.
    function look() {
      if (context.state === "suspended") {
        headset.during("notice_ring", true);
        if (navigator.userActivation && navigator.userActivation.hasBeenActive) {
          wake();
        }
      }
    }

    function changed() {
      if (context.state !== "running") {
        return;
      }
      clearInterval(looking);
      document.removeEventListener("click", wake);
      document.removeEventListener("keydown", wake);
      context.close();
      headset.during("notice_ring", false);
    }

    document.addEventListener("click", wake);
    document.addEventListener("keydown", wake);
    context.onstatechange = changed;
    changed();
  };
})();
