// Who does nothing for long is signed out: say so before, and tell the house when somebody types without sending.
(() => {
  const own = document.currentScript.dataset;
  const whole = Number(own.minutes) * 60;
  const soon = Math.min(300, whole / 4);
  const every = Math.min(240, whole / 4) * 1000;
  let told = Date.now();
  let timer;

  const bar = document.createElement("div");
  bar.className = "sb-pause";
  bar.setAttribute("role", "alert");
  bar.hidden = true;
  const words = document.createElement("p");
  const stay = document.createElement("button");
  stay.type = "button";
  stay.className = "button button-small";
  stay.textContent = own.stay;
  bar.append(words, stay);

  const ask = async (typing) => {
    try {
      const answer = await fetch(own.ask + (typing ? "?typing=1" : ""), { headers: { Accept: "application/json" } });
      show((await answer.json()).left);
    } catch {
      // Without a network nothing can be said; ask again in a while.
      wait(60);
    }
  };
  const wait = (seconds) => {
    clearTimeout(timer);
    timer = setTimeout(() => ask(false), Math.max(5, seconds) * 1000);
  };
  const show = (left) => {
    bar.hidden = left > soon;
    if (!bar.hidden) {
      words.textContent = left ? own.soon : own.over;
      stay.hidden = !left;
    }
    wait(left > soon ? left - soon + 1 : left ? left + 1 : 60);
  };
  const typed = () => {
    if (Date.now() - told < every && bar.hidden) return;
    told = Date.now();
    ask(true);
  };
  stay.addEventListener("click", () => ask(true));
  document.addEventListener("input", typed);
  document.body.append(bar);
  wait(whole - soon);
})();
