/* Keeps every bar of a running job up to date. Its page works without: it asks anew by itself. */

const EVERY = 2000;
const LONGEST = 30000;

const follow = (box) => {
  const bar = box.querySelector("progress");
  const part = (name) => box.querySelector(`[data-part="${name}"]`);
  let pause = EVERY;

  // What is said aloud is changed only when it differs: a screen reader reads every change.
  const write = (element, text) => {
    if (element && element.textContent !== text) element.textContent = text;
  };

  const show = (job) => {
    if (job.total) {
      bar.max = job.total;
      bar.value = job.done;
    } else if (job.ended) {
      bar.max = 1;
      bar.value = 1;
    }
    write(part("text"), job.text);
    write(part("words"), job.words);
    box.dataset.state = job.state;
    if (job.ended && job.state === "done" && box.dataset.then) location.assign(box.dataset.then);
  };

  const ask = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
        // Forgotten jobs and ended logins: nothing more will come.
        if (answer.status >= 400 && answer.status < 500) return;
        if (!answer.ok) throw new Error(String(answer.status));
        const job = await answer.json();
        show(job);
        if (job.ended) return;
        pause = EVERY;
      } catch {
        pause = Math.min(LONGEST, pause * 2);
      }
    }
    setTimeout(ask, pause);
  };
  setTimeout(ask, pause);
};

for (const box of document.querySelectorAll("[data-progress]")) follow(box);
