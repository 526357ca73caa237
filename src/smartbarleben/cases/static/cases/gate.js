/* Calculates a moment for the form, so that it goes straight into the inbox (ALTCHA). Without it the form is sent all
   the same, and a person looks at it first. */

const LONGEST_WAIT = 10000;

for (const form of document.querySelectorAll("[data-form='gate']")) {
  const field = form.querySelector("[data-challenge]");
  const words = form.querySelector("[data-gate='wait']");
  let given = null;
  let sent = false;

  const solve = () =>
    new Promise((done) => {
      if (!window.Worker || !window.crypto?.subtle) return done();
      const challenge = JSON.parse(field.dataset.challenge);
      const worker = new Worker(field.dataset.worker);
      const finish = (solution) => {
        worker.terminate();
        if (solution?.derivedKey) field.value = btoa(JSON.stringify({ challenge, solution }));
        done();
      };
      worker.addEventListener("message", (event) => finish(event.data));
      worker.addEventListener("error", () => finish());
      worker.postMessage({ type: "work", challenge, timeout: LONGEST_WAIT });
    });

  // Not before somebody uses the form: whoever only reads spends no battery.
  const begin = () => (given ??= field ? solve() : Promise.resolve());
  form.addEventListener("focusin", begin, { once: true });

  form.addEventListener("submit", (event) => {
    if (["remove", "switch"].includes(event.submitter?.name)) return;
    if (sent) return event.preventDefault();
    if (field?.value) {
      sent = true;
      return;
    }
    event.preventDefault();
    sent = true;
    if (words) words.hidden = false;
    const enough = new Promise((done) => setTimeout(done, LONGEST_WAIT));
    Promise.race([begin(), enough]).then(() => form.submit());
  });

  // Back from the next page by the browser's memory: the form may be sent again.
  addEventListener("pageshow", () => {
    sent = false;
    if (words) words.hidden = true;
  });
}
