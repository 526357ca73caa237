/* Makes pages pleasanter; none of them needs it. What only this file can serve is hidden until it runs. */

const show = (element) => {
  element.hidden = false;
  const item = element.closest("li[hidden]");
  if (item) item.hidden = false;
};

const words = (button) => button.querySelector("span") ?? button;

const actions = {
  focus(element) {
    element.focus();
  },

  print(button) {
    show(button);
    button.addEventListener("click", () => window.print());
  },

  copy(button) {
    if (!navigator.clipboard) return;
    show(button);
    const before = words(button).textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(new URL(button.dataset.address, location.href).href);
      words(button).textContent = button.dataset.done;
      setTimeout(() => (words(button).textContent = before), 4000);
    });
  },

  listen(button) {
    const speech = window.speechSynthesis;
    const text = document.getElementById(button.dataset.target);
    if (!speech || !text) return;
    const language = text.closest("[lang]").lang.slice(0, 2);
    const voice = () => speech.getVoices().find((one) => one.lang.startsWith(language));
    const offer = () => voice() && show(button);
    offer();
    speech.addEventListener?.("voiceschanged", offer);

    const before = words(button).textContent;
    const reset = () => {
      button.setAttribute("aria-pressed", "false");
      words(button).textContent = before;
    };
    button.addEventListener("click", () => {
      if (speech.speaking) {
        speech.cancel();
        reset();
        return;
      }
      const spoken = new SpeechSynthesisUtterance(text.innerText);
      spoken.voice = voice();
      spoken.lang = spoken.voice.lang;
      spoken.addEventListener("end", reset);
      button.setAttribute("aria-pressed", "true");
      words(button).textContent = button.dataset.stop;
      speech.speak(spoken);
    });
    addEventListener("pagehide", () => speech.cancel());
  },
};

for (const element of document.querySelectorAll("[data-js]")) actions[element.dataset.js]?.(element);

/* An open menu closes on Escape and on a click elsewhere. */
const menus = [...document.querySelectorAll("details.menu")];
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus.filter((one) => one.open)) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
addEventListener("click", (event) => {
  for (const menu of menus) if (menu.open && !menu.contains(event.target)) menu.open = false;
});
